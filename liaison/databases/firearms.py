"""Firearms lost, stolen, trafficked, smuggled, seized or found, and how far each is traced.

Lost, stolen, trafficked and smuggled weapons and trace requests with a status are V, as are serial number, make,
model, calibre and country of make or import; further fields and the list of trace statuses are D. A firearm whose
number was ground away is worth recording too: the laboratory may bring it back. No owner's name.
"""

from collections.abc import Mapping

from liaison.databases.common_fields import (
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
from liaison.refusal import Finding, mark

SERIALS_MAX = 10
BARREL_MM_MAX = 2_000
ROUNDS_MAX = 1_000

WEAPON_KINDS = (
    Choice("pistol", mark("Pistol")),
    Choice("revolver", mark("Revolver")),
    Choice("rifle", mark("Rifle")),
    Choice("assault_rifle", mark("Assault rifle")),
    Choice("shotgun", mark("Shotgun")),
    Choice("combination_gun", mark("Combination gun")),
    Choice("submachine_gun", mark("Submachine gun")),
    Choice("machine_gun", mark("Machine gun")),
    Choice("launcher", mark("Launcher")),
    Choice("blank_firing", mark("Blank-firing weapon")),
    Choice("converted", mark("Converted weapon")),
    Choice("craft_made", mark("Craft-made or printed weapon")),
    Choice("air_gun", mark("Air gun")),
    Choice("part", mark("Frame, receiver, barrel or other part")),
    Choice("silencer", mark("Silencer")),
    Choice("other", mark("Other weapon")),
)

ACTIONS = (
    Choice("single_shot", mark("Single shot")),
    Choice("repeating", mark("Repeating")),
    Choice("semi_automatic", mark("Semi-automatic")),
    Choice("automatic", mark("Automatic")),
)

EVENTS = (
    STOLEN,
    LOST,
    Choice("trafficked", mark("Trafficked")),
    Choice("smuggled", mark("Smuggled")),
    SEIZED,
    FOUND,
    Choice("surrendered", mark("Handed in")),
    SUSPECTED,
)

SERIAL_STATES = (
    Choice("readable", mark("Readable")),
    Choice("partly", mark("Partly readable")),
    Choice("restored", mark("Restored in a laboratory")),
    Choice("obliterated", mark("Ground away or destroyed")),
    Choice("none", mark("Never had one")),
)

TRACE_STATUSES = (
    Choice("none", mark("No trace asked for")),
    Choice("requested", mark("Trace asked for")),
    Choice("under_way", mark("Trace under way")),
    Choice("traced", mark("Traced")),
    Choice("untraceable", mark("Cannot be traced")),
)

_NO_SERIAL = frozenset({"obliterated", "none"})
_ASKED = frozenset({"requested", "under_way"})


def serial_and_its_state(fields: Mapping[str, object]) -> list[Finding]:
    """A number that nobody can read cannot be given; one that was brought back says so."""
    return [_unread()] if fields.get("serial") and fields.get("serial_state") in _NO_SERIAL else []


def trace_is_asked_of_a_country(fields: Mapping[str, object]) -> list[Finding]:
    """A trace is asked of the country of manufacture or of the last one to which the weapon came legally."""
    asked = fields.get("trace_status") in _ASKED
    known = fields.get("manufactured_in") or fields.get("last_legal_country")
    return [_of_nobody()] if asked and not known else []


def _unread() -> Finding:
    return Finding(
        code="firearms.serial_unread",
        problem=mark("A serial number is given, and also that there is none to be read."),
        remedy=mark("Choose “Partly readable” or “Restored in a laboratory”, or leave the number empty."),
        field="serial_state",
    )


def _of_nobody() -> Finding:
    return Finding(
        code="firearms.trace_of_nobody",
        problem=mark("A trace is asked for, but no country is named that could know the weapon."),
        remedy=mark("Give the country of manufacture or the last country to which it came legally."),
        field="manufactured_in",
    )


DATABASE = Database(
    kind="firearms",
    version=1,
    label=mark("Firearms"),
    purpose=mark("To find lost, stolen and trafficked firearms, and to trace where they left legal hands."),
    reference_prefix="RF",
    fields=(
        Field("weapon_kind", mark("Kind of weapon"), FieldType.CHOICE, required=True, choices=WEAPON_KINDS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("make", mark("Make")),
        Field("model", mark("Model")),
        Field("calibre", mark("Calibre"), help=mark("As it is stamped, for example 9 x 19.")),
        Field(
            "serial", mark("Serial number"), FieldType.IDENTIFIER, scheme="firearm_serial",
            help=mark("From the frame or receiver, not a patent number, proof mark or year."),
        ),
        Field("serial_state", mark("State of the serial number"), FieldType.CHOICE, choices=SERIAL_STATES),
        Field(
            "other_serials", mark("Numbers on other parts"), FieldType.IDENTIFIER, many=True, most=SERIALS_MAX,
            scheme="firearm_serial", help=mark("On barrel, slide or bolt, where they differ."),
        ),
        Field("manufactured_in", mark("Country of manufacture"), FieldType.COUNTRY),
        Field("manufactured_on", mark("Manufactured"), FieldType.PARTIAL_DATE),
        Field("importer", mark("Importer")),
        Field("import_marks", mark("Import marks"), many=True),
        Field(
            "last_legal_country", mark("Last legal country"), FieldType.COUNTRY,
            help=mark("The last country to which it was brought legally."),
        ),
        Field("proof_marks", mark("Proof and other marks"), many=True),
        Field("action", mark("How it fires"), FieldType.CHOICE, choices=ACTIONS),
        Field("barrel_mm", mark("Barrel (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=BARREL_MM_MAX),
        Field("capacity", mark("Rounds it holds"), FieldType.WHOLE_NUMBER, smallest=1, largest=ROUNDS_MAX),
        FEATURES,
        PICTURES,
        Field("trace_status", mark("Trace"), FieldType.CHOICE, choices=TRACE_STATUSES),
        Field("trace_asked_on", mark("Trace asked for on"), FieldType.PARTIAL_DATE),
        Field("trace_result", mark("What the trace found"), FieldType.LONG_TEXT),
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE,
    search_keys=SearchKeys(identifiers=("serial", "other_serials")),
    retention_policy="retention.firearms_years",
    retention_years=10,
    title_fields=("make", "model", "calibre", "serial"),
    minimum=(
        Minimum(
            ("serial", "other_serials"),
            mark("The firearm has no serial number."),
            mark("Give the serial number, or say that it cannot be read or that there never was one."),
            unless_field="serial_state",
            unless_values=_NO_SERIAL,
        ),
        Minimum(
            ("make", "model", "calibre", "import_marks", "proof_marks", "features", "pictures"),
            mark("Nothing tells this firearm from another with the same number."),
            mark("Give its make, model, calibre or marks: makers number their weapons alike."),
        ),
    ),
    rules=(serial_and_its_state, trace_is_asked_of_a_country),
)  # fmt: skip
