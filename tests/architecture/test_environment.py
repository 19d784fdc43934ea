"""The environment is read once, by `liaison.config`: nobody else decides by what a shell happens to hold."""

import ast
from collections.abc import Iterable

from tests.architecture.house import Source, package_sources

_READERS = {"environ", "getenv", "environb", "putenv"}


def environment_reads(sources: Iterable[Source]) -> list[str]:
    """Return every use of the environment but handing it to `read_environment` and naming Django's settings."""
    complaints = []
    for source in sources:
        permitted = {id(node) for call in ast.walk(source.tree) for node in _permitted(call)}
        complaints += [
            f"{source.path}:{node.lineno}: reads os.{node.attr}"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Attribute)
            and node.attr in _READERS
            and ast.unparse(node.value) == "os"
            and id(node) not in permitted
        ]
        complaints += [
            f"{source.path}:{node.lineno}: imports it from os"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and _READERS & {name.name for name in node.names}
        ]
    return complaints


def _permitted(node: ast.AST) -> list[ast.AST]:
    """The `os.environ` of `read_environment(os.environ)`, and of naming the settings with `setdefault`."""
    if not isinstance(node, ast.Call):
        return []
    if ast.unparse(node.func) == "read_environment":
        return list(node.args)
    named = node.args[:1] and ast.unparse(node.args[0]) == "'DJANGO_SETTINGS_MODULE'"
    if named and ast.unparse(node.func) == "os.environ.setdefault" and isinstance(node.func, ast.Attribute):
        return [node.func.value]
    return []


class TestGivenTheHouse:
    def test_then_only_the_configuration_reads_the_environment(self):
        assert environment_reads(package_sources()) == []


class TestGivenAPlantedViolation:
    def test_when_a_module_reads_a_variable_then_it_is_found(self):
        planted = Source(
            "liaison/rows/bulk.py", "import os\nsize = os.environ.get('LIAISON_BATCH')\ny = os.getenv('X')"
        )

        assert sorted(environment_reads([planted])) == [
            "liaison/rows/bulk.py:2: reads os.environ",
            "liaison/rows/bulk.py:3: reads os.getenv",
        ]

    def test_when_a_module_imports_environ_then_it_is_found(self):
        assert environment_reads([Source("liaison/rows/bulk.py", "from os import environ")])

    def test_when_the_configuration_reads_it_whole_then_it_is_not_found(self):
        planted = Source(
            "liaison/config/settings.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'x')\nread_environment(os.environ)",
        )

        assert environment_reads([planted]) == []
