from liaison.apps.exchange.lists import LISTS
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
