"""Telephones, computers and other devices that were stolen, found, or used for a crime.

That stolen devices are searched for by IMEI is known from comparable systems (K); the fields are D. A telephone
number moves from one device to the next, so that it is the weakest lead of all. No owner's name.
"""

from liaison.databases.common_fields import (
    COLOURS,
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

IMEIS_MAX = 4
NUMBERS_MAX = 20

DEVICE_KINDS = (
    Choice("phone", mark("Telephone")),
    Choice("tablet", mark("Tablet")),
    Choice("laptop", mark("Laptop")),
    Choice("computer", mark("Computer or server")),
    Choice("watch", mark("Smart watch")),
    Choice("console", mark("Game console")),
    Choice("storage", mark("Storage device")),
    Choice("router", mark("Router or network device")),
    Choice("tracker", mark("Tracker")),
    Choice("radio", mark("Two-way radio")),
    Choice("terminal", mark("Payment terminal")),
    Choice("skimmer", mark("Device that copies cards")),
    Choice("jammer", mark("Jammer")),
    Choice("other", mark("Other device")),
)

EVENTS = (STOLEN, EMBEZZLED, LOST, SUSPECTED, SEIZED, FOUND)

DATABASE = Database(
    kind="devices",
    version=1,
    label=mark("Devices"),
    purpose=mark("To find stolen telephones and computers, and to recognise devices used for crimes."),
    reference_prefix="RB",
    fields=(
        Field("device_kind", mark("Kind of device"), FieldType.CHOICE, choices=DEVICE_KINDS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("make", mark("Make")),
        Field("model", mark("Model")),
        Field(
            "imei", mark("IMEI"), FieldType.IDENTIFIER, many=True, scheme="imei", most=IMEIS_MAX,
            help=mark("Dial *#06#; a telephone for two SIM cards has two."),
        ),
        Field("mac", mark("MAC addresses"), FieldType.IDENTIFIER, many=True, scheme="mac", most=NUMBERS_MAX),
        Field("serial", mark("Serial number"), FieldType.IDENTIFIER, scheme="serial"),
        Field(
            "phones", mark("Telephone numbers"), FieldType.IDENTIFIER, many=True, scheme="phone", most=NUMBERS_MAX,
            help=mark("Begin with + and the country's code."),
        ),
        Field("colour", mark("Colour"), FieldType.CHOICE, choices=COLOURS),
        FEATURES,
        PICTURES,
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(identifiers=("imei", "mac", "serial", "phones")),
    retention_policy="retention.devices_years",
    retention_years=10,
    title_fields=("make", "model", "imei", "serial"),
    minimum=(
        Minimum(
            ("imei", "mac", "serial", "phones"),
            mark("The device has no number."),
            mark("Give its IMEI, a MAC address, its serial number or a telephone number used with it."),
        ),
    ),
)  # fmt: skip
