"""What the other apps may use of the index."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from liaison.apps.index.builder import build, rewrite, run_builder
from liaison.apps.index.follower import Follower
from liaison.apps.index.ids import SLOTS, all_ids, is_part, record_of
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
    layers, scope, wanted = follower.state().layers, follower.scope_of(viewer), limit
    while True:
        found = layers.search(query, scope=scope, limit=wanted, threshold=threshold, kinds=kinds)
        best: dict[UUID, Candidate] = {}
        for one in found:  # best first: of a record with parts the one that fits best counts
            record_id = record_of(one.record_id)
            best.setdefault(record_id, Candidate(record_id, one.kind, one.score, one.explanation))
        if len(best) >= limit or len(found) < wanted or wanted > limit * SLOTS:
            return list(best.values())[:limit]
        wanted *= 2


def exact(keys: Iterable[str], viewer: Viewer) -> list[UUID]:
    """Return the records that this viewer may find by one of the keys, in the order of their ids.

    Keys are those of `liaison.databases.keys`. Raises IndexNotReady.
    """
    viewer.needs(Right.QUERY)
    follower = _follower()
    found = follower.state().layers.exact(keys, follower.scope_of(viewer))
    return sorted({record_of(one.record_id) for one in found})


def exact_whoever_may_see(keys: Iterable[str], kinds: frozenset[str]) -> list[UUID]:
    """Return the records of these kinds that have one of the keys, by id: for the installation's own work alone.

    By what everybody finds them by who sees them: whoever is told of the record need not be one who sees a part.
    Nothing of it goes to whoever asked; who is told, sees what his own rights show. Raises IndexNotReady.
    """
    found = _follower().state().layers.exact(keys, None)
    return list(
        dict.fromkeys(record_of(one.record_id) for one in found if one.kind in kinds and not is_part(one.record_id))
    )


def vouched(record_ids: Iterable[UUID], viewer: Viewer) -> frozenset[UUID]:
    """Return which of these records the index knows as vouched for, of those that this viewer may find.

    It was worked out by the role that follows the ledger, from public keys: a second opinion, which a statement that
    was slipped into the doors' connection cannot reach. A record that the index has not read yet is not among them,
    nor one with a part that this viewer may find it by and that is not vouched for. Raises IndexNotReady.
    """
    viewer.needs(Right.QUERY)
    follower = _follower()
    found = follower.state().layers.vouched(all_ids(record_ids), follower.scope_of(viewer))
    known = {record_of(one) for one in found if not is_part(one)}
    return frozenset(known - {record_of(one) for one, is_vouched in found.items() if not is_vouched})


def having_all(keys: Iterable[str], viewer: Viewer, limit: int) -> tuple[list[UUID], bool]:
    """Return the first `limit` records, by id, that this viewer may find and that have all of the keys.

    Also whether there are more, or may be, because too many records have every one of the keys to compare them all.
    Made for a part of a number: keys are the pieces that it surely has. Raises IndexNotReady.
    """
    viewer.needs(Right.QUERY)
    follower = _follower()
    found, more = follower.state().layers.having_all(keys, follower.scope_of(viewer), limit * (1 + SLOTS))
    ids = sorted({record_of(one) for one in found})
    return ids[:limit], more or len(ids) > limit


def _follower() -> Follower:
    if not _following:
        raise not_built()
    return _following[0]
