"""Datasets: our databases by their kinds, and `default`, which is all of them that the viewer may ask."""

from collections.abc import Iterable

from liaison.databases import all_databases
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.viewer import Right, Viewer

DEFAULT = "default"
SHOWN_MAX = 80


class BadQuery(Refused):
    """What was sent asks for something that there is not; said from what was sent alone."""

    status = 400


def kinds_asked(
    dataset: str, *, include: Iterable[str] = (), exclude: Iterable[str] = (), viewer: Viewer
) -> frozenset[str]:
    """Return the databases that a path and its parameters name; raise Absent alike for closed and unknown ones."""
    viewer.needs(Right.QUERY)
    open_to = datasets_of(viewer)
    named = frozenset[str]().union(*(_kinds(name, open_to) for name in (dataset, *include)))
    left = named - frozenset[str]().union(*(_kinds(name, open_to) for name in exclude))
    if not left:
        raise BadQuery(_nothing_left())
    return left


def datasets_of(viewer: Viewer) -> tuple[str, ...]:
    """Return the kinds of the databases that the viewer may ask, in the order of the register."""
    viewer.needs(Right.QUERY)
    return tuple(kind for kind in all_databases() if viewer.may_query(kind))


def _kinds(name: str, open_to: Iterable[str]) -> frozenset[str]:
    if name == DEFAULT:
        return frozenset(open_to)
    if name not in open_to:
        raise Absent(_no_dataset(name))
    return frozenset({name})


def _no_dataset(name: str) -> Finding:
    return Finding(
        code="yente.no_dataset",
        problem=mark("There is no dataset “%(name)s” that you may ask."),
        remedy=mark("Choose one from /catalog."),
        field="dataset",
        values={"name": name[:SHOWN_MAX]},
    )


def _nothing_left() -> Finding:
    return Finding(
        code="yente.no_dataset_left",
        problem=mark("Every dataset that you name is excluded again."),
        remedy=mark("Exclude fewer, or name more."),
        field="exclude_dataset",
    )
