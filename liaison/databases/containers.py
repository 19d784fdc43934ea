"""Freight containers that were stolen, opened on the way or used to smuggle: by container number, seal or bill.

That containers are objects of searches is V for comparable systems; the fields are D.
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
    PLACE_PARTS,
    REMARKS,
    SEIZED,
    STOLEN,
    SUSPECTED,
)
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import ReaderKind

SEALS_MAX = 20

CONTAINER_KINDS = (
    Choice("dry", mark("Dry goods container")),
    Choice("refrigerated", mark("Refrigerated container")),
    Choice("tank", mark("Tank container")),
    Choice("open_top", mark("Open-top container")),
    Choice("flat_rack", mark("Flat rack")),
    Choice("swap_body", mark("Swap body")),
    Choice("air_cargo", mark("Air cargo unit")),
    Choice("other", mark("Other container")),
)

EVENTS = (
    STOLEN,
    EMBEZZLED,
    LOST,
    Choice("opened", mark("Opened on the way")),
    Choice("smuggling", mark("Used to smuggle")),
    SUSPECTED,
    SEIZED,
    FOUND,
)

DATABASE = Database(
    kind="containers",
    version=1,
    label=mark("Containers"),
    purpose=mark("To find stolen containers, and to stop those that carry what is smuggled."),
    reference_prefix="RT",
    fields=(
        Field("number", mark("Container number"), FieldType.IDENTIFIER, scheme="container"),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("container_kind", mark("Kind of container"), FieldType.CHOICE, choices=CONTAINER_KINDS),
        Field("size_code", mark("Size and type code"), help=mark("Four characters below the number, such as 45G1.")),
        Field("seals", mark("Seals"), FieldType.IDENTIFIER, many=True, scheme="serial", most=SEALS_MAX),
        Field("bill_of_lading", mark("Bill of lading"), FieldType.IDENTIFIER, scheme="serial"),
        Field("contents", mark("Contents"), many=True, help=mark("What the papers say, and what was found.")),
        Field("colour", mark("Colour"), FieldType.CHOICE, choices=COLOURS),
        Field("loaded_at", mark("Loaded at"), FieldType.GROUP, parts=PLACE_PARTS),
        Field("bound_for", mark("Bound for"), FieldType.GROUP, parts=PLACE_PARTS),
        Field("carried_by", mark("Ship, train or lorry that carries it")),
        FEATURES,
        PICTURES,
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(identifiers=("number", "seals", "bill_of_lading")),
    retention_policy="retention.containers_years",
    retention_years=10,
    title_fields=("number", "contents"),
    minimum=(
        Minimum(
            ("number", "seals", "bill_of_lading"),
            mark("The container has no number."),
            mark("Give its number, the number of a seal or of the bill of lading."),
        ),
    ),
)  # fmt: skip
