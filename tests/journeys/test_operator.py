"""What the operator's own commands print: whoever runs the machine signs in like everybody, or reads no content."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from liaison.apps.training.world.people import OFFERED, people
from liaison.cli import setup
from liaison.cli.main import build_parser, main
from tests.budgets import budget
from tests.journeys.conftest import PEOPLE

TRUSTED = "liaison-00000000+0000000000000000000000000000000000000000000000000000000000000000"
RUNS: dict[str, tuple[str, ...]] = {
    "audit verify": (),
    "doctor": ("--json",),
    "db status": ("--json",),
    "audit checkpoint": (),
    "audit witness": ("--key", "{home}/none", "--name", "a.witness", "--state", "{home}/none", "--ledger", TRUSTED),
    "audit accept": ("{home}/none",),
    "db up": (),
    "db migrate": (),
    "db setup": (),
    "login": ("qm.officer", "--url", "{base}"),
    "looks let-go": (),
    "members found": ("--officer", "one=One Officer", "--officer", "two=Two Officer"),
}
"""Every command that asks nobody who he is, and how it is run here."""
TRIED_FIRST = 3
"""So many of them are run each time, in the order above; all of them under `make proof`: each takes seconds."""
ALREADY_RUN = {"demo", "serve", "work"}
"""What they print is in the log of the demo."""
LEFT_OUT = {
    "db stop",
    "agent init",
    "agent log",
    "agent recover",
    "agent rehearse",
    "agent rotate",
    "agent serve",
}
"""The first would end the database of the journeys; a body's agent knows neither home nor database."""


NOTHING_OF_ANYBODY = {"records template"}
"""Says which columns a table of a database has, and reads no row."""


def leaves(parser: argparse.ArgumentParser, words: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, by its words."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                inner = [one for one in below._actions if isinstance(one, argparse._SubParsersAction)]
                if not inner:
                    yield f"{words} {name}".strip(), below
                yield from leaves(below, f"{words} {name}".strip())


def asks_who(parser: argparse.ArgumentParser) -> bool:
    return "--as" in parser._option_string_actions


def filled(parser: argparse.ArgumentParser, file: Path) -> list[str]:
    """Arguments that the parser takes, whatever they say."""
    said: list[str] = []
    grouped = {id(one) for group in parser._mutually_exclusive_groups for one in group._group_actions[1:]}
    chosen = {id(group._group_actions[0]) for group in parser._mutually_exclusive_groups if group.required}
    for action in parser._actions:
        if action.dest == "help" or id(action) in grouped:
            continue
        if not (action.required or not action.option_strings or id(action) in chosen):
            continue
        kinds = {None: "X", Path: str(file), int: "1"}
        kinds[str] = kinds[None] = "persons" if action.dest == "database" else "X"
        value = str(next(iter(action.choices))) if action.choices else kinds.get(action.type, str(uuid4()))
        said += [action.option_strings[0]] if action.option_strings else []
        said += [] if action.nargs == 0 else [value]
    return said


def test_every_command_that_asks_nobody_is_tried_here():
    unsigned = {words for words, parser in leaves(build_parser()) if not asks_who(parser)}

    assert unsigned == set(RUNS) | ALREADY_RUN | LEFT_OUT


def test_none_of_them_tells_any_content(demo):
    crowd = [one for one in people(PEOPLE) if one.number != OFFERED]  # he is offered to newcomers in the log itself
    canaries = {one.family for one in crowd} | {str(one.passport["number"]) for one in crowd if one.passport}
    canaries |= {"Zephyrine", "Quillonbray"}
    assert len(canaries) > 40
    assert demo.command("query", "Zephyrine Quillonbray", "--as", "qm.officer").returncode in (0, 1)
    shown = demo.command("records", "export", "persons", "--own", "--as", "qm.officer").stdout
    assert any(canary in shown for canary in canaries), "whoever signs in reads them"

    told = {"log": demo.said()}
    for words, arguments in list(RUNS.items())[: budget(TRIED_FIRST, 4 * len(RUNS))]:
        ran = demo.command(*words.split(), *(one.format(home=demo.home, base=demo.base) for one in arguments))
        assert ran.returncode in (0, 1, 2), (words, ran.stderr)
        told[words] = ran.stdout + ran.stderr

    assert [(words, canary) for words, said in told.items() for canary in canaries if _tells(said, canary)] == []


def _tells(said: str, canary: str) -> bool:
    """Whether a text has a word in it. A family name of two letters is in some digest or other, and tells nobody."""
    return re.search(rf"(?<![\w+/=]){re.escape(canary)}(?![\w+/=])", said) is not None


SIGNED_IN = [words for words, parser in leaves(build_parser()) if asks_who(parser)]


@pytest.mark.parametrize("words", [words for words in SIGNED_IN if words not in NOTHING_OF_ANYBODY])
def test_every_other_one_does_nothing_until_somebody_signs_in(words, tmp_path, monkeypatch, capsys):
    file = tmp_path / "a.csv"
    file.write_text("a file")
    monkeypatch.setattr(setup, "set_up_django", lambda: None)
    monkeypatch.setattr(setup, "home", lambda: tmp_path)
    parser = dict(leaves(build_parser()))[words]

    assert main([*words.split(), *filled(parser, file)]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert "You are not signed in." in said.err
