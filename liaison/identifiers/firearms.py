"""Serial numbers of firearms. No standard gives them a shape: what can be said is whether it is a number at all.

O and 0, I and 1 are stamped alike, so that they are compared as one; B and 8, S and 5 differ enough and count as one
only in a second search.

>>> check_firearm_serial("ob-1i 23").normal
'0B1123'
"""

from liaison.identifiers import remarks
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.serials import serial_likeness
from liaison.identifiers.spelling import NUMBER_LENGTH_MAX, is_one_number, is_placeholder, misreading_key, plain
from liaison.refusal import Finding, mark

_SCHEME = "firearm_serial"
_STAMPED_ALIKE = str.maketrans("OI", "01")


def check_firearm_serial(text: str, _country: str = "") -> Checked:
    """Return the serial number with O as 0 and I as 1; nothing in it can be checked."""
    written = plain(text)
    normal = written.translate(_STAMPED_ALIKE)
    if not normal:
        return remarks.empty(_SCHEME)
    findings = remarks.of_spelling(_SCHEME, text)
    unusual = [remarks.placeholder(_SCHEME)] if is_placeholder(written) or is_placeholder(normal) else []
    if not unusual and not any(map(str.isdecimal, normal)):
        unusual.append(_no_digit())
    if len(normal) > NUMBER_LENGTH_MAX:
        unusual.append(remarks.too_long(_SCHEME, length=len(normal), most=NUMBER_LENGTH_MAX))
    verdict = Verdict.DOUBTFUL if unusual else Verdict.UNCHECKED
    return remarks.judged(normal, verdict, [*findings, *unusual])


def firearm_likeness(text: str) -> float:
    """Return how likely the text is a firearm's serial number: any usual serial number may be."""
    return serial_likeness(text) if is_one_number(text) else 0.0


def _no_digit() -> Finding:
    return Finding(
        "firearm_serial.no_digit",
        mark("It holds no digit; serial numbers of firearms usually do."),
        mark("Check that it is not the make, the model or the calibre."),
    )


SCHEMES = (
    Scheme(
        "firearm_serial",
        mark("Firearm serial number"),
        check_firearm_serial,
        firearm_likeness,
        misreading_key,
        has_parts=True,
    ),
)
