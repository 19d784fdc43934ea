"""Freight containers (ISO 6346): three letters of the owner, U, J or Z, six digits and a check digit.

>>> check_container("CSQU 305438-3").verdict.value
'valid'
"""

import re

from liaison.identifiers import remarks
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import (
    as_digits,
    is_one_number,
    is_placeholder,
    misreading_key,
    one_slip_away,
    plain,
)
from liaison.refusal import Finding, mark

LENGTH = 11
UNCHECKED_LENGTH = 10

_SCHEME = "container"
_STANDARD = "ISO 6346"
_WHOLE = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_WITHOUT_CHECK_DIGIT = re.compile(r"[A-Z]{3}[UJZ][0-9]{6}")
_PREFIX_LENGTH = 4
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [n for n in range(10, 39) if n % 11], strict=True)
)
_LETTER_READ_AS_DIGIT = str.maketrans("012568", "OIZSGB")


def check_container(text: str, _country: str = "") -> Checked:
    """Return the number without separators, and whether its check digit is right."""
    normal = plain(text)
    if not normal:
        return remarks.empty(_SCHEME)
    findings = remarks.of_spelling(_SCHEME, text)
    if is_placeholder(normal) or (_WHOLE.fullmatch(normal) and is_placeholder(normal[_PREFIX_LENGTH:])):
        findings.append(remarks.placeholder(_SCHEME))
    if _WITHOUT_CHECK_DIGIT.fullmatch(normal):
        whole = normal + check_digit(normal)
        return remarks.judged(normal, Verdict.UNCHECKED, [*findings, _no_check_digit()], [whole])
    if not _WHOLE.fullmatch(normal):
        return remarks.judged(normal, Verdict.INVALID, [*findings, _wrong_shape(normal)], _meant(normal))
    if check_digit(normal[:UNCHECKED_LENGTH]) == normal[-1]:
        return remarks.judged(normal, Verdict.VALID, findings)
    wrong = remarks.wrong_check_digit(_SCHEME, _STANDARD)
    return remarks.judged(normal, Verdict.INVALID, [*findings, wrong], _meant(normal))


def check_digit(number: str) -> str:
    """Return the check digit of the first ten characters; ISO 6346 writes a remainder of 10 as 0."""
    return str(sum(_VALUES[letter] * 2**place for place, letter in enumerate(number)) % 11 % 10)


def container_likeness(text: str) -> float:
    """Return how likely the text is a container's number: nearly sure when it adds up, 0 in another shape."""
    normal = plain(text)
    if not _is_one_number(text):
        return 0.0
    if _WITHOUT_CHECK_DIGIT.fullmatch(normal):
        return 0.5
    checked = check_container(text)
    if not _WHOLE.fullmatch(normal):
        return 0.5 if len(normal) == LENGTH and checked.alternatives else 0.0
    return 0.97 if checked.verdict is Verdict.VALID else 0.6


def container_key(normal: str) -> str:
    """Return the key that usual misreadings and the check digit, which is often left off, leave alone."""
    return misreading_key(normal[:UNCHECKED_LENGTH] if len(normal) == LENGTH else normal)


def _is_one_number(text: str) -> bool:
    """Whether the text may be one number, its four letters apart from the rest as they are painted."""
    return is_one_number(re.sub(r"\A\s*([A-Za-z]{4})\s+(?=\d)", r"\1", text))


def _meant(normal: str) -> list[str]:
    """Return the numbers that add up: letters and digits each in their place, or one slip away."""
    in_place = normal[:_PREFIX_LENGTH].translate(_LETTER_READ_AS_DIGIT) + as_digits(normal[_PREFIX_LENGTH:])
    others = [in_place, *one_slip_away(normal, _ALPHABET), *one_slip_away(in_place, _ALPHABET)]
    return [
        other for other in others if _WHOLE.fullmatch(other) and check_digit(other[:UNCHECKED_LENGTH]) == other[-1]
    ]


def _wrong_shape(normal: str) -> Finding:
    if len(normal) != LENGTH:
        return remarks.wrong_length(_SCHEME, _STANDARD, length=len(normal), right=LENGTH)
    return Finding(
        "container.shape",
        mark("A container has four letters, of which the last is U, J or Z, and seven digits."),
        remarks.COMPARE,
        source=_STANDARD,
    )


def _no_check_digit() -> Finding:
    return Finding(
        "container.no_check_digit",
        mark("The check digit is missing; on the container it stands apart, often in a box."),
        mark("Add it if you can read it."),
        source=_STANDARD,
    )


SCHEMES = (Scheme("container", mark("Container number"), check_container, container_likeness, container_key),)
