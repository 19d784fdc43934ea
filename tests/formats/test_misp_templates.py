"""Our table of MISP's templates against those that PyMISP ships, and against our own declarations."""

import json
from collections.abc import Iterator
from pathlib import Path

import pymisp
import pytest

from liaison.databases import all_databases
from liaison.databases.declaration import FieldType
from liaison.formats.misp_tables import Table, tables
from liaison.identifiers.registry import SCHEMES

SHIPPED = Path(pymisp.__file__).parent / "data"
TYPES = json.loads((SHIPPED / "describeTypes.json").read_text(encoding="utf-8"))["result"]
RELATIONSHIPS = json.loads((SHIPPED / "misp-objects/relationships/definition.json").read_text(encoding="utf-8"))


def all_tables() -> Iterator[Table]:
    yield from tables().kinds.values()
    yield from tables().parts.values()
    yield from tables().foreign.values()


def shipped(table: Table) -> dict:
    path = SHIPPED / "misp-objects/objects" / table.template.name / "definition.json"
    return json.loads(path.read_text(encoding="utf-8"))


every_table = pytest.mark.parametrize(
    "table", list(all_tables()), ids=lambda table: f"{table.name}:{table.template.name}"
)


@every_table
def test_every_template_is_the_one_that_misp_ships(table):
    template, real = table.template, shipped(table)

    assert (template.uuid, template.version) == (real["uuid"], real["version"])
    assert (template.meta_category, template.description) == (real["meta-category"], real["description"])


@every_table
def test_every_attribute_is_in_its_template_with_its_type_and_number(table):
    real = shipped(table)["attributes"]

    for relation, type_ in table.template.types.items():
        assert real[relation]["misp-attribute"] == type_, relation
        assert bool(real[relation].get("multiple")) == (relation in table.template.many), relation


@every_table
def test_every_home_is_a_declared_field_or_part_at_an_attribute_of_the_template(table):
    for home in table.homes:
        declared = table.field(home.field)
        parts = {part.name for part in declared.parts}
        assert home.relation in table.template.types
        assert set(home.beside.values()) <= set(table.template.types)
        assert {
            *home.when,
            *home.alone,
            *home.said,
            *home.beside,
            *filter(None, (home.part, home.alone_part)),
        } <= parts
        assert bool(home.part) != bool(home.said) if declared.type is FieldType.GROUP else not home.part
        values = {choice.value for choice in declared.choices}
        assert {*home.values, *home.read.values()} <= values
        for name, wanted in (*home.when.items(), *((part, [value]) for part, value in home.alone.items())):
            assert set(wanted) <= {choice.value for choice in declared.part(name).choices}


@every_table
def test_values_of_closed_lists_are_of_those_lists(table):
    real = shipped(table)["attributes"]

    for home in table.homes:
        closed = real[home.relation].get("values_list")
        assert not closed or home.values, f"{home.relation} takes only {closed}"
        assert not closed or {*home.values.values(), *home.read} <= set(closed)


def test_every_type_has_the_category_that_misp_gives_it():
    used = {type_ for table in all_tables() for type_ in table.template.types.values()}

    assert used <= set(tables().categories)
    for type_, category in tables().categories.items():
        assert TYPES["sane_defaults"][type_]["default_category"] == category, type_


def test_loose_attributes_are_types_of_misp_and_schemes_of_ours():
    assert set(tables().loose) <= set(TYPES["types"])
    assert set(tables().loose.values()) <= set(SCHEMES)


def test_relationships_are_known_to_misp():
    known = {one["name"] for one in RELATIONSHIPS["values"]}

    assert {table.relationship for table in tables().parts.values()} <= known


def test_a_template_that_must_have_an_attribute_always_gets_it():
    for table in tables().kinds.values():
        assert set(shipped(table).get("required", [])) <= {table.titled}


def test_what_overflows_is_declared_and_has_a_table():
    for kind, table in tables().kinds.items():
        for name, template in table.overflow.items():
            assert all_databases()[kind].field(name).many
            assert tables().parts[f"{kind}.{name}"].template.name == template
