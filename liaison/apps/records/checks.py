"""What is said of a record before it is written: what would refuse it, and what is only doubtful (RPD art. 36)."""

from collections.abc import Mapping

from liaison.apps.records.entering import Draft, check
from liaison.apps.records.queries import RecordCard
from liaison.apps.records.restricting import restricted_findings
from liaison.databases import all_databases, declaration
from liaison.databases.restricting import carried
from liaison.refusal import Finding, Refused
from liaison.rows.clock import now
from liaison.viewer import Viewer


def check_change(card: RecordCard, fields: Mapping[str, object], *, by: Viewer) -> list[Finding]:
    """Return every reason why these fields could not be the next version of an own record."""
    draft = Draft(kind=card.kind, fields=fields, foreign_key=card.foreign_key, recorded_on=card.entered_at.date())
    return check(draft, by=by) or split_findings(card, fields)


def split_findings(card: RecordCard, fields: Mapping[str, object]) -> list[Finding]:
    """Return why these fields, which could be a record's, could not be once what is restricted is split off again."""
    if not card.wishes:
        return []
    database = all_databases()[card.kind]
    normal = declaration.normalise(database, fields)
    wishes = carried(card.fields, normal, card.wishes)
    return restricted_findings(database, normal, wishes, recorded_on=card.entered_at.date())


def doubts_of(kind: str, fields: Mapping[str, object]) -> list[Finding]:
    """Return what is unusual about fields that could be entered: somebody compares it; nothing is refused for it."""
    database = all_databases()[kind]
    try:
        normal = declaration.normalise(database, fields)
    except Refused:
        return []
    return declaration.doubts(database, normal, today=now().date())
