"""Whether a record, as its row is now, bears its source's name: asked by screens, by the index and by its page."""

from collections.abc import Sequence

from liaison.apps.audit import public as audit
from liaison.apps.records.queries import RecordCard, claim
from liaison.apps.signatures import public as signatures
from liaison.apps.signatures.public import Claim, Verdict
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer


def verdicts(cards: Sequence[RecordCard], viewer: Viewer) -> list[Verdict]:
    """Return of each card whether its source signed what the row says now, in their order.

    A row that differs from its content, or points at another than its newest, is not believed, whatever is signed: so
    neither a changed row nor an old version put back is acted on.
    """
    if not cards:
        return []
    with viewing(viewer, savepoint=False):
        newest = audit.newest_with_content([card.id for card in cards])
        found = signatures.verdicts([claim_of(card) for card in cards])
    return [
        verdict if card.sealed.agrees and newest.get(card.id) == card.entry_id else Verdict.NOT_BELIEVED
        for card, verdict in zip(cards, found, strict=True)
    ]


def claim_of(card: RecordCard) -> Claim:
    """Return what a card says that its source signed."""
    return claim(card, source=card.source_code, sealed=card.sealed)
