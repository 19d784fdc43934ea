"""Serial, part and inventory numbers that follow no standard: compared without case and separators.

>>> check_serial("ab-12 34").normal
'AB1234'
"""

from liaison.identifiers import remarks
from liaison.identifiers.documents import NUMBER_LENGTH_MIN, normalise_number
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import is_one_number, is_placeholder, misreading_key, plain
from liaison.refusal import mark

LIKENESS = 0.3
"""Any run of letters and digits may be a serial number, so that every other reading comes first."""

LENGTH_MAX = 40


def check_serial(text: str, _country: str = "") -> Checked:
    """Return the serial number without case and separators; nothing in it can be checked."""
    normal = plain(text)
    if not normal:
        return remarks.empty("serial")
    findings = remarks.of_spelling("serial", text)
    unusual = [remarks.placeholder("serial")] if is_placeholder(normal) else []
    if len(normal) > LENGTH_MAX:
        unusual.append(remarks.too_long("serial", length=len(normal), most=LENGTH_MAX))
    verdict = Verdict.DOUBTFUL if unusual else Verdict.UNCHECKED
    return remarks.judged(normal, verdict, [*findings, *unusual])


def serial_likeness(text: str) -> float:
    """Return how likely the text is a serial number: one number of a usual length."""
    return LIKENESS if is_one_number(text) and len(normalise_number(text)) >= NUMBER_LENGTH_MIN else 0.0


SCHEMES = (Scheme("serial", mark("Serial number"), check_serial, serial_likeness, misreading_key, has_parts=True),)
