"""What each table shows to a statement, and what each function that the application may call is for.

`test_hostile.py` compares these lists with the catalogue: a table or a function that is not here fails the build.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Shows(Enum):
    """To whom a table shows rows."""

    EVERYBODY = auto()  # nothing about anybody in it, or it is read before anybody is known
    BY_POLICY = auto()  # what the viewer may read
    NOBODY = auto()  # not to the application's role


TABLES: dict[str, Shows] = {
    "audit_checkpoint": Shows.EVERYBODY,
    "audit_content": Shows.BY_POLICY,
    "audit_cursor": Shows.EVERYBODY,
    "audit_entry": Shows.BY_POLICY,
    "audit_event": Shows.BY_POLICY,
    "audit_event_pending": Shows.NOBODY,
    "audit_event_root": Shows.BY_POLICY,
    "audit_event_subject": Shows.BY_POLICY,
    "audit_key": Shows.EVERYBODY,  # wrapped, of no use without the content that its policy shows and the key files
    "audit_leaf": Shows.EVERYBODY,
    "audit_node": Shows.EVERYBODY,
    "audit_pending": Shows.NOBODY,
    "audit_tree": Shows.EVERYBODY,
    "auth_group": Shows.EVERYBODY,
    "auth_group_permissions": Shows.EVERYBODY,
    "auth_permission": Shows.EVERYBODY,
    "django_content_type": Shows.EVERYBODY,
    "django_migrations": Shows.EVERYBODY,
    "django_session": Shows.EVERYBODY,
    "exchange_batch": Shows.BY_POLICY,
    "exchange_given": Shows.BY_POLICY,
    "exchange_import_run": Shows.BY_POLICY,
    "exchange_item_result": Shows.BY_POLICY,
    "exchange_reconciliation": Shows.BY_POLICY,
    "glass_opening": Shows.BY_POLICY,
    "liaison_clock": Shows.EVERYBODY,
    "liaison_viewer_key": Shows.NOBODY,
    "looks_round": Shows.BY_POLICY,
    "looks_signal": Shows.BY_POLICY,
    "looks_spot_check": Shows.BY_POLICY,
    "looks_words": Shows.BY_POLICY,
    "members_access_token": Shows.BY_POLICY,
    "members_agreement": Shows.BY_POLICY,
    "members_audience": Shows.NOBODY,
    "members_audience_reader": Shows.BY_POLICY,
    "members_body_key": Shows.EVERYBODY,  # public halves, by which everybody verifies
    "members_change": Shows.BY_POLICY,
    "members_contact": Shows.BY_POLICY,
    "members_deputy": Shows.BY_POLICY,
    "members_device": Shows.BY_POLICY,
    "members_duty": Shows.BY_POLICY,
    "members_factor": Shows.BY_POLICY,
    "members_failed_sign_in": Shows.EVERYBODY,
    "members_group": Shows.BY_POLICY,
    "members_group_member": Shows.BY_POLICY,
    "members_identity": Shows.BY_POLICY,
    "members_opening_hours": Shows.BY_POLICY,
    "members_reader": Shows.BY_POLICY,
    "members_recovery_code": Shows.BY_POLICY,
    "members_signing_key": Shows.BY_POLICY,
    "members_suspension": Shows.BY_POLICY,
    "members_user": Shows.BY_POLICY,
    "policies_change": Shows.BY_POLICY,
    "records_closed_content": Shows.BY_POLICY,
    "records_error_report": Shows.BY_POLICY,
    "records_holding": Shows.NOBODY,
    "records_part": Shows.BY_POLICY,
    "records_record": Shows.BY_POLICY,
    "records_release": Shows.BY_POLICY,
    "records_restriction": Shows.BY_POLICY,
    "records_restriction_lift": Shows.BY_POLICY,
    "screening_journal_line": Shows.BY_POLICY,
    "screening_opening": Shows.BY_POLICY,
    "screening_partner_check": Shows.BY_POLICY,
    "screening_partner_match": Shows.BY_POLICY,
    "screening_partner_minute": Shows.NOBODY,
    "signatures_signing": Shows.BY_POLICY,
    "signatures_waiting": Shows.BY_POLICY,
    "training_demo_mark": Shows.BY_POLICY,
    "training_world_part": Shows.EVERYBODY,
}

KNOWN_TO_STATEMENTS = ("name of QM-BP", "name of QN-CU")
"""Canaries that rows tell though pages hide them, each argued in docs/explanation/access.md.

Bodies: audiences are worked out from their rows by the application's own role; a statement learns that an agency is
connected and what it is called, nothing of what it reads or enters."""


OWN_KEY = ": its own key"
"""Canaries of this kind stand in a column of rows that a reader may see. Policies choose rows, not columns: the doors
give the key to the source alone, and a statement of whoever sees the record reads it."""

OPENS_ALL_CONTENT = ("XS auditor",)
"""Oversight opens what the ledger seals, whosever it is; no page shows it, and each opening is a look."""


@dataclass(frozen=True)
class Function:
    """Why the application may call a function, and hostile calls whose answers are searched for canaries.

    A call may name what is hidden: `{record}`, `{audience}`, `{source}`, `{account}` and `{group}` are ids of things
    of other bodies; `{opening}` shows the record called `{opened}`, to somebody else. `is_empty`: these calls answer
    nothing at all, or are refused.
    """

    why: str
    calls: tuple[str, ...] = ()
    is_empty: bool = False


_HOSTILE_TEXTS = ("", "%", "all", "' or true --", "*", "list:QM,QN", "group:QM-PARTNERS", "all + group:QM-PARTNERS")
_BY_TEXT = "select * from {}({})"


def _calls(name: str, *arguments: str) -> tuple[str, ...]:
    return tuple(_BY_TEXT.format(name, one) for one in arguments)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_TEXTS = tuple(map(_quoted, _HOSTILE_TEXTS))
_IDS = ("null", "'00000000-0000-7000-8000-000000000001'::uuid", "gen_random_uuid()")

FUNCTIONS: dict[str, Function] = {
    "liaison_now()": Function("the database's clock"),
    "records_is_closed_content(uuid)": Function(
        "whether a content, whose id he has to know, was closed when something of its record was restricted",
        _calls("records_is_closed_content", *_IDS),
    ),
    "liaison_reader()": Function("for whom the viewer reads, from his own token"),
    "liaison_user()": Function("who the viewer is, from his own token"),
    "liaison_level()": Function("up to where he is vetted, from his own token"),
    "liaison_queries()": Function("which databases his body asks, from his own token"),
    "liaison_enters()": Function("into which his body enters, from his own token"),
    "liaison_has_right(text)": Function("whether his own token names a right"),
    "audit_partitioned()": Function("three names of tables"),
    "audit_ensure_months(integer)": Function(
        "makes partitions of the months to come", _calls("audit_ensure_months", "1", "2")
    ),
    "audit_contents(uuid[])": Function(
        "sealed contents, with the rights of who asks", _calls("audit_contents", "null", "array[gen_random_uuid()]")
    ),
    "audit_newest_with_content(uuid[])": Function(
        "ids of entries, with the rights of who asks",
        _calls("audit_newest_with_content", "null", "array[gen_random_uuid()]"),
    ),
    "audit_history(uuid)": Function("entries, with the rights of who asks", _calls("audit_history", *_IDS)),
    "members_taking_part()": Function("the ids of bodies that take part", _calls("members_taking_part", "")),
    "members_viewer_row(uuid)": Function(
        "one account by its id, before a viewer is known", _calls("members_viewer_row", *_IDS)
    ),
    "members_credentials(text)": Function(
        "one hashed password by its exact name, before a viewer is known", _calls("members_credentials", *_TEXTS)
    ),
    "members_token(bytea)": Function(
        "one token by its digest, before a viewer is known",
        _calls("members_token", "''::bytea", "'\\x00'::bytea", "null"),
    ),
    "members_somebody_joined()": Function("whether the installation is in use"),
    "members_set_own_password(text)": Function(
        "his own password and no other", _calls("members_set_own_password", "'x'", "null")
    ),
    "members_end_own_sessions()": Function("his own sessions and no other"),
    "members_take_factors(uuid)": Function(
        "second factors of an account that he looks after", _calls("members_take_factors", *_IDS)
    ),
    "members_on_duty(uuid[])": Function(
        "whether somebody is on duty at a desk, not who", _calls("members_on_duty", "null", "array[]::uuid[]")
    ),
    "members_preview(text)": Function(
        "whom an audience holds, without other bureaus' agencies", _calls("members_preview", *_TEXTS)
    ),
    "members_intern_audience(text)": Function(
        "the number of an audience that names no list of others", _calls("members_intern_audience", *_TEXTS)
    ),
    "members_audience_digest(integer)": Function(
        "a digest of the ids of an audience's readers", _calls("members_audience_digest", "1", "null", "-1")
    ),
    "members_expand_audiences(uuid[])": Function("works out audiences anew, from what is decided"),
    "members_looked_after()": Function(
        "for whose lists the viewer answers, from his own token", _calls("members_looked_after", "")
    ),
    "members_account_works(boolean,timestamp with time zone,date,date)": Function("compares four values with today"),
    "members_body_key_narrows()": Function("a trigger's: it runs in no statement"),
    "members_identity_account(text,text)": Function(
        "one account by what a provider calls it, before a viewer is known",
        ("select members_identity_account('', '')", "select members_identity_account('https://idp.invalid', '%')"),
    ),
    "members_audiences_of_ended()": Function(
        "numbers of audiences that name a list that has ended", _calls("members_audiences_of_ended", "")
    ),
    "members_group_excludes(uuid)": Function(
        "whether an audience takes away a list of his own body",
        ("select 1 where members_group_excludes('{group}')",),
        is_empty=True,
    ),
    "members_end_group(uuid)": Function(
        "ends a list of his own body", ("select 1 where members_end_group('{group}')",), is_empty=True
    ),
    "members_end_body(uuid,boolean)": Function(
        "ends a body in the transaction in which a second person decides it",
        ("select * from members_end_body('{source}', true)", "select * from members_end_body(null, false)"),
        is_empty=True,
    ),
    "members_turn_records(uuid,boolean)": Function(
        "hides the records of a body that has ended, by who admits members",
        (
            "select 1 where members_turn_records('{source}', true)",
            "select 1 where members_turn_records('{source}', false)",
        ),
        is_empty=True,
    ),
    "audit_looks_kept_since()": Function("a moment, from the policy in force"),
    "records_closed()": Function("numbers drawn at random of what is closed to him", _calls("records_closed", "")),
    "records_closed_conditions()": Function("which conditions are closed to him, from his own token"),
    "records_holds_content(uuid)": Function(
        "whether an id, which nobody is told, is one of a record or a report",
        _calls("records_holds_content", *_IDS),
    ),
    "records_intern_holding(uuid,text)": Function(
        "the number of a holding, drawn at random; without a record it says nothing",
        _calls("records_intern_holding", "'{source}', 'persons'"),
    ),
    "records_parts_of(uuid[])": Function(
        "parts of records under the policies of his own",
        (
            "select * from records_parts_of(array(select id from records_record))",
            "select * from records_parts_of(null)",
        ),
    ),
    "records_rows_of(uuid[])": Function(
        "rows of records under the policies of his own",
        (
            "select * from records_rows_of(array(select id from records_record))",
            "select * from records_rows_of(null)",
        ),
    ),
    "records_overdue()": Function("his own restrictions that were not confirmed", _calls("records_overdue", "")),
    "records_preview(text,text,text[])": Function(
        "who would see a record of his own body",
        tuple(f"select * from records_preview({one}, 'persons', '{{{{bureau,agency}}}}')" for one in _TEXTS),
    ),
    "records_readers(integer,uuid,text,text[])": Function(
        "who sees a record of a source for which he answers",
        ("select * from records_readers({audience}, '{source}', 'persons', '{{bureau,agency}}')",),
    ),
    "glass_made_the_other(uuid,uuid)": Function(
        "whether one of two accounts confirmed the other",
        _calls("glass_made_the_other", "null, null", "'{account}', null"),
    ),
    "glass_decide(uuid,boolean,integer)": Function(
        "decides on an opening that waits for him",
        ("select 1 where glass_decide('{opening}', true, 3)", "select 1 where glass_decide('{opening}', false, 1)"),
        is_empty=True,
    ),
    "glass_end(uuid)": Function("ends an opening in which he has a part"),
    "glass_acknowledge(uuid)": Function("acknowledges an opening for its source"),
    "glass_find(uuid,text)": Function(
        "the id behind an opening of his own",
        ("select * from glass_find('{opening}', '{opened}')", "select * from glass_find(null, '{opened}')"),
        is_empty=True,
    ),
    "glass_shown_before(uuid,uuid)": Function(
        "how many records an opening has shown", _calls("glass_shown_before", "'{opening}', '{record}'")
    ),
    "glass_row(uuid,text,uuid)": Function(
        "the row behind an opening of his own, after a look that was committed",
        (
            "select * from glass_row('{opening}', '{opened}', '{record}')",
            "select * from glass_row('{opening}', '{opened}', null)",
            "select g.* from audit_event e, glass_row('{opening}', '{opened}', e.id) g",
        ),
        is_empty=True,
    ),
    "glass_content(uuid,text,uuid)": Function(
        "the content behind an opening of his own, after a look that was committed",
        (
            "select 1 where glass_content('{opening}', '{opened}', '{record}') is not null",
            "select 1 from audit_event e where glass_content('{opening}', '{opened}', e.id) is not null",
        ),
        is_empty=True,
    ),
    "screening_take_check(integer,integer)": Function("counts a partner's own checks of this minute"),
    "signatures_of(uuid[])": Function(
        "signatures by ids that are told with the versions they sign",
        _calls("signatures_of", "null", "array[]::uuid[]", "array['{record}'::uuid]"),
    ),
}
