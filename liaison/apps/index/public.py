"""What the other apps may use of the index."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from liaison.apps.index.builder import build, rewrite, run_builder
from liaison.apps.index.follower import Follower
from liaison.apps.index.values import Candidate, Freshness, IndexNotReady, not_built
from liaison.viewer import Right, Viewer

__all__ = [
    "Candidate",
    "Freshness",
    "IndexNotReady",
    "build",
    "candidates",
    "exact",
    "exact_whoever_may_see",
    "freshness",
    "having_all",
    "rewrite",
    "run_builder",
    "start_follower",
    "stop_follower",
    "vouched",
]

_following: list[Follower] = []


def start_follower() -> None:
    """Let this process follow the index. Returns when it is up to date, or after a few seconds without one."""
    if not _following:
        _following.append(Follower())
    _following[0].start()


def stop_follower() -> None:
    """End following; until it starts again every question is refused."""
    while _following:
        _following.pop().stop()


def freshness() -> Freshness:
    """Return how new the answers of this process are; raise IndexNotReady when they are too old to give."""
    return _follower().freshness()


def candidates(
    query: Mapping[str, object],
    viewer: Viewer,
    limit: int,
    *,
    threshold: float = 0.0,
    kinds: frozenset[str] | None = None,
) -> list[Candidate]:
    """Return the likeliest records that this viewer may find, best first; of these kinds only if they are named.

    `query` has the fields of a search document. Whoever shows a candidate reads its row again under the viewer's
    rights: a late index can hide, never leak. Raises IndexNotReady.
    """
    viewer.needs(Right.QUERY)
    follower = _follower()
    found = follower.state().layers.search(
        query, scope=follower.scope_of(viewer), limit=limit, threshold=threshold, kinds=kinds
    )
    return [Candidate(UUID(bytes=one.record_id), one.kind, one.score, one.explanation) for one in found]


def exact(keys: Iterable[str], viewer: Viewer) -> list[UUID]:
    """Return the records that this viewer may find by one of the keys, in the order of their ids.

    Keys are those of `liaison.databases.keys`. Raises IndexNotReady.
    """
    viewer.needs(Right.QUERY)
    follower = _follower()
    found = follower.state().layers.exact(keys, follower.scope_of(viewer))
    return list(dict.fromkeys(UUID(bytes=one.record_id) for one in found))


def exact_whoever_may_see(keys: Iterable[str], kinds: frozenset[str]) -> list[UUID]:
    """Return the records of these kinds that have one of the keys, by id: for the installation's own work alone.

    Nothing of it goes to whoever asked; who is told, sees what his own rights show. Raises IndexNotReady.
    """
    found = _follower().state().layers.exact(keys, None)
    return list(dict.fromkeys(UUID(bytes=one.record_id) for one in found if one.kind in kinds))


def vouched(record_ids: Iterable[UUID], viewer: Viewer) -> frozenset[UUID]:
    """Return which of these records the index knows as vouched for, of those that this viewer may find.

    It was worked out by the role that follows the ledger, from public keys: a second opinion, which a statement that
    was slipped into the doors' connection cannot reach. A record that the index has not read yet is not among them.
    Raises IndexNotReady.
    """
    viewer.needs(Right.QUERY)
    follower = _follower()
    found = follower.state().layers.vouched([one.bytes for one in record_ids], follower.scope_of(viewer))
    return frozenset(UUID(bytes=one) for one in found)


def having_all(keys: Iterable[str], viewer: Viewer, limit: int) -> tuple[list[UUID], bool]:
    """Return the first `limit` records, by id, that this viewer may find and that have all of the keys.

    Also whether there are more, or may be, because too many records have every one of the keys to compare them all.
    Made for a part of a number: keys are the pieces that it surely has. Raises IndexNotReady.
    """
    viewer.needs(Right.QUERY)
    follower = _follower()
    found, more = follower.state().layers.having_all(keys, follower.scope_of(viewer), limit)
    return [UUID(bytes=record_id) for record_id in found], more


def _follower() -> Follower:
    if not _following:
        raise not_built()
    return _following[0]
