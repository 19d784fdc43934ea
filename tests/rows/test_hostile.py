"""Row-level security alone: every filter of the services is gone, and the application's own role is hostile.

What injected SQL can do is what `liaison_app` can do with the token of the viewer in whose request it runs. It reads
every table that the catalogue names, calls every function that it may call, and tries to become somebody else. What
it may see is said by the oracle of the doors, which shares no code with the policies.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from liaison.postgres import Role
from liaison.rows.tokens import ViewerKey, token, viewer_key
from liaison.viewer import Viewer
from tests.doors import facts
from tests.doors.conftest import world
from tests.doors.facts import PEOPLE, RECORDS, Person, Secret
from tests.doors.world import World
from tests.rows.hostile_expectations import FUNCTIONS, KNOWN_TO_STATEMENTS, OPENS_ALL_CONTENT, OWN_KEY, TABLES, Shows
from tests.suite_database import SuiteDatabase

__all__ = ["world"]
pytestmark = pytest.mark.postgres
DENIED = "42501"
LAST = re.compile(r"search_path=[^;]*pg_temp(;|$)")
OFFICER, STRANGER = PEOPLE["QM officer"], PEOPLE["QO cleared"]
_RELATIONS = """
    select c.relname from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
"""
_PARTITIONS = (
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relispartition and relkind = 'r'"
)
_FUNCTIONS = """
    select p.oid::regprocedure::text, p.prosecdef, coalesce(array_to_string(p.proconfig, ';'), '')
      from pg_proc p where p.pronamespace = 'public'::regnamespace
"""
_MAY_CALL = f"{_FUNCTIONS} and has_function_privilege('liaison_app', p.oid, 'execute')"


@contextmanager
def as_app(database: SuiteDatabase, viewer: Viewer | None = None) -> Iterator[psycopg.Connection]:
    """Connect as the application does, in a transaction that carries the token of this viewer."""
    connection = database.as_role(Role.APP)
    connection.autocommit = False
    try:
        if viewer is not None:
            carry(connection, viewer)
        yield connection
    finally:
        connection.close()


def carry(connection: psycopg.Connection, viewer: Viewer) -> str:
    """Hand PostgreSQL the token of a viewer, as a request does; return it."""
    text = token(viewer, backend_pid=connection.info.backend_pid, key=viewer_key())
    connection.execute("select set_config('liaison.viewer', %s, true)", [text])
    return text


def refused(connection: psycopg.Connection, statement: str, *values: object) -> str:
    """Run a statement that has to fail; return the code of its failure."""
    with pytest.raises(psycopg.Error) as failed, connection.transaction():
        connection.execute(statement, values or None)  # type: ignore[call-overload]  # hostile text on purpose
    return str(failed.value.sqlstate)


def column(connection: psycopg.Connection, statement: str, *values: object) -> list[object]:
    """Return the first column of an answer."""
    return [row[0] for row in connection.execute(statement, values or None)]  # type: ignore[call-overload]


def everything(connection: psycopg.Connection, table: str) -> str:
    """Return all rows of a table that are shown, as one text; nothing where not even the table may be read."""
    try:
        with connection.transaction():
            asked = sql.SQL("select coalesce(string_agg(t::text, ' '), '') from public.{} t").format(
                sql.Identifier(table)
            )
            return str(connection.execute(asked).fetchone()[0])  # type: ignore[index]  # an aggregate has one row
    except psycopg.errors.InsufficientPrivilege:
        return ""


def knocking() -> list[Person]:
    """Everybody who has a Viewer, and nobody."""
    return [one for one in PEOPLE.values() if one.state in ("open", "machine", "nobody")]


class TestGivenTheCatalogue:
    def test_every_table_and_view_has_an_expectation(self, world: World, committed_module: SuiteDatabase):
        with committed_module.as_role(Role.OWNER) as owner:
            found = set(column(owner, _RELATIONS))
        assert sorted(found ^ set(TABLES)) == []

    def test_every_function_that_the_application_may_call_has_one(
        self, world: World, committed_module: SuiteDatabase
    ):
        with committed_module.as_role(Role.OWNER) as owner:
            found = set(column(owner, _MAY_CALL))
        assert sorted(found ^ set(FUNCTIONS)) == []

    def test_a_planted_table_or_function_is_found(self, world: World, committed_module: SuiteDatabase):
        with committed_module.as_role(Role.OWNER) as owner:
            owner.autocommit = False
            owner.execute("create table planted (id integer)")
            owner.execute("create function planted() returns integer language sql return 1")
            tables, functions = set(column(owner, _RELATIONS)), set(column(owner, _MAY_CALL))
            owner.rollback()
        assert tables - set(TABLES) == {"planted"}
        assert functions - set(FUNCTIONS) == {"planted()"}

    def test_whoever_runs_as_the_owner_looks_at_no_temporary_table_first(
        self, world: World, committed_module: SuiteDatabase
    ):
        with committed_module.as_role(Role.OWNER) as owner:
            found = owner.execute(_FUNCTIONS).fetchall()
        assert [name for name, definer, path in found if definer and not LAST.search(path)] == []

    def test_no_partition_is_read_past_its_table(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module, world.viewers["XS auditor"]) as connection:
            for name in column(connection, _PARTITIONS):
                assert refused(connection, f'select * from public."{name}"') == DENIED


class TestGivenNothingButAToken:
    @pytest.mark.parametrize("person", knocking(), ids=lambda one: one.key)
    def test_no_table_shows_what_he_may_not_read(self, world: World, committed_module: SuiteDatabase, person: Person):
        hidden = [one for one in world.secrets if not _may_read_row(person, one)]
        leaked = []
        with as_app(committed_module, world.viewers.get(person.key)) as connection:
            for table, shows in TABLES.items():
                text = everything(connection, table).casefold()
                leaked += [f"{table}: {one.of}" for one in hidden if one.text.casefold() in text]
                assert not text or shows is not Shows.NOBODY, table
        assert leaked == []

    @pytest.mark.parametrize("person", knocking(), ids=lambda one: one.key)
    def test_the_rows_of_records_and_what_is_behind_them_are_those_of_the_oracle(
        self, world: World, committed_module: SuiteDatabase, person: Person
    ):
        wanted = {world.references[one.key] for one in RECORDS.values() if facts.knows(person, one)}
        with as_app(committed_module, world.viewers.get(person.key)) as connection:
            rows = dict(connection.execute("select id, reference from records_record").fetchall())
            ours = {reference for reference in rows.values() if reference in set(world.references.values())}
            behind = set(column(connection, "select subject from audit_content"))
        assert ours == wanted
        if person.key not in OPENS_ALL_CONTENT and person.job in facts.READERS:
            every = self._ids(world, committed_module)
            assert {every[one] for one in behind & set(every)} <= wanted

    def test_somebody_sees_something(self, world: World, committed_module: SuiteDatabase):
        """Were every table empty, nothing could leak."""
        with as_app(committed_module, world.viewers["QM officer"]) as connection:
            for table in ("records_record", "audit_content", "members_user", "members_access_token", "audit_entry"):
                assert everything(connection, table), table

    @staticmethod
    def _ids(world: World, database: SuiteDatabase) -> dict[object, str]:
        known = set(world.references.values())
        with database.as_role(Role.SYSTEM) as system:
            rows = system.execute("select id, reference from records_record").fetchall()
        return {record_id: reference for record_id, reference in rows if reference in known}


def _may_read_row(person: Person, secret: Secret) -> bool:
    """Whether a statement of his may find a canary: as at the doors, but for what rows tell by themselves."""
    own_key_of = secret.of.removeprefix("record ").removesuffix(OWN_KEY)
    if secret.of.endswith(OWN_KEY) and own_key_of in RECORDS:
        return facts.knows(person, RECORDS[own_key_of])
    if any(
        secret.of == f"reference of {one.record}" and facts.part_in(person, one) for one in facts.OPENINGS.values()
    ):
        return True  # whoever has a part in an opening reads what it names
    return person.key in secret.readers or secret.of.startswith(KNOWN_TO_STATEMENTS)


class TestGivenATokenThatIsNotHis:
    def test_it_is_not_believed_on_another_connection(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module) as his, as_app(committed_module) as mine:
            stolen = carry(his, world.viewers[STRANGER.key])
            mine.execute("select set_config('liaison.viewer', %s, true)", [stolen])
            assert column(mine, "select liaison_reader()") == [None]
            assert column(mine, "select count(*) from records_record") == [0]

    @pytest.mark.parametrize("place", range(9))
    def test_no_part_of_it_can_be_exchanged(self, world: World, committed_module: SuiteDatabase, place: int):
        with as_app(committed_module) as connection:
            text = carry(connection, world.viewers[OFFICER.key])
            other = token(world.viewers[STRANGER.key], backend_pid=1, key=viewer_key(), seconds=9_000)
            parts, others = text.split(".")[0].split("|"), other.split(".")[0].split("|")
            parts[place] = others[place] if parts[place] != others[place] else f"{parts[place]}0"
            forged = f"{'|'.join(parts)}.{text.split('.')[1]}"
            assert self._believed(connection, forged) is None

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda text: text + "0",
            lambda text: text[:-1],
            lambda text: text.replace(".", "..", 1),
            lambda text: text.split(".")[0],
            lambda text: text.split(".")[0] + ".",
            lambda text: text.upper(),
            lambda text: f" {text}",
            lambda text: f"{text}.{text}",
            lambda text: text.replace("|", "||", 1),
            lambda text: "|".join(["x"] * 9) + ".00",
            lambda text: "",
            lambda text: "null",
            lambda text: "٣" * 40,
        ],
        ids=range(13),
    )
    def test_a_spoiled_one_is_nobodys(self, world: World, committed_module: SuiteDatabase, spoil):
        with as_app(committed_module) as connection:
            text = carry(connection, world.viewers[OFFICER.key])
            assert self._believed(connection, text) == world.viewers[OFFICER.key].reader_id
            assert self._believed(connection, spoil(text)) in (None, "failed") or spoil(text).startswith(f"{text}.")

    def test_one_that_ran_out_is_nobodys(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module) as connection:
            pid = connection.info.backend_pid
            old = token(world.viewers[OFFICER.key], backend_pid=pid, key=viewer_key(), seconds=1)
            assert self._believed(connection, old) is not None
            time.sleep(2.1)
            assert self._believed(connection, old) is None

    def test_one_of_another_key_is_nobodys(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module) as connection:
            pid = connection.info.backend_pid
            forged = token(world.viewers[OFFICER.key], backend_pid=pid, key=ViewerKey(b"k" * 64))
            assert self._believed(connection, forged) is None
            named = forged.replace(ViewerKey(b"k" * 64).key_id, viewer_key().key_id, 1)
            assert self._believed(connection, named) is None

    def test_it_ends_with_its_transaction(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            connection.rollback()
            assert column(connection, "select liaison_reader()") == [None]

    @staticmethod
    def _believed(connection: psycopg.Connection, text: str) -> object:
        try:
            with connection.transaction():
                connection.execute("select set_config('liaison.viewer', %s, true)", [text])
                return column(connection, "select liaison_reader()")[0]
        except psycopg.Error:
            return "failed"


SHADOWED = (
    "members_user",
    "members_reader",
    "members_audience_reader",
    "members_suspension",
    "members_agreement",
    "members_group",
    "liaison_viewer_key",
    "pg_class",
    "pg_inherits",
)
BECOMING = (
    "set role liaison_owner",
    "set role liaison_system",
    "set local role postgres",
    "set session authorization liaison_owner",
    "select set_config('role', 'liaison_owner', true)",
    "select set_config('session_authorization', 'liaison_owner', true)",
    "alter role liaison_app bypassrls",
    "alter role liaison_app superuser",
    "create role thief superuser",
    "grant liaison_owner to liaison_app",
    "set session_replication_role = replica",
    "alter system set log_statement = 'all'",
    "alter database current set row_security = off",
)
CHANGING = (
    "alter table records_record disable row level security",
    "alter table records_record no force row level security",
    "alter table records_record owner to liaison_app",
    "drop policy app_select on records_record",
    "create policy mine on records_record using (true)",
    "drop table audit_entry",
    "truncate records_record",
    "create table public.mine (id integer)",
    "create view public.mine as select * from records_record",
    "create schema mine",
    "create function public.mine() returns integer language sql return 1",
    "create or replace function public.liaison_reader() returns uuid language sql return null::uuid",
    "create extension dblink",
    "create extension postgres_fdw",
    "create extension file_fdw",
    "create server mine foreign data wrapper postgres_fdw",
    "create event trigger mine on ddl_command_start execute function public.liaison_now()",
    "create trigger mine before insert on records_record execute function public.liaison_now()",
    "create publication mine for all tables",
    "create subscription mine connection 'dbname=x' publication mine",
    "comment on table records_record is 'open: mine'",
    "update liaison_clock set ahead = '1 year'",
    "insert into django_migrations (app, name, applied) values ('x', 'x', now())",
    "create language plpython3u",
    "do language plpython3u $$ pass $$",
    "security label on table records_record is 'x'",
)
REACHING = (
    "copy (select 1) to program 'id'",
    "copy records_record from program 'id'",
    "copy (select 1) to '/tmp/out'",
    "copy records_record from '/etc/passwd'",
    "copy records_record from stdin",
    "select pg_read_file('/etc/passwd')",
    "select pg_read_binary_file('global/pg_control')",
    "select pg_ls_dir('.')",
    "select pg_stat_file('postgresql.conf')",
    "select pg_ls_logdir()",
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '/tmp/out')",
    "select pg_reload_conf()",
    "select pg_rotate_logfile()",
    "select pg_promote()",
    "select pg_create_restore_point('x')",
    "select pg_switch_wal()",
    "select pg_logical_slot_peek_changes('x', null, null)",
    "select pg_create_logical_replication_slot('x', 'pgoutput')",
    "select * from pg_authid",
    "select * from pg_statistic",
    "select * from pg_user_mapping",
    "select * from pg_hba_file_rules",
    "select * from pg_file_settings",
    "select * from pg_shmem_allocations",
    "select * from liaison_viewer_key",
    "select * from members_audience",
    "load 'plpgsql.so'",
)


class TestGivenHostileStatements:
    def test_what_is_not_his_he_gives_to_nobody(self, world: World, committed_module: SuiteDatabase):
        """PostgreSQL only warns of it."""
        asked = "select has_table_privilege('liaison_system', 'audit_entry', 'delete')"
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            connection.execute("grant delete on audit_entry to liaison_system")
            assert column(connection, asked) == [False]

    @pytest.mark.parametrize("statement", [*BECOMING, *CHANGING, *REACHING])
    def test_each_is_refused(self, world: World, committed_module: SuiteDatabase, statement: str):
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            assert refused(connection, statement) in REFUSALS, statement

    def test_without_row_security_nothing_is_shown(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            connection.execute("set row_security = off")
            assert refused(connection, "select * from records_record") == DENIED

    def test_a_large_object_holds_only_what_he_put_in(self, world: World, committed_module: SuiteDatabase):
        with committed_module.as_role(Role.OWNER) as owner:
            (number,) = column(owner, "select lo_from_bytea(0, 'of the owner')")
            with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
                assert refused(connection, "select lo_get(%s::oid)", number) == DENIED
            owner.execute("select lo_unlink(%s::oid)", [number])

    def test_what_he_puts_first_in_the_path_changes_nobodys_mind(self, world: World, committed_module: SuiteDatabase):
        """Temporary tables and functions under the names of ours: functions that see more look at none of them."""
        hidden = [world.references[one.key] for one in RECORDS.values() if not facts.sees(OFFICER, one)]
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            before = self._answers(connection)
            for name in SHADOWED:
                connection.execute(f"create temporary table {name} as select 1 as id, 'x'::text as code")
            connection.execute("create function pg_temp.liaison_reader() returns uuid language sql return null::uuid")
            connection.execute(
                "create function pg_temp.liaison_has_right(text) returns boolean language sql return true"
            )
            connection.execute("set search_path = pg_temp, public, pg_catalog")
            assert self._answers(connection) == before
            assert (
                column(connection, "select reference from public.records_record where reference = any(%s)", hidden)
                == []
            )

    @staticmethod
    def _answers(connection: psycopg.Connection) -> list[object]:
        asked = (
            "select public.liaison_reader()",
            "select public.liaison_has_right('oversee')",
            "select count(*) from public.members_taking_part()",
            "select count(*) from public.members_preview('all')",
            "select count(*) from public.records_record",
        )
        return [column(connection, one) for one in asked]

    def test_a_function_of_his_own_is_shown_no_row_that_the_policy_hides(
        self, world: World, committed_module: SuiteDatabase
    ):
        """A function that is not leakproof is asked after the policy, however cheap it says it is."""
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            connection.execute("create temporary sequence seen")
            connection.execute(
                "create function pg_temp.peek(text) returns boolean language plpgsql cost 0.0000001 as"
                " $$ begin raise notice '%', $1; return true; end $$"
            )
            noticed: list[str] = []
            connection.add_notice_handler(lambda notice: noticed.append(str(notice.message_primary)))
            connection.execute("select 1 from records_record where pg_temp.peek(reference)")
            assert refused(connection, "alter function pg_temp.peek(text) leakproof") == DENIED
        assert (
            set(noticed) & {world.references[one.key] for one in RECORDS.values() if not facts.sees(OFFICER, one)}
            == set()
        )
        assert noticed

    def test_a_cast_that_fails_tells_no_hidden_value(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module, world.viewers["XV-PAY administrator"]) as connection:
            assert column(connection, "select reference::integer from records_record") == []

    def test_statistics_of_secured_tables_are_not_shown(self, world: World, committed_module: SuiteDatabase):
        with committed_module.as_role(Role.OWNER) as owner:
            owner.execute("analyze records_record, members_user, audit_event")
            secured = column(owner, "select relname from pg_class where relrowsecurity")
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
                assert column(connection, f"select tablename from {view} where tablename = any(%s)", secured) == []

    def test_the_plan_for_a_hidden_reference_is_that_for_an_absent_one(
        self, world: World, committed_module: SuiteDatabase
    ):
        hidden = world.references["of QO for nobody"]
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            plans = [
                "\n".join(
                    map(str, column(connection, f"explain select 1 from records_record where reference = '{one}'"))
                )
                for one in (hidden, "RA-2026-000000-0")
            ]
        assert plans[0].replace(hidden, "") == plans[1].replace("RA-2026-000000-0", "")

    def test_other_sessions_statements_are_not_shown(self, world: World, committed_module: SuiteDatabase):
        with (
            committed_module.as_role(Role.SYSTEM) as system,
            as_app(committed_module, world.viewers[OFFICER.key]) as mine,
        ):
            system.execute("select 'what the system says'")
            shown = column(mine, "select coalesce(query, '') from pg_stat_activity where usename <> current_user")
        assert [one for one in shown if "what the system says" in str(one)] == []

    def test_nobody_ends_the_statements_of_others(self, world: World, committed_module: SuiteDatabase):
        with (
            committed_module.as_role(Role.SYSTEM) as system,
            as_app(committed_module, world.viewers[OFFICER.key]) as mine,
        ):
            for verb in ("pg_terminate_backend", "pg_cancel_backend"):
                assert refused(mine, f"select {verb}(%s)", system.info.backend_pid) == DENIED

    def test_listening_to_every_channel_tells_no_more_than_that_something_happened(
        self, world: World, committed_module: SuiteDatabase
    ):
        """NOTIFY has no policy: whatever is sent on a channel can be heard by whoever knows its name."""
        from liaison.apps.records import public as records

        with committed_module.as_role(Role.APP) as connection:
            channels = column(connection, "select distinct 'audit'")
            for name in (*channels, "audit_entries", "audit_events", "members", "tokens", "index", "liaison"):
                connection.execute(sql.SQL("listen {}").format(sql.Identifier(str(name))))
            records.change(
                world.references["for nobody"],
                dict(records.record(world.references["for nobody"], world.viewers["QM officer"]).fields)
                | {"remarks": f"Changed near {RECORDS['for nobody'].content}."},
                by=world.viewers["QM officer"],
            )
            heard = " ".join(note.payload for note in connection.notifies(timeout=0.5))
        assert [one.of for one in world.secrets if one.text in heard] == []

    def test_sequences_are_not_set_back_and_count_no_more_than_the_ledger(
        self, world: World, committed_module: SuiteDatabase
    ):
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            names = column(connection, "select sequencename from pg_sequences where schemaname = 'public'")
            usable = column(
                connection,
                "select sequencename from pg_sequences where schemaname = 'public'"
                " and has_sequence_privilege(format('public.%I', sequencename), 'usage')",
            )
            assert usable == ["audit_position"], "the size of the ledger is an argued exception; no other count is"
            for name in names:
                assert refused(connection, f"select setval('public.{name}', 1)") == DENIED
            assert refused(connection, "select last_value from audit_position") == DENIED


class TestGivenWritesOfHisOwn:
    @pytest.mark.parametrize(
        "statement",
        [
            "update records_record set source_id = liaison_reader() where reference = %s",
            "update records_record set status = 'withdrawn' where reference = %s",
            "update records_record set audience_id = 1, level = 1 where reference = %s",
        ],
    )
    def test_what_is_hidden_is_not_changed_and_not_told(
        self, world: World, committed_module: SuiteDatabase, statement: str
    ):
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            hidden = connection.execute(statement, [world.references["of QN for nobody"]]).rowcount  # type: ignore[call-overload]
            absent = connection.execute(statement, ["RP-2026-000000-0"]).rowcount  # type: ignore[call-overload]
        assert (hidden, absent) == (0, 0)

    def test_what_is_seen_and_not_his_is_not_changed(self, world: World, committed_module: SuiteDatabase):
        with as_app(committed_module, world.viewers["QN officer"]) as connection:
            assert column(
                connection, "select 1 from records_record where reference = %s", world.references["open"]
            ) == [1]
            assert (
                connection.execute(
                    "update records_record set status = 'withdrawn' where reference = %s", [world.references["open"]]
                ).rowcount
                == 0
            )

    def test_a_report_on_a_hidden_record_fails_like_one_on_no_record(
        self, world: World, committed_module: SuiteDatabase
    ):
        with committed_module.as_role(Role.SYSTEM) as system:
            (hidden,) = column(
                system, "select id from records_record where reference = %s", world.references["of QN for nobody"]
            )
        statement = (
            "insert into records_error_report (id, reference, record_id, source_id, reporter_id, reported_by, level,"
            " what, field, status, outcome, reported_at, acknowledge_by, answer_by)"
            " select gen_random_uuid(), 'ER-X', %s, liaison_reader(), liaison_reader(), liaison_user(), 1,"
            " 'other', '', 'open', '', now(), now(), now()"
        )
        with as_app(committed_module, world.viewers[OFFICER.key]) as connection:
            codes = {refused(connection, statement, one) for one in (hidden, "0192b3c4-0000-7000-8000-00000000beef")}
        assert codes == {DENIED}

    @pytest.mark.parametrize(
        ("table", "change"),
        [
            ("members_user", "role = 'auditor', level = 3"),
            ("members_user", "reader_id = (select id from members_reader where code = 'XS')"),
            ("members_access_token", "rights = null, expires_at = 'infinity'"),
            ("audit_entry", "action = 'x'"),
            ("audit_event", "count = 0"),
            ("audit_content", "sealed = ''"),
        ],
    )
    def test_nobody_raises_himself_or_rewrites_what_happened(
        self, world: World, committed_module: SuiteDatabase, table: str, change: str
    ):
        viewer = world.viewers[OFFICER.key]
        own = {"members_user": "id", "members_access_token": "user_id"}.get(table)
        where = f" where {own} = '{viewer.user_id}'" if own else ""
        with as_app(committed_module, viewer) as connection:
            try:
                with connection.transaction():
                    changed = connection.execute(f"update {table} set {change}{where}").rowcount  # type: ignore[call-overload]
            except psycopg.errors.InsufficientPrivilege:
                changed = 0
            if table == "members_access_token":
                assert world.viewers[OFFICER.key].rights, (
                    "a token's rights are cut to those of its account when it is used"
                )
            else:
                assert changed == 0


@pytest.mark.parametrize("name", [name for name, one in FUNCTIONS.items() if one.calls])
def test_a_function_that_sees_more_answers_no_more_than_it_says(
    world: World, committed_module: SuiteDatabase, name: str
):
    ids = _hidden_ids(world, committed_module)
    for key in ("QM officer", "QO cleared", "XV-PAY administrator", "XC member", "nobody"):
        hidden = [one for one in world.secrets if not _may_read_row(PEOPLE[key], one)]
        with as_app(committed_module, world.viewers.get(key)) as connection:
            for call in FUNCTIONS[name].calls:
                text, failed = _answered(connection, call.format(**ids))
                assert failed or text == "[]" or not FUNCTIONS[name].is_empty, f"{key}: {call}"
                text = text.casefold()
                assert [one.of for one in hidden if one.text.casefold() in text] == [], f"{key}: {call}"


def _hidden_ids(world: World, database: SuiteDatabase) -> dict[str, object]:
    """Return ids of what none of those who call may use: of QN's, and of what QM shows nobody."""
    reference, account = world.references["of QN for nobody"], world.viewers["QN officer"]
    with database.as_role(Role.SYSTEM) as system:
        asked = "select id, audience_id, source_id from records_record where reference = %s"
        record, audience, source = system.execute(asked, [reference]).fetchone() or (None, None, None)
        opening = column(system, "select id from glass_opening where status = 'approved'")[0]
        group = column(system, "select id from members_group where kind = 'group' limit 1")[0]
    return {
        "record": record, "audience": audience, "source": source, "opening": opening,
        "opened": world.references["for nobody"],
        "account": account.user_id, "group": group,
    }  # fmt: skip


def _answered(connection: psycopg.Connection, call: str) -> tuple[str, bool]:
    """Return what a call answers, or how it fails, and whether it does. What it changed is taken back."""
    text, failed = "", False
    try:
        with connection.transaction(force_rollback=True):
            text = str(connection.execute(call).fetchall())  # type: ignore[call-overload]
    except psycopg.Error as error:
        text, failed = str(error), True
    return text, failed


REFUSALS = frozenset(
    {
        DENIED,
        "42602",  # an invalid name
        "42704",  # no such object: the extension or language is not there
        "42883",  # no such function
        "0A000",  # not supported, with row-level security
        "58P01",  # no such file: the box of binaries has no such extension
        "55000",  # not in this state of the server
        "42939",  # a reserved name
        "42601",  # not even a statement
        "3D000",  # no such database
        "25001",  # not inside a transaction
        "22023",  # no such role to become
        "42P01",  # no such table
    }
)
