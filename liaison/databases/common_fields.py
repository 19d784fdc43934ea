"""Fields that several databases share: names, places, and what a list says about its entry."""

from liaison.databases.fields import Choice, Field, FieldType
from liaison.refusal import mark

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
