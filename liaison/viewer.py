"""On whose behalf, for which purpose and with which rights data is processed: a frozen value known to every floor.

Only `liaison.apps.members.public` makes a Viewer. Everything that returns or changes police data takes one.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

from liaison.refusal import Finding, NotAllowed, mark


class Purpose(StrEnum):
    """The closed list of police purposes (RPD art. 10(2)); apart from it administration and the installation itself.

    ADMINISTRATIVE (administration, accounting, research: RPD art. 10(6)) opens no police data, whoever asks.
    """

    WANTED = "wanted"
    LOCATE = "locate"
    INVESTIGATE = "investigate"
    WARN = "warn"
    IDENTIFY = "identify"
    FORENSIC = "forensic"
    SECURITY_CHECK = "security_check"
    ANALYSE = "analyse"
    ADMINISTRATIVE = "administrative"
    SYSTEM = "system"

    @property
    def is_police(self) -> bool:
        """Whether it is on the closed list of police purposes."""
        return self not in (Purpose.ADMINISTRATIVE, Purpose.SYSTEM)


class Level(IntEnum):
    """Confidentiality of an item, and up to which one a reader is vetted (RPD art. 112)."""

    OFFICIAL_USE = 1
    RESTRICTED = 2
    CONFIDENTIAL = 3


class Right(StrEnum):
    """What a role may do. Each verb asks for exactly one."""

    QUERY = "query"
    READ_LANE = "read_lane"
    SUBMIT_CHECKS = "submit_checks"
    RECEIVE_MATCHES = "receive_matches"
    READ_RECORDS = "read_records"
    ENTER_RECORDS = "enter_records"
    WITHDRAW_RECORDS = "withdraw_records"
    ERASE_RECORDS = "erase_records"
    IMPORT_LISTS = "import_lists"
    APPROVE_IMPORTS = "approve_imports"
    CHANGE_POLICIES = "change_policies"
    APPROVE_POLICIES = "approve_policies"
    ADMINISTER_MEMBERS = "administer_members"
    APPROVE_MEMBERS = "approve_members"
    ADMIT_MEMBERS = "admit_members"
    AUDIT = "audit"
    JUDGE_LOOKS = "judge_looks"
    OVERSEE = "oversee"
    BREAK_GLASS = "break_glass"
    APPROVE_GLASS = "approve_glass"


ADMINISTRATIVE_RIGHTS = frozenset(
    {
        Right.CHANGE_POLICIES,
        Right.APPROVE_POLICIES,
        Right.ADMINISTER_MEMBERS,
        Right.APPROVE_MEMBERS,
        Right.ADMIT_MEMBERS,
        Right.AUDIT,
    }
)
"""What is left for administrative use; a right that is not here opens police data or may come to."""
PRIVATE_RIGHTS = ADMINISTRATIVE_RIGHTS | {Right.SUBMIT_CHECKS}
"""All that anybody of a private partner may ever do (RPD art. 28)."""
NO_DATABASE: frozenset[str] = frozenset()


class ReaderKind(StrEnum):
    """What kind of body a reader is."""

    BUREAU = "bureau"
    REGIONAL_BODY = "regional_body"
    SECRETARIAT = "secretariat"
    COMMISSION = "commission"
    PARTNER = "partner"
    PRIVATE_PARTNER = "private_partner"
    AGENCY = "agency"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user, the body that he reads for (bureau, agency, partner, ...), a purpose and his rights.

    `reader_code` is what people see (`QM` for a bureau, `XS` for the secretariat); `country` is the ISO 3166 alpha-2
    code of the country whose law applies to him, empty for international bodies. Accounts of the installation
    itself are of kind SYSTEM and may read no police data by themselves. `queries` and `enters` are the databases that
    his body may ask and enter records into (RPD art. 54 to 56); None is every database.
    """

    user_id: UUID
    reader_id: UUID
    reader_code: str
    reader_kind: ReaderKind
    purpose: Purpose
    rights: frozenset[Right]
    level: Level = Level.OFFICIAL_USE
    country: str = ""
    user_name: str = ""
    queries: frozenset[str] | None = None
    enters: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Refuse to be: administrative use and private partners open no police data, whatever the role says."""
        most = self._rights_at_most()
        if most is not None and (self.rights - most or self.queries != NO_DATABASE or self.enters != NO_DATABASE):
            raise ValueError("This viewer may not see any police data.")

    def _rights_at_most(self) -> frozenset[Right] | None:
        """The rights of a viewer who may see no police data; None where the role decides."""
        if self.reader_kind is ReaderKind.PRIVATE_PARTNER:
            return PRIVATE_RIGHTS
        return ADMINISTRATIVE_RIGHTS if self.purpose is Purpose.ADMINISTRATIVE else None

    def may_query(self, database: str) -> bool:
        """Whether his body may ask this database."""
        return self.queries is None or database in self.queries

    def may_enter(self, database: str) -> bool:
        """Whether his body may enter records into this database."""
        return self.enters is None or database in self.enters

    def may(self, right: Right) -> bool:
        """Whether this viewer holds the right."""
        return right in self.rights

    def needs(self, right: Right) -> None:
        """Raise NotAllowed unless this viewer holds the right."""
        if right not in self.rights:
            raise NotAllowed(
                Finding(
                    code="access.right_missing",
                    problem=mark("Your role does not include “%(right)s”."),
                    remedy=mark("Ask your bureau's administrator, who can give it."),
                    source="policy: roles",
                    values={"right": right.value},
                )
            )
