"""Preview equals reality: whom an audience is said to hold, whom the rows show its records, whom the ledger names.

Each is compared with an oracle that shares no code with them: a few lines of Python over a dictionary.
"""

import hashlib
import json
import random
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.audiences import canonical
from liaison.apps.members.models import Reader
from liaison.apps.records import public as records
from liaison.apps.records.models import Record, Release
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import ReaderKind, Right, Viewer
from tests.budgets import budget
from tests.factories.members import REASON, a_house, a_partner, a_viewer, an_agency
from tests.factories.records import a_document

pytestmark = pytest.mark.django_db
AUDIENCES, PREVIEWED = budget(150, 10_000), budget(60, 2_000)
BUREAUS = ("QM", "QN", "QO", "QP", "QQ", "QR")
AGENCIES = ("QM-BP", "QN-CU")
OTHERS = ("XS", "XC", "XR-ONE", "XP-ONE")
GROUPS = (("region", "RIVERS"), ("programme", "CYBER"), ("group", "QM-OLD"))
IN_ALL = {ReaderKind.BUREAU, ReaderKind.REGIONAL_BODY, ReaderKind.SECRETARIAT}


class World:
    """Bodies with people in them, groups, and what the oracle knows of both."""

    def __init__(self) -> None:
        a_partner("XR-ONE", ReaderKind.REGIONAL_BODY)
        a_partner("XP-ONE")
        for code in AGENCIES:
            an_agency(code)
        self.viewers = {code: a_viewer(code) for code in (*BUREAUS, *AGENCIES, *OTHERS)}
        self.kinds = {code: viewer.reader_kind for code, viewer in self.viewers.items()}
        self.part = set(self.viewers)
        self.groups: dict[str, set[str]] = {}
        self.over: set[str] = set()
        for kind, code in GROUPS:
            self.regroup(kind, code, {"QM", "QN", "QO"})

    def regroup(self, kind: str, code: str, bodies: set[str]) -> None:
        """Let two people of the owner decide who is in a group."""
        owner = "QM" if kind == "group" else "XS"
        role = members.Role.BUREAU_ADMINISTRATOR if owner == "QM" else members.Role.MEMBERSHIP_OFFICER
        asks, decides = a_viewer(owner, role), a_viewer(owner, role)
        change = members.propose_group(kind, code, "A group", sorted(bodies), reason=REASON, by=asks)
        members.decide(change, approve=True, by=decides)
        self.groups[f"{kind}:{code}"] = set(bodies)

    def takes_part(self, code: str) -> bool:
        return code in self.part and code.split("-", maxsplit=1)[0] not in set(BUREAUS) - self.part

    def named(self, term: str) -> set[str]:
        """The oracle: which bodies one term names."""
        everybody = {code for code in self.viewers if self.takes_part(code)}
        if term == "all":
            return {code for code in everybody if self.kind_of(code) in IN_ALL}
        kind, _, codes = term.rpartition(":")
        wanted = self.groups[term] if kind in ("region", "programme", "group") else set(codes.split(","))
        return {code for code in everybody if code in wanted or (code in AGENCIES and code.split("-")[0] in wanted)}

    def kind_of(self, code: str) -> ReaderKind:
        return ReaderKind.BUREAU if code in AGENCIES else self.kinds[code]

    def holds(self, adds: tuple[str, ...], less: tuple[str, ...]) -> set[str]:
        """The oracle: whom an expression holds."""
        held = set().union(*(self.named(term) for term in adds if term not in self.over)) if adds else set()
        return held - set().union(*(self.named(term) for term in less)) if less else held


def an_expression(dice: random.Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return random terms that are added and taken away."""
    codes = (*BUREAUS, *AGENCIES, *OTHERS)
    terms = ["all", *(f"{kind}:{code}" for kind, code in GROUPS)]
    terms += [f"list:{','.join(sorted(dice.sample(codes, dice.randint(1, 4))))}" for _ in range(3)]
    adds = tuple(dice.sample(terms, dice.choice((0, 1, 1, 1, 2, 3))))
    less = (*dice.sample(codes, dice.choice((0, 0, 1, 2))), *(t for t in terms[1:4] if dice.random() < 0.15))
    return adds, less if adds else ()


def written(adds: tuple[str, ...], less: tuple[str, ...]) -> str:
    return " + ".join(adds) + "".join(f" -{one}" for one in less)


def notes_of(entry_id: UUID) -> dict[str, str]:
    """Return the notes in the body of an entry, as they were hashed."""
    with connection.cursor() as cursor:
        cursor.execute("select body from audit_entry where id = %s", [entry_id])
        return json.loads(bytes(cursor.fetchone()[0]))["notes"]


def released_to(entry_id: UUID) -> list[str]:
    """Return whom an entry was signed for: the source's own note, which has to have the digest in the entry."""
    release = Release.objects.get(digest=notes_of(entry_id)["release"])
    assert hashlib.sha256(bytes(release.salt) + release.said.encode()).hexdigest() == release.digest
    return json.loads(release.said)["readers"]


def seen(viewer: Viewer) -> set[int]:
    """Return the audiences of the records that PostgreSQL shows this viewer."""
    with viewing(viewer):
        return set(Record.objects.filter(kind="travel_documents").values_list("audience_id", flat=True))


class TestGivenRandomAudiencesMembershipsAndChanges:
    def test_preview_rows_and_ledger_say_the_same_as_the_oracle(self):
        world, dice = World(), random.Random(20261127)
        owner = world.viewers["QM"]
        expressions = {written(*drawn): drawn for drawn in (an_expression(dice) for _ in range(AUDIENCES))}
        drafts = [
            records.Draft("travel_documents", a_document(f"QM{number:07}"), audience=text)
            for number, text in enumerate(expressions)
        ]
        references = records.enter_many(drafts, by=owner)
        with viewing(owner):
            ids = {text: members.audience_id(text) for text in expressions}

        self.assert_equal(world, expressions, ids, dice)
        self.assert_ledger(world, expressions, references, dice)
        for change in (self.suspend, self.regroup, self.disconnect, self.leave, self.end, self.again, self.lift):
            change(world)
            self.assert_equal(world, expressions, ids, dice)

    def assert_equal(self, world, expressions, ids, dice):
        held = {text: world.holds(*drawn) for text, drawn in expressions.items()}
        for code, viewer in world.viewers.items():
            reads = viewer.may(Right.READ_RECORDS)  # the people of the commission have no job that does
            expected = {ids[text] for text in expressions if reads and (code in held[text] or code == "QM")}
            assert (seen(viewer) == expected) or not world.takes_part(code), code
        owner = world.viewers["QM"]
        for text in dice.sample(sorted(expressions), min(PREVIEWED, len(expressions))):
            if any(term in world.over for term in (*expressions[text][0], *expressions[text][1])):
                continue  # nobody names it any more
            said = members.preview(text, owner)
            assert set(said.holds) & set(world.viewers) == held[text] - {"QN-CU"}, text
            left_out = {code for code in BUREAUS if world.takes_part(code)} - held[text] - {"QM"}
            assert set(said.missing) & set(world.viewers) == left_out, text

    def assert_ledger(self, world, expressions, references, dice):
        owner = world.viewers["QM"]
        reader_ids = dict(Reader.objects.values_list("code", "id"))
        everybody = members.preview("all", owner).holds
        for text, reference in dice.sample(list(zip(expressions, references, strict=True)), 20):
            adds, _less = expressions[text]
            held = world.holds(*expressions[text])
            if "all" in adds:  # the bureaus of the world, too
                held |= set(everybody) - set(world.viewers)
            ids = sorted(str(reader_ids[code]) for code in held)
            with viewing(owner):
                entry = audit.history(records.record(reference, owner).id)[0]
                assert released_to(entry.entry_id) == ids, text

    def suspend(self, world):
        members.suspend("QO", reason=REASON, by=a_viewer("XS", members.Role.MEMBERSHIP_OFFICER))
        world.part.discard("QO")

    def regroup(self, world):
        world.regroup("region", "RIVERS", {"QP", "QR", "XR-ONE"})
        world.regroup("group", "QM-OLD", {"XP-ONE", "QN"})

    def disconnect(self, world):
        members.disconnect("QN-CU", reason=REASON, by=a_viewer("QN", members.Role.BUREAU_ADMINISTRATOR))
        world.part.discard("QN-CU")

    def leave(self, world):
        officer = a_viewer("XS", members.Role.MEMBERSHIP_OFFICER)
        with pytest.raises(Refused, match="would see more"):  # some audience takes the group away
            members.take_out("programme", "CYBER", "QM", by=officer)
        world.regroup("programme", "CYBER", {"QN", "QO"})

    def end(self, world):
        members.end_group("region", "RIVERS", by=a_viewer("XS", members.Role.MEMBERSHIP_OFFICER))
        world.over.add("region:RIVERS")

    def again(self, world):
        world.regroup("region", "RIVERS", world.groups["region:RIVERS"])  # whom it held, and no longer held
        world.over.discard("region:RIVERS")

    def lift(self, world):
        asks, decides = (a_viewer("XS", members.Role.MEMBERSHIP_OFFICER) for _ in range(2))
        change = members.propose_resumption("QO", reason=REASON, by=asks)
        members.decide(change, approve=True, by=decides)
        world.part.add("QO")


class TestGivenAnAudienceThatNamesNobody:
    @pytest.mark.parametrize(
        "text", ["list:QM,NOBODY", "all -ZZZ", "region:NOWHERE", "programme:RIVERS", "all -group:QM-X"]
    )
    def test_then_it_is_refused_at_every_door_and_names_it(self, text):
        owner = a_viewer("QM")

        for attempt in (
            lambda: members.preview(text, owner),
            lambda: records.enter(records.Draft("travel_documents", a_document(), audience=text), by=owner),
        ):
            with pytest.raises(Refused, match="Nobody is called"):
                attempt()

    def test_anothers_list_is_as_unknown_as_none(self):
        World()
        stranger = a_viewer("QN")

        with pytest.raises(Refused) as others:
            members.preview("group:QM-OLD", stranger)
        with pytest.raises(Refused) as none:
            members.preview("group:QM-NONE", stranger)
        assert others.value.code == none.value.code == "audience.unknown"
        assert [card.code for card in members.groups(stranger) if card.kind == "group"] == []

    def test_the_regions_of_the_world_are_there_from_the_beginning(self):
        a_house(with_the_world=True)
        owner = a_viewer("QM")

        said = members.preview("region:EU -FR", owner)

        assert {"DE", "ES", "UA"} <= set(said.holds)
        assert {"FR", "JP", "US"} <= set(said.missing)
        assert sum(len(card.bodies) for card in members.groups(owner) if card.kind == "region") == 249

    def test_sql_alone_learns_nothing_of_anothers_list(self):
        World()
        stranger = a_viewer("QN")

        with viewing(stranger), connection.cursor() as cursor:
            for text in ("group:QM-OLD", "all -group:QM-OLD", "group:QN-X,QM-OLD + all"):
                cursor.execute("select count(*) from members_preview(%s)", [text])
                assert cursor.fetchone() == (0,), text
        for text in ("group:QM-OLD", "list:QN + group:QM-OLD"):
            with (
                pytest.raises(DatabaseError, match="does not know a group"),
                viewing(stranger),
                connection.cursor() as cursor,
            ):
                cursor.execute("select members_intern_audience(%s)", [text])


class TestGivenASpellingThatIsNotCanonical:
    def test_then_ledger_and_row_say_the_same(self):
        owner = a_viewer("QM")

        reference = records.enter(
            records.Draft("travel_documents", a_document(), audience=" list:QO,QN  -  QO "), by=owner
        )

        assert records.record(reference, owner).audience == canonical("list:QN,QO -QO") == "list:QN,QO -QO"


class TestGivenARecordWhoseAudienceIsChanged:
    def test_then_whoever_fell_out_sees_nothing_and_whoever_came_in_sees_it(self):
        owner, other, third = a_viewer("QM"), a_viewer("QN"), a_viewer("QO")
        reference = records.enter(records.Draft("travel_documents", a_document(), audience="list:QN"), by=owner)

        version = records.restrict(reference, audience="list:QO", level=owner.level, reason=REASON, by=owner)

        assert version == 2
        assert records.record(reference, third).audience == "list:QO"
        with pytest.raises(Absent):
            records.record(reference, other)

    def test_then_its_history_says_so_with_the_digest_of_its_readers(self):
        owner = a_viewer("QM")
        reference = records.enter(records.Draft("travel_documents", a_document()), by=owner)

        records.restrict(reference, audience="list:QN", level=owner.level, reason=REASON, by=owner)

        card = records.record(reference, owner)
        with viewing(owner):
            last = audit.history(card.id)[-1]
            assert last.action == "records.restricted"
            assert released_to(last.entry_id) == [str(Reader.objects.get(code="QN").id)]
        assert next(version.reason for version in records.versions(card, owner)) == REASON

    def test_then_the_same_audience_again_changes_nothing(self):
        owner = a_viewer("QM")
        reference = records.enter(records.Draft("travel_documents", a_document()), by=owner)

        assert records.restrict(reference, audience="all", level=owner.level, reason=REASON, by=owner) == 1

    def test_then_only_the_source_may(self):
        owner, other = a_viewer("QM"), a_viewer("QN")
        reference = records.enter(records.Draft("travel_documents", a_document()), by=owner)

        with pytest.raises(Absent):
            records.restrict(reference, audience="", level=owner.level, reason=REASON, by=other)
        with pytest.raises(NotAllowed):
            records.restrict(
                reference,
                audience="",
                level=owner.level,
                reason=REASON,
                by=a_viewer("QM", members.Role.FRONTLINE_OFFICER),
            )


class TestGivenAGroup:
    @pytest.mark.parametrize(
        ("body", "kind", "code", "bodies", "problem"),
        [
            ("QM", "region", "QM-R", ["QN"], "The secretariat keeps"),
            ("QM", "group", "QN-X", ["QN"], "begins with QM-"),
            ("QM", "group", "QM-", [], "has 1 to 400 bodies"),
            ("QM", "group", "QM-X", ["NOBODY"], "No member has the code"),
            ("QM", "heap", "QM-X", ["QN"], "no such kind of group"),
            ("XS", "region", "lower", ["QN"], "no code of a group"),
        ],
    )
    def test_what_is_wrong_is_refused(self, body, kind, code, bodies, problem):
        role = members.Role.BUREAU_ADMINISTRATOR if body == "QM" else members.Role.MEMBERSHIP_OFFICER

        with pytest.raises(Refused, match=problem):
            members.propose_group(kind, code, "A group", bodies, reason=REASON, by=a_viewer(body, role))

    def test_nobody_takes_a_body_out_of_anothers_group(self):
        World()
        stranger = a_viewer("QN", members.Role.BUREAU_ADMINISTRATOR)

        for kind, code in GROUPS:
            with pytest.raises(Absent):
                members.take_out(kind, code, "QM", by=stranger)

    def test_the_rows_alone_add_nobody_without_the_second_person(self):
        World()
        him = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)

        with pytest.raises(DatabaseError, match="row-level security"), viewing(him), connection.cursor() as cursor:
            cursor.execute(
                """
                insert into members_group_member (group_id, reader_id)
                select g.id, r.id from members_group g, members_reader r where g.code = 'QM-OLD' and r.code = 'QQ'
                """
            )
