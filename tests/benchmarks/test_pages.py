"""The pages of benchmarks say what their results say."""

import json

import pytest

from benchmarks.matching_quality import tables as quality
from benchmarks.matching_speed import tables as speed
from benchmarks.pages import filled, rows, told


class TestGivenThePagesOfMatching:
    @pytest.mark.parametrize("tables", [quality, speed], ids=["quality", "speed"])
    def test_then_each_table_is_that_of_the_results_it_cites(self, tables):
        text = tables.PAGE.read_text(encoding="utf-8")

        assert "from results/" in text
        assert filled(tables.PAGE, tables.TABLES) == text


class TestGivenAPageWithAnotherFigure:
    def test_when_it_is_filled_then_the_figure_is_that_of_the_results(self, tmp_path):
        (tmp_path / "results").mkdir()
        (tmp_path / "results" / "one.json").write_text(json.dumps({"share": 0.5}))
        page = tmp_path / "README.md"
        page.write_text("# A\n\n<!-- shares from results/one.json -->\n| .9 |\n<!-- end -->\nB\n")

        text = filled(page, {"shares": lambda result: rows([""], [[told(result["share"])]])})

        assert ".9" not in text
        assert "| .500 |" in text
        assert text.startswith("# A\n")
        assert text.endswith("B\n")

    def test_when_figures_are_told_then_shortly(self):
        assert [told(one) for one in (0.25, 1.0, 0.0, None, 12345)] == [".250", "1.000", "0.000", "", "12,345"]
