"""Alerts on forged documents: what is forged, how it is recognised, and which numbers were seen on forgeries.

That countries alert each other to newly found forgeries, and that alerts are kept for ten years, is V; the fields are
D. A record is about a way of forging and never about a bearer. How forgeries are recognised is for police alone.
"""

from collections.abc import Mapping

from liaison.databases.administrative_documents import DOCUMENT_KINDS as ADMINISTRATIVE_KINDS
from liaison.databases.common_fields import OBJECT_PURPOSES, PICTURES, PLACE_PARTS, REMARKS
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.databases.travel_documents import DOCUMENT_KINDS as TRAVEL_KINDS
from liaison.refusal import Finding, mark

NUMBERS_MAX = 64

DOCUMENT_KINDS = (
    *(kind for kind in TRAVEL_KINDS if kind.value != "other"),
    *(kind for kind in ADMINISTRATIVE_KINDS if kind.value != "other"),
    Choice("border_stamp", mark("Border stamp")),
    Choice("other", mark("Other document")),
)

FORGERIES = (
    Choice("counterfeit", mark("Wholly forged")),
    Choice("photo", mark("Photograph exchanged")),
    Choice("data", mark("Data altered")),
    Choice("pages", mark("Pages exchanged or added")),
    Choice("stolen_blank", mark("Stolen blank filled in")),
    Choice("chip", mark("Chip forged or disabled")),
    Choice("stamp", mark("Stamp or visa forged")),
    Choice("fantasy", mark("Document that no authority issues")),
    Choice("impostor", mark("Genuine document used by another person")),
)

_SEEN_PARTS = (
    Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER, required=True),
    Field("country", mark("Country that it names"), FieldType.COUNTRY),
    Field("kind", mark("Kind of document"), FieldType.CHOICE, choices=DOCUMENT_KINDS),
    Field("note", mark("Note")),
)


def more_than_impostors(fields: Mapping[str, object]) -> list[Finding]:
    """A genuine document that another person uses bears no sign of forging: its number belongs among stolen ones."""
    return [_only_impostors()] if fields.get("forgeries") == ["impostor"] else []


def _only_impostors() -> Finding:
    return Finding(
        code="counterfeit_documents.genuine",
        problem=mark("The document is genuine; only its bearer is wrong."),
        remedy=mark("Ask the issuing country to report it as stolen or lost, and say here what else is forged."),
        field="forgeries",
    )


DATABASE = Database(
    kind="counterfeit_documents",
    version=1,
    label=mark("Counterfeit documents"),
    purpose=mark("To warn about forged documents, and to show how they are recognised."),
    reference_prefix="RC",
    fields=(
        Field("country", mark("Country that the document names"), FieldType.COUNTRY, required=True),
        Field("document_kind", mark("Kind of document"), FieldType.CHOICE, required=True, choices=DOCUMENT_KINDS),
        Field("forgeries", mark("What is forged"), FieldType.CHOICE, required=True, many=True, choices=FORGERIES),
        Field("series", mark("Series or edition")),
        Field(
            "number_pattern", mark("Pattern of the numbers"),
            help=mark("For example: two letters, seven digits, always beginning with 04."),
        ),
        Field("range", mark("Range of numbers"), FieldType.NUMBER_RANGE),
        Field(
            "seen_numbers", mark("Numbers seen on forgeries"), FieldType.GROUP, many=True, most=NUMBERS_MAX,
            parts=_SEEN_PARTS,
        ),
        Field("recognised_by", mark("How to recognise it"), FieldType.LONG_TEXT),
        Field("genuine_shows", mark("What a genuine one shows instead"), FieldType.LONG_TEXT),
        Field("techniques", mark("How it was made"), many=True),
        PICTURES,
        Field("first_seen_on", mark("First seen on"), FieldType.PARTIAL_DATE),
        Field("first_seen_at", mark("First seen at"), FieldType.GROUP, parts=PLACE_PARTS),
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE,
    search_keys=SearchKeys(documents="seen_numbers", range="range"),
    retention_policy="retention.counterfeit_documents_years",
    retention_years=10,
    retention_years_max=10,
    retention_is_verified=True,
    title_fields=("country", "series", "range"),
    minimum=(
        Minimum(
            ("recognised_by", "pictures"),
            mark("Nothing says how the forgery is recognised."),
            mark("Describe the signs, or add a picture of them."),
        ),
    ),
    rules=(more_than_impostors,),
)  # fmt: skip
