"""Works of art and cultural objects that were stolen, looted or found, described as Object ID asks.

That pictures and a description are kept, that no person's data are, that the object must be fully identifiable and
that the public may look is V; which questions describe an object is the Object ID checklist (K: type, materials and
techniques, measurements, inscriptions and markings, distinguishing features, title, subject, date or period, maker,
description, photographs); the rest is D. Title and maker are names, so that a work is found by both.
"""

from liaison.databases.common_fields import (
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
)
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import ReaderKind

NUMBERS_MAX = 20
MILLIMETRES_MAX = 100_000
GRAMMES_MAX = 100_000_000

OBJECT_TYPES = (
    Choice("painting", mark("Painting")),
    Choice("drawing", mark("Drawing")),
    Choice("print", mark("Print")),
    Choice("photograph", mark("Photograph")),
    Choice("sculpture", mark("Sculpture")),
    Choice("icon", mark("Icon")),
    Choice("religious_object", mark("Religious object")),
    Choice("manuscript", mark("Manuscript")),
    Choice("book", mark("Book")),
    Choice("map", mark("Map")),
    Choice("coin", mark("Coin or medal")),
    Choice("stamp", mark("Postage stamp")),
    Choice("furniture", mark("Furniture")),
    Choice("clock", mark("Clock")),
    Choice("musical_instrument", mark("Musical instrument")),
    Choice("textile", mark("Carpet or textile")),
    Choice("ceramics", mark("Ceramics or glass")),
    Choice("metalwork", mark("Gold, silver or other metalwork")),
    Choice("jewellery", mark("Jewellery")),
    Choice("arms", mark("Historic arms or armour")),
    Choice("archaeological", mark("Archaeological object")),
    Choice("architectural", mark("Part of a building or monument")),
    Choice("ethnographic", mark("Ethnographic object")),
    Choice("natural_history", mark("Fossil or object of natural history")),
    Choice("other", mark("Other object")),
)

NAME_KINDS = (
    Choice("primary", mark("Title")),
    Choice("strong_alias", mark("Other title")),
    Choice("maker", mark("Artist, maker or workshop")),
    Choice("weak_alias", mark("Attributed to, or school of")),
    Choice("former", mark("Former title or attribution")),
)

EVENTS = (
    STOLEN,
    LOST,
    Choice("looted", mark("Looted")),
    Choice("dug_up", mark("Dug up illegally")),
    Choice("exported", mark("Exported illegally")),
    SEIZED,
    FOUND,
)

PLACES_OF_LOSS = (
    Choice("museum", mark("Museum or gallery")),
    Choice("worship", mark("Place of worship")),
    Choice("library", mark("Library or archive")),
    Choice("private", mark("Private home")),
    Choice("dealer", mark("Dealer or auction house")),
    Choice("site", mark("Archaeological site or monument")),
    Choice("transport", mark("Transport or store")),
    Choice("public_space", mark("Public space")),
    Choice("other", mark("Another place")),
)

_NAME_PARTS = (
    Field("text", mark("As written"), FieldType.NAME, required=True),
    Field("kind", mark("What it names"), FieldType.CHOICE, required=True, choices=NAME_KINDS),
    Field("script", mark("Script"), FieldType.SCRIPT, derived_from="text"),
    *PERIOD,
    Field("note", mark("Note")),
)

_MEASUREMENT_PARTS = (
    Field("height_mm", mark("Height (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=MILLIMETRES_MAX),
    Field("width_mm", mark("Width (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=MILLIMETRES_MAX),
    Field("depth_mm", mark("Depth (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=MILLIMETRES_MAX),
    Field("diameter_mm", mark("Diameter (mm)"), FieldType.WHOLE_NUMBER, smallest=1, largest=MILLIMETRES_MAX),
    Field("weight_g", mark("Weight (g)"), FieldType.WHOLE_NUMBER, smallest=1, largest=GRAMMES_MAX),
    Field("note", mark("Note"), help=mark("For example: with or without the frame.")),
)

DATABASE = Database(
    kind="artworks",
    version=1,
    label=mark("Works of art"),
    purpose=mark("To find stolen works of art and cultural objects, and to keep them from being traded."),
    reference_prefix="RW",
    fields=(
        Field("object_type", mark("Type of object"), FieldType.CHOICE, required=True, choices=OBJECT_TYPES),
        Field("names", mark("Title and maker"), FieldType.GROUP, many=True, parts=_NAME_PARTS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("materials", mark("Materials and techniques"), many=True),
        Field("measurements", mark("Measurements"), FieldType.GROUP, parts=_MEASUREMENT_PARTS),
        Field(
            "inscriptions", mark("Inscriptions and markings"), many=True,
            help=mark("Signatures, dedications, hallmarks, labels: what is written and where."),
        ),
        FEATURES,
        Field("subject", mark("Subject"), help=mark("What it shows or represents.")),
        Field("period", mark("Date or period"), help=mark("For example: 1642, or late Bronze Age.")),
        Field("culture", mark("Culture or people")),
        Field("description", mark("Description"), FieldType.LONG_TEXT),
        PICTURES,
        Field(
            "inventory_numbers", mark("Inventory numbers"), FieldType.IDENTIFIER, many=True, scheme="serial",
            most=NUMBERS_MAX, help=mark("Of the museum, the dig, the insurer or an auction."),
        ),
        Field("taken_from", mark("Taken from"), FieldType.CHOICE, choices=PLACES_OF_LOSS),
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(names="names", identifiers=("inventory_numbers",)),
    retention_policy="retention.artworks_years",
    retention_years=10,
    title_fields=("names", "period", "subject"),
    minimum=(
        Minimum(
            ("pictures", "names", "inscriptions", "features", "inventory_numbers"),
            mark("Nothing tells this object from others of its kind."),
            mark("Add a picture, a title, an inscription or a mark: only what is unique can be found."),
        ),
        Minimum(
            ("materials", "measurements", "description", "pictures"),
            mark("The object is not described."),
            mark("Say what it is made of and how large it is, or add a picture."),
        ),
    ),
    public_fields=(
        "object_type", "names", "event", "materials", "measurements", "inscriptions", "features", "subject", "period",
        "culture", "description", "pictures", "event_on",
    ),
)  # fmt: skip
