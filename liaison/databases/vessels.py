"""Ships and boats that were stolen, lost, seized, or are listed: found by every number and name they have borne.

That stolen vessels are kept is V; which fields, D. The IMO number stays with the hull for life; name, flag, call sign
and MMSI change with the owner, so that former ones are kept. Owners and operators are text as lists give them: no
person is found through a vessel.
"""

from liaison.databases.common_fields import (
    COLOURS,
    CURRENT_OR_FORMER,
    EMBEZZLED,
    EVENT_DETAILS,
    FEATURES,
    FOUND,
    LIST_FIELDS,
    LISTED,
    LOST,
    OBJECT_PURPOSES,
    PERIOD,
    PICTURES,
    REMARKS,
    SEIZED,
    STOLEN,
    SUSPECTED,
    thing_name_parts,
)
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import ReaderKind

NUMBERS_MAX = 20
TONNES_MAX = 1_000_000
LENGTH_CM_MAX = 50_000
POWER_KW_MAX = 120_000
YEAR_MIN, YEAR_MAX = 1800, 2100

VESSEL_KINDS = (
    Choice("motor_boat", mark("Motor boat")),
    Choice("sailing_boat", mark("Sailing boat")),
    Choice("motor_yacht", mark("Motor yacht")),
    Choice("inflatable", mark("Inflatable boat")),
    Choice("personal_watercraft", mark("Personal watercraft")),
    Choice("fishing_vessel", mark("Fishing vessel")),
    Choice("cargo_ship", mark("Cargo ship")),
    Choice("container_ship", mark("Container ship")),
    Choice("tanker", mark("Tanker")),
    Choice("passenger_ship", mark("Passenger ship or ferry")),
    Choice("barge", mark("Barge or inland vessel")),
    Choice("tug", mark("Tug or work boat")),
    Choice("submersible", mark("Submersible or semi-submersible")),
    Choice("other", mark("Other vessel")),
)

EVENTS = (STOLEN, LOST, EMBEZZLED, Choice("hijacked", mark("Hijacked")), SEIZED, FOUND, SUSPECTED, LISTED)

_REGISTRATION_PARTS = (
    Field("number", mark("Registration number"), FieldType.IDENTIFIER, required=True, scheme="serial"),
    Field("country", mark("Country of the register"), FieldType.COUNTRY),
    Field("port", mark("Port of registry")),
    Field("kind", mark("Current or former"), FieldType.CHOICE, choices=CURRENT_OR_FORMER),
    *PERIOD,
)

_FLAG_PARTS = (
    Field("country", mark("Flag"), FieldType.COUNTRY, required=True),
    Field("kind", mark("Current or former"), FieldType.CHOICE, choices=CURRENT_OR_FORMER),
    *PERIOD,
)

ENGINE_PARTS = (
    Field("make", mark("Make")),
    Field("model", mark("Model")),
    Field("serial", mark("Engine number"), FieldType.IDENTIFIER, scheme="serial"),
    Field("power_kw", mark("Power (kW)"), FieldType.WHOLE_NUMBER, smallest=1, largest=POWER_KW_MAX),
    Field("note", mark("Note")),
)

DATABASE = Database(
    kind="vessels",
    version=1,
    label=mark("Vessels"),
    purpose=mark("To find stolen ships and boats, and to recognise those that are sought, seized or listed."),
    reference_prefix="RS",
    fields=(
        Field("names", mark("Names"), FieldType.GROUP, many=True, parts=thing_name_parts()),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field(
            "imo", mark("IMO number"), FieldType.IDENTIFIER, many=True, scheme="imo", most=NUMBERS_MAX,
            help=mark("Seven digits on the hull that stay the same for life. Several only where sources disagree."),
        ),
        Field(
            "mmsi", mark("MMSI"), FieldType.IDENTIFIER, many=True, scheme="mmsi", most=NUMBERS_MAX,
            help=mark("Nine digits that the ship's radio sends; they change with the flag."),
        ),
        Field(
            "hull", mark("Hull number"), FieldType.IDENTIFIER, scheme="hull",
            help=mark("On the stern of boats, at the top right; with the builder's code."),
        ),
        Field(
            "eni", mark("ENI number"), FieldType.IDENTIFIER, scheme="eni",
            help=mark("Eight digits of a vessel on European inland waters."),
        ),
        Field(
            "call_signs", mark("Call signs"), FieldType.IDENTIFIER, many=True, scheme="call_sign", most=NUMBERS_MAX
        ),
        Field(
            "registrations", mark("Registrations"), FieldType.GROUP, many=True, most=NUMBERS_MAX,
            parts=_REGISTRATION_PARTS,
        ),
        Field("flags", mark("Flags"), FieldType.GROUP, many=True, most=NUMBERS_MAX, parts=_FLAG_PARTS),
        Field("vessel_kind", mark("Kind of vessel"), FieldType.CHOICE, choices=VESSEL_KINDS),
        Field("type_as_listed", mark("Kind as the source calls it"), many=True),
        Field("builder", mark("Builder")),
        Field("model", mark("Model")),
        Field("built_on", mark("Built"), FieldType.PARTIAL_DATE),
        Field("length_cm", mark("Length (cm)"), FieldType.WHOLE_NUMBER, smallest=50, largest=LENGTH_CM_MAX),
        Field("width_cm", mark("Width (cm)"), FieldType.WHOLE_NUMBER, smallest=20, largest=LENGTH_CM_MAX),
        Field("gross_tonnage", mark("Gross tonnage"), FieldType.WHOLE_NUMBER, smallest=1, largest=TONNES_MAX),
        Field("deadweight_tonnes", mark("Deadweight (t)"), FieldType.WHOLE_NUMBER, smallest=1, largest=TONNES_MAX),
        Field("tonnage_as_listed", mark("Tonnage as the source gives it"), many=True),
        Field("hull_colour", mark("Colour of the hull"), FieldType.CHOICE, choices=COLOURS),
        Field("upper_colour", mark("Colour of the superstructure"), FieldType.CHOICE, choices=COLOURS),
        Field("engines", mark("Engines"), FieldType.GROUP, many=True, most=NUMBERS_MAX, parts=ENGINE_PARTS),
        FEATURES,
        PICTURES,
        Field("owners", mark("Owners, as the source gives them"), many=True),
        Field("operators", mark("Operators, as the source gives them"), many=True),
        *EVENT_DETAILS,
        *LIST_FIELDS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(
        names="names",
        references=("list_reference",),
        identifiers=("imo", "mmsi", "hull", "eni", "call_signs", "registrations.number", "engines.serial"),
    ),
    retention_policy="retention.vessels_years",
    retention_years=10,
    title_fields=("names", "imo", "hull", "registrations"),
    minimum=(
        Minimum(
            ("names", "imo", "mmsi", "hull", "eni", "call_signs", "registrations", "engines"),
            mark("The vessel has neither a name nor a number."),
            mark("Give its name, or a number from its hull, its papers, its radio or its engine."),
        ),
        Minimum(
            (
                "imo", "mmsi", "hull", "eni", "call_signs", "registrations", "engines", "flags", "vessel_kind",
                "type_as_listed", "builder", "model", "length_cm", "features", "pictures", "list_reference",
            ),
            mark("Nothing tells this vessel from another of the same name."),
            mark("Add what is known: a number, the flag, the kind of vessel, its length."),
        ),
    ),
)  # fmt: skip
