"""Who or what may be there already: proposals before a record is entered, among what the viewer may see (rule R17).

Proposals only: records are linked by a judgement, never merged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.databases.declaration import normalise, search_document
from liaison.databases.keys import is_exact_key
from liaison.rows.viewing import viewing
from liaison.rules.use import ENTERING
from liaison.viewer import Right, Viewer

SHOWN_SCORE = "screening.score_shown_percent"
PROPOSED_MAX = 5
SAME_NUMBER = 1.0


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record of the same database that may be about the same: how alike, and whether a number says so."""

    card: records.RecordCard
    score: float
    by_number: bool


def duplicates(
    kind: str, fields: Mapping[str, object], *, viewer: Viewer, besides: str = ""
) -> tuple[Duplicate, ...]:
    """Return up to PROPOSED_MAX records that may be the same, likeliest first, without the one referred to `besides`.

    The look is committed before this returns. Raises IndexNotReady, and Refused for fields without a normal form.
    """
    viewer.needs(Right.ENTER_RECORDS)
    viewer.needs(Right.QUERY)
    database = all_databases()[kind]
    document = search_document(database, normalise(database, fields))
    with viewing(viewer):
        scores = _scores(kind, document, viewer)
        cards = [
            card
            for card in records.cards(list(scores), viewer)
            if card.kind == kind and card.is_in_force and card.reference != besides
        ]
    found = [Duplicate(card, scores[card.id], scores[card.id] == SAME_NUMBER) for card in cards]
    found.sort(key=lambda one: (-one.score, one.card.reference))
    shown = tuple(found[:PROPOSED_MAX])
    seen = [(one.card.id, one.card.source_id) for one in shown]
    audit.look(audit.Look.by(viewer, kind="query", shown=seen, notes={"asked": "typed", "reason": ENTERING}))
    return shown


def _scores(kind: str, document: Mapping[str, object], viewer: Viewer) -> dict[UUID, float]:
    scores: dict[UUID, float] = {}
    if document["names"]:
        threshold = policies.value(SHOWN_SCORE) / 100
        person = {name: document[name] for name in ("names", "birth_dates", "nationalities", "sex", "documents")}
        found = index.candidates(person, viewer, PROPOSED_MAX + 1, threshold=threshold, kinds=frozenset({kind}))
        scores = {candidate.record_id: candidate.score for candidate in found}
    keys = document["keys"]
    assert isinstance(keys, list)
    exact = [key for key in keys if is_exact_key(key)]
    return scores | dict.fromkeys(index.exact(exact, viewer), SAME_NUMBER)
