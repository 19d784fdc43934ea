"""What each role may do: the one table of rights, read by services, menus and documents alike."""

from enum import StrEnum

from liaison.refusal import mark
from liaison.viewer import Right


class Role(StrEnum):
    """The job that a user does for his bureau, agency or the secretariat."""

    FRONTLINE_OFFICER = "frontline_officer"
    BUREAU_OFFICER = "bureau_officer"
    BUREAU_SUPERVISOR = "bureau_supervisor"
    BUREAU_ADMINISTRATOR = "bureau_administrator"
    LIST_OPERATOR = "list_operator"
    POLICY_OFFICER = "policy_officer"
    AUDITOR = "auditor"
    COMMISSION_MEMBER = "commission_member"


LABELS: dict[Role, str] = {
    Role.FRONTLINE_OFFICER: mark("Frontline officer"),
    Role.BUREAU_OFFICER: mark("Bureau officer"),
    Role.BUREAU_SUPERVISOR: mark("Bureau supervisor"),
    Role.BUREAU_ADMINISTRATOR: mark("Bureau administrator"),
    Role.LIST_OPERATOR: mark("List operator of the secretariat"),
    Role.POLICY_OFFICER: mark("Policy officer of the secretariat"),
    Role.AUDITOR: mark("Auditor"),
    Role.COMMISSION_MEMBER: mark("Member of the commission"),
}

_READS = {Right.QUERY, Right.READ_RECORDS}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.FRONTLINE_OFFICER: frozenset(_READS),
    Role.BUREAU_OFFICER: frozenset(_READS | {Right.ENTER_RECORDS, Right.WITHDRAW_RECORDS}),
    Role.BUREAU_SUPERVISOR: frozenset(
        _READS | {Right.ENTER_RECORDS, Right.WITHDRAW_RECORDS, Right.ERASE_RECORDS, Right.AUDIT}
    ),
    Role.BUREAU_ADMINISTRATOR: frozenset({Right.ADMINISTER_MEMBERS, Right.AUDIT}),
    Role.LIST_OPERATOR: frozenset(
        _READS | {Right.IMPORT_LISTS, Right.APPROVE_IMPORTS, Right.ENTER_RECORDS, Right.WITHDRAW_RECORDS, Right.AUDIT}
    ),
    Role.POLICY_OFFICER: frozenset({Right.CHANGE_POLICIES, Right.APPROVE_POLICIES, Right.AUDIT}),
    Role.AUDITOR: frozenset({Right.AUDIT, Right.OVERSEE}),
    Role.COMMISSION_MEMBER: frozenset({Right.AUDIT}),
}
