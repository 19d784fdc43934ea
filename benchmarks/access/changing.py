"""Membership that keeps changing, in a process of its own: bodies suspended and resumed, programmes and agencies.

python -m benchmarks.access.changing HOME CHANGES_PER_SECOND

Ends with the end of its input, and then says how long each kind of change took, in milliseconds.
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import json
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import homes
from benchmarks.access.world import CASES, EVERY, FEW, HALF, REASON, SEED, World, persons_of


def main() -> None:
    """Change membership at a fixed rate until nobody listens any more; late is late."""
    home, per_second = Path(sys.argv[1]), float(sys.argv[2])
    os.environ["LIAISON_HOME"] = str(home)
    homes.django()
    world = World.kept(home)
    assert world is not None, "the home is filled"
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    taken: dict[str, list[float]] = {}
    due = time.monotonic()
    for verb, change in Changes(world).endless():
        began = time.monotonic()
        change()
        taken.setdefault(verb, []).append((time.monotonic() - began) * homes.MILLISECONDS)
        due += 1 / per_second
        if ended.wait(max(0.0, due - time.monotonic())) and verb in LEAVES_NOTHING:
            break
    print(json.dumps({verb: _said(times) for verb, times in sorted(taken.items())}))


LEAVES_NOTHING = frozenset({"resume a body", "change a programme", "disconnect an agency"})


def _said(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"count": len(times), "ms_median": round(statistics.median(ordered), 1), "ms_most": round(ordered[-1], 1)}


class Changes:
    """Changes of what many bodies may see, by the product's own services and by two persons where two are needed."""

    def __init__(self, world: World) -> None:
        self._dice = random.Random(SEED)
        self._bodies = [one for one in world.sources if one not in (EVERY, HALF, FEW)]
        self._groups = world.groups

    def endless(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Yield a verb and what does it, again and again; what suspends is followed by what resumes."""
        number = 0
        while True:
            number += 1
            body, code = self._dice.choice(self._bodies), f"{EVERY}-B{time.time_ns() % 10**8}"
            yield "suspend a body", lambda body=body: self._suspend(body)
            yield "resume a body", lambda body=body: self._resume(body)
            yield "change a programme", self._regroup
            if number % 4 == 0:
                yield "connect an agency", lambda code=code: self._connect(code)
                yield "disconnect an agency", lambda code=code: self._disconnect(code)

    def _suspend(self, body: str) -> None:
        from liaison.apps.members import public as members

        members.suspend(body, reason=REASON, by=persons_of("XS", 1))

    def _resume(self, body: str) -> None:
        from liaison.apps.members import public as members

        self._decided(members.propose_resumption(body, reason=REASON, by=persons_of("XS", 1)), "XS")

    def _regroup(self) -> None:
        from liaison.apps.members import public as members

        code = self._dice.choice(self._groups)
        bodies = self._dice.sample([HALF, *self._bodies], CASES["of_a_group"])
        asked = members.propose_group("programme", code, code, bodies, reason=REASON, by=persons_of("XS", 1))
        self._decided(asked, "XS")

    def _connect(self, code: str) -> None:
        from liaison.apps.members import public as members
        from liaison.rows.public import now
        from liaison.rules.membership import Terms

        today = now().date()
        terms = Terms(
            number="1/2026",
            title="Agreement of a benchmark",
            starts_on=today,
            ends_on=today + timedelta(days=30),
            queries=frozenset({"travel_documents"}),
        )
        asked = members.propose_connection(code, "An agency", terms=terms, reason=REASON, by=persons_of(EVERY, 1))
        self._decided(asked, EVERY)

    def _disconnect(self, code: str) -> None:
        from liaison.apps.members import public as members

        members.disconnect(code, reason=REASON, by=persons_of(EVERY, 1))

    def _decided(self, asked: Any, body: str) -> None:
        from liaison.apps.members import public as members

        members.decide(asked, approve=True, by=persons_of(body, 2))


if __name__ == "__main__":
    main()
