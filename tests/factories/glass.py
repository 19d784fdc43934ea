"""Invented emergency openings."""

from collections.abc import Sequence

from liaison.apps.glass import public as glass
from liaison.viewer import Level, Purpose, Viewer

WHY = "A child was taken an hour ago, and this record may say where to."


def an_opening(
    by: Viewer,
    *,
    named: Sequence[str] = (),
    source: str = "QM",
    decider: str = "XS",
    ground: str = "danger_to_life",
    hours: int = 2,
    **more: object,
) -> str:
    """Ask for an opening and return its reference."""
    said: dict[str, object] = {"purpose": Purpose.IDENTIFY, "reason": WHY} | more
    return glass.ask(ground, source=source, decider=decider, hours=hours, named=named, by=by, **said)  # type: ignore[arg-type]


def an_open_one(by: Viewer, decider: Viewer, *, level: Level = Level.OFFICIAL_USE, **more: object) -> str:
    """Ask for an opening, let a second person approve it, and return its reference."""
    reference = an_opening(by, decider=decider.reader_code, **more)  # type: ignore[arg-type]
    glass.approve(reference, level=level, by=decider)
    return reference
