"""Every public function of knowledge says what it takes and gives, every module and public name what it is for."""

import ast
from collections.abc import Iterable, Iterator

from tests.architecture.house import Source, knowledge_sources, package_sources

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def unannotated(sources: Iterable[Source]) -> list[str]:
    """Return public functions and methods with a parameter or a result that is not annotated."""
    return [
        f"{source.path}:{node.lineno}: {node.name}"
        for source in sources
        for node in _public_functions(source.tree)
        if node.returns is None or any(each.annotation is None for each in _parameters(node))
    ]


def undescribed(sources: Iterable[Source]) -> list[str]:
    """Return modules, public functions and classes without a docstring; those of migrations and apps.py aside."""
    complaints = []
    for source in sources:
        if source.path.endswith("/apps.py"):
            continue
        if source.text.strip() and not ast.get_docstring(source.tree):
            complaints.append(f"{source.path}: the module")
        if "/migrations/" in source.path:
            continue
        complaints += [
            f"{source.path}:{node.lineno}: {node.name}"
            for node in source.tree.body
            if isinstance(node, (*_FUNCTIONS, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    return complaints


def _public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, _FUNCTIONS) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (each for each in node.body if isinstance(each, _FUNCTIONS) and not each.name.startswith("_"))


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    return [each for each in every if each.arg not in {"self", "cls"}]


class TestGivenTheHouse:
    def test_then_every_public_function_of_knowledge_is_annotated(self):
        assert unannotated(knowledge_sources()) == []

    def test_then_every_module_and_public_name_is_described(self):
        assert undescribed(package_sources()) == []


class TestGivenAPlantedViolation:
    def test_when_a_parameter_or_a_result_is_bare_then_it_is_found(self):
        planted = Source(
            "liaison/names/x.py",
            "def parse(text): ...\nclass Name:\n    def form(self, *, of: str): ...\ndef _own(x): ...",
        )

        assert unannotated([planted]) == ["liaison/names/x.py:1: parse", "liaison/names/x.py:3: form"]

    def test_when_a_docstring_is_missing_then_it_is_found(self):
        assert undescribed([Source("liaison/names/x.py", "def parse() -> None: ...")]) == [
            "liaison/names/x.py: the module",
            "liaison/names/x.py:1: parse",
        ]
