"""What every kind of identifier of a thing can say of a text: its comparable form, and whether it adds up.

A `Scheme` is one kind: VIN, plate, IMO number, IBAN and so on. Each module of this room that knows some binds
`SCHEMES`; `liaison.identifiers.registry` gathers them. Police enter what they see: nothing is refused for a wrong
check digit, it is said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from liaison.identifiers.documents import confusion_key
from liaison.refusal import Finding


class Verdict(StrEnum):
    """Whether a text adds up, as far as its scheme can tell."""

    VALID = "valid"  # a check digit, or a closed form, agrees
    UNCHECKED = "unchecked"  # nothing in it can be checked, and nothing speaks against it
    DOUBTFUL = "doubtful"  # it may be real, but something is unusual: the findings say what
    INVALID = "invalid"  # it cannot be this kind of identifier, or its check digit is wrong


@dataclass(frozen=True, slots=True)
class Checked:
    """What a scheme says of one text.

    `normal` is the form in which two spellings of one thing are equal; empty where the text holds nothing that could
    be compared. `alternatives` are other normal forms that a reader may have meant (a certain repair first).
    """

    normal: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of identifier.

    `check` takes the text and the ISO 3166 alpha-2 code of the country that issued it, empty when unknown; the normal
    form is the same with and without it, for who asks often does not know it. `confusion` gives, for a normal form,
    the key that usual slips of reading leave alone. `likeness` says in [0, 1] how likely a pasted text is of this
    kind: 0 where it is impossible, so that it is not searched as one. `has_parts` means that an officer may know
    only a part of it (plates, VINs) and may ask with wildcards: a part's normal form is then part of the whole's.
    """

    name: str
    label: str
    check: Callable[[str, str], Checked]
    likeness: Callable[[str], float]
    confusion: Callable[[str], str] = confusion_key
    has_parts: bool = False

    def normal(self, text: str, country: str = "") -> str:
        """Return the comparable form of the text; empty where it holds nothing that could be compared."""
        return self.check(text, country).normal
