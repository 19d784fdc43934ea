"""Cars, lorries, motorcycles, trailers, caravans, buses and machines that were stolen or are sought.

Which vehicles are kept is V, that they are found by VIN, plate and engine number D, and so are the fields. Plates
change: a vehicle has all it has borne, each with its country, so that a former one finds it too. No owner's name.
"""

from liaison.databases.common_fields import (
    COLOURS,
    EMBEZZLED,
    EVENT_DETAILS,
    FEATURES,
    FOUND,
    LOST,
    OBJECT_PURPOSES,
    PERIOD,
    PICTURES,
    REMARKS,
    SEIZED,
    STOLEN,
    SUSPECTED,
)
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import ReaderKind

PLATES_MAX = 20
ENGINES_MAX = 5
YEAR_MIN, YEAR_MAX = 1880, 2100

VEHICLE_KINDS = (
    Choice("car", mark("Car")),
    Choice("van", mark("Van")),
    Choice("lorry", mark("Lorry")),
    Choice("tractor_unit", mark("Tractor unit")),
    Choice("bus", mark("Bus")),
    Choice("motorcycle", mark("Motorcycle")),
    Choice("moped", mark("Moped or scooter")),
    Choice("quad", mark("Quad")),
    Choice("trailer", mark("Trailer")),
    Choice("semi_trailer", mark("Semi-trailer")),
    Choice("caravan", mark("Caravan")),
    Choice("motor_caravan", mark("Motor caravan")),
    Choice("agricultural", mark("Agricultural machine")),
    Choice("construction", mark("Construction machine")),
    Choice("emergency", mark("Vehicle of an emergency service")),
    Choice("other", mark("Other vehicle")),
)

FUELS = (
    Choice("petrol", mark("Petrol")),
    Choice("diesel", mark("Diesel")),
    Choice("electric", mark("Electric")),
    Choice("hybrid", mark("Hybrid")),
    Choice("gas", mark("Gas")),
    Choice("other", mark("Other fuel")),
)

PLATE_KINDS = (
    Choice("current", mark("Current")),
    Choice("former", mark("Former")),
    Choice("temporary", mark("Temporary, transit or trade plate")),
    Choice("false", mark("False: belongs to another vehicle or to none")),
)

EVENTS = (STOLEN, EMBEZZLED, LOST, SUSPECTED, SEIZED, FOUND)

_PLATE_PARTS = (
    Field(
        "number", mark("Number plate"), FieldType.IDENTIFIER, required=True, scheme="plate", country_from="country"
    ),
    Field("country", mark("Country"), FieldType.COUNTRY),
    Field("kind", mark("Kind of plate"), FieldType.CHOICE, choices=PLATE_KINDS),
    *PERIOD,
)

DATABASE = Database(
    kind="vehicles",
    version=1,
    label=mark("Vehicles"),
    purpose=mark("To find stolen vehicles and give them back, and to locate vehicles used for crimes."),
    reference_prefix="RV",
    fields=(
        Field(
            "vin", mark("VIN"), FieldType.IDENTIFIER, scheme="vin",
            help=mark("17 characters; of older vehicles the chassis number as it is, of machines the serial number."),
        ),
        Field("plates", mark("Number plates"), FieldType.GROUP, many=True, most=PLATES_MAX, parts=_PLATE_PARTS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("vehicle_kind", mark("Kind of vehicle"), FieldType.CHOICE, choices=VEHICLE_KINDS),
        Field("make", mark("Make")),
        Field("model", mark("Model")),
        Field("model_year", mark("Model year"), FieldType.WHOLE_NUMBER, smallest=YEAR_MIN, largest=YEAR_MAX),
        Field("colour", mark("Colour"), FieldType.CHOICE, choices=COLOURS),
        Field("second_colour", mark("Second colour"), FieldType.CHOICE, choices=COLOURS),
        Field("fuel", mark("Fuel"), FieldType.CHOICE, choices=FUELS),
        Field(
            "engine_numbers", mark("Engine numbers"), FieldType.IDENTIFIER, many=True, scheme="serial",
            most=ENGINES_MAX,
        ),
        Field(
            "paper_number", mark("Number of the registration paper"), FieldType.IDENTIFIER, scheme="serial",
            help=mark("Where the paper was taken with the vehicle."),
        ),
        FEATURES,
        Field(
            "keys_kept", mark("All keys are with the owner"), FieldType.YES_NO,
            help=mark("If not, the thief may have a key: the lock tells nothing."),
        ),
        PICTURES,
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(identifiers=("vin", "plates.number", "engine_numbers", "paper_number")),
    retention_policy="retention.vehicles_years",
    retention_years=10,
    title_fields=("make", "model", "plates", "vin"),
    minimum=(
        Minimum(
            ("vin", "plates", "engine_numbers"),
            mark("The vehicle has no number."),
            mark("Give its VIN or chassis number, a number plate or an engine number."),
        ),
    ),
)  # fmt: skip
