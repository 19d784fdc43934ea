"""Families of identifiers, the errors seeded into them, and what can be known of such an error.

An error is *beyond any validator* when the standard itself allows what came out: another ship's number, another card.
Whether it does is worked out by python-stdnum or by the arithmetic of `valid.py`, not by the checkers measured.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from stdnum import imei, imo, iso6346, lei, luhn
from stdnum.exceptions import ValidationError

from benchmarks.identifiers import valid
from benchmarks.identifiers.valid import DIGITS, HEXADECIMAL, LETTERS, VIN_LETTERS, some

Make = Callable[[Random], str]
Spoil = Callable[[Random, str, str], str]

MISREAD = {
    "0": "OD8", "O": "0DQ", "Q": "O0", "D": "O0", "1": "I7L", "I": "1L", "L": "1I", "7": "1", "2": "Z", "Z": "2",
    "5": "S6", "S": "5", "6": "G8", "G": "6", "8": "B3", "B": "8", "3": "8", "4": "A9", "9": "4", "A": "4",
    "U": "V", "V": "U", "M": "N", "N": "M", "E": "F", "F": "E",
}  # fmt: skip
WORDS = ("UNKNOWN", "NONE", "N/A", "TEST", "not visible", "illegible", "desconocido", "inconnu")
TRIES_MAX = 1_000


@dataclass(frozen=True)
class Family:
    """Identifiers of one scheme that are checked alike.

    `allowed` says whether the standard allows a text; None where it has no check digit and only format errors are
    seeded. `bound` says what no validator of this standard can see.
    """

    scheme: str
    name: str
    make: Make
    errors: Mapping[str, Spoil]
    alphabet: str = DIGITS
    allowed: Callable[[str], bool] | None = None
    country: str = ""
    bound: str = ""


def misread(random: Random, text: str, _alphabet: str) -> str:
    """Read one character for one that looks like it."""
    places = [place for place, letter in enumerate(text) if letter.upper() in MISREAD]
    if not places:
        return text
    place = random.choice(places)
    return text[:place] + random.choice(MISREAD[text[place].upper()]) + text[place + 1 :]


def wrong_character(random: Random, text: str, alphabet: str) -> str:
    """Put any other character of the alphabet into one place."""
    place = random.choice(_places(text))
    return text[:place] + random.choice([c for c in alphabet if c != text[place]]) + text[place + 1 :]


def transposed(random: Random, text: str, _alphabet: str) -> str:
    """Exchange two neighbours that differ."""
    pairs = [
        place
        for place in range(len(text) - 1)
        if text[place] != text[place + 1] and text[place : place + 2].isalnum()
    ]
    place = random.choice(pairs) if pairs else 0
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def missing(random: Random, text: str, _alphabet: str) -> str:
    """Leave one character out."""
    place = random.choice(_places(text))
    return text[:place] + text[place + 1 :]


def extra(random: Random, text: str, alphabet: str) -> str:
    """Put one character in."""
    place = random.choice(_places(text))
    return text[:place] + random.choice(alphabet) + text[place:]


def placeholder(random: Random, text: str, _alphabet: str) -> str:
    """Write what people write who do not know it."""
    length = sum(map(str.isalnum, text))
    zeros, run = "0" * length, ("1234567890" * 4)[:length]
    return random.choice([random.choice(WORDS), zeros, run, "X" * length])


def word(random: Random, _text: str, _alphabet: str) -> str:
    """Write a word for "unknown"."""
    return random.choice(WORDS)


def starting(*beginnings: str) -> Spoil:
    """Return the error of a beginning that nobody was given."""

    def spoil(random: Random, text: str, _alphabet: str) -> str:
        beginning = random.choice(beginnings)
        return beginning + text[len(beginning) :]

    return spoil


def outside(characters: str) -> Spoil:
    """Return the error of a character that the alphabet does not have."""

    def spoil(random: Random, text: str, _alphabet: str) -> str:
        place = random.choice(_places(text))
        return text[:place] + random.choice(characters) + text[place + 1 :]

    return spoil


def impossible_date(random: Random, text: str, _alphabet: str) -> str:
    """End a hull number on a month that is none, or on two years that are far apart."""
    year = random.randrange(100)
    apart = (year + random.randint(1, 8)) % 10
    return text[:-4] + random.choice([f"{random.choice('NPQRSTUVWXYZ')}{year % 10}{year:02}", f"A{apart}{year:02}"])


def odd_n_number(random: Random, _text: str, _alphabet: str) -> str:
    """Write an N-number that 14 CFR 47.15 excludes."""
    return random.choice([
        f"N0{some(random, DIGITS, 3)}", f"N1{some(random, DIGITS, 5)}", f"N{random.choice('123')}AAA",
        f"N12{random.choice('IO')}", f"N1234{some(random, VIN_LETTERS, 2)}", f"D-{some(random, LETTERS, 2)}",
    ])  # fmt: skip


def letter_for_digit(random: Random, text: str, _alphabet: str) -> str:
    """Exchange the kind of one character: a letter for a digit, a digit for a letter."""
    place = random.choice(_places(text))
    other = random.choice("ABEHKMT" if text[place].isdecimal() else DIGITS)
    return text[:place] + other + text[place + 1 :]


def no_country(_random: Random, text: str, _alphabet: str) -> str:
    """Write XQ, which is no country, in the fifth and sixth place."""
    return text[:4] + "XQ" + text[6:]


def without_at(_random: Random, text: str, _alphabet: str) -> str:
    """Leave out what separates a person from a domain."""
    return text.replace("@", "")


def second_at(_random: Random, text: str, _alphabet: str) -> str:
    """Write the separator twice."""
    return text.replace("@", "@@")


def without_domain(_random: Random, text: str, _alphabet: str) -> str:
    """Cut the address after the separator."""
    return text[: text.index("@") + 1]


def cut(_random: Random, text: str, _alphabet: str) -> str:
    """Keep the first five characters."""
    return text[:5]


def doubled(_random: Random, text: str, _alphabet: str) -> str:
    """Write the number twice in a row."""
    return text + text.lstrip("+")


def in_the_numbers(spoil: Spoil) -> Spoil:
    """Return the error put into number, birth and expiry of a zone's second line: names have no check digit."""

    def spoilt_zone(random: Random, text: str, alphabet: str) -> str:
        first, _, line = text.partition("\n")
        begins, ends = random.choice(((0, 10), (13, 20), (21, 28)))
        field = spoil(random, line[begins:ends], alphabet)
        return f"{first}\n{line[:begins]}{field}{line[ends:]}"

    return spoilt_zone


def no_such_day(random: Random, text: str, _alphabet: str) -> str:
    """Write a day that no calendar has."""
    year = text[:4]
    return random.choice(
        (f"{year}-02-30", f"{year}-13-{text[8:]}", f"{year}-{text[5:7]}-32", f"{year}-04-31", "1900-02-29")
    )


def no_date(random: Random, _text: str, _alphabet: str) -> str:
    """Write something that is no date."""
    return random.choice(("unknown", "0000-00-00", "n/a", "19-1-", "next year", "9999-99-99", "-"))


def _places(text: str) -> list[int]:
    return [place for place, letter in enumerate(text) if letter.isalnum()]


def _by(library: Callable[[str], object]) -> Callable[[str], bool]:
    def allowed(text: str) -> bool:
        try:
            library(text)
        except ValidationError:
            return False
        return True

    return allowed


def _vin_allowed(text: str) -> bool:
    if not re.fullmatch("[A-HJ-NPR-Z0-9]{17}", text):
        return False
    return text[0] not in "12345L" or text[8] == valid.vin_check_digit(text)


def _eni_allowed(text: str) -> bool:
    return re.fullmatch("[0-9]{8}", text) is not None and (text[0] != "9" or _imo_allowed(text[1:]))


def _imo_allowed(text: str) -> bool:
    return re.fullmatch("[0-9]{7}", text) is not None and _by(imo.validate)(text)


def _iban_allowed(text: str) -> bool:
    shape = re.fullmatch("([A-Z]{2})[0-9]{2}([A-Z0-9]+)", text)
    return bool(shape) and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def _card_allowed(text: str) -> bool:
    return re.fullmatch("[0-9]{12,19}", text) is not None and luhn.is_valid(text)


CHECKED = {
    "misread": misread,
    "wrong character": wrong_character,
    "transposed": transposed,
    "missing": missing,
    "extra": extra,
    "placeholder": placeholder,
}
_LENGTH = {"missing": missing, "extra": extra, "placeholder": placeholder}
_NEVER = "nothing: a wrong one adds up once in billions"

FAMILIES = (
    Family(
        "vin",
        "VIN, North America and China",
        valid.vin_with_law,
        CHECKED,
        VIN_LETTERS + DIGITS,
        _vin_allowed,
        bound="characters of one value (A J 1, B K S 2 ...), 8 % of wrong characters",
    ),
    Family(
        "vin",
        "VIN elsewhere",
        valid.vin_elsewhere,
        {**_LENGTH, "impossible region": starting("0")},
        VIN_LETTERS + DIGITS,
        bound="every wrong character: no check digit",
    ),
    Family(
        "imo",
        "IMO number",
        valid.imo,
        CHECKED,
        DIGITS,
        lambda text: _imo_allowed(text.removeprefix("IMO ")),
        bound="even weights and 5 share factors with 10: 11 % of wrong digits",
    ),
    Family(
        "container",
        "container",
        valid.container,
        CHECKED,
        LETTERS + DIGITS,
        _by(iso6346.validate),
        bound="remainders 0 and 10 are both written 0: 2 % of wrong characters",
    ),
    Family(
        "eni",
        "ENI number of a sea ship",
        valid.eni_of_sea_ship,
        CHECKED,
        DIGITS,
        _eni_allowed,
        bound="as IMO numbers; a wrong first digit names a river authority",
    ),
    Family(
        "imei", "IMEI", valid.imei, CHECKED, DIGITS, _by(imei.validate), bound="09 and 90 exchanged: 2 % of exchanges"
    ),
    Family(
        "card",
        "payment card",
        valid.card,
        CHECKED,
        DIGITS,
        _card_allowed,
        bound="09 and 90 exchanged; another length",
    ),
    Family(
        "iban",
        "IBAN",
        valid.iban,
        CHECKED,
        LETTERS + DIGITS,
        _iban_allowed,
        bound="a letter for a digit, once in a hundred",
    ),
    Family(
        "lei",
        "LEI",
        valid.lei,
        CHECKED,
        LETTERS + DIGITS,
        _by(lei.validate),
        bound="a letter for a digit, once in a hundred",
    ),
    Family(
        "wallet",
        "Bitcoin address, base58",
        valid.bitcoin_base58,
        CHECKED,
        valid.BASE58,
        lambda _: False,
        bound=_NEVER,
    ),
    Family(
        "wallet",
        "Bitcoin address, bech32",
        valid.bitcoin_bech32,
        CHECKED,
        valid.BECH32,
        lambda _: False,
        bound=_NEVER,
    ),
    Family(
        "wallet",
        "Ethereum address",
        valid.ethereum,
        CHECKED,
        "0123456789abcdef",
        lambda _: False,
        bound="once in some thousands",
    ),
    *(
        Family(
            "plate",
            f"plate {country}",
            make,
            {"letter for digit": letter_for_digit, "word": word} if country in ("FR", "ES", "IT") else {"word": word},
            country=country,
            bound="any other plate",
        )
        for country, make in valid.PLATES.items()
    ),
    Family(
        "mmsi",
        "MMSI",
        valid.mmsi,
        {**_LENGTH, "letter": outside("OISBZ"), "country": starting("199", "217", "780")},
        bound="every wrong digit: no check digit",
    ),
    Family(
        "eni",
        "ENI number",
        valid.eni,
        {**_LENGTH, "letter": outside("OISBZ"), "authority": starting("195", "899")},
        bound="every wrong digit: no check digit",
    ),
    Family(
        "hull",
        "hull number",
        valid.hull,
        {**_LENGTH, "impossible date": impossible_date},
        VIN_LETTERS + DIGITS,
        bound="all but the date",
    ),
    Family(
        "call_sign",
        "call sign",
        valid.call_sign,
        {"series": starting("Q", "T9", "0A", "1B", "X7"), "word": word},
        bound="every other sign of an allotted series",
    ),
    Family(
        "aircraft_registration",
        "aircraft registration",
        valid.registration,
        {"mark": starting("QQ-", "WW-", "KK-"), "excluded": odd_n_number, "word": word},
        bound="any other aircraft",
    ),
    Family(
        "icao24",
        "24-bit address",
        valid.icao24,
        {**_LENGTH, "letter": outside("GHKSXZ"), "block": starting("B1", "D0", "2F")},
        HEXADECIMAL,
        bound="any other aircraft",
    ),
    Family(
        "mac", "MAC address", valid.mac, {**_LENGTH, "letter": outside("GHKSXZ")}, HEXADECIMAL, bound="any other card"
    ),
    Family(
        "bic",
        "BIC",
        valid.bic,
        {"missing": missing, "extra": extra, "country": no_country},
        LETTERS,
        bound="any other bank",
    ),
    Family(
        "phone",
        "telephone number",
        valid.phone,
        {"cut": cut, "twice": doubled, "country": starting("+999", "+210")},
        bound="any other subscriber",
    ),
    Family(
        "email",
        "e-mail address",
        valid.email,
        {"no @": without_at, "two @": second_at, "no domain": without_domain},
        bound="any other box",
    ),
    Family(
        "firearm_serial", "firearm serial number", valid.serial, {"placeholder": placeholder}, bound="all the rest"
    ),
    Family(
        "mrz",
        "machine-readable zone of a passport",
        valid.zone,
        {
            "misread": in_the_numbers(misread),
            "wrong digit": in_the_numbers(wrong_character),
            "transposed": in_the_numbers(transposed),
            "missing": in_the_numbers(missing),
            "extra": in_the_numbers(extra),
        },
        DIGITS,
        valid.zone_adds_up,
        bound="characters whose values differ by ten (0 A K U), two digits that differ by five exchanged",
    ),
    Family("date", "date", valid.day, {"no such day": no_such_day, "no date": no_date}, bound="any other day"),
    Family("serial", "serial number", valid.serial, {"placeholder": placeholder}, bound="all the rest"),
)


def spoilt(random: Random, family: Family, kind: str) -> tuple[str, str]:
    """Return a valid identifier and the same with one error of that kind, which always changes it."""
    for _ in range(TRIES_MAX):
        right = family.make(random)
        wrong = family.errors[kind](random, right, family.alphabet)
        if _bare(wrong, family) != _bare(right, family):
            return right, wrong
    raise AssertionError(f"no error of kind {kind} fits {family.name}")


def _bare(text: str, family: Family) -> str:
    letters = "".join(filter(str.isalnum, text))
    return text if family.scheme in ("wallet", "email", "mrz", "date") else letters.upper()
