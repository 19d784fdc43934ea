"""Each room imports the libraries that libraries.toml names for it with a reason, and each library has a licence we
may ship."""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterable, Mapping

import pytest

from tests.architecture.house import REPOSITORY, Source, package_sources, standard

ALLOWED = tomllib.loads((REPOSITORY / "tests/architecture/libraries.toml").read_text(encoding="utf-8"))

# Licences under which we ship together with Apache-2.0, as SPDX identifiers or as packages still write them.
LICENCES = (
    "Apache-2.0", "Apache License", "Apache Software License", "Apache 2.0", "MIT", "BSD", "0BSD", "ISC", "PSF-2.0",
    "Python Software Foundation", "MPL-2.0", "Mozilla Public License 2.0", "Unlicense", "CC0", "HPND", "MIT-CMU",
    "Zlib", "PostgreSQL", "Unicode", "ICU",
)  # fmt: skip
# LGPL libraries are used unmodified and replaceable, as separate packages; each is argued in docs/decisions.
REPLACEABLE = ("LGPL", "Lesser General Public License")
REPLACEABLE_PACKAGES = {"psycopg", "psycopg-binary", "psycopg-pool", "python-stdnum"}
# Packages whose metadata names no licence; read in their own files.
READ_BY_HAND: Mapping[str, str] = {}


def not_argued(sources: Iterable[Source], allowed: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return every import of a library that its room has no reason for."""
    complaints = []
    for source in sources:
        if not source.room:
            continue
        for found in source.imports:
            if found.library == "liaison" or standard(found.library):
                continue
            if not allowed.get(source.room, {}).get(found.library, "").strip():
                complaints.append(
                    f"{source.path}:{found.line}: {source.room} imports {found.library} without a reason"
                )
    return complaints


def unknown_licence(name: str, said: str) -> list[str]:
    """Return a complaint about a package whose licence is none of those that we may ship."""
    if any(licence.casefold() in said.casefold() for licence in LICENCES):
        return []
    if name in REPLACEABLE_PACKAGES and any(words.casefold() in said.casefold() for words in REPLACEABLE):
        return []
    return [f"{name}: {said[:80] or 'no licence named'}"]


def licence_of(name: str) -> str:
    """Return what the installed package says of its licence."""
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    data = importlib.metadata.metadata(name)
    said = [data.get("License-Expression", ""), *_classifiers(data), data.get("License", "")[:200]]
    return "; ".join(part for part in said if part)


def _classifiers(data: object) -> list[str]:
    lines = data.get_all("Classifier") or []  # type: ignore[attr-defined]
    return [line.rpartition("::")[2].strip() for line in lines if line.startswith("License ::")]


def pinned(file: str) -> list[str]:
    """Return the names of the packages that a requirements file pins and that this machine has."""
    text = (REPOSITORY / "requirements" / file).read_text(encoding="utf-8")
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==", text, re.MULTILINE)
    return [name for name in names if _installed(name)]


def _installed(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


class TestGivenTheHouse:
    def test_then_every_library_is_argued_for_its_room(self):
        assert not_argued(package_sources(), ALLOWED) == []

    def test_then_every_argued_library_is_used(self):
        used = {(source.room, found.library) for source in package_sources() for found in source.imports}
        rooms = {source.room for source in package_sources()}

        idle = [
            (room, name)
            for room, names in ALLOWED.items()
            for name in names
            if room in rooms and (room, name) not in used
        ]
        assert idle == []

    def test_then_every_package_that_we_ship_with_has_a_licence_that_permits_it(self):
        names = pinned("run.txt")

        assert len(names) > 20
        assert [complaint for name in names for complaint in unknown_licence(name, licence_of(name))] == []


class TestGivenAPlantedViolation:
    def test_when_a_room_imports_an_argued_library_of_another_then_it_is_found(self):
        planted = Source("liaison/ledger/tree.py", "import numpy as np")

        assert not_argued([planted], ALLOWED) == ["liaison/ledger/tree.py:1: ledger imports numpy without a reason"]

    def test_when_a_reason_is_empty_then_it_is_found(self):
        planted = Source("liaison/ledger/tree.py", "import numpy")

        assert not_argued([planted], {"ledger": {"numpy": " "}})

    @pytest.mark.parametrize("said", ["GNU General Public License v3", "Proprietary", "", "AGPL-3.0-only"])
    def test_when_a_package_has_another_licence_then_it_is_found(self, said):
        assert unknown_licence("planted", said)

    def test_when_any_other_package_is_lesser_gpl_then_it_is_found(self):
        assert unknown_licence("planted", "LGPL-3.0-only")
        assert unknown_licence("psycopg", "LGPL-3.0-only") == []
