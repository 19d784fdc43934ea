"""Time tells nothing: a classifier that knows how long each answer took cannot tell a hidden record from none.

Pairs of questions go through the plain callable of `liaison serve`: one for the number of a record that the officer
may not see, one for a number that is in no record. The area under the curve of the best threshold (AUC) is 0.5 for a
coin and stays under 0.55. What the test can find at all is measured with it: a leak is planted, and the smallest is
stated that it finds.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest

from liaison.api.ticks import SIZE_CLASS_BYTES, TICK_SECONDS, padded, until_tick
from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.screening import asgi
from tests.budgets import budget
from tests.doors.table import GROUND
from tests.factories.index import following
from tests.factories.members import a_viewer
from tests.factories.records import a_document

pytestmark = [pytest.mark.postgres, pytest.mark.proof]
PAIRS = budget(120, 20_000)
"""In `make proof` 5,000 pairs: 10,000 questions."""
HIDDEN = 200
AUC_MAX = 0.55
DRAWS = 400


class Measured(NamedTuple):
    """How long answers took on the wire and inside, and how long they were: one row for each pair."""

    hidden: np.ndarray
    absent: np.ndarray
    sizes: set[int]


def auc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Return the chance that one of the first is larger than one of the second, ties half (Mann and Whitney)."""
    both = np.concatenate((positive, negative))
    order = np.argsort(both, kind="stable")
    ranks = np.empty(len(both))
    ranks[order] = np.arange(1, len(both) + 1)
    _, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.bincount(inverse, ranks) / counts)[inverse]
    above = ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2
    return float(above / (len(positive) * len(negative)))


def interval(positive: np.ndarray, negative: np.ndarray, seed: int = 1) -> tuple[float, float]:
    """Return where the AUC lies with 99 % confidence, by drawing pairs again (bootstrap)."""
    dice = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        chosen = dice.integers(0, len(positive), len(positive))
        drawn.append(auc(positive[chosen], negative[chosen]))
    low, high = np.quantile(drawn, (0.005, 0.995))
    return float(low), float(high)


def on_ticks(times: np.ndarray) -> np.ndarray:
    """Return when answers leave that took so long inside."""
    return np.ceil(times / TICK_SECONDS) * TICK_SECONDS


@pytest.fixture(scope="module")
def officer(house, django_db_blocker) -> Iterator[str]:
    """The token of an officer of QN, in a world in which QM hides two hundred papers from everybody."""
    name = house.clone()
    with django_db_blocker.unblock():
        house.use(name)
        owner, reader = a_viewer("QM"), a_viewer("QN")
        drafts = [
            records.Draft("travel_documents", a_document(f"QM8{number:06}"), audience="") for number in range(HIDDEN)
        ]
        records.enter_many(drafts, by=owner)
        with following():
            asgi.tokens.forget()
            yield members.issue_token(by=reader, label="test", days=1)
        audit.stop_event_writer()
        asgi.tokens.forget()
        house.use(house.own)
        house.drop(name)


def measure(token: str, pairs: int, *, leak_seconds: float = 0.0) -> Measured:
    """Ask in pairs, in an order that is drawn for each; return how long each answer took, to the byte that left."""
    dice = np.random.default_rng(7)
    sizes: set[int] = set()
    times = {True: np.empty(pairs), False: np.empty(pairs)}

    async def ask(number: str) -> float:
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/v1/queries",
            "client": ("127.0.0.1", 1),
            "headers": [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())],
        }
        body, left = json.dumps({"document_number": number, "document_country": "QM", **GROUND}).encode(), []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, object]) -> None:
            left.append((time.perf_counter(), message))

        began = time.perf_counter()
        await asgi.queries(scope, receive, send)
        answer = left[-1][1]["body"]
        assert json.loads(answer)["hits"] == []
        sizes.add(len(answer))
        return left[0][0] - began

    async def all_pairs() -> None:
        for pair in range(pairs):
            number = int(dice.integers(0, HIDDEN))
            for is_hidden in (True, False) if dice.random() < 0.5 else (False, True):
                asked = f"QM{8 if is_hidden else 9}{number:06}"
                with slower(leak_seconds if is_hidden else 0.0):
                    times[is_hidden][pair] = await ask(asked)

    asyncio.run(all_pairs())
    return Measured(times[True], times[False], sizes)


class slower:  # noqa: N801 - reads as a word in a sentence
    """Let the work behind an answer take longer: a planted leak."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.real = seconds, asgi.ask

    def __enter__(self) -> None:
        if self.seconds:
            asgi.ask = self._slow  # type: ignore[assignment]  # put back below

    def __exit__(self, *_: object) -> None:
        asgi.ask = self.real

    def _slow(self, *given: object, **more: object) -> object:
        time.sleep(self.seconds)
        return self.real(*given, **more)  # type: ignore[arg-type]  # passed on


def smallest_found(inside: np.ndarray, wire: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the smallest leak, in seconds, that would be found among answers that take so long inside."""
    half = len(inside) // 2
    for leak in np.arange(0.0001, 4 * TICK_SECONDS, 0.0001):
        low, _ = interval(wire(inside[:half] + leak), wire(inside[half : 2 * half]))
        if low > 0.5:
            return float(leak)
    return float("inf")


def test_a_hidden_record_takes_as_long_as_none(officer: str, record_property):
    measure(officer, 20)  # caches fill, threads start

    found = measure(officer, PAIRS)

    area, (low, high) = auc(found.hidden, found.absent), interval(found.hidden, found.absent)
    record_property("auc", f"{area:.4f} ({low:.4f} to {high:.4f}) over {PAIRS} pairs")
    limit = smallest_found(np.concatenate((found.absent, found.hidden)), on_ticks)
    record_property("smallest leak found", f"{limit * 1000:.1f} ms")
    assert low < AUC_MAX
    assert high > 1 - AUC_MAX
    if budget(0, 4):
        assert 1 - AUC_MAX < area < AUC_MAX
        assert limit <= 2 * TICK_SECONDS
    assert len(found.sizes) == 1
    assert found.sizes.pop() % SIZE_CLASS_BYTES == 0


def test_a_leak_that_is_planted_is_found(officer: str):
    """Were there nothing to find with, the test above would prove nothing: what is more than the noise is found."""
    quiet = measure(officer, budget(40, 400))
    times = np.concatenate((quiet.hidden, quiet.absent))
    noise = float(np.subtract(*np.quantile(times, (0.9, 0.1))))

    found = measure(officer, budget(60, 2_000), leak_seconds=2 * TICK_SECONDS + noise)

    assert interval(found.hidden, found.absent)[0] > AUC_MAX


def test_answers_leave_on_ticks():
    assert until_tick(0.0) == TICK_SECONDS
    assert until_tick(0.0012) == pytest.approx(0.0038)
    assert until_tick(0.0051) == pytest.approx(0.0049)


@pytest.mark.parametrize(
    ("length", "sent"), [(0, 0), (1, 4_096), (4_095, 4_096), (4_096, 4_096), (4_097, 8_192), (20_000, 20_480)]
)
def test_answers_have_the_length_of_their_class(length: int, sent: int):
    assert len(padded(b"x" * length)) == sent
    assert padded(b'{"a": 1}').strip() == b'{"a": 1}'


def test_the_area_is_that_of_its_definition():
    dice = np.random.default_rng(3)
    one, other = dice.integers(0, 9, 40).astype(float), dice.integers(2, 11, 50).astype(float)
    by_hand = np.mean([(a > b) + 0.5 * (a == b) for a in one for b in other])

    assert auc(one, other) == pytest.approx(by_hand)
    assert auc(one, one) == pytest.approx(0.5)
