"""Invented people for the tests of the engine."""

import datetime
import uuid

from hypothesis import strategies as st

from liaison.matching import IndexDocument

SYLLABLES = ("zor", "ban", "dil", "ara", "vos", "kem", "rish", "tul", "mev", "gor", "sha", "lim", "pek", "nuv", "oda")
COUNTRIES = ("QM", "QN", "QO", "QP")
OURS, THEIRS = b"o" * 16, b"t" * 16

words = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4).map("".join)
names = st.lists(words, min_size=1, max_size=4, unique=True).map(" ".join)
days = st.dates(datetime.date(1850, 1, 1), datetime.date(2100, 12, 31)).map(str)
partial_dates = st.one_of(days, days.map(lambda day: day[:7]), days.map(lambda day: day[:4]))


def people(**fixed: object) -> st.SearchStrategy[dict[str, object]]:
    """Return a strategy of people; a field that is named has that value."""
    drawn = {
        "names": st.lists(names, min_size=1, max_size=3),
        "birth_dates": st.lists(partial_dates, max_size=2),
        "nationalities": st.lists(st.sampled_from(COUNTRIES), max_size=2),
        "sex": st.sampled_from(("", "F", "M")),
    }
    return st.fixed_dictionaries({**drawn, **{name: st.just(value) for name, value in fixed.items()}})


def a_document(
    number: int = 1,
    *,
    audience: int = 1,
    level: int = 1,
    source: bytes = OURS,
    kind: str = "persons",
    **content: object,
) -> IndexDocument:
    """Return a document of the index whose id ends in `number`."""
    content.setdefault("names", ["Dilara Voss"])
    return IndexDocument(an_id(number), kind, source, audience, level, content)


def an_id(number: int) -> bytes:
    """Return the 16 bytes of the id that ends in `number`."""
    return uuid.UUID(int=(0xF00D << 100) + number).bytes
