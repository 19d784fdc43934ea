"""Fields that several databases share: names, places, events, pictures, and what a list says about its entry."""

from liaison.databases.fields import Choice, Field, FieldType
from liaison.refusal import mark
from liaison.viewer import Purpose

PICTURES_MAX = 4

OBJECT_PURPOSES = frozenset(
    {
        Purpose.IDENTIFY,
        Purpose.INVESTIGATE,
        Purpose.SECURITY_CHECK,
        Purpose.LOCATE,
        Purpose.WANTED,
        Purpose.FORENSIC,
        Purpose.ANALYSE,
    }
)

PLACE_PARTS = (
    Field("street", mark("Street")),
    Field("city", mark("Town or place")),
    Field("region", mark("Region")),
    Field("postal_code", mark("Postal code")),
    Field("country", mark("Country"), FieldType.COUNTRY),
    Field("note", mark("Note")),
)

NAME_KINDS = (
    Choice("primary", mark("Name")),
    Choice("strong_alias", mark("Alias, well supported")),
    Choice("weak_alias", mark("Alias, weak: a nickname or a common part of a name")),
    Choice("former", mark("Former name")),
)

LIST_FIELDS = (
    Field("list_name", mark("List")),
    Field("list_programme", mark("Programme of the list")),
    Field("list_reference", mark("Reference in the list")),
    Field("listed_on", mark("Listed on"), FieldType.PARTIAL_DATE),
    Field("list_changed_on", mark("Entry changed on"), FieldType.PARTIAL_DATE, many=True),
)

LOST = Choice("lost", mark("Lost"))
STOLEN = Choice("stolen", mark("Stolen"))
EMBEZZLED = Choice("embezzled", mark("Embezzled or not given back"))
SEIZED = Choice("seized", mark("Seized"))
FOUND = Choice("found", mark("Found, owner sought"))
SUSPECTED = Choice("suspected", mark("Used for a crime"))
LISTED = Choice("listed", mark("Listed by an international body"))

EVENT_DETAILS = (
    Field("event_on", mark("When it happened"), FieldType.PARTIAL_DATE),
    Field("event_place", mark("Where it happened"), FieldType.GROUP, parts=PLACE_PARTS),
    Field(
        "file_number",
        mark("File number"),
        help=mark("Under which the police or authority that reported it files it."),
    ),
)

CURRENT_OR_FORMER = (
    Choice("current", mark("Current")),
    Choice("former", mark("Former")),
)

PERIOD = (
    Field("since", mark("Since"), FieldType.PARTIAL_DATE),
    Field("until", mark("Until"), FieldType.PARTIAL_DATE),
)

COLOURS = (
    Choice("black", mark("Black")),
    Choice("white", mark("White")),
    Choice("grey", mark("Grey")),
    Choice("silver", mark("Silver")),
    Choice("blue", mark("Blue")),
    Choice("red", mark("Red")),
    Choice("green", mark("Green")),
    Choice("yellow", mark("Yellow")),
    Choice("orange", mark("Orange")),
    Choice("brown", mark("Brown")),
    Choice("beige", mark("Beige")),
    Choice("gold", mark("Gold")),
    Choice("violet", mark("Violet")),
    Choice("other", mark("Other colour")),
)

PICTURES = Field(
    "pictures",
    mark("Pictures"),
    FieldType.GROUP,
    many=True,
    most=PICTURES_MAX,
    parts=(
        Field("image", mark("Picture"), FieldType.IMAGE, required=True),
        Field("caption", mark("What it shows")),
    ),
)

FEATURES = Field(
    "features",
    mark("Distinguishing features"),
    many=True,
    help=mark("What tells it from others of its kind: damage, repairs, stickers, engravings."),
)

REMARKS = Field("remarks", mark("Remarks"), FieldType.LONG_TEXT)


def name_parts(*kinds: Choice) -> tuple[Field, ...]:
    """Return the parts of a name: as written, its kind, its script, and its parts where they are known."""
    return (
        Field("text", mark("Name as written"), FieldType.NAME, required=True),
        Field("kind", mark("Kind of name"), FieldType.CHOICE, required=True, choices=(*NAME_KINDS, *kinds)),
        Field("script", mark("Script"), FieldType.SCRIPT, derived_from="text"),
        Field("given", mark("Given names"), FieldType.NAME),
        Field("father", mark("Father's name or patronymic"), FieldType.NAME),
        Field("family", mark("Family name"), FieldType.NAME),
        Field("note", mark("Note")),
    )


def thing_name_parts(*kinds: Choice) -> tuple[Field, ...]:
    """Return the parts of the name of a thing, such as a ship: as written, its kind and its script."""
    return (
        Field("text", mark("Name as written"), FieldType.NAME, required=True),
        Field("kind", mark("Kind of name"), FieldType.CHOICE, required=True, choices=(*NAME_KINDS, *kinds)),
        Field("script", mark("Script"), FieldType.SCRIPT, derived_from="text"),
        *PERIOD,
        Field("note", mark("Note")),
    )
