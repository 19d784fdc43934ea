"""Invented people: names in their own script and romanised, aliases, birth dates as good as police know them, papers.

Each person is made from his number alone, so that anyone can be made again without the others. The fields are those
that `liaison.databases.persons` declares.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from liaison.apps.training.world.dice import Dice
from liaison.apps.training.world.documents import PASSPORTS_FROM, passport_number
from liaison.apps.training.world.stocks import COUNTRIES, SEED, Stock, Word, stock

PEOPLE = 5_000
OFFERED = 0

WORLD_DAY = date(2026, 11, 1)

_BORN_FIRST, _BORN_LAST = date(1946, 1, 1), date(2007, 12, 31)
_DESCRIBED_PERCENT = 70
_PASSPORT_PERCENT = 80
_STOLEN_EVERY = 25

_STATUSES = (
    *("wanted_charged",) * 34,
    *("wanted_convicted",) * 20,
    *("suspect",) * 16,
    *("missing",) * 12,
    *("victim",) * 4,
    *("witness",) * 4,
    *("warned",) * 8,
    *("deceased",) * 2,
)
_PERSON_STATUS = {
    "wanted_charged": "charged",
    "wanted_convicted": "convicted",
    "suspect": "suspect",
    "missing": "missing",
    "victim": "victim",
    "witness": "witness",
    "warned": "convicted",
    "deceased": "deceased",
}
_OFFENCES = (
    "armed robbery of a jeweller in {town}",
    "burglary of the harbour stores in {town}",
    "fraud against the savings bank of {town}",
    "smuggling of cigarettes through {town}",
    "smuggling of migrants by way of {town}",
    "theft of altar silver in {town}",
    "forging of residence permits in {town}",
    "manslaughter in {town}",
    "arson of a warehouse in {town}",
    "kidnapping of a merchant of {town}",
    "theft of lorries between {town} and the border",
    "trafficking in firearms found in {town}",
    "dealing in protected birds at {town}",
    "laundering of money through a hotel in {town}",
)
_REASONS = {
    "charged": "Wanted for prosecution: {offence}.",
    "convicted": "Wanted to serve a sentence: {offence}.",
    "suspect": "Suspected of {offence}; whereabouts and identity are asked for.",
    "missing": "Missing since {day}, last seen in {town}.",
    "victim": "Victim in a case of {offence}; protect, do not question.",
    "witness": "Witness in a case of {offence}.",
    "deceased": "Found dead in {town}; relatives are sought.",
}
_WARNED = "Convicted of {offence}; is likely to offend again in other countries."
_OF_HEALTH = ("contagious", "suicidal", "drug_user")
_HEALTH_REASON = "Whoever meets the person has to know it, to help and to be safe."
_LEGAL_BASIS = "Protection of Minors Act, section 4"
_PERHAPS_MINOR_FROM = 2004
"""Some of those born since then have birth dates so rough that they may have been minors."""
_CAUTIONS = ("armed", "violent", "escaped", "contagious", "suicidal", "drug_user")
_EYES = ("brown", "blue", "green", "grey", "hazel", "black")
_HAIR = ("black", "brown", "blond", "red", "grey", "white", "bald")
_BUILDS = ("slim", "medium", "stout", "athletic")
_MARKS = (
    "scar over the {side} eyebrow",
    "tattoo of a ship on the {side} forearm",
    "tattoo of three stars on the {side} hand",
    "{side} little finger missing",
    "birthmark below the {side} ear",
    "walks with a limp on the {side}",
    "gold tooth, upper {side}",
    "burn on the back of the {side} hand",
)
_NICKNAMES = (
    "Lantern", "Sparrow", "The Miller", "Copper", "Quiet One", "Long Coat", "Heron", "The Clock", "Ferryman", "Salt",
    "Doctor", "Little Bear", "Two Keys", "The Tailor", "Frost", "Captain",
)  # fmt: skip
_COMMON_LANGUAGES = ("eng", "fra", "spa", "ara", "rus")


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """One person: the country that enters him, the fields of his record, and what his passport says of him."""

    number: int
    country: str
    fields: dict[str, object]
    family: str
    given: str
    female: bool
    born: date
    passport: dict[str, str] | None
    passport_is_stolen: bool


@dataclass(frozen=True, slots=True)
class _Called:
    """What a person is called, word by word."""

    given: Word
    family: Word
    father: Word
    mother_family: Word
    stock: Stock


def people(count: int = PEOPLE) -> Iterator[InventedPerson]:
    """Yield so many people, the one whose passport is offered to newcomers first."""
    return (person(number) for number in range(count))


def person(number: int) -> InventedPerson:
    """Return the person of that number; the same one on every machine."""
    dice = Dice(SEED, number)
    country = COUNTRIES[0] if number == OFFERED else dice.one_of(COUNTRIES)
    female = number != OFFERED and dice.happens(30)
    called = _called(dice, stock(country), female=female)
    chosen = "wanted_charged" if number == OFFERED else dice.one_of(_STATUSES)
    status = _PERSON_STATUS[chosen]
    born = dice.day(_BORN_FIRST, _BORN_LAST)
    passport = _passport(dice, number, country) if number == OFFERED or dice.happens(_PASSPORT_PERCENT) else None
    wanted = chosen.startswith("wanted")

    fields: dict[str, object] = {
        "names": _names(dice, called, female=female),
        "birth_dates": _birth_dates(dice, born, certain=number == OFFERED),
        "birth_places": [{"country": country, "city": _town(dice, called.stock)}],
        "nationalities": [country] if number == OFFERED else _nationalities(dice, country),
        "sex": "F" if female else "M",
        "parents": _parents(dice, called),
        "documents": [passport] if passport else [],
        "person_status": status,
        "reason": _reason(dice, chosen, called.stock),
        "languages": [called.stock.manner.language, *([dice.one_of(_COMMON_LANGUAGES)] if dice.happens(60) else [])],
        "cautions": [dice.one_of(_CAUTIONS)] if wanted and dice.happens(25) else [],
        "description": _description(dice) if dice.happens(_DESCRIBED_PERCENT) else {},
        "marks": [dice.one_of(_MARKS).format(side=dice.one_of(("left", "right")))] if dice.happens(35) else [],
    }
    if any(caution in str(fields["cautions"]) for caution in _OF_HEALTH):
        fields["sensitive_reason"] = _HEALTH_REASON
    if born.year >= _PERHAPS_MINOR_FROM:
        fields["legal_basis"] = _LEGAL_BASIS
    kept = {name: value for name, value in fields.items() if value not in ([], {}, "")}
    return InventedPerson(
        number=number,
        country=country,
        fields=kept,
        family=called.family.latin,
        given=called.given.latin,
        female=female,
        born=born,
        passport=passport,
        passport_is_stolen=passport is not None and number % _STOLEN_EVERY == OFFERED,
    )


def _called(dice: Dice, names: Stock, *, female: bool) -> _Called:
    family, other = dice.common_first(names.family), dice.common_first(names.family)
    return _Called(
        given=dice.common_first(names.female if female else names.male),
        family=family,
        father=dice.common_first(names.male),
        mother_family=other,
        stock=names,
    )


def _names(dice: Dice, called: _Called, *, female: bool) -> list[dict[str, str]]:
    """Return the primary name and its aliases: own script first, then as a passport's lines write it."""
    manner = called.stock.manner
    second = _second_name(dice, called, female=female)
    native = _written(called, [called.given.native, *(word.native for word in second)], latin=False)
    latin = _written(called, [called.given.latin, *(word.latin for word in second)], latin=True)
    names = [_name(native, "primary", manner.script, called.given.native, called.family.native)]
    if latin != native:
        names.append(_name(latin, "strong_alias", "Latn", called.given.latin, called.family.latin))
    if second and dice.happens(60):
        short = _written(called, [called.given.latin], latin=True)
        names.append(_name(short, "strong_alias", "Latn", called.given.latin, called.family.latin))
    if dice.happens(18):
        assumed = dice.one_of(called.stock.family)
        text = _joined(called.given.latin, assumed.latin, family_first=manner.family_first)
        names.append(_name(text, "strong_alias", "Latn", called.given.latin, assumed.latin))
    if dice.happens(12):
        names.append({"text": dice.one_of(_NICKNAMES), "kind": "weak_alias", "script": "Latn"})
    if dice.happens(15 if female else 4):
        former = called.mother_family
        text = _joined(called.given.native, former.native, family_first=manner.family_first)
        names.append(_name(text, "former", manner.script, called.given.native, former.native))
    return list({name["text"]: name for name in reversed(names)}.values())[::-1]


def _second_name(dice: Dice, called: _Called, *, female: bool) -> list[Word]:
    """Return the patronymic, second given name or second family name that the country adds, if any."""
    manner = called.stock.manner
    if manner.patronymic[0]:
        native = called.father.native + manner.patronymic[1 if female else 0]
        letters = manner.letters or {}
        return [
            Word(native, called.father.latin + "".join(letters[x] for x in manner.patronymic[1 if female else 0]))
        ]
    if manner.given_joint and dice.happens(30):
        joint = manner.given_joint
        town = dice.one_of(called.stock.towns)
        return [Word(f"{joint} {town.native}", f"{joint} {town.latin}")]
    return []


def _written(called: _Called, given: list[str], *, latin: bool) -> str:
    manner = called.stock.manner
    family = called.family.latin if latin else called.family.native
    if manner.two_families:
        family = f"{family} {called.mother_family.latin if latin else called.mother_family.native}"
    if manner.single_name:
        return given[0]
    if manner.given_joint and len(given) > 1:
        return f"{given[0]} {family} {given[1]}"
    joint = "" if manner.family_first and not latin else " "
    return f"{family}{joint}{given[0]}" if manner.family_first else f"{' '.join(given)} {family}"


def _joined(given: str, family: str, *, family_first: bool) -> str:
    return f"{family} {given}" if family_first else f"{given} {family}"


def _name(text: str, kind: str, script: str, given: str, family: str) -> dict[str, str]:
    name = {"text": text, "kind": kind, "script": script, "given": given}
    return name | {"family": family} if family in text else name


def _birth_dates(dice: Dice, born: date, *, certain: bool) -> list[object]:
    """Return one or two birth dates, as exact as police usually know them."""
    kind = 99 if certain else dice.below(100)
    if kind < 8:
        return [str(born.year)]
    if kind < 12:
        return [f"{born.year}-{born.month:02}"]
    if kind < 15:
        return [{"text": str(born.year), "approximate": True}]
    if kind < 18:
        return [{"from": str(born.year - 1), "to": str(born.year + 1)}]
    if kind < 26:
        other = born.replace(day=1 + born.day % 27) if born.day == born.month else _swapped(born)
        return [born.isoformat(), other.isoformat()]
    return [born.isoformat()]


def _swapped(born: date) -> date:
    """Return the date with day and month exchanged where that is a date, else the next year's: common false dates."""
    return (
        date(born.year, born.day, born.month)
        if born.day <= 12
        else date(born.year + 1, born.month, min(born.day, 28))
    )


def _nationalities(dice: Dice, country: str) -> list[str]:
    if dice.happens(8):
        other = dice.one_of(COUNTRIES)
        return [country] if other == country else [country, other]
    return [country]


def _parents(dice: Dice, called: _Called) -> dict[str, str]:
    if dice.happens(45):
        return {}
    mother = dice.common_first(called.stock.female)
    family = "" if called.stock.manner.single_name else f" {called.family.latin}"
    return {"father": f"{called.father.latin}{family}", "mother": f"{mother.latin} {called.mother_family.latin}"}


def _passport(dice: Dice, number: int, country: str) -> dict[str, str]:
    issued = dice.day(date(2018, 1, 1), date(2026, 6, 30))
    issued = issued if (issued.month, issued.day) != (2, 29) else issued.replace(day=28)
    return {
        "kind": "passport",
        "number": passport_number(country, PASSPORTS_FROM + number),
        "country": country,
        "issued_on": issued.isoformat(),
        "expires_on": issued.replace(year=issued.year + 10).isoformat(),
    }


def _reason(dice: Dice, chosen: str, names: Stock) -> str:
    sentence = _WARNED if chosen == "warned" else _REASONS[_PERSON_STATUS[chosen]]
    offence = dice.one_of(_OFFENCES).format(town=_town(dice, names))
    day = dice.day(date(2025, 1, 1), date(2026, 9, 30)).isoformat()
    return sentence.format(offence=offence, day=day, town=_town(dice, names))


def _town(dice: Dice, names: Stock) -> str:
    return dice.one_of(names.towns).latin


def _description(dice: Dice) -> dict[str, object]:
    return {
        "height_cm": dice.between(152, 198),
        "weight_kg": dice.between(50, 112),
        "build": dice.one_of(_BUILDS),
        "eyes": dice.one_of(_EYES),
        "hair": dice.one_of(_HAIR),
    }
