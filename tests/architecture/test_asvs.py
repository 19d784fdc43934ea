"""The table of the security standard has every number once, no empty cell, and names nothing that is not there."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.architecture.house import REPOSITORY
from tests.architecture.test_documents import reference

# How the sections of levels 1 and 2 are numbered in OWASP ASVS 4.0.3. Gaps are requirements that were struck out
# there (1.4.2, 7.3.2 ...) or that level 3 alone has (2.2.4, 6.2.7 ...).
SECTIONS: Mapping[str, Sequence[int]] = {
    "1.1": range(1, 8), "1.2": range(1, 5), "1.4": (1, 4, 5), "1.5": range(1, 5), "1.6": range(1, 5), "1.7": (1, 2),
    "1.8": (1, 2), "1.9": (1, 2), "1.10": (1,), "1.11": (1, 2), "1.12": (2,), "1.14": range(1, 7),
    "2.1": range(1, 13), "2.2": (1, 2, 3), "2.3": (1, 2, 3), "2.4": range(1, 6), "2.5": range(1, 8), "2.6": (1, 2, 3),
    "2.7": range(1, 7), "2.8": range(1, 8), "2.9": (1, 2, 3), "2.10": range(1, 5),
    "3.1": (1,), "3.2": range(1, 5), "3.3": range(1, 5), "3.4": range(1, 6), "3.5": (1, 2, 3), "3.7": (1,),
    "4.1": (1, 2, 3, 5), "4.2": (1, 2), "4.3": (1, 2, 3),
    "5.1": range(1, 6), "5.2": range(1, 9), "5.3": range(1, 11), "5.4": (1, 2, 3), "5.5": range(1, 5),
    "6.1": (1, 2, 3), "6.2": range(1, 7), "6.3": (1, 2), "6.4": (1, 2),
    "7.1": range(1, 5), "7.2": (1, 2), "7.3": (1, 3, 4), "7.4": (1, 2, 3),
    "8.1": range(1, 5), "8.2": (1, 2, 3), "8.3": range(1, 9),
    "9.1": (1, 2, 3), "9.2": range(1, 5),
    "10.2": (1, 2), "10.3": (1, 2, 3),
    "11.1": range(1, 9),
    "12.1": (1, 2, 3), "12.2": (1,), "12.3": range(1, 7), "12.4": (1, 2), "12.5": (1, 2), "12.6": (1,),
    "13.1": (1, 3, 4, 5), "13.2": (1, 2, 3, 5, 6), "13.3": (1, 2), "13.4": (1, 2),
    "14.1": range(1, 5), "14.2": range(1, 7), "14.3": (2, 3), "14.4": range(1, 8), "14.5": range(1, 5),
}  # fmt: skip
NUMBERS = [f"{section}.{number}" for section, numbers in SECTIONS.items() for number in numbers]
COLUMNS = {"asks", "met", "where", "test", "why"}
MET = ("yes", "partly", "no", "not ours")
WORDS_OF_AN_ARGUMENT_MIN = 3


def complaints(number: str, row: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with one row."""
    if set(row) != COLUMNS or row["met"] not in MET or not row["asks"].endswith("."):
        return [f"{number}: a column is missing, or says what none of them says"]
    wrong = []
    argued = len(row["why"].split()) >= WORDS_OF_AN_ARGUMENT_MIN and row["why"].endswith(".")
    if row["met"] == "yes" and not row["where"]:
        wrong.append("it is met and nobody says where")
    if row["met"] == "yes" and not (row["test"] or argued):
        wrong.append("it is met, and neither a test nor an argument shows it")
    if row["met"] != "yes" and not argued:
        wrong.append(f"{row['met']}, and nobody says why")
    wrong += [f"there is no {path}" for path in row["where"] if not (REPOSITORY / path).is_file()]
    wrong += [f"there is no test {name}" for name in row["test"] if not is_a_test(name)]
    return [f"{number}: {each}" for each in wrong]


def is_a_test(named: str) -> bool:
    """Whether a test is there: `place/file.py::name`, or `::*` for all of a file's."""
    path, _, name = named.partition("::")
    file = REPOSITORY / "tests" / path
    if not file.is_file() or not (name == "*" or name.startswith("test_")):
        return False
    text = file.read_text(encoding="utf-8")
    return "def test_" in text if name == "*" else f"def {name}(" in text


class TestGivenTheTable:
    def test_then_every_requirement_of_the_standard_is_in_it_once_and_in_order(self):
        assert list(reference.read_asvs()) == NUMBERS
        assert len(NUMBERS) == len(set(NUMBERS)) == 259

    def test_then_no_cell_is_empty_that_is_not_argued(self):
        assert [each for number, row in reference.read_asvs().items() for each in complaints(number, row)] == []

    def test_then_the_page_shows_every_row_and_says_how_many_are_met(self):
        page = reference.asvs()

        assert [number for number in NUMBERS if f"| {number} |" not in page] == []
        assert "259 requirements: " in page
        assert [line for line in page.splitlines() if line.startswith("|") and line.count(" | ") != 3] == []


class TestGivenAPlantedViolation:
    ROW = {"asks": "It holds.", "met": "yes", "where": ["README.md"], "test": ["conftest.py::*"], "why": ""}
    SHOWN = {**ROW, "test": ["architecture/test_asvs.py::*"]}

    def test_when_a_row_is_whole_then_nothing_is_found(self):
        assert complaints("1.1.1", self.SHOWN) == []

    def test_when_nothing_shows_it_then_it_is_found(self):
        assert complaints("1.1.1", {**self.SHOWN, "test": []})
        assert complaints("1.1.1", {**self.SHOWN, "where": []})

    def test_when_it_is_not_met_and_not_argued_then_it_is_found(self):
        for met in ("partly", "no", "not ours"):
            assert complaints("1.1.1", {**self.SHOWN, "met": met})
            assert complaints("1.1.1", {**self.SHOWN, "met": met, "why": "Later."})
            assert complaints("1.1.1", {**self.SHOWN, "met": met, "why": "It is the operator's."}) == []

    def test_when_a_file_or_a_test_is_not_there_then_it_is_found(self):
        assert complaints("1.1.1", {**self.SHOWN, "where": ["liaison/nowhere.py"]})
        assert complaints("1.1.1", self.ROW)
        for name in (
            "architecture/test_asvs.py::test_nothing",
            "nowhere.py::*",
            "architecture/test_asvs.py::NUMBERS",
        ):
            assert complaints("1.1.1", {**self.SHOWN, "test": [name]})
