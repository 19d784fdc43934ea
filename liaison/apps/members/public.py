"""What the other apps may use of membership. Only this module makes a Viewer."""

from liaison.apps.members.audiences import canonical as canonical_audience
from liaison.apps.members.body_keys import (
    BodyKeyCard,
    body_keys,
    key_in_force,
    note_rehearsal,
    revoke_key,
    signers_of,
)
from liaison.apps.members.contacts import ContactCard, contacts, set_contact
from liaison.apps.members.desks import Desk, Span, desks, set_hours
from liaison.apps.members.directory import Body, changes, directory
from liaison.apps.members.factors import spare_code
from liaison.apps.members.founding import appoint_first_officers, found
from liaison.apps.members.groups import (
    GroupCard,
    Preview,
    audience_digest,
    audience_findings,
    groups,
    preview,
    take_out,
)
from liaison.apps.members.jobs import run_membership
from liaison.apps.members.joining import (
    decide,
    disconnect,
    keep_time,
    propose_administrator,
    propose_admission,
    propose_connection,
    propose_deputy,
    propose_group,
    propose_key,
    propose_renewal,
    propose_resumption,
    suspend,
)
from liaison.apps.members.joining_values import Decided, Newcomer, Person
from liaison.apps.members.people import Job, add_system, add_user, change_job, confirm, disable_user, leave
from liaison.apps.members.private_partners import PartnerTerms, excluding, terms_of_partner
from liaison.apps.members.queries import (
    ReaderCard,
    SigningKeyCard,
    UserCard,
    audiences_of,
    bureau_codes,
    custodian_of,
    for_purpose,
    has_joined,
    live_signing_key,
    reader_by_code,
    readers,
    signing_keys,
    system_viewer,
    taking_part,
    users,
    viewer_by_name,
    viewer_for,
    viewer_of_token,
)
from liaison.apps.members.roles import HEADQUARTERS, RIGHTS, Role
from liaison.apps.members.roles import LABELS as ROLE_LABELS
from liaison.apps.members.services import (
    SIGNING_DAYS,
    add_signing_key,
    audience_id,
    revoke_signing_key,
)
from liaison.apps.members.tokens import Scope, issue_system_token, issue_token, revoke_token, token_digest, tokens
from liaison.rules.membership import Terms

UNITED_NATIONS = "UN"
UNITED_STATES_TREASURY = "US-OFAC"
SECRETARIAT = HEADQUARTERS
COMMISSION = "XC"

__all__ = [
    "COMMISSION",
    "RIGHTS",
    "ROLE_LABELS",
    "SECRETARIAT",
    "SIGNING_DAYS",
    "UNITED_NATIONS",
    "UNITED_STATES_TREASURY",
    "Body",
    "BodyKeyCard",
    "ContactCard",
    "Decided",
    "Desk",
    "GroupCard",
    "Job",
    "Newcomer",
    "PartnerTerms",
    "Person",
    "Preview",
    "ReaderCard",
    "Role",
    "Scope",
    "SigningKeyCard",
    "Span",
    "Terms",
    "UserCard",
    "add_signing_key",
    "add_system",
    "add_user",
    "appoint_first_officers",
    "audience_digest",
    "audience_findings",
    "audience_id",
    "audiences_of",
    "body_keys",
    "bureau_codes",
    "canonical_audience",
    "change_job",
    "changes",
    "confirm",
    "contacts",
    "custodian_of",
    "decide",
    "desks",
    "directory",
    "disable_user",
    "disconnect",
    "excluding",
    "for_purpose",
    "found",
    "groups",
    "has_joined",
    "issue_system_token",
    "issue_token",
    "keep_time",
    "key_in_force",
    "leave",
    "live_signing_key",
    "note_rehearsal",
    "preview",
    "propose_administrator",
    "propose_admission",
    "propose_connection",
    "propose_deputy",
    "propose_group",
    "propose_key",
    "propose_renewal",
    "propose_resumption",
    "reader_by_code",
    "readers",
    "revoke_key",
    "revoke_signing_key",
    "revoke_token",
    "run_membership",
    "set_contact",
    "set_hours",
    "signers_of",
    "signing_keys",
    "spare_code",
    "suspend",
    "system_viewer",
    "take_out",
    "taking_part",
    "terms_of_partner",
    "token_digest",
    "tokens",
    "users",
    "viewer_by_name",
    "viewer_for",
    "viewer_of_token",
]
