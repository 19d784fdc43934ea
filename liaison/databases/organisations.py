"""Organisations and companies, with the properties that FollowTheMoney gives them."""

from collections.abc import Mapping

from liaison.databases.declaration import Database, Field, FieldType
from liaison.databases.keys import RecordKeys
from liaison.databases.shared_parts import (
    LISTING,
    NAMES,
    PLACE_PARTS,
    birth_dates,
    listings,
    name_document,
    primary_name,
    with_keys,
)
from liaison.refusal import mark


def keys_of(fields: Mapping[str, object]) -> RecordKeys:
    """Return what finds the record exactly: its registration and tax numbers, and its reference on a list."""
    registered = fields.get("registrations")
    listed = registered if isinstance(registered, list) else []
    numbers = tuple(str(one["number"]) for one in listed if isinstance(one, Mapping) and one.get("number"))
    return RecordKeys(numbers=numbers, listings=listings(fields))


def _search_document(fields: Mapping[str, object]) -> dict[str, object]:
    return with_keys(
        {
            "kind": "organisations",
            "names": name_document(fields),
            "birth_dates": birth_dates(fields.get("founded_on")),
            "nationalities": fields.get("jurisdictions", []),
        },
        keys_of(fields),
    )


_REGISTRATION_KINDS = {
    "register": mark("Commercial register"),
    "tax": mark("Tax number"),
    "vat": mark("VAT number"),
    "lei": mark("Legal entity identifier"),
    "swift": mark("SWIFT/BIC code"),
    "other": mark("Other number"),
}

DATABASE = Database(
    kind="organisations",
    version=1,
    label=mark("Organisations"),
    purpose=mark("Identify organisations and companies subject to measures or used for crime."),
    reference_prefix="RO",
    fields=(
        NAMES,
        Field("legal_form", mark("Legal form")),
        Field("classification", mark("Kind of organisation")),
        Field("jurisdictions", mark("Jurisdictions"), FieldType.COUNTRY, many=True),
        Field("founded_on", mark("Founded"), FieldType.PARTIAL_DATE, many=True),
        Field("dissolved_on", mark("Dissolved"), FieldType.PARTIAL_DATE, many=True),
        Field(
            "registrations",
            mark("Registrations"),
            FieldType.GROUP,
            many=True,
            parts=(
                Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER, required=True),
                Field("kind", mark("Kind of number"), FieldType.CHOICE, choices=_REGISTRATION_KINDS),
                Field("country", mark("Country"), FieldType.COUNTRY),
            ),
        ),
        Field("sectors", mark("Sectors"), many=True),
        Field("websites", mark("Websites"), many=True),
        Field("emails", mark("E-mail addresses"), many=True),
        Field("phones", mark("Telephone numbers"), many=True),
        Field("addresses", mark("Addresses"), FieldType.GROUP, many=True, parts=PLACE_PARTS),
        *LISTING,
        Field("remarks", mark("Remarks"), FieldType.LONG_TEXT),
    ),
    minimum=(("names",),),
    retention_policy="retention.organisations_years",
    make_title=primary_name,
    make_search_document=_search_document,
    make_keys=keys_of,
    public_fields=("names", "jurisdictions"),
)
