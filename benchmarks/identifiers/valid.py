"""Valid identifiers of every scheme, made at random by arithmetic of our own from the standards.

Nothing here asks the checkers that are measured. Owners, makers, banks and people are invented.
"""

import hashlib
from collections.abc import Callable, Sequence
from random import Random

import phonenumbers
from Crypto.Hash import keccak

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEXADECIMAL = "0123456789ABCDEF"
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
VIN_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

_IBANS = {
    "DE": "n" * 18,
    "AT": "n" * 16,
    "LT": "n" * 16,
    "GB": "aaaa" + "n" * 14,
    "CH": "n" * 17,
    "GI": "aaaa" + "n" * 15,
}
_PHONE_REGIONS = (
    "FR",
    "DE",
    "GB",
    "ES",
    "US",
    "BR",
    "MX",
    "EG",
    "MA",
    "ZA",
    "KE",
    "NG",
    "IN",
    "JP",
    "AU",
    "TR",
    "SE",
    "PL",
)


def some(random: Random, alphabet: Sequence[str], count: int) -> str:
    """Return so many characters of an alphabet."""
    return "".join(random.choices(alphabet, k=count))


def zone(random: Random) -> str:
    """Return both lines of an invented passport (ICAO Doc 9303-4), its check digits by arithmetic of our own."""
    number = some(random, LETTERS, 1) + some(random, DIGITS, 7) + "<"
    born = f"{random.randrange(50, 100):02}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    ends = f"{random.randrange(27, 36):02}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    number, born, ends = (field + _zone_digit(field) for field in (number, born, ends))
    optional = "<" * 14 + "<"
    whole = _zone_digit(number + born + ends + optional)
    first = f"P<QMM{some(random, LETTERS, 8)}<<{some(random, LETTERS, 6)}".ljust(44, "<")
    return f"{first}\n{number}QMM{born}{random.choice('MF')}{ends}{optional}{whole}"


def zone_adds_up(text: str) -> bool:
    """Whether both lines are whole and all their check digits right."""
    line = text.partition("\n")[2]
    if len(line) != 44 or any(letter not in LETTERS + DIGITS + "<" for letter in line):
        return False
    fields = (line[:10], line[13:20], line[21:28])
    whole = line[:10] + line[13:20] + line[21:43]
    return all(_zone_digit(field[:-1]) == field[-1] for field in fields) and _zone_digit(whole) == line[43]


def _zone_digit(field: str) -> str:
    weights = (7, 3, 1)
    total = sum((0 if letter == "<" else int(letter, 36)) * weights[place % 3] for place, letter in enumerate(field))
    return str(total % 10)


def day(random: Random) -> str:
    """Return a day as people write it, the year first."""
    return f"{random.randint(1925, 2026)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def vin_with_law(random: Random) -> str:
    """Return a VIN of North America (49 CFR 565.15) or China (GB 16735)."""
    wmi = random.choice("12345L") + some(random, VIN_LETTERS + DIGITS, 2)
    vds, year = some(random, VIN_LETTERS + DIGITS, 5), random.choice(VIN_YEARS)
    rest = year + random.choice(VIN_LETTERS + DIGITS) + some(random, DIGITS, 6)
    return wmi + vds + vin_check_digit(f"{wmi}{vds}0{rest}") + rest


def vin_check_digit(vin: str) -> str:
    """Return what belongs in position 9: letters count their column in the table of 49 CFR 565.15(c)."""
    columns = ("", "AJ", "BKS", "CLT", "DMU", "ENV", "FW", "GPX", "HY", "RZ")
    value = {letter: column for column, letters in enumerate(columns) for letter in letters}
    weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    total = sum(weights[place] * (value[c] if c.isalpha() else int(c)) for place, c in enumerate(vin))
    return "X" if total % 11 == 10 else str(total % 11)


def vin_elsewhere(random: Random) -> str:
    """Return a VIN of a region without a check digit, fillers included."""
    vds = random.choice([some(random, VIN_LETTERS + DIGITS, 6), f"ZZZ{some(random, VIN_LETTERS + DIGITS, 2)}Z"])
    return random.choice("JKMNRSTVWXYZ689") + some(random, VIN_LETTERS, 2) + vds + random.choice(VIN_YEARS) + (
        random.choice(VIN_LETTERS + DIGITS) + some(random, DIGITS, 6)
    )  # fmt: skip


def imo(random: Random) -> str:
    """Return an IMO number of the range given out to ships."""
    six = str(random.randrange(500_000, 1_000_000))
    return random.choice(["", "IMO "]) + six + imo_check_digit(six)


def imo_check_digit(six: str) -> str:
    """Return the last digit of the sum of six digits, weighed 7 to 2."""
    return str(sum(int(digit) * weight for digit, weight in zip(six, range(7, 1, -1), strict=True)) % 10)


def container(random: Random) -> str:
    """Return a container number; each value of a letter skips the multiples of 11 (ISO 6346)."""
    ten = some(random, LETTERS, 3) + random.choice("UUUUJZ") + some(random, DIGITS, 6)
    return ten + container_check_digit(ten)


def container_check_digit(ten: str) -> str:
    """Return the check digit, worked out as ISO 6346 tells it: divide by 11, round down, multiply back."""
    value: dict[str, int] = {}
    number = 10
    for letter in LETTERS:
        number += number % 11 == 0
        value[letter], number = number, number + 1
    total = sum((value[c] if c.isalpha() else int(c)) << place for place, c in enumerate(ten))
    return str((total - total // 11 * 11) % 10)


def eni_of_sea_ship(random: Random) -> str:
    """Return an ENI number made of an IMO number."""
    return "9" + imo(random)[-7:]


def eni(random: Random) -> str:
    """Return an ENI number of an authority on the Rhine, Danube or elsewhere (ES-TRIN, annex 2)."""
    first, last = random.choice(
        [(1, 19), (20, 39), (40, 59), (60, 79), (240, 259), (300, 309), (320, 339), (380, 399)]
    )
    return f"{random.randint(first, last):03}{some(random, DIGITS, 5)}"


def mmsi(random: Random) -> str:
    """Return the MMSI of a ship, a group, a coast station, an aircraft or a mark (ITU-R M.585)."""
    country = random.choice(
        ["211", "228", "235", "247", "316", "366", "412", "431", "503", "601", "710", "271", "273"]
    )
    begin = random.choice(["", "", "", "0", "00", "111", "99", "98", "8"]) + country
    return begin + some(random, DIGITS, 9 - len(begin))


def hull(random: Random) -> str:
    """Return a hull number with a date of the form in use since 1984, half of them with a country."""
    model_year = random.randrange(85, 127) % 100
    year = (model_year - random.randrange(2)) % 10
    country = random.choice(["", "US-", "FR-", "IT-", "PL-"])
    date = f"{random.choice('ABCDEFGHIJKL')}{year}{model_year:02}"
    return country + some(random, LETTERS, 3) + some(random, VIN_LETTERS + DIGITS, 5) + date


def call_sign(random: Random) -> str:
    """Return the call sign of a ship from a series that is allotted (ITU RR 19 and appendix 42)."""
    series = random.choice(
        ["DA", "FA", "GB", "IA", "PA", "SV", "LA", "OZ", "KA", "WD", "9H", "5B", "3E", "V7", "C6", "A8"]
    )
    return series + random.choice(
        [some(random, LETTERS, 2), f"{some(random, LETTERS, 2)}{random.choice('23456789')}"]
    )


def registration(random: Random) -> str:
    """Return the registration of an aircraft of one of ten states."""
    n_letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    first = random.choice("123456789")
    return random.choice([
        f"N{first}{some(random, DIGITS, random.randrange(5))}",
        f"N{first}{some(random, DIGITS, random.randrange(4))}{random.choice(n_letters)}",
        f"N{first}{some(random, DIGITS, random.randrange(3))}{some(random, n_letters, 2)}",
        *(f"{mark}-{some(random, LETTERS, 4)}" for mark in "DGFIM"),
        *(f"{mark}-{some(random, LETTERS, 3)}" for mark in ("PH", "OE", "HB", "VH", "EI", "9H")),
        f"C-{random.choice('FG')}{some(random, LETTERS, 3)}",
    ])  # fmt: skip


def icao24(random: Random) -> str:
    """Return an address of a large block (ICAO Annex 10)."""
    low, high = random.choice(
        [(0x3C0000, 0x3FFFFF), (0x400000, 0x43FFFF), (0xA00001, 0xADF7C7), (0x780000, 0x7BFFFF)]
    )
    return f"{random.randint(low, high):06X}"


PLATES: dict[str, Callable[[Random], str]] = {
    "DE": lambda r: f"{some(r, LETTERS, r.randint(1, 3))}-{some(r, LETTERS, r.randint(1, 2))} {r.randint(1, 9999)}",
    "FR": lambda r: f"{some(r, LETTERS, 2)}-{some(r, DIGITS, 3)}-{some(r, LETTERS, 2)}",
    "ES": lambda r: f"{some(r, DIGITS, 4)} {some(r, 'BCDFGHJKLMNPRSTVWXYZ', 3)}",
    "IT": lambda r: f"{some(r, LETTERS, 2)} {some(r, DIGITS, 3)} {some(r, LETTERS, 2)}",
    "CH": lambda r: f"{some(r, LETTERS, 2)} {r.randint(1, 999999)}",
    "TR": lambda r: f"{r.randint(1, 81):02} {some(r, LETTERS, 2)} {some(r, DIGITS, 3)}",
    "RU": lambda r: (
        f"{some(r, 'АВЕКМНОРСТУХ', 1)} {some(r, DIGITS, 3)} {some(r, 'АВЕКМНОРСТУХ', 2)} {some(r, DIGITS, 2)}"
    ),
    "BR": lambda r: f"{some(r, LETTERS, 3)}{some(r, DIGITS, 1)}{some(r, LETTERS, 1)}{some(r, DIGITS, 2)}",
    "GR": lambda r: f"{some(r, 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 3)} {some(r, DIGITS, 4)}",
    "IL": lambda r: f"{some(r, DIGITS, 3)}-{some(r, DIGITS, 2)}-{some(r, DIGITS, 3)}",
}
"""Formats in use now, of which Wikipedia has an article each: makers of plates by country."""


def imei(random: Random) -> str:
    """Return fifteen digits whose last is Luhn's (3GPP TS 23.003)."""
    fourteen = random.choice(["35", "86", "01"]) + some(random, DIGITS, 12)
    return fourteen + luhn_digit(fourteen)


def card(random: Random) -> str:
    """Return the number of a payment card with Luhn's digit (ISO/IEC 7812)."""
    begin, length = random.choice([("4", 16), ("51", 16), ("55", 16), ("34", 15), ("37", 15)])
    number = begin + some(random, DIGITS, length - len(begin) - 1)
    return number + luhn_digit(number)


def luhn_digit(number: str) -> str:
    """Return the digit that makes the sum a multiple of ten, every second digit from the right doubled."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        total += sum(map(int, str(int(digit) * 2))) if place % 2 == 0 else int(digit)
    return str(-total % 10)


def iban(random: Random) -> str:
    """Return an IBAN of a country whose account numbers have no check of their own (ISO 13616)."""
    country = random.choice(list(_IBANS))
    account = "".join(random.choice(LETTERS if kind == "a" else DIGITS) for kind in _IBANS[country])
    return country + _mod_97(account + country) + account


def lei(random: Random) -> str:
    """Return a legal entity identifier (ISO 17442)."""
    eighteen = some(random, DIGITS, 4) + "00" + some(random, LETTERS + DIGITS, 12)
    return eighteen + _mod_97(eighteen)


def _mod_97(text: str) -> str:
    number = int("".join(str(int(letter, 36)) for letter in text) + "00")
    return f"{98 - number % 97:02}"


def bic(random: Random) -> str:
    """Return a bank's code with a real country (ISO 9362)."""
    country = random.choice(["DE", "FR", "ES", "GB", "US", "CH", "SG", "AE", "BR", "KE"])
    return some(random, LETTERS, 4) + country + some(random, LETTERS, 2) + random.choice(["", "XXX"])


def mac(random: Random) -> str:
    """Return the address of one network card (IEEE 802)."""
    first = random.choice(HEXADECIMAL) + random.choice("048C")
    return ":".join([first, *(some(random, HEXADECIMAL, 2) for _ in range(5))])


def bitcoin_base58(random: Random) -> str:
    """Return an address of the first kind: version, hash, four bytes of a double SHA-256."""
    body = b"\0" + random.randbytes(20)
    data = body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, text = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def bitcoin_bech32(random: Random) -> str:
    """Return a segregated witness address: version 0 in bech32 (BIP 173), version 1 in bech32m (BIP 350)."""
    version = random.randrange(2)
    bits = random.getrandbits(256 if version else 160)
    words = -(-(256 if version else 160) // 5)
    padded = bits << (words * 5 - (256 if version else 160))
    data = [version, *((padded >> 5 * (words - 1 - n)) & 31 for n in range(words))]
    mask = 0x2BC830A3 if version else 1
    check = _polymod([3, 3, 0, 2, 3, *data, 0, 0, 0, 0, 0, 0]) ^ mask
    return "bc1" + "".join(BECH32[n] for n in [*data, *((check >> 5 * (5 - n)) & 31 for n in range(6))])


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check


def ethereum(random: Random) -> str:
    """Return an address whose upper case letters are its check (EIP-55)."""
    plain = random.randbytes(20).hex()
    digest = keccak.new(digest_bits=256, data=plain.encode()).hexdigest()
    return "0x" + "".join(c.upper() if int(h, 16) >= 8 else c for c, h in zip(plain, digest, strict=False))


def phone(random: Random) -> str:
    """Return a telephone number that its country could give out, by the metadata of libphonenumber."""
    example = phonenumbers.example_number_for_type(random.choice(_PHONE_REGIONS), phonenumbers.PhoneNumberType.MOBILE)
    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    for _ in range(100):
        varied = written[:-4] + some(random, DIGITS, 4)
        if phonenumbers.is_valid_number(phonenumbers.parse(varied)):
            return varied
    return written


def email(random: Random) -> str:
    """Return an address at a domain that nobody has (RFC 2606)."""
    person = f"{some(random, LETTERS.lower(), 6)}.{some(random, LETTERS.lower() + DIGITS, 5)}"
    return f"{person}@{some(random, LETTERS.lower(), 7)}.example.{random.choice(['org', 'com', 'net'])}"


def serial(random: Random) -> str:
    """Return a serial number of no standard."""
    return some(random, LETTERS, random.randint(1, 3)) + some(random, DIGITS, random.randint(4, 8))
