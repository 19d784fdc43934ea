"""Companies, associations, public bodies and groups, with the properties that FollowTheMoney gives them.

`FTM_PROPERTIES` and, for identifiers, `FTM_IDENTIFIERS` say which property of FollowTheMoney each field is, so that
`formats` can exchange them without a table of its own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from liaison.databases.common_fields import LIST_FIELDS, PLACE_PARTS, REMARKS, name_parts
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import Purpose

ORGANISATION_TYPES = (
    Choice("company", mark("Company")),
    Choice("organisation", mark("Organisation or association")),
    Choice("public_body", mark("Public body")),
    Choice("group", mark("Group without legal form")),
    Choice("legal_entity", mark("Legal entity, kind unknown")),
)

ORGANISATION_STATUSES = (
    Choice("investigated", mark("Under investigation")),
    Choice("charged", mark("Charged or accused")),
    Choice("convicted", mark("Convicted")),
    Choice("victim", mark("Victim")),
    Choice("sanctioned", mark("Listed by an international body")),
    Choice("other", mark("Concerned in another way")),
)

IDENTIFIER_KINDS = (
    Choice("registration_number", mark("Registration number")),
    Choice("tax_number", mark("Tax number")),
    Choice("vat_code", mark("VAT number")),
    Choice("id_number", mark("Other identity number")),
    Choice("lei_code", mark("LEI")),
    Choice("duns_code", mark("D-U-N-S")),
    Choice("swift_bic", mark("SWIFT/BIC")),
    Choice("unique_entity_id", mark("Unique Entity ID")),
    Choice("cage_code", mark("CAGE")),
    Choice("perm_id", mark("PermID")),
    Choice("imo_number", mark("IMO company number")),
    Choice("gii_number", mark("GIIN")),
    Choice("isin_code", mark("ISIN")),
    Choice("ticker", mark("Stock exchange symbol")),
    Choice("cik_code", mark("CIK (United States)")),
    Choice("irs_code", mark("IRS number (United States)")),
    Choice("inn_code", mark("INN (Russian Federation)")),
    Choice("ogrn_code", mark("OGRN (Russian Federation)")),
    Choice("okpo_code", mark("OKPO (Russian Federation)")),
    Choice("kpp_code", mark("KPP (Russian Federation)")),
    Choice("bik_code", mark("BIK (Russian Federation)")),
    Choice("voen_code", mark("VOEN (Azerbaijan)")),
    Choice("jib_code", mark("JIB (Bosnia and Herzegovina)")),
    Choice("bvd_id", mark("Bureau van Dijk number")),
    Choice("icij_id", mark("ICIJ number")),
    Choice("wikidata_id", mark("Wikidata number")),
)

FTM_SCHEMAS: Mapping[str, str] = MappingProxyType(
    {
        "company": "Company",
        "organisation": "Organization",
        "public_body": "PublicBody",
        "group": "Organization",
        "legal_entity": "LegalEntity",
    }
)

FTM_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "primary": "name",
        "strong_alias": "alias",
        "weak_alias": "weakAlias",
        "former": "previousName",
        "abbreviation": "abbreviation",
    }
)

FTM_PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "legal_form": "legalForm",
        "legal_status": "status",
        "tax_status": "taxStatus",
        "sectors": "sector",
        "classification": "classification",
        "countries": "country",
        "jurisdiction": "jurisdiction",
        "main_country": "mainCountry",
        "incorporated_on": "incorporationDate",
        "dissolved_on": "dissolutionDate",
        "capital": "capital",
        "addresses": "address",
        "emails": "email",
        "phones": "phone",
        "websites": "website",
        "parents": "parent",
        "subsidiaries": "subsidiaries",
        "summary": "summary",
        "description": "description",
        "keywords": "keywords",
        "topics": "topics",
        "list_programme": "program",
        "source_urls": "sourceUrl",
        "remarks": "notes",
    }
)

FTM_IDENTIFIERS: Mapping[str, str] = MappingProxyType(
    {
        kind.value: "".join(
            word if place == 0 else word.capitalize() for place, word in enumerate(kind.value.split("_"))
        )
        for kind in IDENTIFIER_KINDS
    }
)

_IDENTIFIER_PARTS = (
    Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER, required=True),
    Field("kind", mark("Kind of number"), FieldType.CHOICE, required=True, choices=IDENTIFIER_KINDS),
    Field("country", mark("Country"), FieldType.COUNTRY),
    Field("note", mark("Note")),
)

DATABASE = Database(
    kind="organisations",
    version=1,
    label=mark("Organisations"),
    purpose=mark("To identify companies, associations and groups that play a part in crime or are listed."),
    reference_prefix="RO",
    fields=(
        Field(
            "names", mark("Names"), FieldType.GROUP, required=True, many=True,
            parts=name_parts(Choice("abbreviation", mark("Abbreviation"))),
        ),
        Field("organisation_type", mark("Kind of organisation"), FieldType.CHOICE, choices=ORGANISATION_TYPES),
        Field("organisation_status", mark("Part it plays"), FieldType.CHOICE, choices=ORGANISATION_STATUSES),
        Field("reason", mark("Why the organisation is recorded"), FieldType.LONG_TEXT),
        Field("legal_form", mark("Legal form")),
        Field("legal_status", mark("Status in the register")),
        Field("tax_status", mark("Tax status")),
        Field("sectors", mark("Sectors"), many=True),
        Field("classification", mark("Classification")),
        Field("countries", mark("Countries"), FieldType.COUNTRY, many=True),
        Field("jurisdiction", mark("Jurisdiction"), FieldType.COUNTRY),
        Field("main_country", mark("Main country"), FieldType.COUNTRY),
        Field("incorporated_on", mark("Founded on"), FieldType.PARTIAL_DATE),
        Field("dissolved_on", mark("Dissolved on"), FieldType.PARTIAL_DATE),
        Field("capital", mark("Capital")),
        Field("identifiers", mark("Numbers"), FieldType.GROUP, many=True, parts=_IDENTIFIER_PARTS),
        Field("addresses", mark("Addresses"), FieldType.GROUP, many=True, parts=PLACE_PARTS),
        Field("emails", mark("E-mail addresses"), many=True),
        Field("phones", mark("Telephone numbers"), many=True),
        Field("websites", mark("Websites"), many=True),
        Field("parents", mark("Parent organisations"), many=True),
        Field("subsidiaries", mark("Subsidiaries"), many=True),
        Field("summary", mark("Summary")),
        Field("description", mark("Description"), FieldType.LONG_TEXT),
        Field("keywords", mark("Keywords"), many=True),
        Field("topics", mark("Topics"), many=True),
        Field("source_urls", mark("Sources on the web"), many=True),
        *LIST_FIELDS,
        REMARKS,
    ),
    purposes=frozenset(set(Purpose) - {Purpose.SYSTEM}),
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE,
    search_keys=SearchKeys(
        names="names", birth_dates="incorporated_on", nationalities="countries", documents="identifiers",
        references=("list_reference",),
    ),
    retention_policy="retention.organisations_years",
    retention_years=5,
    retention_years_max=5,
    title_fields=("names",),
    minimum=(
        Minimum(
            (
                "countries", "jurisdiction", "main_country", "identifiers", "addresses", "incorporated_on", "emails",
                "phones", "websites", "description", "remarks", "list_reference",
            ),
            mark("Nothing tells this organisation from another of the same name."),
            mark("Add what is known: a country, a registration number, an address."),
        ),
    ),
    public_fields=("names", "countries", "addresses"),
)  # fmt: skip
