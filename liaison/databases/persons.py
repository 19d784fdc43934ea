"""Persons subject to police cooperation: wanted, missing, dead, suspects, witnesses, victims (RPD art. 36 to 44)."""

from collections.abc import Mapping

from liaison.databases.declaration import Database, Field, FieldType
from liaison.databases.keys import RecordKeys, numbers_of
from liaison.databases.shared_parts import (
    DOCUMENTS,
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

SEXES = {"F": mark("Female"), "M": mark("Male"), "X": mark("Not specified on the document"), "U": mark("Unknown")}

STATUSES = {
    "convicted": mark("Convicted"),
    "charged": mark("Charged or accused"),
    "suspect": mark("Suspect"),
    "sanctioned": mark("Subject to measures of the UN Security Council"),
    "witness": mark("Witness"),
    "victim": mark("Victim"),
    "missing": mark("Missing"),
    "unidentified": mark("Unidentified"),
    "deceased": mark("Deceased"),
}
"""The status of a person is mandatory (RPD art. 44)."""

CAUTIONS = {
    "armed": mark("May be armed"),
    "violent": mark("Violent"),
    "escaped": mark("Has escaped before"),
    "contagious": mark("Contagious illness"),
    "suicidal": mark("May harm himself"),
    "drug_user": mark("Uses drugs"),
}

_EYES = {
    "black": mark("black"),
    "blue": mark("blue"),
    "brown": mark("brown"),
    "green": mark("green"),
    "grey": mark("grey"),
    "hazel": mark("hazel"),
}
_HAIR = {
    "bald": mark("bald"),
    "black": mark("black"),
    "blond": mark("blond"),
    "brown": mark("brown"),
    "grey": mark("grey"),
    "red": mark("red"),
    "white": mark("white"),
}
_BUILD = {
    "athletic": mark("athletic"),
    "medium": mark("medium"),
    "slim": mark("slim"),
    "stout": mark("stout"),
}


def keys_of(fields: Mapping[str, object]) -> RecordKeys:
    """Return what finds the record exactly."""
    return RecordKeys(numbers=numbers_of(fields.get("documents")), listings=listings(fields))


def _search_document(fields: Mapping[str, object]) -> dict[str, object]:
    documents = fields.get("documents")
    parents = fields.get("parents")
    return with_keys(
        {
            "names": name_document(fields),
            "birth_dates": birth_dates(fields.get("birth_dates")),
            "nationalities": fields.get("nationalities", []),
            "sex": fields.get("sex", ""),
            "documents": [
                {"number": one["number"], "country": one.get("country", ""), "kind": one.get("kind", "")}
                for one in (documents if isinstance(documents, list) else [])
                if isinstance(one, Mapping)
            ],
            "parents": dict(parents) if isinstance(parents, Mapping) else {},
        },
        keys_of(fields),
    )


DATABASE = Database(
    kind="persons",
    version=1,
    label=mark("Persons"),
    purpose=mark("Find, identify and protect persons of interest to police cooperation."),
    reference_prefix="RP",
    fields=(
        NAMES,
        Field("person_status", mark("Status"), FieldType.CHOICE, required=True, choices=STATUSES),
        Field("reason", mark("Why the person is sought"), FieldType.LONG_TEXT),
        Field("cautions", mark("Cautions"), FieldType.CHOICE, many=True, choices=CAUTIONS),
        Field("birth_dates", mark("Birth dates"), FieldType.PARTIAL_DATE, many=True),
        Field("birth_places", mark("Birth places"), FieldType.GROUP, many=True, parts=PLACE_PARTS),
        Field("nationalities", mark("Nationalities"), FieldType.COUNTRY, many=True),
        Field("sex", mark("Sex"), FieldType.CHOICE, choices=SEXES),
        DOCUMENTS,
        Field(
            "parents",
            mark("Parents"),
            FieldType.GROUP,
            parts=(Field("father", mark("Father")), Field("mother", mark("Mother"))),
        ),
        Field(
            "description",
            mark("Description"),
            FieldType.GROUP,
            parts=(
                Field("height_cm", mark("Height in centimetres"), FieldType.NUMBER),
                Field("weight_kg", mark("Weight in kilograms"), FieldType.NUMBER),
                Field("build", mark("Build"), FieldType.CHOICE, choices=_BUILD),
                Field("eyes", mark("Eyes"), FieldType.CHOICE, choices=_EYES),
                Field("hair", mark("Hair"), FieldType.CHOICE, choices=_HAIR),
            ),
        ),
        Field("marks", mark("Distinguishing marks"), many=True),
        Field("languages", mark("Languages"), FieldType.LANGUAGE, many=True),
        Field("titles", mark("Titles"), many=True),
        Field("occupations", mark("Occupations"), many=True),
        Field("addresses", mark("Addresses"), FieldType.GROUP, many=True, parts=PLACE_PARTS),
        *LISTING,
        Field("remarks", mark("Remarks"), FieldType.LONG_TEXT),
        Field("portrait", mark("Portrait"), FieldType.IMAGE, sensitive=True),
    ),
    minimum=(("names",), ("person_status",)),
    retention_policy="retention.persons_years",
    make_title=primary_name,
    make_search_document=_search_document,
    make_keys=keys_of,
    public_fields=(
        "names",
        "birth_dates",
        "birth_places",
        "nationalities",
        "sex",
        "description",
        "marks",
        "languages",
    ),
)
