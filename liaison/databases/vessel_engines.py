"""Engines of boats that were stolen without the boat: found by their serial number or by the boat's hull number.

That engines are kept beside vessels is V; the fields are D.
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
from liaison.databases.vessels import POWER_KW_MAX, YEAR_MAX, YEAR_MIN
from liaison.refusal import mark
from liaison.viewer import ReaderKind

ENGINE_KINDS = (
    Choice("outboard", mark("Outboard engine")),
    Choice("inboard", mark("Inboard engine")),
    Choice("sterndrive", mark("Sterndrive")),
    Choice("jet", mark("Jet drive")),
    Choice("electric", mark("Electric engine")),
    Choice("other", mark("Other engine")),
)

EVENTS = (STOLEN, EMBEZZLED, LOST, SUSPECTED, SEIZED, FOUND)

DATABASE = Database(
    kind="vessel_engines",
    version=1,
    label=mark("Vessel engines"),
    purpose=mark("To find stolen engines of boats."),
    reference_prefix="RE",
    fields=(
        Field("engine_kind", mark("Kind of engine"), FieldType.CHOICE, required=True, choices=ENGINE_KINDS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("serial", mark("Engine number"), FieldType.IDENTIFIER, scheme="serial"),
        Field("make", mark("Make")),
        Field("model", mark("Model")),
        Field("power_kw", mark("Power (kW)"), FieldType.WHOLE_NUMBER, smallest=1, largest=POWER_KW_MAX),
        Field("built_year", mark("Year of make"), FieldType.WHOLE_NUMBER, smallest=YEAR_MIN, largest=YEAR_MAX),
        Field("colour", mark("Colour"), FieldType.CHOICE, choices=COLOURS),
        Field("hull", mark("Hull number of the boat it came from"), FieldType.IDENTIFIER, scheme="hull"),
        FEATURES,
        PICTURES,
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(identifiers=("serial", "hull")),
    retention_policy="retention.vessel_engines_years",
    retention_years=10,
    title_fields=("make", "model", "serial"),
    minimum=(
        Minimum(
            ("serial", "hull"),
            mark("The engine has no number."),
            mark("Give its engine number, or the hull number of the boat it came from."),
        ),
    ),
)  # fmt: skip
