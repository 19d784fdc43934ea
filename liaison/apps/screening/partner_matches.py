"""Matches from private partners, as police see them: the source, and the bureau that is told under the agreement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.screening import journal
from liaison.apps.screening.models import PartnerMatch
from liaison.apps.screening.partner_checks import Submission
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

PAGE_SIZE = 50
PAGE_MAX = 10_000


@dataclass(frozen=True, slots=True)
class MatchCard:
    """One match: who asked and when, the record, and what was submitted; None once its key has died."""

    reference: str
    partner_code: str
    partner_name: str
    asked_at: datetime
    found_at: datetime
    kind: str
    how: str
    card: records.RecordCard
    submitted: Submission | None


@dataclass(frozen=True, slots=True)
class MatchesPage:
    """One page of the matches, newest first, with how many there are."""

    matches: tuple[MatchCard, ...]
    number: int
    pages: int
    total: int


def matches(viewer: Viewer, *, page: int = 1) -> MatchesPage:
    """Return one page of the matches that the viewer's body is told of and whose records he may see.

    The look is committed before this returns.
    """
    viewer.needs(Right.RECEIVE_MATCHES)
    number = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = PartnerMatch.objects.order_by("-found_at", "-id")
        total = rows.count()
        shown = list(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
        cards = _cards(shown, viewer)
    seen = [(one.card.id, one.card.source_id) for one in cards]
    audit.look(audit.Look.by(viewer, kind="view", shown=dict.fromkeys(seen), notes={"partner_matches": len(cards)}))
    return MatchesPage(cards, number, max(1, -(-total // PAGE_SIZE)), total)


def _cards(rows: Sequence[PartnerMatch], viewer: Viewer) -> tuple[MatchCard, ...]:
    known = {card.id: card for card in records.cards([row.record_id for row in rows], viewer)}
    partners = members.readers([row.partner_id for row in rows])
    return tuple(
        MatchCard(
            reference=row.reference,
            partner_code=partners[row.partner_id].code,
            partner_name=partners[row.partner_id].name,
            asked_at=row.asked_at,
            found_at=row.found_at,
            kind=row.kind,
            how=row.how,
            card=known[row.record_id],
            submitted=_submitted(row),
        )
        for row in rows
        if row.record_id in known
    )


def _submitted(row: PartnerMatch) -> Submission | None:
    text = journal.unseal(bytes(row.sealed), day=row.day, about=row.id)
    return Submission(**json.loads(text)) if text is not None else None
