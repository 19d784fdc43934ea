"""Vehicle papers, licences, certificates and permits reported lost, stolen, stolen blank or invalidated.

That vehicle papers, clearance and import certificates are kept is K; the fields are D. No holder's name. Other than
travel documents, they may be entered by any source: many authorities of a country issue them, and police report them
for their neighbours too.
"""

from liaison.databases.common_fields import EVENT_DETAILS, OBJECT_PURPOSES, REMARKS
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, SearchKeys
from liaison.databases.papers import EVENTS, MINIMUM, NUMBER_FIELDS, number_or_range, printed_length
from liaison.refusal import mark
from liaison.viewer import ReaderKind

DOCUMENT_KINDS = (
    Choice("vehicle_registration", mark("Vehicle registration paper")),
    Choice("vehicle_title", mark("Vehicle title of ownership")),
    Choice("vehicle_inspection", mark("Certificate of vehicle inspection")),
    Choice("vehicle_insurance", mark("Proof of vehicle insurance")),
    Choice("driving_licence", mark("Driving licence")),
    Choice("import_certificate", mark("Import certificate")),
    Choice("export_certificate", mark("Export certificate")),
    Choice("customs_clearance", mark("Customs clearance")),
    Choice("birth_certificate", mark("Birth certificate")),
    Choice("marriage_certificate", mark("Marriage certificate")),
    Choice("death_certificate", mark("Death certificate")),
    Choice("nationality_certificate", mark("Certificate of nationality")),
    Choice("work_permit", mark("Work permit")),
    Choice("firearm_permit", mark("Firearm permit")),
    Choice("wildlife_permit", mark("Permit for protected animals or plants")),
    Choice("ship_papers", mark("Ship's papers")),
    Choice("aircraft_papers", mark("Aircraft's papers")),
    Choice("company_papers", mark("Company papers")),
    Choice("label", mark("Sticker, stamp or seal of an authority")),
    Choice("other", mark("Other document")),
)

DATABASE = Database(
    kind="administrative_documents",
    version=1,
    label=mark("Administrative documents"),
    purpose=mark("To stop the use of vehicle papers, licences, certificates and permits that were lost or stolen."),
    reference_prefix="RA",
    fields=(
        *NUMBER_FIELDS,
        Field("document_kind", mark("Kind of document"), FieldType.CHOICE, required=True, choices=DOCUMENT_KINDS),
        Field("country", mark("Issuing country"), FieldType.COUNTRY, required=True),
        Field("authority", mark("Issuing authority")),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field(
            "vin", mark("VIN of the vehicle it belongs to"), FieldType.IDENTIFIER, scheme="vin",
            help=mark("So that the paper is found when the vehicle is checked."),
        ),
        Field(
            "plate", mark("Number plate of the vehicle it belongs to"), FieldType.IDENTIFIER, scheme="plate",
            country_from="country",
        ),
        Field("issued_on", mark("Issued on"), FieldType.PARTIAL_DATE),
        Field("expires_on", mark("Expires on"), FieldType.PARTIAL_DATE),
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(
        number="number", range="range", country="country", kind="document_kind", identifiers=("vin", "plate")
    ),
    retention_policy="retention.administrative_documents_years",
    retention_years=10,
    title_fields=("number", "range", "country", "plate"),
    minimum=(MINIMUM,),
    rules=(number_or_range("administrative_documents"), printed_length),
)  # fmt: skip
