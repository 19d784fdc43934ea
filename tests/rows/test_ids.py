"""UUIDv7: sorted by birth, of the right version, never twice."""

import threading
import time
from uuid import RFC_4122, UUID

from liaison.rows.public import new_id
from tests.budgets import budget


def test_ids_of_one_process_sort_in_the_order_of_their_making():
    made = [new_id() for _ in range(budget(5_000, 200_000))]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_says_that_it_is_version_7_and_when_it_was_made():
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000

    assert made.version == 7
    assert made.variant == RFC_4122
    assert before <= made.int >> 80 <= after + 1


def test_threads_never_make_the_same_id():
    made: list[UUID] = []
    threads = [threading.Thread(target=lambda: made.extend([new_id() for _ in range(500)])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 8 * 500
