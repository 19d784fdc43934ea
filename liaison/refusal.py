"""The one way Liaison says no: a `Refused` that carries every `Finding` at once.

A finding tells what happened, what to do now and which rule asks for it; its code is stable, so that programs can
read it. Doors turn the same value into a banner, problem+json (RFC 9457) or lines on stderr.

>>> str(Finding("mrz.check_digit", "Line %(line)s does not add up.", "Scan it again.", values={"line": 2}))
'Line 2 does not add up. Scan it again.'
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

_NOTHING: Mapping[str, object] = MappingProxyType({})


def mark(message: str) -> str:
    """Return the English sentence unchanged; extraction finds it, and the door that shows it translates it."""
    return message


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One unmet condition.

    `problem` and `remedy` are English message ids with named places (`%(months)s`); `values` fills them and must hold
    nothing that the reader may not know. `source` is the article or policy value that asks for it, empty where plain
    sense does. `field` names the input at fault.
    """

    code: str
    problem: str
    remedy: str
    source: str = ""
    field: str = ""
    values: Mapping[str, object] = dataclasses.field(default_factory=lambda: _NOTHING)

    def __str__(self) -> str:
        said = f"{self.problem} {self.remedy}".strip()
        return said % self.values if self.values else said


class Refused(Exception):
    """An expected and explained no. Nothing was written."""

    def __init__(self, *findings: Finding) -> None:
        assert findings, "a refusal explains itself"
        super().__init__(*findings)
        self.findings = findings

    @property
    def code(self) -> str:
        """The code of the first finding."""
        return self.findings[0].code

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class Absent(Refused):
    """What was asked for is not there for this reader: the same words whether it is hidden or does not exist."""


class NotAllowed(Refused):
    """The reader is known and lacks the right that this verb asks for."""
