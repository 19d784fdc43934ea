"""What the other apps may use of membership. Only this module makes a Viewer."""

from liaison.apps.members.audiences import canonical as canonical_audience
from liaison.apps.members.contacts import ContactCard, contacts, set_contact
from liaison.apps.members.queries import (
    ReaderCard,
    SigningKeyCard,
    UserCard,
    audiences_of,
    bureau_codes,
    custodian_of,
    for_purpose,
    live_signing_key,
    reader_by_code,
    readers,
    signing_keys,
    system_viewer,
    user_card,
    users,
    viewer_by_name,
    viewer_for,
    viewer_of_token,
)
from liaison.apps.members.roles import LABELS as ROLE_LABELS
from liaison.apps.members.roles import RIGHTS, Role
from liaison.apps.members.services import (
    SIGNING_DAYS,
    add_signing_key,
    add_user,
    audience_id,
    connect_agency,
    disable_user,
    found,
    issue_token,
    revoke_signing_key,
    token_digest,
)

UNITED_NATIONS = "UN"
UNITED_STATES_TREASURY = "US-OFAC"
SECRETARIAT = "XS"
COMMISSION = "XC"

__all__ = [
    "COMMISSION",
    "RIGHTS",
    "ROLE_LABELS",
    "SECRETARIAT",
    "SIGNING_DAYS",
    "UNITED_NATIONS",
    "UNITED_STATES_TREASURY",
    "ContactCard",
    "ReaderCard",
    "Role",
    "SigningKeyCard",
    "UserCard",
    "add_signing_key",
    "add_user",
    "audience_id",
    "audiences_of",
    "bureau_codes",
    "canonical_audience",
    "connect_agency",
    "contacts",
    "custodian_of",
    "disable_user",
    "for_purpose",
    "found",
    "issue_token",
    "live_signing_key",
    "reader_by_code",
    "readers",
    "revoke_signing_key",
    "set_contact",
    "signing_keys",
    "system_viewer",
    "token_digest",
    "user_card",
    "users",
    "viewer_by_name",
    "viewer_for",
    "viewer_of_token",
]
