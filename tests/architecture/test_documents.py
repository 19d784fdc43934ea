"""The documents say what the program does: nothing undocumented, no example that does not run, no dead link."""

import argparse
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from liaison.apps.training.public import PASSWORD, offer, users
from liaison.config.env import OF_THE_SUITE
from tests.architecture.house import REPOSITORY, package_sources

DOCS = REPOSITORY / "docs"
ROOT_PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
KINDS = ("tutorials", "how-to", "reference", "explanation", "decisions")
DECISION_PARTS = ("The question", "What we chose", "What we gave up", "What would change our mind")
BUILD_SECONDS_MAX = 120

_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_BLOCK = re.compile(r"```[a-z]*\n(.*?)```|((?:^ {4,}\S.*\n?)+)", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\s*(?:\$ )?(?:\.venv/bin/)?(liaison [a-z].*)$", re.MULTILINE)
_INLINE = re.compile(r"`(liaison [a-z][^`]*)`")


def _reference() -> ModuleType:
    """Return the module that makes the reference pages."""
    spec = importlib.util.spec_from_file_location("reference", DOCS / "_ext/reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = _reference()


def undocumented_settings(texts: Iterable[str], documented: Iterable[str]) -> list[str]:
    """Return variables that the code names and the reference does not."""
    named = {name for text in texts for name in re.findall(r"\bLIAISON_[A-Z][A-Z_]+\b", text)}
    return sorted(named - set(documented))


def undocumented_commands(parsers: Iterable[tuple[str, argparse.ArgumentParser]]) -> list[str]:
    """Return commands, and their arguments, that say nothing of themselves."""
    complaints = []
    for words, parser in parsers:
        if not reference.command_help(parser, words).strip():
            complaints.append(words)
        complaints += [
            f"{words} {action.option_strings or action.metavar or action.dest}"
            for action in parser._actions
            if not isinstance(action, argparse._SubParsersAction) and not (action.help or "").strip()
        ]
    return complaints


def undocumented_endpoints(endpoints: Mapping[str, Mapping[str, Mapping[str, object]]]) -> list[str]:
    """Return endpoints without a description or without answers."""
    return [
        f"{verb.upper()} {path}"
        for path, verbs in endpoints.items()
        for verb, described in verbs.items()
        if not reference.endpoint_help(described) or not described.get("responses")
    ]


def unknown_commands(pages: Mapping[str, str], known: Iterable[tuple[str, argparse.ArgumentParser]]) -> list[str]:
    """Return examples of a command or an option that does not exist."""
    parsers = dict(known)
    complaints = []
    for page, text in pages.items():
        for example in _examples(text):
            words = _split(example)
            name, rest = _longest_known(words, parsers)
            parser = parsers.get(name)
            if parser is None or (_has_verbs(parser) and rest):
                complaints.append(f"{page}: {example}")
                continue
            options = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
            complaints += [
                f"{page}: {name} has no {each}" for each in sorted(options - set(parser._option_string_actions))
            ]
    return complaints


def dead_links(pages: Mapping[str, str]) -> list[str]:
    """Return relative links to files that are not there."""
    return [
        f"{page}: {target}"
        for page, text in pages.items()
        for target in _LINK.findall(text)
        if not re.match(r"[a-z]+:", target) and not ((REPOSITORY / page).parent / target).exists()
    ]


def incomplete_decisions(pages: Mapping[str, str]) -> list[str]:
    """Return decision pages that lack a part, and gaps in their numbers."""
    numbered = {int(Path(page).name[:4]): text for page, text in pages.items() if Path(page).name[:4].isdigit()}
    missing = [f"{number:04}: missing" for number in range(1, max(numbered, default=0)) if number not in numbered]
    return missing + [
        f"{number:04}: no “{part}”"
        for number, text in sorted(numbered.items())
        for part in DECISION_PARTS
        if f"## {part}" not in text
    ]


def _examples(text: str) -> Iterator[str]:
    for fenced, indented in _BLOCK.findall(text):
        yield from (found.strip() for found in _COMMAND.findall(fenced or indented))
    yield from (found.strip() for found in _INLINE.findall(text) if "<" not in found)


def _split(example: str) -> list[str]:
    shell = shlex.shlex(example, posix=True, punctuation_chars="|>&;")
    shell.whitespace_split = True
    words = list(shell)
    ends = [place for place, word in enumerate(words) if word in {"|", ">", ">>", "&", "&&", ";"}]
    return words[: ends[0]] if ends else words


def _longest_known(words: list[str], parsers: Mapping[str, argparse.ArgumentParser]) -> tuple[str, list[str]]:
    for size in range(len(words), 0, -1):
        if " ".join(words[:size]) in parsers:
            return " ".join(words[:size]), words[size:]
    return "", words


def _has_verbs(parser: argparse.ArgumentParser) -> bool:
    return any(isinstance(action, argparse._SubParsersAction) for action in parser._actions)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Every page that people read."""
    files = [*(REPOSITORY / name for name in ROOT_PAGES), *sorted(DOCS.rglob("*.md"))]
    return {
        str(file.relative_to(REPOSITORY)): file.read_text(encoding="utf-8")
        for file in files
        if "_build" not in file.parts
    }


class TestGivenTheProgram:
    def test_then_every_setting_is_documented(self):
        documented = {name for name, said, _default in reference.read_settings() if said}

        assert len(documented) > 10
        texts = [source.text for source in package_sources()]
        assert undocumented_settings(texts, {*documented, *OF_THE_SUITE}) == []

    def test_then_every_command_and_argument_is_documented(self):
        assert undocumented_commands(reference.read_commands()) == []

    def test_then_every_endpoint_is_documented(self):
        assert undocumented_endpoints(reference.read_endpoints()) == []

    def test_then_the_pages_of_the_reference_take_all_of_it(self, pages):
        placed = {name for text in pages.values() for name in reference.PLACEHOLDER.findall(text)}

        assert placed == set(reference.MAKERS)

    def test_then_every_database_field_and_policy_value_has_its_line(self):
        from liaison.databases import all_databases
        from liaison.rules.policy_values import CATALOGUE

        fields, values = reference.databases(), reference.policies()
        assert all(f"`{field.name}`" in fields for each in all_databases().values() for field in each.fields)
        assert all(f"`{name}`" in values for name in CATALOGUE)


class TestGivenTheDocuments:
    def test_then_each_kind_has_its_pages(self):
        for kind in KINDS:
            assert len(list((DOCS / kind).glob("*.md"))) > 1, kind

    def test_then_every_command_in_them_exists(self, pages):
        assert unknown_commands(pages, reference.read_commands()) == []

    def test_then_no_link_is_dead(self, pages):
        assert dead_links(pages) == []

    def test_then_decisions_are_complete(self, pages):
        decisions = {page: text for page, text in pages.items() if page.startswith("docs/decisions/")}

        assert incomplete_decisions(decisions) == []

    def test_then_they_offer_the_passport_and_the_users_that_the_demo_has(self, pages):
        for page in ("README.md", "docs/tutorials/first-hour.md"):
            assert all(line in pages[page] for line in offer().splitlines()), page
            assert PASSWORD in pages[page]
        known = {user.sign_in_name for user in users()}
        named = {name for text in pages.values() for name in re.findall(r"\b(?:q[m-z]|x[sc])\.[a-z]+\d?\b", text)}
        assert named - known - {"bureau.qm"} == set()

    def test_then_they_build_without_a_warning(self, tmp_path):
        built = subprocess.run(
            [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(DOCS), str(tmp_path)],
            capture_output=True, text=True, timeout=BUILD_SECONDS_MAX, check=False,
        )  # fmt: skip

        assert built.returncode == 0, built.stderr
        assert (tmp_path / "reference/settings.html").read_text().count("LIAISON_") > 10
        assert foreign_assets(tmp_path) == []


def foreign_assets(built: Path) -> list[str]:
    """Return scripts, styles, fonts and pictures that a built page takes from another host."""
    taken = re.compile(r"<(?:script|link|img)\b[^>]*?\b(?:src|href)=\"(?:https?:)?//[^\"]+\"[^>]*>")
    return [
        f"{page.name}: {found}"
        for page in built.rglob("*.html")
        for found in taken.findall(page.read_text(encoding="utf-8"))
        if 'rel="canonical"' not in found
    ]


class TestGivenAPlantedViolation:
    def test_when_the_code_reads_another_variable_then_it_is_found(self):
        assert undocumented_settings(["x = given.get('LIAISON_PLANTED')"], ["LIAISON_HOME"]) == ["LIAISON_PLANTED"]

    def test_when_a_command_or_an_argument_says_nothing_then_it_is_found(self):
        parser = argparse.ArgumentParser(prog="liaison planted")
        parser.add_argument("--loud")

        assert undocumented_commands([("liaison planted", parser)]) == [
            "liaison planted",
            "liaison planted ['--loud']",
        ]

    def test_when_an_endpoint_says_nothing_then_it_is_found(self):
        assert undocumented_endpoints({"/api/v1/planted": {"get": {"responses": {"200": {}}}}}) == [
            "GET /api/v1/planted"
        ]

    def test_when_a_page_shows_a_command_that_does_not_exist_then_it_is_found(self):
        planted = {"docs/x.md": "Do\n\n    liaison planted now\n\nor `liaison demo --loud`.\n"}

        assert unknown_commands(planted, reference.read_commands()) == [
            "docs/x.md: liaison planted now",
            "docs/x.md: liaison demo has no --loud",
        ]

    def test_when_a_page_links_to_nothing_then_it_is_found(self):
        assert dead_links({"docs/index.md": "[there](how-to/nowhere.md) [here](how-to/index.md)"}) == [
            "docs/index.md: how-to/nowhere.md"
        ]

    def test_when_a_decision_lacks_a_part_then_it_is_found(self):
        assert len(incomplete_decisions({"docs/decisions/0002-x.md": "## The question\n"})) == 4

    def test_when_a_page_takes_a_script_from_elsewhere_then_it_is_found(self, tmp_path):
        (tmp_path / "x.html").write_text('<script src="https://cdn.example/x.js"></script>')

        assert foreign_assets(tmp_path)
