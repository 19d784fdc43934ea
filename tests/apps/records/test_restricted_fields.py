"""Statements that fewer see than the record: what each reader sees, at each door, and what nothing tells."""

import dataclasses
import hashlib
import html
import json
import random
import re

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from liaison.apps.members import public as members
from liaison.apps.records import field_previews, queries, services
from liaison.apps.records import public as records
from liaison.apps.records.models import Part, Record, Release
from liaison.databases.restricting import NOBODY, WHOLE, Wish, spelled
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Right
from tests.apps.members.test_preview import World, an_expression, notes_of, written
from tests.budgets import budget
from tests.factories.members import a_browser, a_viewer
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.postgres
CASES = budget(12, 600)

PRIMARY = {"text": "Elsa Quendrix", "kind": "primary", "script": "Latn"}
ALIAS = {"text": "Mira Volanth", "kind": "strong_alias", "script": "Latn"}
OTHER = {"text": "Tessa Brunnic", "kind": "strong_alias", "script": "Latn"}
WHY = "The alias would betray who told us."


def two_named(**more: object) -> dict[str, object]:
    return a_person(names=[ALIAS, PRIMARY, OTHER], **more)


@pytest.fixture
def source(db):
    return a_viewer("QM")


class TestGivenARestrictedAlias:
    def test_when_it_is_restricted_then_its_audience_and_the_source_alone_see_it(self, source):
        reference = a_record(source, fields=two_named(marks=["a scar"]))
        services.restrict_fields(
            reference, [Wish("names", "list:QN", ALIAS), Wish("marks", "list:QO")], reason=WHY, by=source
        )

        seen = {code: records.record(reference, a_viewer(code)).fields for code in ("QM", "QN", "QO", "QP")}

        assert seen["QM"] == two_named(marks=["a scar"])
        assert seen["QN"] == two_named()
        assert seen["QO"] == a_person(names=[PRIMARY, OTHER], marks=["a scar"])
        assert seen["QP"] == a_person(names=[PRIMARY, OTHER])

    def test_when_it_was_open_before_then_older_versions_do_not_tell_it(self, source):
        reference = a_record(source, fields=two_named())
        services.restrict_fields(reference, [Wish("names", "list:QN", ALIAS)], reason=WHY, by=source)
        third = a_viewer("QP")

        card = records.record(reference, third)
        told = json.dumps([str(one) for one in records.versions(card, third)])

        assert "Volanth" not in told
        assert len(records.versions(records.record(reference, source), source)) == 2

    def test_when_it_is_opened_again_then_everybody_sees_it(self, source):
        reference = a_record(source, fields=two_named())
        services.restrict_fields(reference, [Wish("names", "list:QN", ALIAS)], reason=WHY, by=source)

        services.restrict_fields(reference, [], reason="It is known now.", by=source)

        assert records.record(reference, a_viewer("QP")).fields == two_named()
        assert not records.record(reference, source).parts

    def test_when_an_edition_moves_or_corrects_it_then_it_stays_restricted(self, source):
        reference = a_record(source, fields=two_named())
        services.restrict_fields(reference, [Wish("names", "list:QN", ALIAS)], reason=WHY, by=source)
        third, allowed = a_viewer("QP"), a_viewer("QN")

        services.change(reference, a_person(names=[PRIMARY, OTHER, ALIAS]), by=source)
        moved = records.record(reference, third).fields
        corrected = {**ALIAS, "text": "Mira Volante"}
        services.change(reference, a_person(names=[PRIMARY, OTHER, corrected]), by=source)

        assert moved == a_person(names=[PRIMARY, OTHER])
        assert records.record(reference, third).fields == a_person(names=[PRIMARY, OTHER])
        assert records.record(reference, allowed).fields == a_person(names=[PRIMARY, OTHER, corrected])

    def test_when_what_is_open_would_be_no_record_then_it_is_refused(self, source):
        reference = a_record(source)
        with pytest.raises(Refused) as refused:
            services.restrict_fields(reference, [Wish("person_status", "list:QN")], reason=WHY, by=source)
        assert refused.value.findings[0].code == "restricted.open_lacks"

    def test_when_it_is_entered_so_then_it_never_was_open(self, source):
        draft = records.Draft(kind="persons", fields=two_named(), restricted=(Wish("names", "list:QN", ALIAS),))
        reference = records.enter(draft, by=source)
        third = a_viewer("QP")
        assert records.record(reference, third).fields == a_person(names=[PRIMARY, OTHER])
        assert records.record(reference, third).version == 1
        assert records.record(reference, source).fields == two_named()

    def test_when_only_what_is_restricted_changes_then_nothing_of_the_record_moves_for_others(self, source):
        draft = records.Draft(kind="persons", fields=two_named(), restricted=(Wish("names", "list:QN", ALIAS),))
        reference = records.enter(draft, by=source)
        third = a_viewer("QP")
        before = records.record(reference, third)

        services.change(reference, a_person(names=[{**ALIAS, "text": "Other Name"}, PRIMARY, OTHER]), by=source)

        assert records.record(reference, third) == before
        assert queries.versions(before, third) == queries.versions(records.record(reference, third), third)


class TestGivenRandomRecordsRestrictionsAndReaders:
    """What is shown before is what rows, cards and ledger say after, for an oracle that shares no code with them."""

    VALUES = {"marks": ["a scar", "a burn", "a limp"], "titles": ["Dr", "Prof"], "languages": ["ara", "fra"]}

    def test_preview_cards_and_ledger_say_the_same(self, db):
        world, dice = World(), random.Random(20261129)
        owner = world.viewers["QM"]
        for number in range(CASES):
            adds, less = dice.choice((((), ()), (("all",), ()), an_expression(dice), an_expression(dice)))
            wishes, terms = self.drawn(dice)
            fields = a_person(**{name: dice.sample(all_, len(all_)) for name, all_ in self.VALUES.items()})
            draft = records.Draft(
                "persons", fields, audience=written(adds, less), restricted=wishes, foreign_key=f"case:{number}"
            )
            shown = field_previews.fields_preview("persons", records.Audience(draft.audience), fields, wishes, owner)
            reference = records.enter(draft, by=owner)
            held = world.holds(adds, less) if adds else set()
            reach = {said: world.holds(*terms[said]) if said else set() for said in {one.audience for one in wishes}}
            asking = set(world.viewers) - {"XP-ONE"}  # no agreement opens persons to it
            named = asking - {"QM", "QN-CU"}  # another body's agencies go with their body

            self.assert_shown(world, shown, held & named, {said: held & named & got for said, got in reach.items()})
            self.assert_seen(world, reference, fields, wishes, held, reach)
            self.assert_signed(world, reference, held & asking, reach)

    def drawn(self, dice):
        terms = {}
        wishes: dict[tuple[str, str], Wish] = {}
        for _ in range(dice.randint(1, 4)):
            adds, less = dice.choice((((), ()), an_expression(dice)))
            said = members.canonical_audience(written(adds, less)) if adds else ""
            terms[said] = (adds, less)
            name = dice.choice(sorted(self.VALUES))
            value = dice.choice([WHOLE, *self.VALUES[name]])
            wishes[name, spelled(value)] = Wish(name, said, value)
        return tuple(wishes.values()), terms

    def assert_shown(self, world, shown, held, reach):
        known = set(world.viewers) - {"QM"}
        assert known.intersection(shown.record.holds) == held
        assert {part.audience: known.intersection(part.holds) for part in shown.parts} == reach

    def assert_seen(self, world, reference, fields, wishes, held, reach):
        by_value = {(one.field, spelled(one.value)): one.audience for one in wishes}
        for code, viewer in world.viewers.items():
            if not viewer.may(Right.READ_RECORDS):
                continue
            if code != "QM" and (code not in held or code == "XP-ONE"):
                with pytest.raises(Absent):
                    records.record(reference, viewer)
                continue
            expected = dict(fields)
            for name in self.VALUES:
                left = []
                for item in fields[name]:
                    said = by_value.get((name, spelled(item)), by_value.get((name, spelled(WHOLE))))
                    if code == "QM" or said is None or (said and code in reach[said]):
                        left.append(item)
                expected.pop(name)
                if left:
                    expected[name] = left
            card = records.record(reference, viewer)
            got = {name: sorted(value) if name in self.VALUES else value for name, value in card.fields.items()}
            assert got == {n: sorted(v) if n in self.VALUES else v for n, v in expected.items()}, (code, wishes)
            if code == "QM":
                assert card.fields == fields

    def assert_signed(self, world, reference, held, reach):
        owner = world.viewers["QM"]
        codes = {viewer.reader_id: code for code, viewer in world.viewers.items()}
        with viewing(owner):
            for part in records.record(reference, owner).parts:
                release = Release.objects.get(digest=notes_of(part.entry_id)["release"])
                assert hashlib.sha256(bytes(release.salt) + release.said.encode()).hexdigest() == release.digest
                said = json.loads(release.said)
                readers = {codes[one] for one in codes if str(one) in said["readers"]}
                got = held & reach[part.audience] if part.audience else set()
                assert readers - {"QM"} == got - {"QM"}
                assert set(said["fields"]) == {one.field for one in part.statements}


class TestGivenNothingButAToken:
    """Row-level security alone: what hostile SQL of each body finds of parts, entries and contents."""

    @pytest.fixture
    def parted(self, source):
        reference = a_record(source, fields=two_named(marks=["a scar"]))
        wishes = [Wish("names", "list:QN", ALIAS), Wish("marks", "")]
        services.restrict_fields(reference, wishes, reason=WHY, by=source)
        services.restrict_fields(reference, [*wishes, Wish("sex", "list:QN")], reason=WHY, by=source)
        with viewing(source):
            rows = dict(Part.objects.values_list("slot", "id"))
        assert len(rows) == 2
        return reference, rows[0], next(found for slot, found in rows.items() if slot)

    @staticmethod
    def column(viewer, statement, *values):
        with viewing(viewer), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [row[0] for row in cursor.fetchall()]

    @pytest.mark.parametrize(("code", "sees"), [("QM", 2), ("QN", 1), ("QO", 0)])
    def test_each_finds_the_parts_that_are_his(self, parted, code: str, sees: int):
        reference, book, part = parted
        viewer = a_viewer(code)
        expected = {"QM": {book, part}, "QN": {part}, "QO": set()}[code]
        with viewing(viewer):
            record_id = Record.objects.get(reference=reference).id

        assert set(self.column(viewer, "select id from records_part")) == expected
        about = "select distinct subject from {} where subject <> %s"
        assert expected == set(self.column(viewer, about.format("audit_content"), record_id)) & {book, part}
        assert expected == set(self.column(viewer, about.format("audit_entry"), record_id)) & {book, part}
        assert len(expected) == sees

    def test_readers_open_the_present_content_of_a_part_only(self, parted):
        _, _, part = parted
        counted = "select count(*) from audit_content where subject = %s"
        assert self.column(a_viewer("QM"), counted, part) == [2]
        assert self.column(a_viewer("QN"), counted, part) == [1]

    def test_contents_that_tell_it_are_closed_to_all_but_the_source(self, parted):
        reference, *_ = parted
        opened = (
            "select count(*) from audit_content c join records_record r on r.id = c.subject where r.reference = %s"
        )
        assert self.column(a_viewer("QM"), opened, reference) == [3]
        assert self.column(a_viewer("QN"), opened, reference) == [1]
        assert self.column(a_viewer("QO"), "select count(*) from records_closed_content") == [0]

    @pytest.mark.parametrize("code", ["QN", "QO"])
    @pytest.mark.parametrize(
        "statement",
        [
            "update records_part set audience_id = (select audience_id from records_record limit 1)",
            "update records_part set status = 'active'",
            "update records_part set record_id = record_id",
            "delete from records_part",
            "delete from records_closed_content",
            (
                "insert into records_part select gen_random_uuid(), 7, 'active', 1, 1, now(), r.entry_id, null,"
                " r.audience_id, r.id, r.source_id from records_record r"
            ),
            "insert into records_closed_content select r.entry_id, r.id, r.source_id from records_record r",
        ],
    )
    def test_nobody_else_writes_them(self, parted, code: str, statement: str):
        every = "select p::text from records_part p order by id"
        before = self.column(a_viewer("QM"), every)
        assert self.done(a_viewer(code), statement) in (0, "42501")
        assert self.column(a_viewer("QM"), every) == before

    @staticmethod
    def done(viewer, statement: str) -> int | str:
        """Return how many rows a statement touched, or the code of its refusal."""
        try:
            with transaction.atomic(), viewing(viewer), connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.rowcount
        except Error as refused:
            return refused.__cause__.sqlstate

    @pytest.mark.parametrize("role", ["BUREAU_ADMINISTRATOR", "DATA_PROTECTION_OFFICER", "SECURITY_OFFICER"])
    def test_administrators_of_the_source_open_none(self, parted, role: str):
        viewer = a_viewer("QM", members.Role[role])
        assert self.column(
            viewer, "select count(*) from audit_content where subject = any(%s)", list(parted[1:])
        ) == [0]


class TestGivenItsDoors:
    def test_the_interface_shows_restricts_and_previews(self, source):
        reference = a_record(source, fields=two_named())
        few, other = a_viewer("QN"), a_viewer("QO")
        ask = {"restricted": [{"field": "names", "value": ALIAS, "audience": "list:QN"}]}
        path = f"/api/v1/records/{reference}/restricted-fields"

        preview = sent(source, "post", f"{path}/preview", ask).json()
        before = sent(other, "get", f"/api/v1/records/{reference}").json()
        done = sent(source, "put", path, ask | {"reason": WHY})
        held = sent(source, "get", path).json()

        assert preview["besides"] == [{"audience": "list:QN", "holds": ["QN"], "fields": ["names"]}]
        assert before["fields"] == two_named()
        assert (done.status_code, done.json()) == (200, {"reference": reference, "version": 2})
        assert (held["restricted"], held["reason"]) == (ask["restricted"], WHY)
        seen = {
            who: sent(viewer, "get", f"/api/v1/records/{reference}").json()
            for who, viewer in zip(("source", "few", "other"), (source, few, other), strict=True)
        }
        assert seen["few"]["restricted"] == [{"field": "names", "value": ALIAS}]
        assert seen["other"]["restricted"] == []
        assert seen["source"]["fields"] == seen["few"]["fields"] == two_named()
        assert [sent(one, "get", path).status_code for one in (few, other)] == [404, 404]

    def test_what_others_are_sent_is_byte_for_byte_that_of_a_record_without_it(self, source):
        plain = a_record(source, fields=a_person(names=[PRIMARY, OTHER]))
        draft = records.Draft(
            "persons",
            two_named(marks=["a scar"]),
            restricted=(Wish("names", "list:QN", ALIAS), Wish("marks", NOBODY)),
        )
        kept = records.enter(draft, by=source)
        third = a_viewer("QO")
        fields = two_named(marks=["a scar", "a burn"])
        services.change(kept, fields, by=source)
        services.restrict_fields(kept, [*draft.restricted, Wish("titles", "list:QP")], reason=WHY, by=source)

        answers = []
        for reference in (plain, kept):
            card = records.record(reference, third)
            page = a_browser(third).get(f"/records/{reference}/").content.decode()
            answer = sent(third, "get", f"/api/v1/records/{reference}").content.decode()
            times = (card.entered_at, card.changed_at)
            answers.append([_without(said, reference, times) for said in (page, answer)])

        assert answers[0] == answers[1]

    def test_the_page_shows_who_sees_what_and_writes_what_was_shown(self, source):
        reference = a_record(source, fields=two_named())
        browser, path = a_browser(source), f"/records/{reference}/restrict-fields/"
        asked = _inputs(browser.get(path).content.decode(), "Mira Volanth", "list:QN") | {"reason": WHY}

        shown = browser.post(path, asked | {"step": "check"}).content.decode()
        token = shown.split('name="checked" value="')[1].split('"')[0]
        wrong = browser.post(path, asked | {"step": "enter", "checked": "0" * 64})
        assert not records.record(reference, source).parts
        done = browser.post(path, asked | {"step": "enter", "checked": token})

        assert "sees besides" in shown
        assert (wrong.status_code, done.status_code) == (200, 302)
        assert records.record(reference, a_viewer("QO")).fields == a_person(names=[PRIMARY, OTHER])
        own = browser.get(f"/records/{reference}/").content.decode()
        assert all(said in own for said in ("Not everybody sees this", "Fields restricted", html.escape(WHY)))
        assert "Not everybody sees this" in a_browser(a_viewer("QN")).get(f"/records/{reference}/").content.decode()
        assert "Not everybody" not in a_browser(a_viewer("QO")).get(f"/records/{reference}/").content.decode()

    def test_a_body_that_joined_since_is_shown_first(self, source):
        reference = a_record(source, fields=two_named())
        browser, path = a_browser(source), f"/records/{reference}/restrict-fields/"
        asked = _inputs(browser.get(path).content.decode(), "Mira Volanth", "list:QN,QO") | {"reason": WHY}
        token = browser.post(path, asked | {"step": "check"}).content.decode().split('name="checked" value="')[1]
        members.suspend("QO", reason="It was decided.", by=a_viewer("XS", members.Role.MEMBERSHIP_OFFICER))

        again = browser.post(path, asked | {"step": "enter", "checked": token.split('"')[0]})

        assert again.status_code == 200
        assert not records.record(reference, source).parts

    def test_nobody_else_restricts(self, source):
        reference = a_record(source, fields=two_named())
        with pytest.raises(Absent):
            services.restrict_fields(reference, [Wish("sex")], reason=WHY, by=a_viewer("QN"))
        with pytest.raises(NotAllowed):
            services.restrict_fields(
                reference, [Wish("sex")], reason=WHY, by=a_viewer("QM", members.Role.FRONTLINE_OFFICER)
            )

    @pytest.mark.parametrize(
        ("wishes", "reason", "code"),
        [
            ([Wish("sex", "nonsense")], WHY, "audience.not_an_expression"),
            ([Wish("no_such")], WHY, "restricted.no_field"),
            ([Wish("sex")], " ", "restrictions.no_reason"),
            (
                [Wish("marks", f"list:{code}", code) for code in ("QN", "QO", "QP", "QR", "QS", "QT", "QU", "QV")],
                WHY,
                "restricted.too_many_audiences",
            ),
        ],
    )
    def test_what_is_wrong_is_said(self, source, wishes, reason, code):
        reference = a_record(source)
        with pytest.raises(Refused) as refused:
            services.restrict_fields(reference, wishes, reason=reason, by=source)
        assert refused.value.findings[0].code.startswith(code)
        assert not records.record(reference, source).parts

    def test_what_protects_a_person_cannot_be_kept(self, source):
        young = a_person(birth_dates=["2012-03-12"], legal_basis="Juvenile Act 4", facts_on="2026-05-01")
        reference = a_record(source, fields=young)
        with pytest.raises(Refused) as refused:
            services.restrict_fields(reference, [Wish("birth_dates", "list:QN")], reason=WHY, by=source)
        assert refused.value.findings[0].code == "restricted.decides_handling"

    def test_seven_audiences_beside_nobody_are_as_many_as_there_may_be(self, source):
        codes = ("QN", "QO", "QP", "QR", "QS", "QT", "QU")
        fields = a_person(marks=[f"mark {code}" for code in codes])
        reference = a_record(source, fields=fields)
        wishes = [Wish("marks", f"list:{code}", f"mark {code}") for code in codes]
        services.restrict_fields(reference, [*wishes, Wish("sex")], reason=WHY, by=source)
        turned = [dataclasses.replace(one, audience=f"list:{codes[at - 1]}") for at, one in enumerate(wishes)]
        services.restrict_fields(reference, turned, reason=WHY, by=source)

        assert records.record(reference, a_viewer("QN")).fields["marks"] == ["mark QO"]
        assert records.record(reference, source).fields == fields


class TestGivenCopies:
    def test_a_file_holds_what_everybody_sees_and_the_sources_own_file_all(self, source):
        draft = records.Draft("persons", two_named(), restricted=(Wish("names", "list:QN", ALIAS),))
        records.enter(draft, by=source)
        form = {"format": "csv", "separator": ",", "step": "copy"}
        for code, there in (("QM", True), ("QN", False), ("QO", False)):
            answer = a_browser(a_viewer(code)).post("/export/persons/", form)
            assert (b"Volanth" in answer.content) is there
            assert b"Quendrix" in answer.content

    def test_the_count_of_records_is_the_same_for_all(self, source):
        draft = records.Draft("persons", two_named(), restricted=(Wish("names", "list:QN", ALIAS),))
        records.enter(draft, by=source)
        assert {records.counts(a_viewer(code))["persons"] for code in ("QM", "QN", "QO")} == {1}


class TestGivenTheEndOfARecord:
    def test_when_it_is_withdrawn_then_nobody_else_sees_its_parts(self, source):
        draft = records.Draft("persons", two_named(), restricted=(Wish("names", "list:QN", ALIAS),))
        reference = records.enter(draft, by=source)
        records.withdraw(reference, reason="Found.", by=source)
        with viewing(a_viewer("QN")):
            assert not Part.objects.exists()
        assert records.record(reference, source).fields == two_named()

    def test_when_an_edition_brings_it_back_then_it_stays_restricted(self, source):
        draft = records.Draft("persons", two_named(), restricted=(Wish("names", "list:QN", ALIAS),), foreign_key="7")
        reference = records.enter(draft, by=source)
        records.withdraw(reference, reason="Found.", by=source)
        records.change_many([(reference, two_named(marks=["a scar"]))], by=source)
        assert records.record(reference, a_viewer("QO")).fields == a_person(names=[PRIMARY, OTHER], marks=["a scar"])


def sent(viewer, verb: str, path: str, body: object = None):
    """Return the answer to a program of this viewer."""
    token = members.issue_token(by=viewer, label="test", days=1)
    said = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    return getattr(Client(), verb)(path, headers={"Authorization": f"Bearer {token}"}, **said)


def _without(text: str, reference: str, times) -> str:
    for moment in times:
        text = text.replace(moment.isoformat(), "").replace(f"{moment:%H:%M:%S}", "")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text.replace(reference, "")).rstrip()


def _inputs(page: str, value: str, audience: str) -> dict[str, str]:
    """Return what ticks the row of a value on the form."""
    row = next(row for row in html.unescape(page).split("<tr>") if value in row)
    name = row.split('name="keep-')[1].split('"')[0]
    return {f"keep-{name}": "on", f"who-{name}": audience}
