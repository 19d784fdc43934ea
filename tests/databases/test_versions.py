"""A changed set of fields is a new version with a pure upcaster, so that old content stays readable (RPD-30)."""

from dataclasses import replace

import pytest

from liaison.databases import all_databases
from liaison.databases.declaration import (
    Choice,
    Database,
    Field,
    FieldType,
    MayEnter,
    Minimum,
    SearchKeys,
    normalise,
    search_document,
    upcast,
    validate,
)
from liaison.refusal import Refused
from liaison.viewer import Purpose, ReaderKind

BOATS_1 = Database(
    kind="boats",
    version=1,
    label="Boats",
    purpose="To find stolen boats.",
    reference_prefix="BO",
    fields=(Field("hull", "Hull number", FieldType.DOCUMENT_NUMBER), Field("length", "Length in feet")),
    purposes=frozenset({Purpose.LOCATE}),
    who_may_enter=MayEnter.SOURCE,
    who_may_query=frozenset({ReaderKind.BUREAU}),
    search_keys=SearchKeys(number="hull"),
    retention_policy="retention.boats_years",
    retention_years=5,
    title_fields=("hull",),
    minimum=(Minimum(("hull",), "No hull number.", "Give it."),),
)


def feet_to_centimetres(fields):
    """From 1 to 2: the length is a whole number of centimetres."""
    kept = {name: value for name, value in fields.items() if name != "length"}
    return kept | ({"length_cm": int(fields["length"]) * 3048 // 100} if fields.get("length") else {})


def hull_and_kind(fields):
    """From 2 to 3: the kind of boat is mandatory; of old ones nobody knows it."""
    return {**fields, "boat_kind": "unknown"}


BOATS_2 = replace(
    BOATS_1,
    version=2,
    fields=(BOATS_1.fields[0], Field("length_cm", "Length (cm)", FieldType.WHOLE_NUMBER)),
    upcasters={1: feet_to_centimetres},
)
BOATS_3 = replace(
    BOATS_2,
    version=3,
    fields=(
        *BOATS_2.fields,
        Field("boat_kind", "Kind", FieldType.CHOICE, required=True,
              choices=(Choice("sail", "Sailing boat"), Choice("unknown", "Unknown"))),
    ),
    upcasters={1: feet_to_centimetres, 2: hull_and_kind},
)  # fmt: skip

OLD = {"hull": "QM 4711 B", "length": "30"}


class TestGivenContentOfAnEarlierVersion:
    def test_it_is_what_its_own_version_wanted(self):
        assert validate(BOATS_1, OLD) == []
        assert validate(BOATS_3, OLD) != []

    def test_when_it_is_upcast_then_the_present_version_accepts_it(self):
        present = BOATS_3.upcast(1, OLD)

        assert present == {"hull": "QM 4711 B", "length_cm": 914, "boat_kind": "unknown"}
        assert validate(BOATS_3, present) == []
        assert normalise(BOATS_3, present) == present

    def test_each_step_is_taken_from_where_the_content_stands(self):
        assert BOATS_3.upcast(2, {"hull": "QM 1B"}) == {"hull": "QM 1B", "boat_kind": "unknown"}
        assert BOATS_3.upcast(3, {"hull": "QM 1B", "boat_kind": "sail"}) == {"hull": "QM 1B", "boat_kind": "sail"}
        assert BOATS_2.upcast(1, {"hull": "QM 1B"}) == {"hull": "QM 1B"}

    def test_the_old_content_itself_stays_as_it_was(self):
        BOATS_3.upcast(1, OLD)

        assert OLD == {"hull": "QM 4711 B", "length": "30"}

    def test_it_is_found_by_the_same_keys(self):
        assert search_document(BOATS_3, BOATS_3.upcast(1, OLD))["keys"] == search_document(BOATS_1, OLD)["keys"]

    @pytest.mark.parametrize("version", [0, 4])
    def test_a_version_that_never_was_or_is_to_come_is_refused(self, version):
        with pytest.raises(Refused) as refused:
            BOATS_3.upcast(version, OLD)
        assert refused.value.code == "database.version"


class TestGivenAnUpcasterIsMissing:
    @pytest.mark.parametrize("upcasters", [{}, {2: hull_and_kind}, {1: feet_to_centimetres, 3: hull_and_kind}])
    def test_the_declaration_cannot_be_made(self, upcasters):
        with pytest.raises(AssertionError, match="lacks an upcaster"):
            replace(BOATS_3, upcasters=upcasters)

    def test_neither_with_a_field_named_that_is_not_declared(self):
        with pytest.raises(AssertionError, match="does not declare"):
            replace(BOATS_1, title_fields=("name",))

    def test_nor_with_a_field_declared_twice(self):
        with pytest.raises(AssertionError, match="twice"):
            replace(BOATS_1, fields=(*BOATS_1.fields, BOATS_1.fields[0]))


class TestContentByItsName:
    def test_the_present_version_stays_as_it_is(self):
        for database in all_databases().values():
            assert upcast(database.at_version, {"remarks": "x"}) == {"remarks": "x"}

    @pytest.mark.parametrize("name", ["boats@1", "persons", "persons@", "persons@x", "persons@²", "@1", ""])
    def test_what_this_installation_does_not_know_is_refused(self, name):
        with pytest.raises(Refused) as refused:
            upcast(name, {})
        assert refused.value.code == "database.unknown"

    @pytest.mark.parametrize("name", ["persons@0", "persons@99"])
    def test_so_is_a_version_from_the_future(self, name):
        with pytest.raises(Refused) as refused:
            upcast(name, {})
        assert refused.value.code == "database.version"
