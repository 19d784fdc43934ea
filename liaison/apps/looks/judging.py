"""Who judges spot checks and signals, and the words that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.looks.models import WORDS_LENGTH_MAX, SpotCheck, Words
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.viewer import Right, Viewer

WORDS_LENGTH_MIN = 10


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote, and whether it was the officer himself."""

    at: datetime
    text: str
    by_officer: bool


def may_judge(viewer: Viewer) -> bool:
    """Whether the viewer judges looks: of his own body as its data-protection officer, or of all as oversight."""
    return viewer.may(Right.JUDGE_LOOKS) or viewer.may(Right.OVERSEE)


def needs_to_judge(by: Viewer) -> None:
    """Raise NotAllowed unless the viewer judges looks."""
    if not may_judge(by):
        by.needs(Right.JUDGE_LOOKS)


def checked_words(text: str) -> str:
    """Return the words without the space around them; raise Refused for too few or too many."""
    words = text.strip()
    if WORDS_LENGTH_MIN <= len(words) <= WORDS_LENGTH_MAX:
        return words
    raise Refused(
        Finding(
            code="looks.words",
            problem=mark("A reason has %(least)s to %(most)s characters."),
            remedy=mark("Say in a sentence or two why, as to somebody who was not there."),
            source="policy: reasons_are_given",
            field="words",
            values={"least": WORDS_LENGTH_MIN, "most": WORDS_LENGTH_MAX},
        )
    )


def put_down(text: str, *, about: UUID, reader_id: UUID, officer: UUID, by: Viewer) -> None:
    """Keep words about a spot check or a signal, in the caller's transaction."""
    Words.objects.bulk_create(
        [Words(about=about, reader_id=reader_id, officer=officer, author=by.user_id, at=now(), text=text)]
    )


def said_about(ids: Sequence[UUID]) -> dict[UUID, tuple[Said, ...]]:
    """Return the words about these, oldest first, as far as the viewer of the transaction may read them."""
    found: dict[UUID, list[Said]] = {}
    for one in Words.objects.filter(about__in=ids).order_by("at", "id"):
        found.setdefault(one.about, []).append(Said(one.at, one.text, one.author == one.officer))
    return {about: tuple(said) for about, said in found.items()}


def already_checked(event_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these queries that were checked before."""
    return set(SpotCheck.objects.filter(event_id__in=event_ids).values_list("event_id", flat=True))
