"""What is committed: no address of a registry, no path of a machine, no secret, no unfinished mark."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.house import REPOSITORY, committed_files

THIS_FILE = "tests/architecture/test_repository.py"
WORDS = ("setup", "demo", "test", "proof", "check", "bench", "docs")
TEXT_BYTES_MAX = 3_000_000

# Files whose addresses lead to a package index.
_INSTALLING = re.compile(
    r"^requirements/|(^|/)(package-lock\.json|npm-shrinkwrap\.json|uv\.lock|pylock\.toml|\.npmrc|pip\.conf)$"
)
_ADDRESS = re.compile(r"https?://|git\+|file://", re.IGNORECASE)
_INDEX_HOSTS = re.compile(  # written so that this file names no index either
    r"p[y]pi\.(?:org|python)|python[h]osted\.org|registry\.[n]pmjs|--(?:extra-)?index-url[ =]", re.IGNORECASE
)
_MACHINE_PATH = re.compile(
    r"(?<![\w./$~-])/(?:work|root|home/(?!(?:liaison|officer)\b)[a-z][\w-]*|Users/[A-Za-z][\w-]*)/"
)
_SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*\n[A-Za-z0-9+/=\s]{40}"),
    "an access key of a cloud": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of a forge": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20})\b"),
    "a token of a chat": re.compile(r"\bxox[abpr]-[\w-]{20,}"),
    "an assigned secret": re.compile(
        r"(?i)\b(?:secret_key|api_key|auth_token|private_key)\s*[=:]\s*['\"][A-Za-z0-9+/_=-]{24,}['\"]"
    ),
    "a password in an address": re.compile(
        r"\b[a-z][a-z0-9+]{2,}://[^\s/:@'\"<>{}%$]+:(?!secret@|password@|\.\.\.@)[^\s/:@'\"<>{}%$*]{3,}@"
    ),
}
# What tests hand to code that must never show it: a plain word, which opens nothing.
_PLAIN_WORD = re.compile(r":[a-z]{1,8}\d?@$")
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?![\"\x27])|raise NotImplementedError")
_SOURCE_SUFFIXES = {".py", ".html", ".sh", ".toml", ".css"}
_THEIRS = ("liaison/web/static/vendor/", "liaison/web/static/tabler", "tests/allowed_skips.txt")


def texts(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return the committed files that are text, with their text."""
    found = []
    for path in paths:
        data = (REPOSITORY / path).read_bytes()[:TEXT_BYTES_MAX]
        if b"\0" not in data[:4096]:
            found.append((path, data.decode("utf-8", errors="replace")))
    return found


def addresses(files: Iterable[tuple[str, str]]) -> list[str]:
    """Return addresses in files that say what to install, and hosts of package indexes anywhere."""
    complaints = []
    for path, text in files:
        pattern = _ADDRESS if _INSTALLING.search(path) else _INDEX_HOSTS
        complaints += [f"{path}:{_line(text, found)}: {found.group()}" for found in pattern.finditer(text)]
    return complaints


def machine_paths(files: Iterable[tuple[str, str]]) -> list[str]:
    """Return absolute paths of somebody's machine."""
    return [
        f"{path}:{_line(text, found)}: {found.group()}"
        for path, text in files
        for found in _MACHINE_PATH.finditer(text)
    ]


def secrets(files: Iterable[tuple[str, str]]) -> list[str]:
    """Return what looks like a secret that works."""
    return [
        f"{path}:{_line(text, found)}: {what}"
        for path, text in files
        for what, pattern in _SECRETS.items()
        for found in pattern.finditer(text)
        if not (path.startswith("tests/") and _PLAIN_WORD.search(found.group()))
    ]


def unfinished(files: Iterable[tuple[str, str]]) -> list[str]:
    """Return marks of unfinished work in our own sources."""
    return [
        f"{path}:{_line(text, found)}: {found.group()}"
        for path, text in files
        if Path(path).suffix in _SOURCE_SUFFIXES and not path.startswith(_THEIRS)
        for found in _UNFINISHED.finditer(text)
    ]


def words_of(makefile: str) -> set[str]:
    """Return the targets that a Makefile declares as phony."""
    (declared,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    return set(declared.split())


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _committed() -> list[tuple[str, str]]:
    return texts(path for path in committed_files() if path != THIS_FILE)


class TestGivenTheRepository:
    def test_then_no_address_of_a_package_index_is_in_it(self):
        assert addresses(_committed()) == []

    def test_then_no_path_of_a_machine_is_in_it(self):
        assert machine_paths(_committed()) == []

    def test_then_nothing_in_it_looks_like_a_secret(self):
        assert secrets(_committed()) == []

    def test_then_nothing_in_it_is_marked_as_unfinished(self):
        assert unfinished(_committed()) == []

    def test_then_make_knows_the_seven_words(self):
        assert words_of((REPOSITORY / "Makefile").read_text()) == {*WORDS, "help", "lock"}

    def test_then_every_pinned_package_has_hashes(self):
        for path in sorted((REPOSITORY / "requirements").glob("*.txt")):
            text = path.read_text()
            packages = re.findall(r"^[A-Za-z0-9].*==", text, re.MULTILINE)
            assert packages
            assert text.count("--hash=sha256:") >= len(packages), path.name

    def test_then_the_licence_is_the_whole_apache_licence(self):
        licence = (REPOSITORY / "LICENSE").read_text()
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]

        assert project["license"] == "Apache-2.0"
        assert "Version 2.0, January 2004" in licence
        assert "END OF TERMS AND CONDITIONS" in licence

    def test_then_its_outside_is_complete(self):
        for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "publiccode.yml", ".ci/run"):
            assert (REPOSITORY / name).is_file(), name


class TestGivenAPlantedViolation:
    def test_when_requirements_name_an_address_then_it_is_found(self):
        assert addresses([("requirements/run.txt", "ok==1\nfoo @ https://index.example/foo.whl")]) == [
            "requirements/run.txt:2: https://"
        ]

    def test_when_any_file_names_a_package_index_then_it_is_found(self):
        for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org")):
            host = ".".join(parts)
            assert addresses([("docs/how-to/install.md", f"fetch it from https://{host}/simple/liaison")]), host
        assert addresses([("docs/how-to/install.md", "pip install --index-url https://index.example liaison")])

    def test_when_a_file_names_a_path_of_a_machine_then_it_is_found(self):
        assert machine_paths([("docs/a.md", "see /home/anna/liaison/README.md")]) == ["docs/a.md:1: /home/anna/"]

    def test_when_a_path_is_a_systems_own_then_it_is_not_found(self):
        assert machine_paths([("docs/a.md", "see /usr/bin/env and ~/root/x and /var/lib/liaison")]) == []

    def test_when_a_file_holds_a_secret_then_it_is_found(self):
        planted = [
            ("a.pem", "-----BEGIN PRIVATE KEY-----\n" + "M" * 64),
            ("b.py", "SECRET_KEY = '" + "k3J9" * 10 + "'"),
            ("c.env", "url=postgresql://liaison:hunter22@db.example/liaison"),
            ("d.txt", "AKIA" + "ABCDEFGH12345678"),
        ]

        assert len(secrets(planted)) == len(planted)

    def test_when_a_test_names_a_plain_word_as_password_then_it_is_not_found(self):
        assert secrets([("tests/x.py", "postgresql://liaison:hidden@db.example/liaison")]) == []
        assert secrets([("tests/x.py", "postgresql://liaison:k3J9-x8Qz@db.example/liaison")])

    def test_when_a_source_is_marked_as_unfinished_then_it_is_found(self):
        assert unfinished([("liaison/names/x.py", "def f():\n    # TO" + "DO later\n")])

    def test_when_make_lacks_a_word_then_it_shows(self):
        assert "docs" not in words_of(".PHONY: setup demo test\n")
