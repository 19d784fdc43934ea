"""Private partners: one acknowledgement for everything, matches for police alone, and nothing lost."""

import asyncio
import functools
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, connections
from django.urls import URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members import public as members
from liaison.apps.members.models import Agreement, MembershipChange
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.records.models import Record
from liaison.apps.screening import asgi, partner_checks, partner_matches
from liaison.apps.screening import public as screening
from liaison.apps.screening.models import PartnerCheck, PartnerMatch
from liaison.apps.screening.partner_checks import Submission, TooManyChecks
from liaison.config.api import document
from liaison.refusal import NotAllowed, Refused
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import NO_DATABASE, Level, Purpose, ReaderKind, Right, Viewer
from tests.budgets import budget
from tests.factories.index import catch_up, following, until
from tests.factories.members import a_browser, a_partner, a_viewer, terms
from tests.factories.records import a_document, a_record
from tests.factories.screening import WHY, a_question, events_of

PARTNER = "XA-AIR"
HIT, MISS = "QM4471203", "QM8800011"
PAIRS = budget(60, 2_000)


@pytest.fixture
def world(committed_db):
    """An airline that may check travel documents and devices, with matches to QN; a stolen passport of QM."""
    asgi.tokens.forget()
    databases = frozenset({"travel_documents", "devices"})
    a_partner(PARTNER, ReaderKind.PRIVATE_PARTNER, queries=databases, matches_to="QN")
    document = a_record(a_viewer("QM"), kind="travel_documents", fields=a_document(HIT))
    with following():
        yield document
    audit.stop_event_writer()
    asgi.tokens.forget()


def an_administrator() -> Viewer:
    return a_viewer(PARTNER, Role.BUREAU_ADMINISTRATOR)


def a_token(by: Viewer | None = None) -> str:
    by = by or an_administrator()
    program = members.add_system(
        f"program.{uuid4().hex[:6]}", "Check-in", reader=PARTNER, job=members.Job(Role.PARTNER_PROGRAM), by=by
    )
    return members.issue_system_token(program.id, purpose=Purpose.SECURITY_CHECK, label="check-in", by=by)


def a_program() -> Viewer:
    viewer = members.viewer_of_token(members.token_digest(a_token()))
    assert viewer is not None
    return viewer


def submit(number: str = HIT, kind: str = "document", **more: str) -> Viewer:
    """Submit a check and return the program that did."""
    program = a_program()
    partner_checks.submit(Submission(kind, number, **more), by=program)
    return program


def carried_out() -> int:
    """Let everything be checked that waits, and return how much it was."""
    moment = now()
    until(lambda: index.freshness().at >= moment)
    return partner_checks.carry_out()


def waiting() -> int:
    return PartnerCheck.objects.using("system").count()


def told(bureau: str, **more) -> list[partner_matches.MatchCard]:
    return list(partner_matches.matches(a_viewer(bureau, **more)).matches)


def send(body: bytes, token: str) -> tuple[int, tuple, bytes]:
    """Return status, headers and bytes of one request to the gateway."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/gateway/checks",
        "headers": [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())],
    }
    said = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message):
        said.append(message)

    asyncio.run(asgi.gateway(scope, receive, answer))
    return said[0]["status"], tuple(said[0]["headers"]), said[1]["body"]


def check(number: str, **more: str) -> bytes:
    return json.dumps({"kind": "document", "number": number, **more}).encode()


class TestGivenAnySubmissionOfValidForm:
    @settings(
        max_examples=budget(20, 1_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        st.tuples(*[st.sampled_from([HIT, MISS, "QM 447 1203", "OM44712O3", "A1", "ملف 12"])] * 2),
        st.tuples(*[st.text(max_size=20)] * 2),
    )
    def test_then_any_two_are_answered_with_the_same_bytes(self, world, numbers, own):
        token = _one_token()
        first, second = (send(check(n, own_number=o), token) for n, o in zip(numbers, own, strict=True))

        assert first == second
        assert (first[0], first[2]) == (202, b'{"status":"received"}')

    def test_then_the_time_tells_nothing(self, world):
        token, times = a_token(), {HIT: [], MISS: []}
        stop = threading.Event()
        worker = threading.Thread(target=screening.run_partner_checks, args=[stop])
        send(check(MISS), token)
        worker.start()
        try:
            for turn in range(PAIRS):
                for number in (HIT, MISS) if turn % 2 else (MISS, HIT):
                    began = time.perf_counter()
                    send(check(number), token)
                    times[number].append(time.perf_counter() - began)
        finally:
            stop.set()
            worker.join(20)

        wins = sum((a > b) + (a == b) / 2 for a in times[HIT] for b in times[MISS])
        area = wins / PAIRS**2
        assert 0.5 - budget(0.2, 0.05) < area < 0.5 + budget(0.2, 0.05)
        assert all(taken >= asgi.TICK_SECONDS for taken in times[HIT] + times[MISS])
        assert abs(statistics.median(times[HIT]) - statistics.median(times[MISS])) < asgi.TICK_SECONDS / 2


class TestGivenAMalformedSubmission:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"[]", 400, "api.malformed"),
            (b'{"kind": "document"}', 400, "api.malformed"),
            (b'{"kind": "document", "number": "X1", "name": "Elsa"}', 400, "api.malformed"),
            (b'{"kind": "document", "number": "--"}', 422, "gateway.number"),
            (b'{"kind": "imei", "number": "..."}', 422, "gateway.number"),
            (b'{"kind": "person", "number": "Elsa"}', 422, "gateway.kind"),
            (b'{"kind": "document", "number": "X12", "country": "ZZZ"}', 422, "gateway.country"),
        ],
    )
    def test_then_it_is_refused_from_itself_alone_and_leaves_nothing(self, world, body, status, code):
        got, _, said = send(body, a_token())

        assert (got, json.loads(said)["findings"][0]["code"]) == (status, code)
        assert waiting() == 0

    def test_then_the_edges_of_its_lengths_hold(self, world):
        token = a_token()

        assert send(check("A1" * 60), token)[0] == 202
        assert send(check("A1" * 60 + "A"), token)[0] == 400
        assert send(check("A12", own_number="n" * 80), token)[0] == 202
        assert send(check("A12", own_number="n" * 81), token)[0] == 400


class TestGivenAMatch:
    def test_then_the_source_and_the_bureau_of_the_agreement_are_told_and_nobody_else(self, world):
        submit(HIT, country="QM", own_number="BK 7711")

        assert carried_out() == 1
        (match,) = told("QN")
        assert (match.partner_code, match.how, match.card.reference) == (PARTNER, "number", world)
        assert match.submitted == Submission("document", HIT, "QM", "BK 7711")
        assert [one.reference for one in told("QM")] == [match.reference]
        assert told("QO") == []

    def test_then_the_look_at_it_is_entered_and_the_partners_says_nothing_of_it(self, world):
        program = submit(HIT)
        carried_out()
        officer = a_viewer("QN")

        partner_matches.matches(officer)

        (seen,) = events_of(officer, "view")
        assert len(seen["subjects"]) == 1
        (asked,) = events_of(program)
        assert (asked["subjects"], asked["count"]) == ([], 0)
        assert asked["notes"] == {"asked": "submitted", "reason": "partner_check"}

    def test_then_a_number_that_is_easily_misread_is_told_as_such(self, world):
        submit("QM44712O3")
        carried_out()

        assert [match.how for match in told("QM")] == ["misread"]

    def test_then_a_bureau_that_may_not_see_the_record_is_not_told(self, world):
        a_record(a_viewer("QM"), kind="travel_documents", fields=a_document("QM5550001"), audience="list:QO")
        a_record(a_viewer("QM"), kind="travel_documents", fields=a_document("QM5550002"), level=Level.CONFIDENTIAL)
        submit("QM5550001")
        submit("QM5550002")

        assert carried_out() == 2
        assert told("QN") == []
        assert len(told("QN", level=Level.CONFIDENTIAL)) == 1
        assert len(told("QM", level=Level.CONFIDENTIAL)) == 2

    def test_then_a_source_that_takes_the_partner_away_has_nothing_checked(self, world):
        a_record(a_viewer("QM"), kind="travel_documents", fields=a_document("QM5550003"), audience=f"all -{PARTNER}")
        submit("QM5550003")
        carried_out()

        assert told("QM") == told("QN") == []

    @pytest.mark.parametrize("kind", ["travel_documents", records.EVERYTHING], ids=["of a database", "of everything"])
    def test_then_a_source_that_keeps_the_partner_out_has_nothing_checked(self, world, kind):
        records.restrict_database(kind, excludes=f"list:{PARTNER}", reason="Because of a test.", by=a_viewer("QM"))
        submit(HIT)
        carried_out()

        assert told("QM") == told("QN") == []

    def test_then_a_database_outside_the_agreement_is_not_looked_into(self, world):
        vehicle = {"event": "stolen", "vin": "1HGCM82633A004352", "event_on": "2026-01-15"}
        a_record(a_viewer("QM"), kind="vehicles", fields=vehicle)
        submit("1HGCM82633A004352", "vin")
        carried_out()

        assert told("QM") == []

    def test_then_a_withdrawn_record_matches_nothing(self, world):
        records.withdraw(world, reason="found again", by=a_viewer("QM"))
        submit(HIT)
        carried_out()

        assert told("QM") == []

    def test_then_it_goes_with_its_time(self, world, clock):
        submit(HIT)
        carried_out()

        assert partner_checks.purge(days=1) == 0
        clock.move(days=1, seconds=1)
        assert partner_checks.purge(days=1) == 1

    def test_then_page_and_programs_say_the_same(self, world):
        submit(HIT, own_number="BK <b>7711</b>")
        carried_out()
        officer = a_viewer("QN", Role.BUREAU_OFFICER)
        token = members.issue_token(by=officer, label="x", days=1)

        page = a_browser(officer).get("/partner-matches/").content.decode()
        said = a_browser(officer).get("/api/v1/gateway/matches", headers={"Authorization": f"Bearer {token}"})

        (match,) = said.json()["matches"]
        assert (match["record"], match["partner"]) == (world, PARTNER)
        assert match["reference"] in page
        assert "BK &lt;b&gt;7711&lt;/b&gt;" in page

    @pytest.mark.parametrize("role", [Role.FRONTLINE_OFFICER, Role.BUREAU_ADMINISTRATOR])
    def test_then_another_job_is_not_told(self, world, role):
        with pytest.raises(NotAllowed):
            partner_matches.matches(a_viewer("QN", role))


class TestGivenThatNothingMayTellThePartner:
    def test_then_the_ledger_grows_alike_with_a_match_and_without(self, world):
        grown = []
        for number in (HIT, MISS):
            submit(number)
            catch_up()
            before = entries()
            carried_out()
            grown.append(entries() - before)

        assert grown == [1, 1]

    def test_then_its_people_have_no_right_and_no_database_whatever_their_job(self, world):
        for role in (Role.BUREAU_ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.SECURITY_OFFICER):
            viewer = a_viewer(PARTNER, role)
            assert not viewer.rights & {Right.QUERY, Right.READ_RECORDS, Right.RECEIVE_MATCHES, Right.OVERSEE}
            assert (viewer.queries, viewer.enters) == (NO_DATABASE, NO_DATABASE)
        with pytest.raises(ValueError, match="police data"):
            a_private_viewer(rights=frozenset({Right.QUERY}))
        with pytest.raises(ValueError, match="police data"):
            a_private_viewer(queries=frozenset({"travel_documents"}))

    def test_then_no_service_answers_it(self, world):
        program = a_program()
        for ask in (
            lambda: screening.ask(a_question(text=HIT), viewer=program),
            lambda: screening.duplicates("travel_documents", a_document(HIT), viewer=program),
            lambda: screening.forecast("travel_documents", a_document(HIT), viewer=program),
            lambda: records.record(world, program),
            lambda: records.listing("travel_documents", program),
            lambda: partner_matches.matches(program),
        ):
            with pytest.raises(Refused):
                ask()
        assert set(records.counts(program).values()) <= {0}

    def test_then_hostile_sql_on_its_behalf_sees_nothing(self, world):
        a_record(a_viewer("QM"), kind="travel_documents", fields=a_document("QM5550004"), audience=f"list:{PARTNER}")
        program = submit(HIT)
        carried_out()
        submit(MISS)

        with viewing(program):
            assert Record.objects.count() == 0
            assert PartnerMatch.objects.count() == 0
            assert PartnerCheck.objects.count() == 0
        for statement in (
            "select * from screening_partner_minute",
            "delete from screening_partner_match",
            "update screening_partner_match set bureau_id = null",
        ):
            with pytest.raises(ProgrammingError), viewing(program), connection.cursor() as cursor:
                cursor.execute(statement)
        with viewing(program), connection.cursor() as cursor:
            cursor.execute("select count(*) from audit_content where kind like '%@%' and source <> liaison_reader()")
            assert cursor.fetchone() == (0,)

    def test_then_every_page_and_operation_keeps_the_record_from_it(self, world):
        submit(HIT)
        carried_out()
        by = an_administrator()
        browser, token = a_browser(by), a_token(by)
        for address in _pages(world):
            body = browser.get(address).content.decode(errors="replace")
            assert HIT not in body, address
        for path, operations in document()["paths"].items():
            address = path.replace("{reference}", world).replace("{kind}", "travel_documents")
            for method in operations:
                if path.endswith(("/queries", "/gateway/checks", "/tokens")):
                    continue
                answer = browser.generic(
                    method.upper(),
                    address,
                    json.dumps({"text": HIT, **WHY}),
                    content_type="application/json",
                    headers={"Authorization": f"Bearer {token}"},
                )
                assert HIT not in answer.content.decode().replace(address, ""), path


class TestGivenWhoSubmits:
    @pytest.mark.parametrize("bureau", ["QM", "XS"])
    def test_then_nobody_of_the_police_does(self, world, bureau):
        with pytest.raises(NotAllowed):
            partner_checks.submit(Submission("document", HIT), by=a_viewer(bureau))

    def test_then_a_person_does_not_get_the_programs_job(self, world):
        with pytest.raises(Refused, match="job of a machine"):
            a_viewer(PARTNER, Role.PARTNER_PROGRAM)

    def test_then_a_body_that_is_no_private_partner_has_no_such_job(self, world):
        with pytest.raises(Refused, match="no such job"):
            members.add_system(
                "program.qm",
                "Program",
                reader="QM",
                job=members.Job(Role.PARTNER_PROGRAM),
                by=a_viewer("QM", Role.BUREAU_ADMINISTRATOR),
            )

    def test_then_a_suspended_partner_is_not_acknowledged(self, world):
        token = a_token()
        members.suspend(PARTNER, reason="Its agreement is under review.", by=a_viewer("XS", Role.MEMBERSHIP_OFFICER))
        asgi.tokens.forget()

        assert send(check(HIT), token)[0] == 401

    def test_then_more_than_the_policy_allows_is_refused_until_the_minute_is_over(self, world, clock):
        operator = a_viewer("XS", Role.POLICY_OFFICER)
        reason = "A small airline with a small counter."
        change = policies.propose("screening.partner_checks_per_minute", 3, reason=reason, by=operator)
        policies.approve(change, by=a_viewer("XS", Role.POLICY_OFFICER))
        clock.move(seconds=61)
        program = a_program()
        for _ in range(3):
            partner_checks.submit(Submission("document", MISS), by=program)

        with pytest.raises(TooManyChecks) as refused:
            partner_checks.submit(Submission("document", HIT), by=program)
        assert refused.value.findings[0].source == "policy: screening.partner_checks_per_minute"
        clock.move(seconds=61)
        partner_checks.submit(Submission("document", HIT), by=program)
        assert waiting() == 4

    def test_then_the_queue_is_bounded(self, world, clock):
        change = policies.propose(
            "screening.partner_checks_waiting_max",
            2,
            reason="Decided in a test.",
            by=a_viewer("XS", Role.POLICY_OFFICER),
        )
        policies.approve(change, by=a_viewer("XS", Role.POLICY_OFFICER))
        clock.move(seconds=1)
        program = a_program()
        for _ in range(2):
            partner_checks.submit(Submission("document", MISS), by=program)

        with pytest.raises(TooManyChecks):
            partner_checks.submit(Submission("document", MISS), by=program)
        assert carried_out() == 2
        partner_checks.submit(Submission("document", MISS), by=program)


class TestGivenAnAgreement:
    def test_then_a_private_partner_without_a_bureau_to_be_told_does_not_join(self, committed_db):
        with pytest.raises(Refused, match="No bureau is named"):
            a_partner("XA-ART", ReaderKind.PRIVATE_PARTNER, matches_to="")
        with pytest.raises(Refused, match="No bureau is named"):
            a_partner("XA-ART", ReaderKind.PRIVATE_PARTNER, matches_to="XS")

    def test_then_nobody_elses_agreement_names_one(self, committed_db):
        with pytest.raises(Refused, match="Only the matches of a private partner"):
            a_partner("XP-ONE", ReaderKind.PARTNER, matches_to="QM")

    def test_then_another_bureau_is_named_by_a_renewal(self, world):
        asks, decides = (a_viewer("XS", Role.MEMBERSHIP_OFFICER) for _ in range(2))
        renewed = terms(ReaderKind.PRIVATE_PARTNER, matches_to="QO", queries=frozenset({"travel_documents"}))
        members.decide(
            members.propose_renewal(PARTNER, terms=renewed, reason="The airline moved its seat.", by=asks),
            approve=True,
            by=decides,
        )
        submit(HIT)
        carried_out()

        assert told("QN") == []
        assert len(told("QO")) == 1
        assert Agreement.objects.using("system").filter(matches_to="QO").exists()
        assert MembershipChange.objects.using("system").filter(document__terms__matches_to="QO").exists()


WORKER = """
import django, os, sys, time
django.setup()
from liaison.apps.index import public as index
from liaison.apps.screening import partner_checks
from liaison.apps.audit import public as audit
index.start_follower()
record, audit_record = partner_checks.audit.record, None
class Stuck:
    def __getattr__(self, name):
        return getattr(audit, name)
    def record(self, *given, **more):
        audit.record(*given, **more)
        os.write(1, b"written\\n")
        time.sleep(600)
partner_checks.audit = Stuck()
while not partner_checks.carry_out():
    time.sleep(0.05)
"""
"""A worker that has written match and entry and does not come to commit."""


@pytest.mark.timeout(120)
class TestGivenAWorkerThatIsKilled:
    def test_when_kill_9_comes_before_its_commit_then_the_check_waits_and_is_done_once(self, world, committed_db):
        submit(HIT)
        catch_up()
        environment = committed_db.environment() | {"DJANGO_SETTINGS_MODULE": "liaison.config.settings"}
        with subprocess.Popen([sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"written\n"
            assert told("QM") == []
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

        assert (waiting(), told("QM")) == (1, [])
        assert _once_freed() == 1
        assert (waiting(), len(told("QM"))) == (0, 1)
        assert carried_out() == 0

    def test_when_it_was_acknowledged_then_it_is_there_before_anybody_works(self, world):
        assert send(check(HIT), a_token())[0] == 202
        assert waiting() == 1
        assert carried_out() == 1


@functools.cache
def _token_of(database: str) -> str:
    """Return one token for all examples of a test; each test has a database of its own."""
    return a_token()


def _one_token() -> str:
    return _token_of(str(connection.settings_dict["NAME"]))


def entries() -> int:
    """Return how many entries the ledger has that no timer writes."""
    with connections["system"].cursor() as cursor:
        cursor.execute("select count(*) from audit_entry where action <> 'events.rooted'")
        return cursor.fetchone()[0]


def _pages(reference: str) -> list[str]:
    """Return the address of every page that is read, found by itself; of those about a record, this one's."""
    found = []
    for pattern in _patterns(get_resolver().url_patterns):
        address = re.sub(r"<(?:\w+:)?reference>", reference, pattern)
        address = re.sub(r"<(?:\w+:)?kind>", "travel_documents", address)
        address = re.sub(r"<int:\w+>", "1", address)
        address = re.sub(r"<uuid:\w+>", str(uuid4()), address)
        address = re.sub(r"<(?:\w+:)?\w+>", PARTNER, address)
        found.append("/" + address)
    assert len(found) > 40
    return found


def _patterns(patterns, prefix: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern)


def _once_freed() -> int:
    """Carry out once PostgreSQL has let go of what the dead worker held."""
    ends = time.monotonic() + 30
    while not (done := carried_out()):
        assert time.monotonic() < ends, "the check never came free"
        time.sleep(0.05)
    return done


class TestGivenTheJob:
    def test_then_two_of_them_do_each_check_once(self, world):
        stop = threading.Event()
        workers = [threading.Thread(target=screening.run_partner_checks, args=[stop]) for _ in range(2)]
        program = a_program()
        for worker in workers:
            worker.start()
        for _ in range(5):
            partner_checks.submit(Submission("document", HIT), by=program)
        ends = time.monotonic() + 30
        while waiting() and time.monotonic() < ends:
            time.sleep(0.05)
        stop.set()
        for worker in workers:
            worker.join(20)

        assert waiting() == 0
        assert len(told("QM")) == 5


def a_private_viewer(**more: object) -> Viewer:
    said = {
        "user_id": uuid4(),
        "reader_id": uuid4(),
        "reader_code": PARTNER,
        "reader_kind": ReaderKind.PRIVATE_PARTNER,
        "purpose": Purpose.SECURITY_CHECK,
        "rights": frozenset({Right.SUBMIT_CHECKS}),
        "queries": NO_DATABASE,
        "enters": NO_DATABASE,
    }
    return Viewer(**(said | more))  # type: ignore[arg-type]  # as named above
