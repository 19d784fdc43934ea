"""The world of `benchmarks/access`, made small: what its numbers stand on."""

import random

import pytest

from benchmarks.access import world
from liaison.apps.members import public as members
from liaison.apps.records import public as records

SMALL = {"sources": 12, "audiences": 30, "seen_by_few": 1, "groups": 2, "of_a_group": 4, "named": [1, 4]}


@pytest.mark.django_db
class TestGivenASmallWorld:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(world, "CASES", world.CASES | SMALL)

    def test_one_sees_all_one_some_and_one_only_so_many_as_the_cases_say(self):
        made = world.fill(60, say=lambda _text: None)

        seen = {
            code: records.listing("persons", world.viewer_of(code)).total
            for code in (world.EVERY, world.HALF, world.FEW)
        }

        assert (seen[world.EVERY], seen[world.FEW]) == (60, SMALL["seen_by_few"])
        assert 0 < seen[world.HALF] < 60
        assert (made.records, made.audiences, len(made.sources)) == (60, 30, 12)

    def test_every_audience_is_another_one_and_holds_whom_it_must(self):
        made = world.fill(1, say=lambda _text: None)
        viewer = world.viewer_of(world.EVERY)

        expressions = [*world._audiences(random.Random(1), made.sources, made.groups)]

        assert len(set(expressions)) == len(expressions) == SMALL["audiences"]
        for expression in expressions:
            holds = members.preview(expression, viewer).holds
            assert world.EVERY in holds, expression
            assert world.FEW not in holds, expression
