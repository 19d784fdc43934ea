"""Aircraft that were stolen, seized, or are sought or listed: by registration, 24-bit address and serial number.

That an aircraft is an object of searches is known from comparable systems (V for those); the fields are D. The
manufacturer's serial number stays for life; registration and 24-bit address change with the register, so that former
ones are kept. Operators and owners are text as lists give them: no person is found through an aircraft.
"""

from collections.abc import Mapping

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
from liaison.databases.things import identifiers_of
from liaison.databases.vessels import ENGINE_PARTS, NUMBERS_MAX
from liaison.identifiers.aircraft import address_of_n_number, is_n_address
from liaison.refusal import Finding, mark
from liaison.viewer import ReaderKind

AIRCRAFT_KINDS = (
    Choice("aeroplane", mark("Aeroplane")),
    Choice("jet", mark("Jet aeroplane")),
    Choice("helicopter", mark("Helicopter")),
    Choice("microlight", mark("Microlight")),
    Choice("glider", mark("Glider")),
    Choice("gyroplane", mark("Gyroplane")),
    Choice("balloon", mark("Balloon or airship")),
    Choice("unmanned", mark("Unmanned aircraft")),
    Choice("other", mark("Other aircraft")),
)

EVENTS = (STOLEN, LOST, EMBEZZLED, SEIZED, FOUND, SUSPECTED, LISTED)

_REGISTRATION_PARTS = (
    Field(
        "number", mark("Registration mark"), FieldType.IDENTIFIER, required=True, scheme="aircraft_registration",
        country_from="country",
    ),
    Field("country", mark("Country of the register"), FieldType.COUNTRY),
    Field("kind", mark("Current or former"), FieldType.CHOICE, choices=CURRENT_OR_FORMER),
    *PERIOD,
)  # fmt: skip


def address_of_the_mark(fields: Mapping[str, object]) -> list[Finding]:
    """Doubt an address of the United States that belongs to another mark: theirs follow from each other."""
    numbers = list(identifiers_of(DATABASE, fields))
    theirs = {address_of_n_number(one.normal) for one in numbers if one.scheme == "aircraft_registration"} - {""}
    addresses = [one.normal for one in numbers if one.scheme == "icao24"]
    return [
        Finding(
            code="doubt.address_of_another",
            problem=mark("This is the address of another registration mark."),
            remedy=mark("Compare it with its source."),
            field=f"icao24.{place}",
        )
        for place, address in enumerate(addresses)
        if theirs and is_n_address(address) and address not in theirs
    ]


DATABASE = Database(
    kind="aircraft",
    version=1,
    label=mark("Aircraft"),
    purpose=mark("To find stolen aircraft, and to recognise those that are sought, seized or listed."),
    reference_prefix="RK",
    fields=(
        Field("names", mark("Names"), FieldType.GROUP, many=True, parts=thing_name_parts()),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field(
            "registrations", mark("Registrations"), FieldType.GROUP, many=True, most=NUMBERS_MAX,
            parts=_REGISTRATION_PARTS, help=mark("The mark painted on the tail, and former ones."),
        ),
        Field(
            "icao24", mark("24-bit aircraft address"), FieldType.IDENTIFIER, many=True, scheme="icao24",
            most=NUMBERS_MAX, help=mark("Six hexadecimal digits that the transponder sends."),
        ),
        Field(
            "serial", mark("Manufacturer's serial number"), FieldType.IDENTIFIER, many=True, scheme="serial",
            most=NUMBERS_MAX, help=mark("On a plate in the airframe; it stays the same for life."),
        ),
        Field("aircraft_kind", mark("Kind of aircraft"), FieldType.CHOICE, choices=AIRCRAFT_KINDS),
        Field("type_as_listed", mark("Kind as the source calls it"), many=True),
        Field("make", mark("Manufacturer")),
        Field("model", mark("Model")),
        Field("built_on", mark("Built"), FieldType.PARTIAL_DATE),
        Field("colour", mark("Colour"), FieldType.CHOICE, choices=COLOURS),
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
        identifiers=("registrations.number", "icao24", "serial", "engines.serial"),
    ),
    retention_policy="retention.aircraft_years",
    retention_years=10,
    title_fields=("names", "registrations", "make", "model", "serial"),
    unusual=(address_of_the_mark,),
    minimum=(
        Minimum(
            ("registrations", "icao24", "serial", "engines", "list_reference"),
            mark("The aircraft has no number."),
            mark("Give its registration mark, its 24-bit address, or a number from its airframe or engine."),
        ),
    ),
)  # fmt: skip
