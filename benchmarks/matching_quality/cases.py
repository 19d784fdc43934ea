"""Labelled questions made of the public lists: aliases, other scripts, slips, namesakes and innocents.

Everything is drawn by one die a person, so that a case stays what it is when the list grows. Which person chooses
(weights, tables, thresholds of design) and which judges (every figure that is printed) is `people.side`.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.matching_quality.people import Person, side
from benchmarks.matching_quality.slips import DATE_SLIPS, NAME_SLIPS, slipped, slipped_date
from benchmarks.matching_quality.words import script_of, shares, words_of

SEED = 5
ALIASES_MAX = 3
CORRUPTED_SHARE = 0.5
DATE_SLIP_SHARE = 0.35
NAMESAKE_SHARE = 0.3
NAMESAKE_YEARS = (3, 30)
RECOMBINED_SHARE = 0.35
RECOMBINED_WITH = 400
"""Among how many others a person looks for one of his country, whose family name he takes."""
BORN_INNOCENT = (1945, 2002)
COMMON_A_RECOMBINED = 126 / 86
"""Innocents with ordinary names for each recombined one: as in the development file."""
COUNTRY_SHARE = 0.85
_LABELS = {"strong_alias": "alias_strong", "former": "alias_strong", "weak_alias": "alias_weak"}

Case = dict[str, Any]


def made(people: Sequence[Person]) -> list[Case]:
    """Return the cases of all people, in an order that says nothing, each with its `side`."""
    world = _World(people)
    cases = [case | {"side": side(person.same)} for person in people for case in _of(person, world)]
    random.Random(SEED).shuffle(cases)
    return [{"qid": f"m{number:05}"} | case for number, case in enumerate(cases)]


def on_side(cases: Iterable[Case], which: str) -> list[Case]:
    """Return the cases of one side of the split."""
    return [case for case in cases if case["side"] == which]


def common_count(cases: Sequence[Case]) -> int:
    """Return how many ordinary innocents belong beside the recombined ones among the cases."""
    return round(COMMON_A_RECOMBINED * sum(case["sub"] == "recombined" for case in cases))


def common(travellers: Iterable[Mapping[str, Any]]) -> list[Case]:
    """Return travellers as ordinary innocents: some with a year only, or with no birth date."""
    dice = random.Random(f"common {SEED}")
    return [
        {
            **traveller,
            "sub": "common",
            "dob": _partly(traveller["dob"], dice, full=0.75, year=0.15),
            "sex": traveller["sex"] if dice.random() < 0.5 else "",
            "script": script_of(traveller["name"]),
        }
        for traveller in travellers
    ]


class _World:
    """What a case must know of the others: who is the same person, and which names belong to somebody."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = people
        self.names = {words_of(text) for person in people for text in person.names}
        self._groups: dict[str, list[str]] = defaultdict(list)
        for person in people:
            self._groups[person.same].append(person.id)

    def truth(self, person: Person) -> list[str]:
        """Return the records of a person, on all lists."""
        return self._groups[person.same]


def _of(person: Person, world: _World) -> Iterator[Case]:
    dice = random.Random(f"cases {person.id}")
    truth = world.truth(person)
    yield from _aliases(person, truth, dice)
    if dice.random() < CORRUPTED_SHARE:
        yield from _corrupt(person, truth, dice)
    if dice.random() < NAMESAKE_SHARE:
        yield from _namesakes(person, dice)
    if dice.random() < RECOMBINED_SHARE and person.given and person.family:
        yield from _recombined(person, world, dice)


def _aliases(person: Person, truth: list[str], dice: random.Random) -> Iterator[Case]:
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, kind in person.others:
        foreign = script_of(text) not in ("latin", "none")
        by_label["cross_script" if foreign else _LABELS.get(kind, "")].append(text)
    for label in ("alias_strong", "alias_weak"):
        texts = by_label[label]
        for text in dice.sample(texts, min(ALIASES_MAX, len(texts))):
            yield _case(label, person.source, text, person, truth, dice) | {"lexical": shares(text, person.primary)}
    for text in by_label["cross_script"]:
        yield _case("cross_script", person.source, text, person, truth, dice)


def _corrupt(person: Person, truth: list[str], dice: random.Random) -> Iterator[Case]:
    parts, sub = (person.given, person.family), dice.choice(NAME_SLIPS)
    name = slipped(person.primary, parts, sub, dice)
    if name and name != person.primary:
        yield _case("corrupt", sub, name, person, truth, dice)
    full = [date for date in person.born if len(date) == 10]
    if full and dice.random() < DATE_SLIP_SHARE:
        sub = dice.choice(DATE_SLIPS)
        date = slipped_date(dice.choice(full), sub, dice)
        both = slipped(person.primary, parts, dice.choice(NAME_SLIPS), dice) if dice.random() < 0.3 else None
        if date:
            yield _case("corrupt", sub, both or person.primary, person, truth, dice) | {"dob": date}


def _namesakes(person: Person, dice: random.Random) -> Iterator[Case]:
    full = [date for date in person.born if len(date) == 10]
    year = int(full[0][:4]) + dice.choice((-1, 1)) * dice.randint(*NAMESAKE_YEARS) if full else 0
    if full and not any(str(year) in date for date in person.born):
        date = f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        yield _case("namesake", "same_name_other_dob", person.primary, person, [], dice) | {"dob": date}


def _recombined(person: Person, world: _World, dice: random.Random) -> Iterator[Case]:
    among = dice.sample(world.people, min(RECOMBINED_WITH, len(world.people)))
    compatriots = [one for one in among if one.family and set(one.countries) & set(person.countries)]
    for other in compatriots[:1]:
        name = f"{person.given} {other.family}"
        if other.same != person.same and words_of(name) not in world.names:
            day = f"{dice.randint(*BORN_INNOCENT)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
            date = _partly(day, dice, full=0.75, year=0.12)
            yield _case("negative", "recombined", name, person, [], dice) | {"dob": date}


def _case(kind: str, sub: str, name: str, person: Person, truth: list[str], dice: random.Random) -> Case:
    plain = [date for date in person.born if len(date) in (4, 10)]
    return {
        "kind": kind,
        "sub": sub,
        "name": name,
        "dob": _partly(dice.choice(plain), dice, full=0.5, year=0.25) if plain else None,
        "country": dice.choice(person.countries) if person.countries and dice.random() < COUNTRY_SHARE else None,
        "sex": person.sex if dice.random() < 0.5 else "",
        "sex_of_person": person.sex,
        "truth": truth,
        "script": script_of(name),
        "primary": person.primary,
    }


def _partly(date: str, dice: random.Random, *, full: float, year: float) -> str | None:
    """Return a date, its year or nothing, in these shares."""
    luck = dice.random()
    return date if luck < full else date[:4] if luck < full + year else None
