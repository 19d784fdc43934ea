"""Persons subject to police cooperation: wanted, missing, dead, warned about, protected, or listed by the UN.

Several names in several scripts, several and partial birth dates, papers, and the status that every person must have
(RPD-44, the list itself K). Health and the like (RPD-42) are marked sensitive.

`FTM_NAMES`, `FTM_NAME_PARTS`, `FTM_DOCUMENTS` and `FTM_PROPERTIES` say which property of FollowTheMoney each field
is.
"""

from collections.abc import Mapping
from types import MappingProxyType

from liaison.databases.common_fields import LIST_FIELDS, PLACE_PARTS, REMARKS, name_parts
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import Purpose

SEXES = (
    Choice("F", mark("Female")),
    Choice("M", mark("Male")),
    Choice("X", mark("Not specified")),
    Choice("U", mark("Unknown")),
)

PERSON_STATUSES = (
    Choice("convicted", mark("Convicted")),
    Choice("charged", mark("Charged or accused")),
    Choice("suspect", mark("Suspect")),
    Choice("person_of_interest", mark("Person of interest")),
    Choice("threat", mark("Possible threat")),
    Choice("witness", mark("Witness")),
    Choice("victim", mark("Victim")),
    Choice("missing", mark("Missing")),
    Choice("unidentified", mark("Unidentified")),
    Choice("deceased", mark("Deceased")),
    Choice("sanctioned", mark("Listed by an international body")),
)

CAUTIONS = (
    Choice("armed", mark("Armed")),
    Choice("violent", mark("Violent")),
    Choice("escaped", mark("Escaped from custody")),
    Choice("explosives", mark("Has used explosives")),
    Choice("drug_user", mark("Uses drugs"), sensitive=True),
    Choice("contagious", mark("Contagious"), sensitive=True),
    Choice("suicidal", mark("May harm himself or herself"), sensitive=True),
    Choice("needs_medicine", mark("Needs medicine"), sensitive=True),
)

DOCUMENT_KINDS = (
    Choice("passport", mark("Passport")),
    Choice("diplomatic_passport", mark("Diplomatic passport")),
    Choice("service_passport", mark("Service passport")),
    Choice("travel_document", mark("Travel document for refugees or stateless persons")),
    Choice("identity_card", mark("Identity card")),
    Choice("national_number", mark("National identity number")),
    Choice("residence_permit", mark("Residence permit")),
    Choice("visa", mark("Visa")),
    Choice("driving_licence", mark("Driving licence")),
    Choice("seafarer_book", mark("Seafarer's book")),
    Choice("birth_certificate", mark("Birth certificate")),
    Choice("nationality_certificate", mark("Certificate of nationality")),
    Choice("other", mark("Other document")),
)

BUILDS = (
    Choice("slim", mark("Slim")),
    Choice("medium", mark("Medium")),
    Choice("stout", mark("Stout")),
    Choice("athletic", mark("Athletic")),
)

EYE_COLOURS = (
    Choice("black", mark("Black")),
    Choice("blue", mark("Blue")),
    Choice("brown", mark("Brown")),
    Choice("green", mark("Green")),
    Choice("grey", mark("Grey")),
    Choice("hazel", mark("Hazel")),
    Choice("two_colours", mark("Of two colours")),
)

HAIR_COLOURS = (
    Choice("bald", mark("Bald")),
    Choice("black", mark("Black")),
    Choice("blond", mark("Blond")),
    Choice("brown", mark("Brown")),
    Choice("grey", mark("Grey")),
    Choice("red", mark("Red-haired")),
    Choice("white", mark("White")),
    Choice("dyed", mark("Dyed")),
)

_DOCUMENT_PARTS = (
    Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER, required=True),
    Field("kind", mark("Kind of document"), FieldType.CHOICE, choices=DOCUMENT_KINDS),
    Field("country", mark("Issuing country"), FieldType.COUNTRY),
    Field("issued_on", mark("Issued on"), FieldType.PARTIAL_DATE),
    Field("expires_on", mark("Expires on"), FieldType.PARTIAL_DATE),
    Field("issued_at", mark("Place of issue")),
    Field("note", mark("Note"), help=mark("For example: forged, or in whose name.")),
)

_DESCRIPTION_PARTS = (
    Field("height_cm", mark("Height (cm)"), FieldType.WHOLE_NUMBER, smallest=30, largest=280),
    Field("weight_kg", mark("Weight (kg)"), FieldType.WHOLE_NUMBER, smallest=1, largest=600),
    Field("build", mark("Build"), FieldType.CHOICE, choices=BUILDS),
    Field("eyes", mark("Eyes"), FieldType.CHOICE, choices=EYE_COLOURS),
    Field("hair", mark("Hair"), FieldType.CHOICE, choices=HAIR_COLOURS),
    Field("note", mark("Note")),
)

FTM_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "primary": "name",
        "strong_alias": "alias",
        "weak_alias": "weakAlias",
        "former": "previousName",
    }
)

FTM_NAME_PARTS: Mapping[str, str] = MappingProxyType(
    {"given": "firstName", "father": "fatherName", "family": "lastName"}
)

FTM_DOCUMENTS: Mapping[str, str] = MappingProxyType({"passport": "passportNumber", "identity_card": "idNumber"})

FTM_PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "titles": "title",
        "birth_dates": "birthDate",
        "nationalities": "nationality",
        "sex": "gender",
        "parents.mother": "motherName",
        "reason": "summary",
        "description.height_cm": "height",
        "description.weight_kg": "weight",
        "description.eyes": "eyeColor",
        "description.hair": "hairColor",
        "marks": "appearance",
        "languages": "spokenLanguage",
        "addresses": "address",
        "occupations": "position",
        "list_programme": "program",
        "list_changed_on": "modifiedAt",
        "remarks": "notes",
    }
)

DATABASE = Database(
    kind="persons",
    version=2,
    label=mark("Persons"),
    purpose=mark("To find, identify, protect or warn about persons subject to international police cooperation."),
    reference_prefix="RP",
    fields=(
        Field(
            "names", mark("Names"), FieldType.GROUP, many=True,
            parts=name_parts(Choice("maiden", mark("Name at birth"))),
        ),
        Field("titles", mark("Titles"), many=True),
        Field("birth_dates", mark("Dates of birth"), FieldType.PARTIAL_DATE, many=True),
        Field("birth_places", mark("Places of birth"), FieldType.GROUP, many=True, parts=PLACE_PARTS),
        Field("nationalities", mark("Nationalities"), FieldType.COUNTRY, many=True),
        Field("sex", mark("Sex"), FieldType.CHOICE, choices=SEXES),
        Field(
            "parents", mark("Parents"), FieldType.GROUP,
            parts=(Field("father", mark("Father"), FieldType.NAME), Field("mother", mark("Mother"), FieldType.NAME)),
        ),
        Field("documents", mark("Documents"), FieldType.GROUP, many=True, parts=_DOCUMENT_PARTS),
        Field("person_status", mark("Status"), FieldType.CHOICE, required=True, choices=PERSON_STATUSES),
        Field("reason", mark("Why the person is recorded"), FieldType.LONG_TEXT),
        Field(
            "facts_on", mark("When it happened"), FieldType.PARTIAL_DATE,
            help=mark("Tells whether the person was a minor at the time. Empty: the day of entering counts."),
        ),
        Field(
            "legal_basis", mark("Legal basis for a minor"),
            help=mark("The law on which a person is recorded who was a minor at the time."),
        ),
        Field("description", mark("Description"), FieldType.GROUP, parts=_DESCRIPTION_PARTS),
        Field("marks", mark("Distinguishing marks"), many=True),
        Field("portrait", mark("Portrait"), FieldType.IMAGE, sensitive=True),
        Field("languages", mark("Languages spoken"), FieldType.LANGUAGE, many=True),
        Field("cautions", mark("Cautions"), FieldType.CHOICE, many=True, sensitive=True, choices=CAUTIONS),
        Field(
            "sensitive_reason", mark("Why sensitive data are recorded"), FieldType.LONG_TEXT, sensitive=True,
            help=mark("In what way it matters for this case, as a fact: who may meet the person has to know."),
        ),
        Field("addresses", mark("Addresses"), FieldType.GROUP, many=True, parts=PLACE_PARTS),
        Field("occupations", mark("Occupations and offices"), many=True),
        *LIST_FIELDS,
        REMARKS,
    ),
    purposes=frozenset(set(Purpose) - {Purpose.SYSTEM}),
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE,
    search_keys=SearchKeys(
        names="names", birth_dates="birth_dates", nationalities="nationalities", sex="sex", documents="documents",
        references=("list_reference",),
    ),
    retention_policy="retention.persons_years",
    retention_years=5,
    retention_years_max=5,
    retention_is_verified=True,
    title_fields=("names",),
    minimum=(
        Minimum(
            ("names",),
            mark("The person has no name."),
            mark("Give a name as written, or the status “unidentified”."),
            unless_field="person_status",
            unless_values=frozenset({"unidentified", "deceased"}),
        ),
        Minimum(
            (
                "birth_dates", "birth_places", "nationalities", "sex", "parents", "documents", "description", "marks",
                "portrait", "addresses", "occupations", "list_reference",
            ),
            mark("Nothing tells this person from a namesake."),
            mark("Add what is known: a birth date or its year, a nationality, a document, a description."),
        ),
    ),
    public_fields=(
        "names", "birth_dates", "birth_places", "nationalities", "sex", "description", "marks", "portrait",
        "languages",
    ),
    upcasters={1: dict},  # version 2 asks for more and changes nothing that was there
)  # fmt: skip
