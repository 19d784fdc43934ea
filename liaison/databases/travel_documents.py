"""Travel documents reported lost, stolen, stolen blank, revoked or invalidated; entered by who issued them (R36).

Holders are not named: the record says that this piece of paper is not to be trusted, whoever carries it.
"""

from collections.abc import Mapping

from liaison.databases.declaration import Database, Entering, Field, FieldType
from liaison.databases.keys import RecordKeys
from liaison.databases.shared_parts import DOCUMENT_KINDS, PLACE_PARTS, with_keys
from liaison.identifiers.documents import NumberRange
from liaison.refusal import mark

EVENTS = {
    "lost": mark("Lost"),
    "stolen": mark("Stolen"),
    "stolen_blank": mark("Stolen blank"),
    "revoked": mark("Revoked"),
    "invalidated": mark("Invalidated"),
}


def keys_of(fields: Mapping[str, object]) -> RecordKeys:
    """Return what finds the record exactly: its number, or every number of its range."""
    number, series = fields.get("number"), fields.get("range")
    ranges = (NumberRange.between(str(series["first"]), str(series["last"])),) if isinstance(series, Mapping) else ()
    return RecordKeys(numbers=(str(number),) if number else (), ranges=ranges)


def _title(fields: Mapping[str, object]) -> str:
    series = fields.get("range")
    number = f"{series['first']}–{series['last']}" if isinstance(series, Mapping) else fields.get("number", "")
    return f"{number} ({fields.get('country', '')})"


def _search_document(fields: Mapping[str, object]) -> dict[str, object]:
    return with_keys({}, keys_of(fields))


DATABASE = Database(
    kind="travel_documents",
    version=1,
    label=mark("Lost and stolen travel documents"),
    purpose=mark("Stop documents that were lost, stolen or revoked from being used again."),
    reference_prefix="RD",
    fields=(
        Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER),
        Field(
            "range",
            mark("Range of blank documents"),
            FieldType.NUMBER_RANGE,
            help=mark("First and last number of one series."),
        ),
        Field("document_kind", mark("Kind of document"), FieldType.CHOICE, required=True, choices=DOCUMENT_KINDS),
        Field("country", mark("Issuing country"), FieldType.COUNTRY, required=True),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("event_on", mark("When"), FieldType.PARTIAL_DATE),
        Field("event_place", mark("Where"), FieldType.GROUP, parts=PLACE_PARTS),
        Field("issued_on", mark("Issued on"), FieldType.DATE),
        Field("expires_on", mark("Valid until"), FieldType.DATE),
        Field("remarks", mark("Remarks"), FieldType.LONG_TEXT),
    ),
    minimum=(("number", "range"),),
    who_may_enter=Entering.ISSUING_COUNTRY,
    retention_policy="retention.travel_documents_years",
    make_title=_title,
    make_search_document=_search_document,
    make_keys=keys_of,
)
