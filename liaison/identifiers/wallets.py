"""Addresses of crypto-assets: base58check, bech32 and bech32m (BIP173, BIP350), EIP-55.

The comparable form names the family and is safe in capitals, for exact keys ignore case: an address whose letters
differ only in case is another one in base58, so that there the decoded bytes are compared.

>>> check_wallet("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0").verdict.value
'valid'
"""

import hashlib
import re

from Crypto.Hash import keccak

from liaison.identifiers import remarks
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.refusal import Finding, mark

LENGTH_MIN, LENGTH_MAX = 25, 110

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE58 = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CONSTANT, _BECH32M_CONSTANT = 1, 0x2BC830A3
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_EVM = re.compile(r"0x[0-9a-fA-F]{40}")
_NOT_EVM = re.compile(r"0[xX][0-9A-Za-z]{30,50}")
_SEGWIT = re.compile(r"(bc|tb|ltc|bcrt)1([0-9a-z]{6,90})")
_FIVE_BYTES_OF_CHECK = 6
_PAYLOAD_BYTES = 20
# Version bytes of base58check: which family of addresses they begin.
_VERSIONS = {
    0x00: "BTC", 0x05: "BTC", 0x6F: "TBTC", 0xC4: "TBTC", 0x30: "LTC", 0x32: "LTC", 0x1E: "DOGE", 0x16: "DOGE",
    0x4C: "DASH", 0x10: "DASH", 0x41: "TRX",
}  # fmt: skip
_BASE58_START = re.compile(r"[13mn2LMDA9X7T][1-9A-HJ-NP-Za-km-z]{24,34}")
_RIPPLE_START = re.compile(r"r[1-9A-HJ-NP-Za-km-z]{24,34}")
_EMPTY_EVM = frozenset(("0" * 40, "dead".rjust(40, "0"), "f" * 40))


def check_wallet(text: str, _country: str = "") -> Checked:
    """Return the address by family and content (`ETH:5AAEB6…`, `BTC:00…`), and whether its checksum is right."""
    said = "".join(text.split())
    if not said or not any(map(str.isalnum, said)):
        return remarks.empty("wallet")
    if _NOT_EVM.fullmatch(said):
        return _evm(said)
    if said[:3].lower() in ("bc1", "tb1") or said[:4].lower() == "ltc1" or said[:5].lower() == "bcrt1":
        return _segwit(said)
    if _RIPPLE_START.fullmatch(said):
        return _base58(said, _RIPPLE58, {0x00: "XRP"})
    return _base58(said, _BASE58, _VERSIONS)


def wallet_likeness(text: str) -> float:
    """Return how likely the text is such an address: sure with a right checksum, 0 in another shape."""
    said = text.strip()
    if not LENGTH_MIN <= len(said) <= LENGTH_MAX or not said.isalnum() or not said.isascii():
        return 0.0
    shaped = (
        _NOT_EVM.fullmatch(said)
        or _SEGWIT.fullmatch(said.lower())
        or _BASE58_START.fullmatch(said)
        or _RIPPLE_START.fullmatch(said)
    )
    if not shaped:
        return 0.0
    verdict = check_wallet(said).verdict
    return 0.97 if verdict is Verdict.VALID else 0.9 if verdict is Verdict.UNCHECKED else 0.4


def as_it_is(normal: str) -> str:
    """Return the address itself: one that was misread does not add up, which is told."""
    return normal


def _evm(said: str) -> Checked:
    digits = said[2:]
    normal = f"ETH:{digits.upper()}"
    if not _EVM.fullmatch("0x" + digits):
        return remarks.judged(normal, Verdict.INVALID, [_shape("EIP-55")])
    findings = [remarks.placeholder("wallet")] if digits.lower() in _EMPTY_EVM else []
    if digits in (digits.lower(), digits.upper()):
        return remarks.judged(normal, Verdict.UNCHECKED, [*findings, _unchecked()])
    if digits == _with_checksum(digits.lower()):
        return remarks.judged(normal, Verdict.VALID, findings)
    return remarks.judged(normal, Verdict.INVALID, [*findings, _wrong_checksum("EIP-55")])


def _with_checksum(digits: str) -> str:
    """Return the forty digits with capitals where EIP-55 puts them."""
    digest = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "".join(
        letter.upper() if int(nibble, 16) >= 8 else letter for letter, nibble in zip(digits, digest, strict=False)
    )


def _segwit(said: str) -> Checked:
    lower = said.lower()
    normal = f"SEGWIT:{lower.upper()}"
    shaped = _SEGWIT.fullmatch(lower)
    mixed = said not in (lower, said.upper())
    if not shaped or mixed or any(letter not in _BECH32 for letter in shaped[2]):
        return remarks.judged(normal, Verdict.INVALID, [_mixed_case() if mixed else _shape("BIP173")])
    prefix, values = shaped[1], [_BECH32.index(letter) for letter in shaped[2]]
    constant = _polymod([*(ord(one) >> 5 for one in prefix), 0, *(ord(one) & 31 for one in prefix), *values])
    version, program = values[0], _regrouped(values[1:-_FIVE_BYTES_OF_CHECK])
    wanted = _BECH32_CONSTANT if version == 0 else _BECH32M_CONSTANT
    if constant != wanted:
        return remarks.judged(normal, Verdict.INVALID, [_wrong_checksum("BIP173, BIP350")])
    right_length = program is not None and 2 <= len(program) <= 40 and (version or len(program) in (20, 32))
    if version > 16 or not right_length:
        return remarks.judged(normal, Verdict.INVALID, [_shape("BIP141")])
    return remarks.judged(normal, Verdict.VALID, [])


def _polymod(values: list[int]) -> int:
    """Return the checksum of BIP173 over five-bit values."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                check ^= generator
    return check


def _regrouped(values: list[int]) -> bytes | None:
    """Return five-bit values as bytes; None where bits are left over that are not zero."""
    bits = "".join(f"{value:05b}" for value in values)
    whole = len(bits) // 8 * 8
    rest = bits[whole:]
    if len(rest) >= 5 or "1" in rest:
        return None
    return bytes(int(bits[at : at + 8], 2) for at in range(0, whole, 8))


def _base58(said: str, alphabet: str, versions: dict[int, str]) -> Checked:
    payload = _decoded(said, alphabet)
    if payload is None or len(payload) != 1 + _PAYLOAD_BYTES + 4:
        shown = "".join(letter for letter in said.upper() if letter.isalnum())[:LENGTH_MAX]
        return remarks.judged(f"OTHER:{shown}", Verdict.INVALID, [_shape("base58check")])
    body, check = payload[:-4], payload[-4:]
    family = versions.get(body[0], "OTHER")
    normal = f"{family}:{body.hex().upper()}"
    if hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] != check:
        return remarks.judged(f"{family}:{payload.hex().upper()}", Verdict.INVALID, [_wrong_checksum("base58check")])
    findings = [] if family != "OTHER" else [_unknown_family()]
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.VALID, findings)


def _decoded(said: str, alphabet: str) -> bytes | None:
    """Return the bytes that base58 stands for; None where another character stands in it."""
    if len(said) > LENGTH_MAX or any(letter not in alphabet for letter in said):
        return None
    number = 0
    for letter in said:
        number = number * 58 + alphabet.index(letter)
    zeros = len(said) - len(said.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _shape(standard: str) -> Finding:
    return Finding(
        "wallet.shape",
        mark(
            "This is no address of a kind that is known here: a character is missing, too many or cannot stand there."
        ),
        mark("Copy it whole instead of typing it."),
        source=standard,
    )


def _wrong_checksum(standard: str) -> Finding:
    return Finding(
        "wallet.checksum",
        mark("The address does not add up: a character is wrong, or a capital is a small letter."),
        mark("Copy it whole instead of typing it."),
        source=standard,
    )


def _mixed_case() -> Finding:
    return Finding(
        "wallet.mixed_case",
        mark("Addresses of this kind are all in small letters or all in capitals."),
        mark("Copy it whole instead of typing it."),
        source="BIP173",
    )


def _unchecked() -> Finding:
    return Finding(
        "wallet.no_checksum",
        mark("Written without capitals and small letters the address has no checksum."),
        remarks.COMPARE,
        source="EIP-55",
    )


def _unknown_family() -> Finding:
    return Finding(
        "wallet.unknown_family",
        mark("The address adds up, and of which crypto-asset it is is not known here."),
        mark("Say it in the remarks."),
    )


SCHEMES = (Scheme("wallet", mark("Crypto-asset address"), check_wallet, wallet_likeness, as_it_is),)
