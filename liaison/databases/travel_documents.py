"""Travel documents reported lost, stolen, stolen blank, revoked or invalidated; no holder's name.

Only the country that issued a document enters it. Blank documents are entered as ranges of numbers.
"""

from liaison.databases.common_fields import PLACE_PARTS, REMARKS
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, SearchKeys
from liaison.databases.papers import EVENTS, MINIMUM, NUMBER_FIELDS, number_or_range, printed_length
from liaison.refusal import mark
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

DATABASE = Database(
    kind="travel_documents",
    version=1,
    label=mark("Travel documents"),
    purpose=mark("To stop the use of travel documents that were lost, stolen, revoked or invalidated."),
    reference_prefix="RD",
    fields=(
        *NUMBER_FIELDS,
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
    minimum=(MINIMUM,),
    rules=(number_or_range("travel_documents"), printed_length),
)  # fmt: skip
