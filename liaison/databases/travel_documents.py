"""Travel documents reported lost, stolen, stolen blank, revoked or invalidated; no holder's name.

Only the country that issued a document enters it. Blank documents are entered as ranges of numbers.
"""

from collections.abc import Mapping

from liaison.databases.common_fields import PLACE_PARTS, REMARKS
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.identifiers.documents import doubts
from liaison.refusal import Finding, mark
from liaison.viewer import Purpose, ReaderKind

DOCUMENT_KINDS = (
    Choice("passport", mark("Passport")),
    Choice("diplomatic_passport", mark("Diplomatic passport")),
    Choice("service_passport", mark("Service passport")),
    Choice("travel_document", mark("Travel document for refugees or stateless persons")),
    Choice("identity_card", mark("Identity card")),
    Choice("residence_permit", mark("Residence permit")),
    Choice("visa", mark("Visa")),
    Choice("seafarer_book", mark("Seafarer's book")),
    Choice("other", mark("Other document")),
)

EVENTS = (
    Choice("lost", mark("Lost")),
    Choice("stolen", mark("Stolen")),
    Choice("stolen_blank", mark("Stolen blank")),
    Choice("revoked", mark("Revoked")),
    Choice("invalidated", mark("Invalidated")),
)


def number_or_range(fields: Mapping[str, object]) -> list[Finding]:
    """A record is one document or one range of blanks, and only blanks come in ranges."""
    if fields.get("number") and fields.get("range"):
        return [_both()]
    if fields.get("range") and fields.get("event") != "stolen_blank":
        return [_range_of_holders()]
    return []


def printed_length(fields: Mapping[str, object]) -> list[Finding]:
    """A text longer than any number printed on a document is something else."""
    number = fields.get("number")
    return [doubt for doubt in doubts(str(number)) if doubt.code == "document_number.long"] if number else []


def _both() -> Finding:
    return Finding(
        code="travel_documents.number_and_range",
        problem=mark("A number and a range are both given."),
        remedy=mark("Enter one document, or one range of blanks."),
        field="number",
    )


def _range_of_holders() -> Finding:
    return Finding(
        code="travel_documents.range_not_blank",
        problem=mark("A range is given for documents that were not stolen blank."),
        remedy=mark("Enter issued documents one by one, or choose “stolen blank”."),
        field="event",
    )


DATABASE = Database(
    kind="travel_documents",
    version=1,
    label=mark("Travel documents"),
    purpose=mark("To stop the use of travel documents that were lost, stolen, revoked or invalidated."),
    reference_prefix="RD",
    fields=(
        Field("number", mark("Document number"), FieldType.DOCUMENT_NUMBER),
        Field(
            "range", mark("Range of blank documents"), FieldType.NUMBER_RANGE,
            help=mark("First and last number, equally long, beginning alike."),
        ),
        Field("document_kind", mark("Kind of document"), FieldType.CHOICE, required=True, choices=DOCUMENT_KINDS),
        Field("country", mark("Issuing country"), FieldType.COUNTRY, required=True),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("event_on", mark("When it happened"), FieldType.PARTIAL_DATE),
        Field("event_place", mark("Where it happened"), FieldType.GROUP, parts=PLACE_PARTS),
        Field("issued_on", mark("Issued on"), FieldType.PARTIAL_DATE),
        Field("expires_on", mark("Expires on"), FieldType.PARTIAL_DATE),
        Field("file_number", mark("File number of the issuing authority")),
        REMARKS,
    ),
    purposes=frozenset(
        {Purpose.IDENTIFY, Purpose.INVESTIGATE, Purpose.SECURITY_CHECK, Purpose.LOCATE, Purpose.WANTED}
    ),
    who_may_enter=MayEnter.ISSUING_COUNTRY,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(number="number", range="range", country="country", kind="document_kind"),
    retention_policy="retention.travel_documents_years",
    retention_years=10,
    title_fields=("number", "range", "country"),
    minimum=(
        Minimum(
            ("number", "range"),
            mark("Neither a document number nor a range is given."),
            mark("Give the number as printed, or the first and last number of the blanks."),
        ),
    ),
    rules=(number_or_range, printed_length),
)  # fmt: skip
