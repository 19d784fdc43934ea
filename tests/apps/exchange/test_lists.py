from importlib import import_module

from liaison.apps.exchange.lists import LISTS
from liaison.apps.members.public import PUBLISHERS
from liaison.databases import all_databases
from liaison.formats.registry import PARSERS


class TestGivenTheLists:
    def test_then_each_has_a_reader_and_databases_that_there_are(self):
        for published in LISTS.values():
            assert published.parser in PARSERS
            assert published.kinds
            assert set(published.kinds) <= set(all_databases())

    def test_then_every_database_has_its_table_which_is_the_importers_own_and_withdraws_nothing(self):
        tables = {one.kinds[0]: one for one in LISTS.values() if one.parser.startswith("csv:")}

        assert set(tables) == set(all_databases())
        assert all((one.source, one.withdraws) == ("", False) for one in tables.values())
        assert LISTS["csv-travel-documents"].parser == "csv:travel_documents"


def test_the_rows_let_the_secretariat_look_after_the_bodies_of_these_lists_and_no_others():
    """The policies of rows name the publishers: a list of another body needs a migration, too."""
    told = import_module("liaison.apps.members.migrations.0012_publishers")

    assert set(told.PUBLISHERS) == set(PUBLISHERS) == {one.source for one in LISTS.values() if one.source}
