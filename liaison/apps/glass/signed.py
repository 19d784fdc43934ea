"""Whether the bodies put their names to an opening, as its row is now: for its page, and before it opens."""

from dataclasses import replace

from liaison.apps.glass.queries import OpeningCard
from liaison.apps.signatures import public as signatures
from liaison.apps.signatures.public import SignedAct, Verdict
from liaison.ledger.canonical import Json
from liaison.ledger.entries import moment_text
from liaison.refusal import Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

_OPENED = frozenset({"approved", "ended", "acknowledged"})


def acts(card: OpeningCard, viewer: Viewer) -> list[SignedAct]:
    """Return who asked, decided, ended or saw it, as far as the viewer may know, and whether that is signed.

    An act that says something else than the row is not believed, whatever is signed.
    """
    every = [card.asker.id, card.decider.id, card.source.id]
    may_say = {
        "asked": [card.asker.id],
        "approved": [card.decider.id],
        "rejected": [card.decider.id],
        "ended": every,
        "acknowledged": [card.source.id],
    }
    with viewing(viewer, savepoint=False):
        found = signatures.acts_on(card.id, may_say)
    return [one if _agrees(one, card) else replace(one, verdict=Verdict.NOT_BELIEVED) for one in found]


def refuse_unbelieved(card: OpeningCard, viewer: Viewer) -> None:
    """Raise Refused where the ledger lacks a person's act, or a signature does not hold: nothing is shown."""
    found = acts(card, viewer)
    known = {one.action for one in found} >= {"asked", "approved"}
    if not known or any(one.verdict is Verdict.NOT_BELIEVED for one in found):
        raise Refused(
            Finding(
                code="glass.not_believed",
                problem=mark("The ledger and the signatures do not bear out this opening, so it opens nothing."),
                remedy=mark("Ask anew, and tell the operator to run “liaison audit verify”."),
            )
        )


def terms(card: OpeningCard, action: str) -> dict[str, Json]:
    """Return what an act on an opening says of it, as the row has it: what was asked for and what was opened."""
    asked: dict[str, Json] = {
        "asker": card.asker.code,
        "decider": card.decider.code,
        "ground": card.ground.code,
        "hours": card.hours,
        "named": list(card.named),
        "purpose": card.purpose.value,
        "records_max": card.records_max,
        "source": card.source.code,
    }
    if action not in _OPENED or card.ends_at is None:
        return asked
    return {**asked, "level": int(card.level), "ends_at": moment_text(card.ends_at)}


def _agrees(act: SignedAct, card: OpeningCard) -> bool:
    return act.says.items() >= terms(card, act.action).items()
