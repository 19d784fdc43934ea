"""Parts of vehicles that were stolen or cut out of stolen vehicles: found by their own number or by the vehicle's.

That components are kept beside vehicles is V; the fields are D.
"""

from liaison.databases.common_fields import (
    EMBEZZLED,
    EVENT_DETAILS,
    FEATURES,
    FOUND,
    LOST,
    OBJECT_PURPOSES,
    PICTURES,
    REMARKS,
    SEIZED,
    STOLEN,
    SUSPECTED,
)
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import ReaderKind

SERIALS_MAX = 50
COUNT_MAX = 100_000

PART_KINDS = (
    Choice("engine", mark("Engine")),
    Choice("gearbox", mark("Gearbox")),
    Choice("battery", mark("Drive battery")),
    Choice("catalytic_converter", mark("Catalytic converter or filter")),
    Choice("airbag", mark("Airbag")),
    Choice("control_unit", mark("Control unit")),
    Choice("navigation", mark("Radio or navigation unit")),
    Choice("headlamp", mark("Headlamp")),
    Choice("steering_wheel", mark("Steering wheel")),
    Choice("seat", mark("Seat")),
    Choice("door", mark("Door or bonnet")),
    Choice("bodyshell", mark("Bodyshell or frame")),
    Choice("axle", mark("Axle")),
    Choice("wheel", mark("Wheels or tyres")),
    Choice("plate_blank", mark("Blank number plate")),
    Choice("key", mark("Key or key blank")),
    Choice("other", mark("Other part")),
)

EVENTS = (STOLEN, EMBEZZLED, LOST, SUSPECTED, SEIZED, FOUND)

DATABASE = Database(
    kind="vehicle_parts",
    version=1,
    label=mark("Vehicle parts"),
    purpose=mark("To find stolen parts of vehicles, and through them the vehicles that they were taken from."),
    reference_prefix="RQ",
    fields=(
        Field("part_kind", mark("Kind of part"), FieldType.CHOICE, required=True, choices=PART_KINDS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field(
            "serials", mark("Serial numbers"), FieldType.IDENTIFIER, many=True, scheme="serial", most=SERIALS_MAX,
            help=mark("The number that only this part bears, not the part number of its type."),
        ),
        Field("part_number", mark("Part number of the maker"), help=mark("The same on all parts of this type.")),
        Field("vin", mark("VIN of the vehicle it came from"), FieldType.IDENTIFIER, scheme="vin"),
        Field("make", mark("Make")),
        Field("model", mark("Model")),
        Field("count", mark("How many"), FieldType.WHOLE_NUMBER, smallest=1, largest=COUNT_MAX),
        FEATURES,
        PICTURES,
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(identifiers=("serials", "vin")),
    retention_policy="retention.vehicle_parts_years",
    retention_years=10,
    title_fields=("make", "model", "serials", "vin"),
    minimum=(
        Minimum(
            ("serials", "vin"),
            mark("The part has no number."),
            mark("Give its serial number, or the VIN of the vehicle it came from."),
        ),
    ),
)  # fmt: skip
