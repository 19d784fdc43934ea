"""The ten examples of “Access”: what the page predicts is what PostgreSQL, the pages' query and the index show."""

import re
from pathlib import Path

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.records.models import Record
from liaison.apps.screening import public as screening
from liaison.refusal import Absent
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose
from tests.factories.index import catch_up, following
from tests.factories.members import REASON, a_partner, a_viewer, an_agency
from tests.factories.records import a_document, a_person
from tests.factories.screening import a_question

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "access.md"
ROW = re.compile(r"^\| (\d+) \|(.+)\|$", re.MULTILINE)
LEVELS = {"official use": Level.OFFICIAL_USE, "restricted": Level.RESTRICTED}
KINDS = {"person": "persons", "travel document": "travel_documents"}


def examples():
    """Return the rows of the table as the page prints them, without number and reason."""
    rows = [[cell.strip().strip("`") for cell in row[2].split("|")] for row in ROW.finditer(PAGE.read_text("utf-8"))]
    return [(audience.replace("nobody", ""), *rest[:4]) for audience, *rest in rows]


@pytest.fixture
def world(committed_db):
    asks, decides = (a_viewer("XS", members.Role.MEMBERSHIP_OFFICER) for _ in range(2))
    change = members.propose_group("programme", "CYBER", "Cyber crime", ["QN", "QO"], reason=REASON, by=asks)
    members.decide(change, approve=True, by=decides)
    an_agency("QN-CU", queries=frozenset({"travel_documents", "vehicles"}))
    a_partner("XP-ONE")
    owner = a_viewer("QM", level=Level.RESTRICTED)
    readers = {
        (code, level): owner if code == "QM" else a_viewer(code, level=level)
        for code in ("QM", "QN", "QO", "QP", "QN-CU", "XP-ONE")
        for level in LEVELS.values()
    }
    members.suspend("QP", reason=REASON, by=asks)
    with following():
        yield owner, readers
    audit.stop_event_writer()


def test_the_page_prints_ten():
    assert len(examples()) == 10


def test_each_is_as_printed(world):
    owner, readers = world
    entered = []
    for number, (audience, level, kind, reader, sees) in enumerate(examples()):
        name, paper = f"Quendrix {'abcdefghij'[number] * 6}", f"QM900000{number}"
        fields = a_person(name) if kind == "person" else a_document(paper)
        draft = records.Draft(KINDS[kind], fields, audience=audience, level=LEVELS[level])
        code, vetted = reader.split(", ")
        text = name if kind == "person" else paper
        entered.append((records.enter(draft, by=owner), text, readers[code, LEVELS[vetted]], sees == "yes"))
    catch_up()

    seen = [_sees(reader, reference, text) for reference, text, reader, _ in entered]

    assert seen == [(sees, sees, sees) for *_, sees in entered]


def _sees(reader, reference, text):
    """Return whether the reader sees it in his rows, by its reference, and by asking for it in the box."""
    viewer = members.viewer_for(reader.user_id, Purpose.IDENTIFY)
    if viewer is None:
        return False, False, False
    with viewing(viewer):
        in_rows = Record.objects.filter(reference=reference).exists()
    try:
        by_reference = records.record(reference, viewer).reference == reference
    except Absent:
        by_reference = False
    answer = screening.ask(a_question(text=text), viewer=viewer)
    return in_rows, by_reference, reference in [hit.card.reference for group in answer.groups for hit in group.hits]
