"""A reference of firearm models: what a weapon is, where its number stands, with what it is easily confused.

That there is such a reference table, and that it is searched by make and model, is V; who supplies it here and the
fields are D. It says nothing of any single weapon, so that a match is no lead.
"""

from liaison.databases.common_fields import FEATURES, OBJECT_PURPOSES, PICTURES, REMARKS, thing_name_parts
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.databases.firearms import ACTIONS, BARREL_MM_MAX, ROUNDS_MAX, WEAPON_KINDS
from liaison.refusal import mark

LENGTH_MM_MAX = 3_000
WEIGHT_G_MAX = 100_000

DATABASE = Database(
    kind="firearm_models",
    version=1,
    label=mark("Firearm models"),
    purpose=mark("To identify a firearm before its number is asked for or reported."),
    reference_prefix="RM",
    fields=(
        Field(
            "names", mark("Names of the model"), FieldType.GROUP, required=True, many=True,
            parts=thing_name_parts(Choice("variant", mark("Variant"))),
            help=mark("Make and model as people say it, and what else it is called."),
        ),
        Field("make", mark("Make"), required=True),
        Field("weapon_kind", mark("Kind of weapon"), FieldType.CHOICE, required=True, choices=WEAPON_KINDS),
        Field("action", mark("How it fires"), FieldType.CHOICE, choices=ACTIONS),
        Field("calibres", mark("Calibres"), many=True),
        Field("manufactured_in", mark("Country of manufacture"), FieldType.COUNTRY, many=True),
        Field("made_from", mark("Made from"), FieldType.PARTIAL_DATE),
        Field("made_until", mark("Made until"), FieldType.PARTIAL_DATE),
        Field("barrel_mm", mark("Barrel (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=BARREL_MM_MAX),
        Field("length_mm", mark("Length (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=LENGTH_MM_MAX),
        Field("weight_g", mark("Weight (g)"), FieldType.WHOLE_NUMBER, smallest=1, largest=WEIGHT_G_MAX),
        Field("capacity", mark("Rounds it holds"), FieldType.WHOLE_NUMBER, smallest=1, largest=ROUNDS_MAX),
        Field(
            "serial_places", mark("Where the serial number stands"), many=True,
            help=mark("The places, the main one first: frame, slide, barrel."),
        ),
        Field(
            "serial_pattern", mark("How serial numbers look"),
            help=mark("For example: two letters, five digits; since 1998 three letters."),
        ),
        Field("proof_marks", mark("Proof and other marks"), many=True),
        Field("confused_with", mark("Easily confused with"), many=True),
        FEATURES,
        PICTURES,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE,
    search_keys=SearchKeys(names="names"),
    retention_policy="retention.firearm_models_years",
    retention_years=10,
    title_fields=("names", "calibres"),
    minimum=(
        Minimum(
            ("calibres", "serial_places", "serial_pattern", "proof_marks", "features", "pictures"),
            mark("Nothing helps to recognise this model."),
            mark("Add its calibres, its marks, where its number stands, or a picture."),
        ),
    ),
)  # fmt: skip
