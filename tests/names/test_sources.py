"""What is packaged of names comes from named public sources, and from nobody's list of suspects.

A word that stands in the cases with which the matcher is developed may be in a packaged table only when its section
names a source, and when a public corpus of names that was made for another purpose has it too: Faker's lists of
common names, or the names of Wikidata. A name copied from a case is in neither, or else it is common.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from liaison.names import normalise, romanise
from liaison.names.compounds import ARTICLE
from liaison.names.families import _found, _table, number_of
from liaison.names.readings import form_of

DATA = Path(__file__).resolve().parents[2] / "liaison/names/data"
WRITTEN_BY_HAND = ("counts.txt", "families.txt", "slavic.txt", "han_families.txt", "hangul_families.txt")
WRITTEN_BY_TOOLS = ("frequencies.tsv", "han.tsv", "families.bin")
NOTICES = "LICENCES.txt"
CASES = "data/screening_dev.jsonl"
_SECTION = "== "
_SOURCE = re.compile(r"#? ?sources?: \S+.*\w{4}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
# The Han letters and syllables of Chinese and Korean are a closed set, like an alphabet: they name nobody.
_SYLLABLE_MAX = 4


def sourceless(name: str, lines: Iterable[str]) -> list[str]:
    """Return every section of a table, or the whole table, that holds words before it named its source."""
    complaints = []
    section, sourced = name, False
    for line in lines:
        if line.startswith(_SECTION):
            section, sourced = f"{name}: {line.removeprefix(_SECTION).strip()}", False
        elif _SOURCE.match(line):
            sourced = True
        elif line.strip() and not line.startswith("#") and not sourced:
            complaints.append(section)
            sourced = True
    return complaints


def words_of(text: str) -> set[str]:
    """Return the words of a table or of a name, normalised."""
    return set(_WORD.findall(normalise_all(text)))


def normalise_all(text: str) -> str:
    return "\n".join(normalise(line) for line in text.splitlines())


def public_forms() -> frozenset[str]:
    lines = (DATA / "frequencies.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("\t")[0] for line in lines if not line.startswith("#"))


def is_public(word: str, forms: frozenset[str]) -> bool:
    """Whether a corpus that was made for another purpose has the word."""
    bare = word.removeprefix(ARTICLE)
    return any(form_of(one) in forms or romanise(one) in forms or _in_wikidata(one) for one in (word, bare))


def _in_wikidata(word: str) -> bool:
    return bool(_found(_table(), number_of(word)))


def copied(words: Iterable[str], cases: Iterable[str]) -> list[str]:
    """Return the words of tables written by hand that are in the cases and in no public corpus."""
    forms = public_forms()
    named = set().union(*(words_of(name) for name in cases)) if cases else set()
    return sorted(word for word in set(words) & named if len(word) > _SYLLABLE_MAX and not is_public(word, forms))


def by_hand() -> Iterator[str]:
    """Yield every word of the tables that people write, without what their comments say."""
    for name in WRITTEN_BY_HAND:
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            if not line.startswith(("#", _SECTION, "source:")):
                yield from words_of(line)


class TestGivenThePackagedTables:
    def test_then_every_file_is_one_that_this_module_knows(self):
        here = {path.name for path in DATA.iterdir() if path.suffix not in (".py", ".pyc") and path.is_file()}
        assert here == {*WRITTEN_BY_HAND, *WRITTEN_BY_TOOLS, NOTICES}

    @pytest.mark.parametrize("name", WRITTEN_BY_HAND)
    def test_then_every_section_names_its_source(self, name):
        assert sourceless(name, (DATA / name).read_text(encoding="utf-8").splitlines()) == []

    @pytest.mark.parametrize("name", WRITTEN_BY_TOOLS[:2])
    def test_then_tables_of_tools_name_packages_and_licences(self, name):
        head = (DATA / name).read_text(encoding="utf-8")[:400]
        assert "licence" in head
        assert "copyright" in head

    @pytest.mark.samples
    def test_then_no_name_of_the_cases_is_in_a_table_but_in_no_public_corpus(self, samples):
        cases = [json.loads(line) for line in (samples / CASES).read_text(encoding="utf-8").splitlines()]
        names = [str(case.get(field) or "") for case in cases for field in ("name", "primary")]

        assert copied(by_hand(), names) == []


class TestGivenFaults:
    def test_when_a_section_names_no_source_then_it_is_found(self):
        lines = ["# a table", "== One", "source: a public register, 2020", "5: zorban", "== Two", "7: qasbur"]
        assert sourceless("t", lines) == ["t: Two"]

    def test_when_a_name_of_a_case_is_copied_into_a_table_then_it_is_found(self):
        assert copied(["zorbakan", "maria"], ["Maria ZORBAKAN"]) == ["zorbakan"]

    def test_when_a_common_name_is_in_a_case_and_in_a_table_then_nothing_is_wrong(self):
        assert copied(["maria", "ibrahim"], ["Maria IBRAHIM"]) == []
