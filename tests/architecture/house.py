"""The package as the rules of the house see it: each file with the imports, calls and definitions in it.

A rule is a function from sources to complaints. Its test runs it over the real package, where it must find nothing,
and over a planted violation, where it must find just that.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

KNOWLEDGE = ("names", "identifiers", "databases", "matching", "rules", "biometrics", "formats", "ledger")
KITS = ("postgres", "rows", "files", "agent", "web", "api")
ROOF = ("config", "cli")
EVERYWHERE = ("refusal", "viewer", "__version__")
APPS_PREFIX = "liaison.apps."


@dataclass(frozen=True)
class Import:
    """One imported module, and the line that imports it."""

    module: str
    line: int

    @property
    def library(self) -> str:
        """The top package of it."""
        return self.module.partition(".")[0]

    @property
    def room(self) -> str:
        """The room of our own that it is in: `names`, `apps.audit`, `refusal`; empty for libraries."""
        return room_of(self.module)


@dataclass(frozen=True)
class Source:
    """One Python file: where it is, as seen from the repository, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        """The room that it stands in."""
        return room_of(self.module)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Everything that it imports, wherever in the file."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[Import]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(name.name, node.lineno) for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    module = f"{node.module}.{name.name}" if _is_package(node.module) else node.module
                    yield Import(module, node.lineno)


def room_of(module: str) -> str:
    """Return the room of a dotted name of ours: `liaison.apps.audit.public` is in `apps.audit`."""
    parts = module.split(".")
    if parts[0] != "liaison" or len(parts) == 1:
        return ""
    return ".".join(parts[1:3]) if parts[1] == "apps" and len(parts) > 2 else parts[1]


def package_sources() -> list[Source]:
    """Return every Python file of the package."""
    return _sources("liaison")


def knowledge_sources() -> list[Source]:
    """Return those of the knowledge rooms."""
    return [source for source in package_sources() if source.room in KNOWLEDGE]


def committed_files() -> list[str]:
    """Return the paths of everything that is (or is about to be) in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        return [path for path in listed.stdout.splitlines() if (REPOSITORY / path).is_file()]
    skipped = {".git", ".venv", "__pycache__", "_build", ".mypy_cache", ".ruff_cache", ".hypothesis"}
    return [
        str(path.relative_to(REPOSITORY))
        for path in REPOSITORY.rglob("*")
        if path.is_file() and not skipped & set(path.parts)
    ]


def standard(library: str) -> bool:
    """Whether a library comes with Python."""
    return library in sys.stdlib_module_names


def _sources(folder: str) -> list[Source]:
    files = sorted((REPOSITORY / folder).rglob("*.py"))
    return [Source(str(file.relative_to(REPOSITORY)), file.read_text(encoding="utf-8")) for file in files]


def _is_package(module: str) -> bool:
    """Whether names imported from it may be rooms, apps or modules, so that the full name counts."""
    return module == "liaison" or module.startswith("liaison.apps")
