"""Ordinary travellers: name, full birth date, nationality and sex; nobody in particular, the same for the same seed.

python -m benchmarks.travellers COUNT [--seed N]      # in the environment of benchmarks/beside.py: JSON lines
python -m benchmarks.travellers COUNT --crossed       # with words that are in no list
python -m benchmarks.travellers --words               # the lists, romanised, for benchmarks/population.py

A nationality comes as often as the cube root of its people, and twice as often where its writing is not Latin: by
number alone every second traveller would be of three countries, and whole scripts would come too seldom to be judged.
Where a writing is not Latin, half are written so and half as passports romanise it (`latin` is always so). Words come
as often as Faker says, and equally often where it does not. `--crossed` gives each word of four letters or more the
beginning of one and the end of another of its list: who bears a name that no table knows.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from benchmarks import naming
from benchmarks.naming import Forms, Lists, People

SEED = 11
AGES = (16, 84, 36)
"""Youngest, oldest and most frequent."""
BORN_BEFORE = 2026
GLUED = frozenset({"hanzi", "hanzi_wade", "japanese", "hangul"})
"""Native writings without a space between family and given name."""
SECOND_SYLLABLE = 0.6
"""How many of Faker's Chinese given names of one character get another one."""

CROSSED_MIN = 4

Drawn = Sequence[tuple[Sequence[Forms], Sequence[float]]]


def main() -> None:
    """Print travellers, or the words that they are made of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--crossed", action="store_true")
    parser.add_argument("--words", action="store_true")
    asked = parser.parse_args()
    for one in words() if asked.words else travellers(asked.count, asked.seed, crossed=asked.crossed):
        print(json.dumps(one, ensure_ascii=False))


def travellers(count: int, seed: int, *, crossed: bool = False) -> Iterator[dict[str, Any]]:
    """Yield so many travellers as cases: who must not be found."""
    dice = random.Random(seed)
    drawn = [(people, _drawn(naming.lists_of(people), dice if crossed else None)) for people in naming.ALL]
    often = list(accumulate(_often(people) for people in naming.ALL))
    for number in range(count):
        ((people, lists),) = dice.choices(drawn, cum_weights=often)
        woman = dice.random() < 0.5
        native, latin = _names(people, lists, dice, woman=woman)
        at_home = people.writing == "native_only" or dice.random() < 0.5
        yield {
            "qid": f"t{number}",
            "kind": "negative",
            "sub": "traveller",
            "name": native if at_home or people.writing == "latin" else latin,
            "latin": latin,
            "dob": _born(dice),
            "country": people.country,
            "sex": "F" if woman else "M",
            "truth": [],
            "writing": people.writing if at_home or people.writing == "latin" else f"{people.writing} romanised",
        }


def _often(people: People) -> float:
    return float(people.millions ** (1 / 3)) * (1 if people.writing == "latin" else 2)


def words() -> Iterator[dict[str, Any]]:
    """Yield the romanised words of each nationality, and whether it has few family names, as East Asia has."""
    for people in naming.ALL:
        lists = naming.lists_of(people)
        given = [latin[0] for forms, _ in (lists.men, lists.women) for _, latin in forms if latin]
        family = [latin[0] for _, latin in lists.family_of_men[0] if latin]
        if given and family:
            yield {
                "country": people.country,
                "millions": people.millions,
                "given": given,
                "family": family,
                "few families": people.writing in GLUED or people.country == "VN",
            }


def _drawn(lists: Lists, crossed: random.Random | None) -> Drawn:
    """Return the lists of men and of women - given, family, middle - with weights as `choices` wants them."""
    pairs = (
        lists.men, lists.family_of_men, lists.middle_of_men,
        lists.women, lists.family_of_women, lists.middle_of_women,
    )  # fmt: skip
    return [(_crossed(forms, crossed) if crossed else forms, list(accumulate(weights))) for forms, weights in pairs]


def _crossed(forms: Sequence[Forms], dice: random.Random) -> Sequence[Forms]:
    """Return each word with the end of another one, at home and in Latin letters."""
    long = [one for one in forms if len(one[0]) >= CROSSED_MIN and one[1]]
    return [
        (_grafted(word, other), tuple(_grafted(spelt, graft[0]) for spelt in spellings))
        if len(word) >= CROSSED_MIN and spellings
        else (word, spellings)
        for word, spellings in forms
        for other, graft in [dice.choice(long or [(word, spellings)])]
    ]


def _grafted(word: str, other: str) -> str:
    return word[: (len(word) + 1) // 2] + other[len(other) // 2 :].lower()


def _names(people: People, lists: Drawn, dice: random.Random, *, woman: bool) -> tuple[str, str]:
    """Return a name as it is written at home, and in Latin letters."""
    shares, orders = zip(*people.pattern, strict=True)
    (order,) = dice.choices(orders, shares)
    parts = {}
    for place, letter in enumerate(order):
        forms = _part(letter, people, lists, dice, woman=woman)
        parts[place] = (letter, *forms)
    latin = " ".join(spelt for _, _, spelt in parts.values() if spelt)
    if people.writing in GLUED:
        return "".join(word for _, word, _ in sorted(parts.values())), latin
    return " ".join(word for _, word, _ in parts.values() if word), latin


def _part(letter: str, people: People, lists: Drawn, dice: random.Random, *, woman: bool) -> tuple[str, str]:
    given, family, middle = lists[3:] if woman else lists[:3]
    forms, weights = {"G": given, "D": given, "P": middle, "A": lists[0], "F": family}[letter]
    if not forms:
        return "", ""
    ((word, spellings),) = dice.choices(forms, cum_weights=weights)
    spelt = dice.choice(spellings) if spellings else ""
    if letter == "G" and people.writing == "hanzi" and len(word) == 1 and dice.random() < SECOND_SYLLABLE:
        second, (sound,) = dice.choice([one for one in forms if len(one[0]) == 1])
        word, spelt = word + second, spelt + sound.lower()
    return word, spelt.title() if spelt.islower() else spelt


def _born(dice: random.Random) -> str:
    year = BORN_BEFORE - round(dice.triangular(*AGES))
    return f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"


if __name__ == "__main__":
    main()
