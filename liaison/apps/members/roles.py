"""What each role may do and which bodies have it: the one table of rights, read by services, menus and documents."""

from enum import StrEnum

from liaison.refusal import mark
from liaison.viewer import ReaderKind, Right, Viewer


class Role(StrEnum):
    """The job that a user does for his bureau, agency or the secretariat."""

    FRONTLINE_OFFICER = "frontline_officer"
    BUREAU_OFFICER = "bureau_officer"
    BUREAU_SUPERVISOR = "bureau_supervisor"
    BUREAU_ADMINISTRATOR = "bureau_administrator"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    SECURITY_OFFICER = "security_officer"
    LIST_OPERATOR = "list_operator"
    POLICY_OFFICER = "policy_officer"
    MEMBERSHIP_OFFICER = "membership_officer"
    AUDITOR = "auditor"
    COMMISSION_MEMBER = "commission_member"
    LANE_READER = "lane_reader"
    PARTNER_PROGRAM = "partner_program"


LABELS: dict[Role, str] = {
    Role.FRONTLINE_OFFICER: mark("Frontline officer"),
    Role.BUREAU_OFFICER: mark("Bureau officer"),
    Role.BUREAU_SUPERVISOR: mark("Bureau supervisor"),
    Role.BUREAU_ADMINISTRATOR: mark("Administrator of a bureau or body"),
    Role.DATA_PROTECTION_OFFICER: mark("Data-protection officer"),
    Role.SECURITY_OFFICER: mark("Security officer"),
    Role.LIST_OPERATOR: mark("List operator of the secretariat"),
    Role.POLICY_OFFICER: mark("Policy officer of the secretariat"),
    Role.MEMBERSHIP_OFFICER: mark("Membership officer of the secretariat"),
    Role.AUDITOR: mark("Auditor"),
    Role.COMMISSION_MEMBER: mark("Member of the commission"),
    Role.LANE_READER: mark("Lane reader (a machine)"),
    Role.PARTNER_PROGRAM: mark("Program of a private partner"),
}

MACHINES = frozenset({Role.LANE_READER, Role.PARTNER_PROGRAM})
"""Jobs of system accounts alone: no person may say that a machine has read something."""

_READS = {Right.QUERY, Right.READ_RECORDS}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.FRONTLINE_OFFICER: frozenset(_READS),
    Role.BUREAU_OFFICER: frozenset(
        _READS | {Right.ENTER_RECORDS, Right.WITHDRAW_RECORDS, Right.RECEIVE_MATCHES, Right.BREAK_GLASS}
    ),
    Role.BUREAU_SUPERVISOR: frozenset(
        _READS
        | {
            Right.ENTER_RECORDS,
            Right.WITHDRAW_RECORDS,
            Right.ERASE_RECORDS,
            Right.RECEIVE_MATCHES,
            Right.APPROVE_MEMBERS,
            Right.AUDIT,
            Right.BREAK_GLASS,
            Right.APPROVE_GLASS,
        }
    ),
    Role.BUREAU_ADMINISTRATOR: frozenset({Right.ADMINISTER_MEMBERS, Right.APPROVE_MEMBERS, Right.AUDIT}),
    Role.DATA_PROTECTION_OFFICER: frozenset({Right.AUDIT, Right.JUDGE_LOOKS}),
    Role.SECURITY_OFFICER: frozenset({Right.AUDIT, Right.APPROVE_GLASS}),
    Role.LIST_OPERATOR: frozenset(
        _READS | {Right.IMPORT_LISTS, Right.APPROVE_IMPORTS, Right.ENTER_RECORDS, Right.WITHDRAW_RECORDS, Right.AUDIT}
    ),
    Role.POLICY_OFFICER: frozenset({Right.CHANGE_POLICIES, Right.APPROVE_POLICIES, Right.AUDIT}),
    Role.MEMBERSHIP_OFFICER: frozenset(
        {Right.ADMIT_MEMBERS, Right.ADMINISTER_MEMBERS, Right.APPROVE_MEMBERS, Right.AUDIT}
    ),
    Role.AUDITOR: frozenset({Right.AUDIT, Right.OVERSEE}),
    Role.COMMISSION_MEMBER: frozenset({Right.AUDIT}),
    Role.LANE_READER: frozenset(_READS | {Right.READ_LANE}),
    Role.PARTNER_PROGRAM: frozenset({Right.SUBMIT_CHECKS}),
}

OFFICES = (Role.DATA_PROTECTION_OFFICER, Role.SECURITY_OFFICER)
"""Jobs that every bureau and every international body has somebody for (RPD art. 117 and 121)."""

_POLICE = frozenset({Role.BUREAU_OFFICER, Role.BUREAU_SUPERVISOR, Role.FRONTLINE_OFFICER, Role.LANE_READER})
_BODY = frozenset({Role.BUREAU_ADMINISTRATOR, *OFFICES})
HEADQUARTERS = "XS"
"""The code of the secretariat's first unit, which acts for the whole installation."""
_ROLES: dict[ReaderKind, frozenset[Role]] = {
    ReaderKind.BUREAU: _POLICE | _BODY,
    ReaderKind.AGENCY: frozenset({Role.FRONTLINE_OFFICER, Role.BUREAU_OFFICER, Role.LANE_READER}),
    ReaderKind.REGIONAL_BODY: _POLICE | _BODY,
    ReaderKind.PARTNER: frozenset({Role.FRONTLINE_OFFICER, Role.BUREAU_OFFICER}) | _BODY,
    ReaderKind.PRIVATE_PARTNER: _BODY | {Role.PARTNER_PROGRAM},
    ReaderKind.SECRETARIAT: _POLICE | _BODY,
    ReaderKind.COMMISSION: frozenset({Role.COMMISSION_MEMBER, Role.BUREAU_ADMINISTRATOR}),
    ReaderKind.SYSTEM: frozenset(),
}
_ROLES_OF_HEADQUARTERS = frozenset(
    {Role.LIST_OPERATOR, Role.POLICY_OFFICER, Role.MEMBERSHIP_OFFICER, Role.AUDITOR, *OFFICES}
)


def roles_in(kind: ReaderKind, code: str) -> list[Role]:
    """Return the jobs that there are in a body, in the order of their declaration.

    Nobody gives a job that his body has not got.

    Those that act for the whole installation are at headquarters alone, not in other units of the secretariat.
    """
    found = _ROLES_OF_HEADQUARTERS if code == HEADQUARTERS else _ROLES[kind]
    return [role for role in Role if role in found]


def looks_after(viewer: Viewer) -> bool:
    """Whether the viewer administers or supervises: either may narrow what his body's people and members see."""
    return viewer.may(Right.ADMINISTER_MEMBERS) or viewer.may(Right.APPROVE_MEMBERS)


def needs_to_look_after(by: Viewer) -> None:
    """Raise NotAllowed unless the viewer administers or supervises."""
    if not looks_after(by):
        by.needs(Right.ADMINISTER_MEMBERS)
