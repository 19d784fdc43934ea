"""Numbers of things that exist nowhere: they add up where a standard asks for it, and stand where none are given out.

VINs begin with maker's codes of regions that no country has, IMO numbers lie behind the oldest series and before the
next, IBAN, hull numbers and registrations carry the codes of invented countries, cards those of no scheme, MAC
addresses say that they are made up. Every number is drawn by dice and holds the number of its thing, so that none
repeats within its kind.
"""

from liaison.apps.training.world.dice import Dice
from liaison.apps.training.world.stocks import COUNTRIES
from liaison.identifiers import containers

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ123456789"
_VIN_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_VIN_FIRST_YEAR = 2010
MAKERS = ("U9S", "T9K", "S9V", "A9T", "B9M")
"""Unassigned in ISO 3780: the second character stands for no country of its region."""

_MONTHS = "ABCDEFGHIJKL"
_HEX = "0123456789ABCDEF"
_IMO_WEIGHTS = (7, 6, 5, 4, 3, 2)
_IMO_BLOCK = 550_000
_MMSI_BLOCK = 780
_COUNTRY_DIGITS = 901
_STEP = 7_919

_PLATES = (
    "LL-9999",
    "А999АА",
    "99999 L",
    "LLL-9999",
    "L·99999",
    "99 L 9999",
    "9999 LLL",
    "99 LL 999",
    "LL 99 L 9999",
    "LL-999-LL",
    "L 9999 LL",
    "999-99-99",
    "99 LL 999",
    "LL 99999",
)
_CYRILLIC = "АВЕКМНОРСТУХ"


def vin(dice: Dice, maker: str, year: int, number: int) -> str:
    """Return a VIN of a maker (one of MAKERS); its regions ask for no check digit."""
    described = "".join(dice.one_of(_VIN_LETTERS) for _ in range(6))
    made = _VIN_YEARS[(year - _VIN_FIRST_YEAR) % len(_VIN_YEARS)]
    return f"{maker}{described}{made}{dice.one_of(_LETTERS)}{100_000 + number:06}"


def plate(dice: Dice, country: str) -> str:
    """Return a number plate as the country writes them: one has its letters in Cyrillic."""
    shape = _PLATES[COUNTRIES.index(country)]
    return "".join(_drawn(dice, sign) for sign in shape)


def imo(number: int) -> str:
    """Return an IMO number with its check digit."""
    digits = f"{_IMO_BLOCK + number:06}"
    return digits + str(sum(int(digit) * weight for digit, weight in zip(digits, _IMO_WEIGHTS, strict=True)) % 10)


def mmsi(country: str, number: int) -> str:
    """Return an MMSI whose three first digits stand for no country."""
    return f"{_MMSI_BLOCK + COUNTRIES.index(country)}{(number + 1) * _STEP % 1_000_000:06}"


def call_sign(dice: Dice, country: str) -> str:
    """Return a call sign that begins with Q, which no country has."""
    return f"{country}{dice.one_of(_LETTERS)}{dice.one_of(_LETTERS)}{dice.between(2, 9)}"


def hull(dice: Dice, country: str, year: int, number: int) -> str:
    """Return a craft identification number (ISO 10087): country, maker, serial number, month and two years."""
    maker = "".join(dice.one_of(_LETTERS) for _ in range(3))
    model_year = year % 100
    return f"{country}-{maker}{10_000 + number:05}{dice.one_of(_MONTHS)}{year % 10}{model_year:02}"


def registration(dice: Dice, country: str) -> str:
    """Return the mark on the tail of an aircraft."""
    return f"{country}-{''.join(dice.one_of(_LETTERS) for _ in range(3))}"


def icao24(dice: Dice, number: int) -> str:
    """Return a 24-bit address from blocks that no country has: it begins with F."""
    return f"F{dice.one_of(_HEX[:-1])}{dice.one_of('ABCDE')}{number:03X}"


def container(dice: Dice, number: int) -> str:
    """Return a container number of an owner that nobody registered, with its check digit, as it is painted."""
    owner = f"Q{dice.one_of('QXZ')}{dice.one_of(_LETTERS)}U"
    serial = f"{(number + 1) * _STEP % 1_000_000:06}"
    return f"{owner} {serial}-{containers.check_digit(owner + serial)}"


def imei(number: int) -> str:
    """Return an IMEI of a type for test devices, with its check digit."""
    return _with_luhn(f"001{(number + 1) * _STEP % 100_000:05}{number:06}")


def card(country: str, number: int) -> str:
    """Return a card number that begins with 9 and the digits of an invented country, with its check digit."""
    digits = _with_luhn(f"9{_COUNTRY_DIGITS + COUNTRIES.index(country)}{(number + 1) * _STEP % 10_000:04}{number:07}")
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def iban(country: str, bank: str, number: int) -> str:
    """Return an IBAN of an invented country with its two check digits, in groups of four."""
    account = f"{bank}{number * _STEP % 100_000_000:08}{number:04}"
    rest = int("".join(str(int(letter, 36)) for letter in f"{account}{country}00")) % 97
    whole = f"{country}{98 - rest:02}{account}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def mac(dice: Dice, number: int) -> str:
    """Return a MAC address that says of itself that no maker gave it."""
    octets = (0x02, dice.below(256), dice.below(256), dice.below(256), number >> 8 & 0xFF, number & 0xFF)
    return ":".join(f"{octet:02x}" for octet in octets)


def wallet(dice: Dice, number: int) -> str:
    """Return an address of forty hexadecimal digits; nobody holds its key."""
    return "0x" + "".join(dice.one_of(_HEX) for _ in range(34)).lower() + f"{number:06x}"


def phone(number: int) -> str:
    """Return a telephone number with a country code that no country has."""
    return f"+999 77 {number * _STEP % 1_000_000:06}"


def serial(dice: Dice, number: int, shape: str = "LL-9999") -> str:
    """Return a serial number: `L` is a letter and `9` a digit of the shape, then the number of the thing."""
    return "".join(_drawn(dice, sign) for sign in shape) + f"{number:03}"


def _drawn(dice: Dice, sign: str) -> str:
    if sign == "9":
        return str(dice.below(10))
    if sign == "L":
        return dice.one_of(_LETTERS)
    return dice.one_of(_CYRILLIC) if sign == "А" else sign


def _with_luhn(digits: str) -> str:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return digits + str(-total % 10)
