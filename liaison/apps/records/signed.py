"""Whether a record, as its row is now, bears its source's name: asked by screens, by the index and by its page."""

from collections.abc import Sequence

from liaison.apps.audit import public as audit
from liaison.apps.records.queries import RecordCard
from liaison.apps.signatures import public as signatures
from liaison.apps.signatures.public import Claim, Verdict
from liaison.ledger.statements import Version
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer


def verdicts(cards: Sequence[RecordCard], viewer: Viewer) -> list[Verdict]:
    """Return of each card whether its source signed what it shows, in their order: the row and each part with it.

    A row that differs from its content, or points at another than its newest, is not believed, whatever is signed: so
    neither a changed row nor an old version put back is acted on.
    """
    if not cards:
        return []
    shown = [(card.id, card.entry_id, claim_of(card), card.sealed.agrees) for card in cards]
    beside = [[(one.id, one.entry_id, one.claim, one.agrees) for one in card.parts] for card in cards]
    asked = [one for card, parts in zip(shown, beside, strict=True) for one in (card, *parts)]
    with viewing(viewer, savepoint=False):
        newest = audit.newest_with_content([one[0] for one in asked])
        found = signatures.verdicts([claim for _, _, claim, _ in asked])
    each = iter(
        verdict if agrees and newest.get(subject) == entry_id else Verdict.NOT_BELIEVED
        for (subject, entry_id, _, agrees), verdict in zip(asked, found, strict=True)
    )
    return [_worst([next(each) for _ in range(1 + len(parts))]) for parts in beside]


def _worst(found: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a whole of several: it is believed as far as its least part is."""
    return max(found, key=_ORDER.index)


_ORDER = (Verdict.VERIFIED, Verdict.UNSIGNED, Verdict.NOT_BELIEVED)


def claim_of(card: RecordCard) -> Claim:
    """Return what a card says that its source signed."""
    sealed = card.sealed
    version = Version(card.source_code, card.reference, card.version, sealed.kind, sealed.digest)
    return Claim(card.signing_id, card.source_id, version)
