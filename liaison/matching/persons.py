"""People in memory, and who of them somebody is: the engine for a program of its own, a test or a benchmark."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple

from liaison.matching.building import segment_of
from liaison.matching.explanation import Part
from liaison.matching.layers import Layers
from liaison.matching.search_document import IndexDocument

_NOBODY = bytes(16)


class Result(NamedTuple):
    """A person who may be the one asked for; the parts of the explanation sum to the score."""

    id: object
    score: float
    explanation: tuple[Part, ...]


class PersonIndex:
    """An index of people, each a mapping with `id` and the fields of a search document.

    >>> index = PersonIndex.build([{"id": "p1", "names": ["Dilara Voss"], "birth_dates": ["1984-03-12"]}])
    >>> [result.id for result in index.search({"names": ["Voss Dilara"], "birth_dates": ["1984"]})]
    ['p1']
    """

    def __init__(self, layers: Layers, ids: Mapping[bytes, object]) -> None:
        self._layers = layers
        self._ids = ids

    @classmethod
    def build(
        cls, people: Iterable[Mapping[str, object]], progress: Callable[[int], None] | None = None
    ) -> "PersonIndex":
        """Return an index of people; `progress` is told how many are read. Of two with one id the later counts."""
        ids: dict[bytes, object] = {}

        def documents() -> Iterable[IndexDocument]:
            for person in people:
                record_id = _record_id(person["id"])
                ids[record_id] = person["id"]
                kind = str(person.get("kind") or "persons")
                yield IndexDocument(record_id, kind, _NOBODY, audience=0, level=0, content=person)

        return cls(Layers([segment_of(documents(), progress)]), ids)

    def search(self, query: Mapping[str, object], limit: int = 5, threshold: float = 0.0) -> list[Result]:
        """Return the likeliest people, best first, with a score of at least the threshold."""
        found = self._layers.search(query, scope=None, limit=limit, threshold=threshold)
        return [Result(self._ids[candidate.record_id], candidate.score, candidate.explanation) for candidate in found]


@cache
def warm_up() -> None:
    """Compile the engine, or load what was compiled before, once: the first question does not wait for it then."""
    person = {"names": ["Dilara Voss"], "birth_dates": ["1984-03-12"], "nationalities": ["QM"], "sex": "F"}
    index = PersonIndex.build([{"id": 1, **person}])
    found = index.search({**person, "names": ["D. Vos", "Voss Di lara"]})
    assert found, "the engine finds whom it was told of"


def _record_id(given: object) -> bytes:
    return hashlib.blake2b(f"{type(given).__name__}:{given}".encode(), digest_size=16).digest()
