"""On whose behalf, for which purpose and with which rights data is processed: a frozen value known to every floor.

Only `liaison.apps.members.public` makes a Viewer. Everything that returns or changes police data takes one.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

from liaison.refusal import Finding, NotAllowed, mark


class Purpose(StrEnum):
    """The closed list of police purposes (RPD art. 10(2)), and the technical one of the installation itself."""

    WANTED = "wanted"
    LOCATE = "locate"
    INVESTIGATE = "investigate"
    WARN = "warn"
    IDENTIFY = "identify"
    FORENSIC = "forensic"
    SECURITY_CHECK = "security_check"
    ANALYSE = "analyse"
    SYSTEM = "system"


class Level(IntEnum):
    """Confidentiality of an item, and up to which one a reader is vetted (RPD art. 112)."""

    OFFICIAL_USE = 1
    RESTRICTED = 2
    CONFIDENTIAL = 3


class Right(StrEnum):
    """What a role may do. Each verb asks for exactly one."""

    QUERY = "query"
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
    OVERSEE = "oversee"


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
