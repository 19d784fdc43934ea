"""People whose identity was stolen and is misused: they are victims, and agreed to be recorded for their protection.

That identity data are kept for their owner's protection is known from comparable systems (K, there with the victim's
consent); the fields are D. Kept as short as a person's record. A match says that the person in front of the officer
may be the victim or the impostor, and never which: how the victim proves himself is the most important field.
"""

from collections.abc import Mapping

from liaison.databases.common_fields import PLACE_PARTS, REMARKS, name_parts
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.databases.persons import DOCUMENT_KINDS, SEXES
from liaison.refusal import Finding, mark
from liaison.viewer import Purpose

CONTACTS_MAX = 20

EVENTS = (
    Choice("misused", mark("Misused by another person")),
    Choice("documents_stolen", mark("Papers stolen")),
    Choice("leaked", mark("Data leaked or published")),
    Choice("sold", mark("Data offered for sale")),
)

_DOCUMENT_PARTS = (
    Field("number", mark("Number"), FieldType.DOCUMENT_NUMBER, required=True),
    Field("kind", mark("Kind of document"), FieldType.CHOICE, choices=DOCUMENT_KINDS),
    Field("country", mark("Issuing country"), FieldType.COUNTRY),
    Field("issued_on", mark("Issued on"), FieldType.PARTIAL_DATE),
    Field("expires_on", mark("Expires on"), FieldType.PARTIAL_DATE),
    Field("note", mark("Note"), help=mark("For example: still with its owner, or stolen.")),
)


def victim_agrees(fields: Mapping[str, object]) -> list[Finding]:
    """Without the victim's consent the record would harm whom it is to protect."""
    return [] if fields.get("consent") is not False else [_no_consent()]


def _no_consent() -> Finding:
    return Finding(
        code="stolen_identities.no_consent",
        problem=mark("The victim does not agree to be recorded."),
        remedy=mark("Do not enter the identity; report the stolen papers to their issuing country."),
        source="policy: victim_consent",
        field="consent",
    )


DATABASE = Database(
    kind="stolen_identities",
    version=1,
    label=mark("Stolen identities"),
    purpose=mark("To protect people whose identity is misused, and to recognise who misuses it."),
    reference_prefix="RI",
    fields=(
        Field("names", mark("Names of the victim"), FieldType.GROUP, required=True, many=True, parts=name_parts()),
        Field("birth_dates", mark("Dates of birth"), FieldType.PARTIAL_DATE, many=True),
        Field("nationalities", mark("Nationalities"), FieldType.COUNTRY, many=True),
        Field("sex", mark("Sex"), FieldType.CHOICE, choices=SEXES),
        Field("documents", mark("Papers that are misused"), FieldType.GROUP, many=True, parts=_DOCUMENT_PARTS),
        Field(
            "phones", mark("Telephone numbers"), FieldType.IDENTIFIER, many=True, scheme="phone", most=CONTACTS_MAX,
            help=mark("Begin with + and the country's code."),
        ),
        Field(
            "emails", mark("E-mail addresses"), FieldType.IDENTIFIER, many=True, scheme="email", most=CONTACTS_MAX
        ),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field(
            "consent", mark("The victim agrees to this record"), FieldType.YES_NO, required=True,
            help=mark("Asked for in writing; the victim may take it back at any time."),
        ),
        Field(
            "proof", mark("How the victim proves who he or she is"), FieldType.LONG_TEXT, sensitive=True,
            help=mark("A question that only the victim can answer, a paper, a person to call."),
        ),
        Field("portrait", mark("Portrait of the victim"), FieldType.IMAGE, sensitive=True),
        Field("misuse", mark("How the identity is misused"), FieldType.LONG_TEXT),
        Field("misused_at", mark("Where it was misused"), FieldType.GROUP, many=True, parts=PLACE_PARTS),
        Field("event_on", mark("When it happened"), FieldType.PARTIAL_DATE),
        Field("file_number", mark("File number")),
        REMARKS,
    ),
    purposes=frozenset(
        {Purpose.IDENTIFY, Purpose.INVESTIGATE, Purpose.SECURITY_CHECK, Purpose.WARN, Purpose.WANTED}
    ),
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE,
    search_keys=SearchKeys(
        names="names", birth_dates="birth_dates", nationalities="nationalities", sex="sex", documents="documents",
        identifiers=("phones", "emails"),
    ),
    retention_policy="retention.stolen_identities_years",
    retention_years=5,
    retention_years_max=5,
    title_fields=("names", "birth_dates"),
    minimum=(
        Minimum(
            ("birth_dates", "documents", "phones", "emails"),
            mark("Nothing tells the victim from a namesake."),
            mark("Add a birth date, a paper, a telephone number or an e-mail address."),
        ),
    ),
    rules=(victim_agrees,),
)  # fmt: skip
