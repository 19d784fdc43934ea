"""Examples of genuine documents: what each edition looks like and which security features it has.

That there are such examples, and that they are kept for ten years, is V; that issuing authorities supply them K; the
fields are D. The numbers printed on specimens are kept, because specimens are shown at borders as if they were real.
"""

from liaison.databases.common_fields import OBJECT_PURPOSES, PICTURES, REMARKS
from liaison.databases.counterfeit_documents import DOCUMENT_KINDS
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark

NUMBERS_MAX = 64
FEATURES_MAX = 60
PAGES_MAX = 500
MILLIMETRES_MAX = 1_000

CHECKS = (
    Choice("look", mark("By looking at it")),
    Choice("feel", mark("By touching it")),
    Choice("tilt", mark("By tilting it")),
    Choice("light", mark("Against the light")),
    Choice("magnifier", mark("With a magnifier")),
    Choice("ultraviolet", mark("Under ultraviolet light")),
    Choice("infrared", mark("Under infrared light")),
    Choice("chip", mark("By reading its chip")),
    Choice("laboratory", mark("In a laboratory")),
)

_FEATURE_PARTS = (
    Field("text", mark("Security feature"), required=True),
    Field("place", mark("Where it is")),
    Field("check", mark("How it is checked"), FieldType.CHOICE, choices=CHECKS),
)

_SPECIMEN_PARTS = (
    Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER, required=True),
    Field("country", mark("Issuing country"), FieldType.COUNTRY),
    Field("kind", mark("Kind of document"), FieldType.CHOICE, choices=DOCUMENT_KINDS),
    Field("note", mark("Note")),
)

DATABASE = Database(
    kind="document_specimens",
    version=1,
    label=mark("Document specimens"),
    purpose=mark("To compare a document with a genuine one of its edition."),
    reference_prefix="RG",
    fields=(
        Field("country", mark("Issuing country"), FieldType.COUNTRY, required=True),
        Field("document_kind", mark("Kind of document"), FieldType.CHOICE, required=True, choices=DOCUMENT_KINDS),
        Field("series", mark("Series or edition"), required=True),
        Field("authority", mark("Issuing authority")),
        Field("valid_from", mark("Issued from"), FieldType.PARTIAL_DATE),
        Field("valid_until", mark("Issued until"), FieldType.PARTIAL_DATE),
        Field(
            "number_pattern", mark("Pattern of the numbers"),
            help=mark("For example: one letter, seven digits; a hole through every page."),
        ),
        Field("pages", mark("Pages"), FieldType.WHOLE_NUMBER, smallest=1, largest=PAGES_MAX),
        Field("width_mm", mark("Width (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=MILLIMETRES_MAX),
        Field("height_mm", mark("Height (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=MILLIMETRES_MAX),
        Field("has_chip", mark("Has a chip"), FieldType.YES_NO),
        Field(
            "security_features", mark("Security features"), FieldType.GROUP, many=True, most=FEATURES_MAX,
            parts=_FEATURE_PARTS,
        ),
        Field(
            "specimen_numbers", mark("Numbers printed on specimens"), FieldType.GROUP, many=True, most=NUMBERS_MAX,
            parts=_SPECIMEN_PARTS, help=mark("Who shows a document with such a number shows a specimen."),
        ),
        PICTURES,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE,
    search_keys=SearchKeys(documents="specimen_numbers"),
    retention_policy="retention.document_specimens_years",
    retention_years=10,
    retention_years_max=10,
    retention_is_verified=True,
    title_fields=("country", "series"),
    minimum=(
        Minimum(
            ("security_features", "pictures", "number_pattern"),
            mark("Nothing shows what a genuine document looks like."),
            mark("Name its security features, or add a picture."),
        ),
    ),
)  # fmt: skip
