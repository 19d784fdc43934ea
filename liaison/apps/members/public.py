"""What the other apps may use of membership. Only this module makes a Viewer."""

from liaison.apps.members.queries import (
    ReaderCard,
    UserCard,
    audiences_of,
    bureau_codes,
    custodian_of,
    for_purpose,
    reader_by_code,
    readers,
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
    add_user,
    audience_id,
    connect_agency,
    disable_user,
    found,
    issue_token,
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
    "UNITED_NATIONS",
    "UNITED_STATES_TREASURY",
    "ReaderCard",
    "Role",
    "UserCard",
    "add_user",
    "audience_id",
    "audiences_of",
    "bureau_codes",
    "connect_agency",
    "custodian_of",
    "disable_user",
    "for_purpose",
    "found",
    "issue_token",
    "reader_by_code",
    "readers",
    "system_viewer",
    "token_digest",
    "user_card",
    "users",
    "viewer_by_name",
    "viewer_for",
    "viewer_of_token",
]
