"""Fields that several databases share: names, places, identity documents, and what a list says of its entry."""

from collections.abc import Mapping

from liaison.databases.declaration import Field, FieldType
from liaison.databases.keys import RecordKeys
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import mark

NAME_KINDS = {
    "primary": mark("Name"),
    "strong_alias": mark("Also known as (strong)"),
    "weak_alias": mark("Also known as (weak)"),
    "former": mark("Former name"),
    "maiden": mark("Name at birth"),
}

NAMES = Field(
    "names",
    mark("Names"),
    FieldType.GROUP,
    required=True,
    many=True,
    parts=(
        Field("text", mark("Name as written"), required=True),
        Field("kind", mark("Kind of name"), FieldType.CHOICE, required=True, choices=NAME_KINDS),
        Field("script", mark("Script"), FieldType.SCRIPT),
        Field("given", mark("Given names")),
        Field("family", mark("Family name")),
    ),
)

PLACE_PARTS = (
    Field("street", mark("Street")),
    Field("city", mark("Place")),
    Field("region", mark("Region")),
    Field("postal_code", mark("Postal code")),
    Field("country", mark("Country"), FieldType.COUNTRY),
    Field("note", mark("Note"), FieldType.LONG_TEXT),
)

DOCUMENT_KINDS = {
    "passport": mark("Passport"),
    "identity_card": mark("Identity card"),
    "residence_permit": mark("Residence permit"),
    "visa": mark("Visa"),
    "travel_document": mark("Travel document"),
    "driving_licence": mark("Driving licence"),
    "national_number": mark("National number"),
    "seaman_book": mark("Seafarer's book"),
    "other": mark("Other document"),
}

DOCUMENTS = Field(
    "documents",
    mark("Identity documents"),
    FieldType.GROUP,
    many=True,
    parts=(
        Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER, required=True),
        Field("kind", mark("Kind of document"), FieldType.CHOICE, choices=DOCUMENT_KINDS),
        Field("country", mark("Issuing country"), FieldType.COUNTRY),
        Field("issued_on", mark("Issued on"), FieldType.DATE),
        Field("issued_at", mark("Issued at")),
        Field("expires_on", mark("Valid until"), FieldType.DATE),
        Field("note", mark("Note"), FieldType.LONG_TEXT),
    ),
)

LISTING = (
    Field("list_name", mark("List")),
    Field("list_programme", mark("Regime")),
    Field("list_reference", mark("Reference of the list")),
    Field("listed_on", mark("Listed on"), FieldType.DATE),
    Field("list_changed_on", mark("Entry amended on"), FieldType.DATE, many=True),
)


def primary_name(fields: Mapping[str, object]) -> str:
    """Return the name by which people know a record: the primary one, in Latin letters where there is one."""
    names = [name for name in _listed(fields, "names") if isinstance(name, Mapping) and name.get("text")]
    primary = [name for name in names if name.get("kind") == "primary"] or names
    latin = [name for name in primary if name.get("script") == "Latn"]
    chosen = (latin or primary)[:1]
    return str(chosen[0]["text"]) if chosen else ""


def name_document(fields: Mapping[str, object]) -> list[dict[str, str]]:
    """Return the names as the index keeps them."""
    return [
        {"text": str(name["text"]), "kind": str(name.get("kind", ""))}
        for name in _listed(fields, "names")
        if isinstance(name, Mapping) and name.get("text")
    ]


def birth_dates(values: object) -> list[str]:
    """Return partial dates in the spellings by which an index finds them."""
    listed = values if isinstance(values, list | tuple) else []
    return list(dict.fromkeys(text for value in listed for text in PartialDate.from_json(value).search_texts()))


def listings(fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the references that a list gave the record."""
    reference = fields.get("list_reference")
    return (str(reference),) if reference else ()


def with_keys(document: dict[str, object], keys: RecordKeys) -> dict[str, object]:
    """Return the search document with the keys that find the record exactly."""
    return document | {"keys": keys.keys(), "ranges": keys.range_documents()}


def _listed(fields: Mapping[str, object], name: str) -> list[object]:
    value = fields.get(name)
    return list(value) if isinstance(value, list | tuple) else []
