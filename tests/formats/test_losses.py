import pytest

from liaison.databases import all_databases
from liaison.formats.losses import Losses
from tests.databases.records_of import PNG, a_person

PERSONS = all_databases()["persons"]
NAME, ALIAS = {"text": "Dana Vora", "kind": "primary"}, {"text": "Dila", "kind": "weak_alias", "note": "at sea"}


def lost(here: dict, there: dict | None) -> dict[str, int]:
    losses = Losses()
    losses.note(PERSONS, here, there)
    return dict(losses.lost)


@pytest.mark.parametrize(
    ("here", "there", "paths"),
    [
        ({"names": [NAME, ALIAS]}, {"names": [ALIAS, NAME]}, []),
        ({"names": [NAME, ALIAS]}, {"names": [NAME]}, ["persons.names"]),
        ({"names": [ALIAS]}, {"names": [{"text": "Dila", "kind": "weak_alias"}]}, ["persons.names.note"]),
        (
            {"names": [{"text": "A", "kind": "former"}, {"text": "B", "kind": "primary"}]},
            {"names": [{"text": "A", "kind": "primary"}, {"text": "B", "kind": "former"}]},
            ["persons.names"],
        ),
        ({"sex": "F"}, {}, ["persons.sex"]),
        ({}, {"remarks": "added on the way"}, ["persons.remarks"]),
        (
            {"description": {"height_cm": 170, "note": "x"}},
            {"description": {"height_cm": 170}},
            ["persons.description.note"],
        ),
        ({"birth_dates": ["1965"]}, {"birth_dates": ["1965", "1966"]}, ["persons.birth_dates"]),
    ],
)  # fmt: skip
def test_what_differs_is_lost_by_its_path(here, there, paths):
    assert lost(here, there) == dict.fromkeys(paths, 1)


def test_what_could_not_be_read_at_all_is_lost_whole():
    assert lost({"sex": "F", "portrait": PNG}, None) == {"persons.sex": 1, "persons.portrait": 1}


def test_records_are_counted_and_not_values():
    losses = Losses()

    for _ in range(3):
        losses.note(PERSONS, a_person(titles=["Dr.", "Prof."], sex="F"), a_person(titles=["Dr.", "Prof."]))

    assert losses.carried["persons.titles"] == 3
    assert losses.lost == {"persons.sex": 3}
