"""What databases of reported papers share: one number or one range of blanks, what happened, and the rules."""

from collections.abc import Mapping

from liaison.databases.common_fields import LOST, STOLEN
from liaison.databases.database import Minimum, Rule
from liaison.databases.fields import Choice, Field, FieldType
from liaison.identifiers.documents import doubts
from liaison.refusal import Finding, mark

EVENTS = (
    LOST,
    STOLEN,
    Choice("stolen_blank", mark("Stolen blank")),
    Choice("revoked", mark("Revoked")),
    Choice("invalidated", mark("Invalidated")),
)

NUMBER_FIELDS = (
    Field("number", mark("Document number"), FieldType.DOCUMENT_NUMBER),
    Field(
        "range", mark("Range of blank documents"), FieldType.NUMBER_RANGE,
        help=mark("First and last number, equally long, beginning alike."),
    ),
)  # fmt: skip

MINIMUM = Minimum(
    ("number", "range"),
    mark("Neither a document number nor a range is given."),
    mark("Give the number as printed, or the first and last number of the blanks."),
)


def number_or_range(kind: str) -> Rule:
    """Return the rule that a record is one document or one range of blanks, and that only blanks come in ranges."""

    def rule(fields: Mapping[str, object]) -> list[Finding]:
        if fields.get("number") and fields.get("range"):
            return [_both(kind)]
        if fields.get("range") and fields.get("event") != "stolen_blank":
            return [_range_of_holders(kind)]
        return []

    return rule


def printed_length(fields: Mapping[str, object]) -> list[Finding]:
    """A text longer than any number printed on a document is something else."""
    number = fields.get("number")
    return [doubt for doubt in doubts(str(number)) if doubt.code == "document_number.long"] if number else []


def _both(kind: str) -> Finding:
    return Finding(
        code=f"{kind}.number_and_range",
        problem=mark("A number and a range are both given."),
        remedy=mark("Enter one document, or one range of blanks."),
        field="number",
    )


def _range_of_holders(kind: str) -> Finding:
    return Finding(
        code=f"{kind}.range_not_blank",
        problem=mark("A range is given for documents that were not stolen blank."),
        remedy=mark("Enter issued documents one by one, or choose “stolen blank”."),
        field="event",
    )
