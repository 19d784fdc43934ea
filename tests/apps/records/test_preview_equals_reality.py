"""Preview equals reality, with all that decides: audience, level, conditions, restrictions, agreements, purpose.

Whom a preview names, whom PostgreSQL shows the rows and whom the ledger signs are each compared with an oracle that
shares no code with them: a few lines of Python over dictionaries, written from the documents.
"""

import dataclasses
import hashlib
import json
import random
from dataclasses import dataclass

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.models import Reader
from liaison.apps.records import public as records
from liaison.apps.records.models import Record, Release
from liaison.apps.records.releases import preview
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose, ReaderKind, Right, Viewer
from tests.apps.members.test_preview import AGENCIES, BUREAUS, World, an_expression, notes_of, written
from tests.budgets import budget
from tests.factories.members import REASON, a_viewer
from tests.factories.records import a_document, a_person

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(budget(300, 9_600))]
CASES, PREVIEWED, SIGNED = budget(120, 40_000), budget(8, 2_000), 10
KINDS = ("travel_documents", "persons")
CONDITIONS = {"ask_first": 1, "no_onward": 2, "no_evidence": 4, "intelligence": 8, "no_copy": 16}
OUTSIDE = {ReaderKind.AGENCY, ReaderKind.PARTNER, ReaderKind.PRIVATE_PARTNER}
FOR_THE_DEAD = {Purpose.IDENTIFY, Purpose.INVESTIGATE, Purpose.FORENSIC, Purpose.ANALYSE}


@dataclass(frozen=True)
class Case:
    """A record as it was drafted, and how its source described the person."""

    kind: str
    adds: tuple[str, ...]
    less: tuple[str, ...]
    level: int
    conditions: frozenset[str]
    status: str

    @property
    def level_held(self) -> int:
        return max(self.level, 2) if self.status in ("victim", "witness") else self.level


@dataclass(frozen=True)
class Kept:
    """A restriction of QM that stands: of a database or of everything, and whom it names."""

    reference: str
    kind: str
    adds: tuple[str, ...]
    less: tuple[str, ...]


class Truth:
    """The oracle: who sees what, by the documents."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: list[Kept] = []

    def bodies(self, case: Case) -> set[str]:
        """Whose people see it, if they are vetted for it and their job and purpose admit it."""
        held = {code for code in self.world.holds(case.adds, case.less) if self.asks(code, case.kind)}
        if "no_onward" in case.conditions:
            held = {code for code in held if self.world.kinds[code] not in OUTSIDE}
        for kept in self.kept:
            if kept.kind in ("", case.kind):
                held -= self.world.holds(kept.adds, kept.less)
        return held

    def asks(self, code: str, kind: str) -> bool:
        """Whether a body may ask a database at all: partners ask none of persons, the commission asks everything."""
        return not (self.world.kinds[code] is ReaderKind.PARTNER and kind == "persons")

    def sees(self, viewer: Viewer, case: Case) -> bool:
        if not viewer.may(Right.READ_RECORDS):
            return False  # the people of the commission have no job that does
        if viewer.reader_code == "QM":
            return True
        first_line = viewer.user_name == "first line"
        return (
            viewer.may(Right.READ_RECORDS)  # the commission's people have no job with records
            and viewer.reader_code in self.bodies(case)
            and viewer.level >= case.level_held
            and not ("intelligence" in case.conditions and first_line)
            and not (case.status in ("victim", "witness") and viewer.purpose is Purpose.WANTED)
            and not (case.status == "deceased" and viewer.purpose not in FOR_THE_DEAD)
        )


def a_case(dice: random.Random) -> Case:
    kind = dice.choice(KINDS)
    conditions = frozenset(dice.sample(sorted(CONDITIONS), dice.choice((0, 0, 0, 1, 2))))
    status = dice.choice(("suspect", "suspect", "victim", "witness", "deceased")) if kind == "persons" else ""
    return Case(kind, *an_expression(dice), dice.choice((1, 1, 1, 2, 3)), conditions, status)


def a_draft(case: Case, number: int) -> records.Draft:
    fields = a_person(person_status=case.status) if case.kind == "persons" else a_document(f"QM{number:07}")
    return records.Draft(
        case.kind,
        fields,
        audience=written(case.adds, case.less),
        level=Level(case.level),
        conditions=case.conditions,
        foreign_key=f"case:{number}",
    )


def eyes(world: World, dice: random.Random) -> list[Viewer]:
    """Return the viewers who look: of each body with people in it some, of other levels, jobs and purposes."""
    found = []
    for code, viewer in world.viewers.items():
        for _ in range(2):
            purpose = dice.choice((Purpose.IDENTIFY, Purpose.WANTED, Purpose.LOCATE, Purpose.INVESTIGATE))
            found.append(dataclasses.replace(viewer, level=Level(dice.choice((1, 2, 3))), purpose=purpose))
        if code in (*BUREAUS, *AGENCIES):
            officer = a_viewer(code, members.Role.FRONTLINE_OFFICER, level=Level(dice.choice((1, 3))))
            found.append(dataclasses.replace(officer, user_name="first line"))
    return found


class TestGivenRandomCasesRestrictionsAndChanges:
    def test_preview_rows_and_ledger_say_the_same_as_the_oracle(self, committed_db):
        world, dice = World(), random.Random(20261128)
        truth, owner = Truth(world), world.viewers["QM"]
        cases = [a_case(dice) for _ in range(CASES)]
        references = records.enter_many([a_draft(case, number) for number, case in enumerate(cases)], by=owner)
        committed_db.analyze()
        watchers = eyes(world, dice)

        self.assert_rows(truth, cases, watchers)
        self.assert_previews(truth, cases, dice)
        for change in (self.keep_out, self.suspend, self.keep_out, self.regroup, self.lift, self.keep_out_of_all):
            change(truth, dice)
            self.assert_rows(truth, cases, watchers)
            self.assert_previews(truth, cases, dice)
        self.assert_signed(truth, cases, references, dice)

    def assert_rows(self, truth, cases, watchers):
        for viewer in watchers:
            if not truth.world.takes_part(viewer.reader_code):
                continue
            with viewing(viewer):
                seen = set(Record.objects.exclude(foreign_key="").values_list("foreign_key", flat=True))
            expected = {f"case:{number}" for number, case in enumerate(cases) if truth.sees(viewer, case)}
            differs = sorted(seen ^ expected)[:3]
            assert not differs, (viewer, [cases[int(key.removeprefix("case:"))] for key in differs], truth.kept)

    def assert_previews(self, truth, cases, dice):
        owner, people = truth.world.viewers["QM"], set(truth.world.viewers)
        for case in dice.sample(cases, min(PREVIEWED, len(cases))):
            bits = sum(CONDITIONS[code] for code in case.conditions)
            said = preview(case.kind, records.Audience(written(case.adds, case.less), Level(case.level), bits), owner)
            assert set(said.holds) & people == truth.bodies(case) - {"QN-CU"}, (case, truth.kept)
            part = {code for code in BUREAUS if truth.world.takes_part(code)}
            assert set(said.missing) & people == part - truth.bodies(case) - {"QM"}, case
            assert {one.code for one in said.conditions} == set(case.conditions)
            assert len(said.fields) > 5

    def assert_signed(self, truth, cases, references, dice):
        """Change the level of some records, so that they are released anew: the ledger signs for whom, exactly."""
        owner, ids = truth.world.viewers["QM"], dict(Reader.objects.values_list("id", "code"))
        for number in dice.sample(range(len(cases)), min(SIGNED, len(cases))):
            case = dataclasses.replace(cases[number], level=2 if cases[number].level_held == 3 else 3)
            records.restrict(
                references[number],
                audience=written(case.adds, case.less),
                level=Level(case.level),
                reason=REASON,
                by=owner,
            )
            with viewing(owner):
                entry = audit.history(records.record(references[number], owner).id)[-1]
                release = Release.objects.get(digest=notes_of(entry.entry_id)["release"])
            said = json.loads(release.said)
            assert hashlib.sha256(bytes(release.salt) + release.said.encode()).hexdigest() == release.digest
            codes = {str(ids[key]) for key in ids if str(key) in said["readers"]}
            assert codes & set(truth.world.viewers) == truth.bodies(case), case
            assert said["level"] == case.level
            assert set(said["conditions"]) >= case.conditions

    def keep_out(self, truth, dice):
        adds, less = an_expression(dice)
        while not adds:
            adds, less = an_expression(dice)
        self.restrict(truth, dice.choice(KINDS), adds, less)

    def keep_out_of_all(self, truth, _dice):
        self.restrict(truth, "", ("list:QN,XR-ONE",), ("QN-CU",))

    def restrict(self, truth, kind, adds, less):
        owner = truth.world.viewers["QM"]
        reference = records.restrict_database(kind, excludes=written(adds, less), reason=REASON, by=owner)
        truth.kept.append(Kept(reference, kind, adds, less))

    def lift(self, truth, _dice):
        gone = truth.kept.pop(0)
        records.ask_to_lift(gone.reference, reason=REASON, by=truth.world.viewers["QM"])
        records.decide_lift(gone.reference, approve=True, by=a_viewer("QM"))

    def suspend(self, truth, _dice):
        members.suspend("QO", reason=REASON, by=a_viewer("XS", members.Role.MEMBERSHIP_OFFICER))
        truth.world.part.discard("QO")

    def regroup(self, truth, _dice):
        truth.world.regroup("region", "RIVERS", {"QP", "QR", "XR-ONE"})
        truth.world.regroup("group", "QM-OLD", {"XP-ONE", "QN"})
