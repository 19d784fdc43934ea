"""Makes the reference from the code: settings, commands, API, databases, policy values, libraries.

A line `%% made from: settings` in a page is replaced by what the declarations say, so that the reference cannot be
older than the code. The suite uses the same functions to find what is undocumented.
"""

import argparse
import ast
import itertools
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import django
from django.apps import apps

from liaison.cli.main import build_parser
from liaison.databases import all_databases
from liaison.rules.policy_values import CATALOGUE
from liaison.rules.use import REASON_LABELS, SERVES, Reason
from liaison.viewer import Purpose

REPOSITORY = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"^%% made from: ([a-z]+)$", re.MULTILINE)

_SETTING = re.compile(r"^(LIAISON_[A-Z_]+): (.+)$", re.DOTALL)


def setup(app: Any) -> Mapping[str, object]:  # Any: Sphinx's own type, of which only `connect` is used
    """Register with Sphinx."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fill(_app: object, _page: str, source: list[str]) -> None:
    source[0] = PLACEHOLDER.sub(lambda found: MAKERS[found.group(1)](), source[0])


def settings() -> str:
    """Return the table of environment variables, from `liaison.config.env`."""
    rows = [f"| `{name}` | {about} | {_code(default)} |" for name, about, default in read_settings()]
    return "\n".join(["| variable | what it says | default |", "| --- | --- | --- |", *rows])


def read_settings() -> list[tuple[str, str, str]]:
    """Return each setting's name, sentence and default as they stand in the class `Environment`."""
    tree = ast.parse((REPOSITORY / "liaison/config/env.py").read_text(encoding="utf-8"))
    (body,) = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Environment"]
    found = []
    for field, said in itertools.pairwise(body):
        if not (
            isinstance(field, ast.AnnAssign) and isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
        ):
            continue
        matched = _SETTING.match(str(said.value.value))
        if matched:
            default = "" if field.value is None else ast.unparse(field.value)
            found.append((matched[1], " ".join(matched[2].split()), _plain_default(default)))
    return found


def _plain_default(default: str) -> str:
    empty = {"''", "None", "()", "frozenset()", "False"}
    if default in empty:
        return ""
    return re.sub(r"^Mode\.(\w+)$", lambda found: found[1].lower(), default).strip("'\"")


def commands() -> str:
    """Return every command with its arguments, from the parsers themselves."""
    return "\n".join(_command(words, parser) for words, parser in read_commands())


def read_commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield each command's words and its parser, nouns before their verbs."""
    yield from _below("liaison", build_parser())


def _below(words: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield f"{words} {name}", below
                yield from _below(f"{words} {name}", below)


def command_help(parser: argparse.ArgumentParser, words: str) -> str:
    """Return what a command says of itself: its description, or the line in its parent's list."""
    return parser.description or _line_in_parent(words)


def _line_in_parent(words: str) -> str:
    parser = build_parser()
    said = ""
    for word in words.split()[1:]:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction) and word in action.choices:
                said = next((choice.help or "" for choice in action._choices_actions if choice.dest == word), "")
                parser = action.choices[word]
    return said


def _command(words: str, parser: argparse.ArgumentParser) -> str:
    verb = len(words.split()) > 2
    lines = [f"{'###' if verb else '##'} `{words}`", "", _sentence(command_help(parser, words)), ""]
    options = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]
    rows = [f"| `{_usage(action)}` | {_cell(action.help or '')} |" for action in options if action.dest != "help"]
    if rows:
        lines += ["| argument | what it says |", "| --- | --- |", *rows, ""]
    if parser.epilog:
        lines += ["```text", parser.epilog.strip(), "```", ""]
    return "\n".join(lines)


def _usage(action: argparse.Action) -> str:
    name = ", ".join(action.option_strings) or str(action.metavar or action.dest).upper()
    takes = action.option_strings and action.nargs != 0
    return f"{name} {action.metavar or action.dest.upper()}" if takes else name


def api() -> str:
    """Return every endpoint of the interface, from the OpenAPI document that the installation serves."""
    lines = []
    for path, verbs in sorted(read_endpoints().items()):
        for verb, described in verbs.items():
            lines += [f"## `{verb.upper()} {path}`", "", _sentence(endpoint_help(described)), ""]
            rows = [_parameter(each) for each in described.get("parameters", [])]
            if rows:
                lines += ["| parameter | in | needed | what it says |", "| --- | --- | --- | --- |", *rows, ""]
            answers = ", ".join(f"`{status}`" for status in sorted(map(str, described.get("responses", {}))))
            lines += [f"Answers: {answers}", ""]
    return "\n".join(lines)


def read_endpoints() -> dict[str, dict[str, Any]]:
    """Return the paths of the OpenAPI document."""
    know_django()
    from liaison.config.api import document  # noqa: PLC0415 - Django is set up only now

    return {
        path: {verb: described for verb, described in verbs.items() if isinstance(described, dict)}
        for path, verbs in document()["paths"].items()
    }


def endpoint_help(described: Mapping[str, Any]) -> str:
    """Return what an endpoint says of itself."""
    return str(described.get("description") or "").strip()


def _parameter(described: Mapping[str, Any]) -> str:
    said = described.get("description") or described.get("schema", {}).get("title") or ""
    needed = "yes" if described.get("required") else "no"
    return f"| `{described['name']}` | {described['in']} | {needed} | {_cell(str(said))} |"


def databases() -> str:
    """Return each database with its purpose, minimum and fields, from the declarations."""
    return "\n".join(_database(database) for _, database in sorted(all_databases().items()))


def _database(database: Any) -> str:  # Any: the declaration is described by its own module
    lines = [
        f"## {database.label} (`{database.kind}@{database.version}`)",
        "",
        database.purpose,
        "",
        f"- References begin with `{database.reference_prefix}`.",
        f"- Entered by: {database.who_may_enter.value.replace('_', ' ')}.",
        f"- Asked by: {', '.join(sorted(kind.value.replace('_', ' ') for kind in database.who_may_query))}.",
        f"- Kept for: policy value `{database.retention_policy}` (default {database.retention_years} years).",
        "",
        "| field | label | type | needed | several | sensitive |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for field in database.fields:
        lines += _field(field, "")
    return "\n".join([*lines, ""])


def _field(field: Any, above: str) -> list[str]:  # Any: as above
    name = f"{above}{field.name}"
    marks = (_yes(field.required), _yes(field.many), _yes(field.sensitive))
    row = f"| `{name}` | {_cell(field.label)} | {_type(field)} | {' | '.join(marks)} |"
    return [row, *(line for part in field.parts for line in _field(part, f"{name}."))]


def _type(field: Any) -> str:  # Any: as above
    said = field.type.value.replace("_", " ")
    choices = ", ".join(f"`{choice.value}`" for choice in field.choices)
    return f"{said}: {choices}" if choices else said


def _said(value: Any) -> str:  # Any: as above
    return f"{value.label}: {value.of}" if value.of else str(value.label)


def policies() -> str:
    """Return every policy value with its bounds, default and origin, from the catalogue."""
    rows = [
        f"| `{name}` | {_cell(_said(value))} | {value.default} {value.unit} | {value.smallest} to {value.largest} "
        f"| {value.mark.value} | {_cell(value.source)} |"
        for name, value in sorted(CATALOGUE.items())
    ]
    head = ["| value | what it says | default | bounds | mark | printed as ground |", "| --- " * 6 + "|"]
    return "\n".join([*head, *rows])


def reasons() -> str:
    """Return every reason with the purposes that it can serve, from the rule."""
    rows = [
        f"| `{reason.value}` | {_cell(REASON_LABELS[reason])} "
        f"| {', '.join(f'`{purpose.value}`' for purpose in Purpose if purpose in SERVES[reason])} |"
        for reason in Reason
    ]
    return "\n".join(["| reason | what it says | purposes that it can serve |", "| --- " * 3 + "|", *rows])


def libraries() -> str:
    """Return which room may import which library, and why."""
    allowed = tomllib.loads((REPOSITORY / "tests/architecture/libraries.toml").read_text(encoding="utf-8"))
    rows = [
        f"| `{library}` | `{room}` | {_cell(reason)} |"
        for room, names in allowed.items()
        for library, reason in sorted(names.items())
    ]
    return "\n".join(["| library | room | why |", "| --- | --- | --- |", *sorted(rows)])


def know_django() -> None:
    """Load Django's apps without an installation: the home is an empty folder, and no database is asked."""
    if apps.ready:
        return
    os.environ.setdefault("LIAISON_HOME", tempfile.mkdtemp(prefix="liaison-docs-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    django.setup()


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _sentence(text: str) -> str:
    said = text.strip()
    return f"{said[:1].upper()}{said[1:]}" + ("" if not said or said.endswith((".", "!", ")")) else ".")


CHAPTERS = {
    1: "Architecture",
    2: "Signing in",
    3: "Sessions",
    4: "Access",
    5: "Input and output",
    6: "Stored cryptography",
    7: "Errors and logs",
    8: "Data protection",
    9: "Communication",
    10: "Malicious code",
    11: "Business logic",
    12: "Files",
    13: "Interface",
    14: "Configuration",
}


def read_asvs() -> dict[str, dict[str, Any]]:
    """Return every requirement by its number: what it asks, whether it is met, where, by which tests, and why."""
    return tomllib.loads((REPOSITORY / "docs/reference/asvs.toml").read_text(encoding="utf-8"))


def asvs() -> str:
    """Return the table of the security standard, a chapter at a time, with how much of each is met."""
    rows = read_asvs()
    lines = [_summary(rows.values()), ""]
    for chapter, title in CHAPTERS.items():
        own = {number: row for number, row in rows.items() if number.split(".")[0] == str(chapter)}
        lines += [f"## V{chapter}: {title}", "", _summary(own.values()), ""]
        lines += ["| | asks | met | where, why, and what shows it |", "| --- | --- | --- | --- |"]
        lines += [_requirement(number, row) for number, row in own.items()]
        lines.append("")
    return "\n".join(lines)


def _summary(rows: Iterable[Mapping[str, Any]]) -> str:
    met = [row["met"] for row in rows]
    counted = [f"{met.count(word)} {word}" for word in ("yes", "partly", "no", "not ours") if word in met]
    return f"{len(met)} requirements: {', '.join(counted)}."


def _requirement(number: str, row: Mapping[str, Any]) -> str:
    where = ", ".join(f"`{path}`" for path in row["where"])
    shown = [f"Shown by {_test(name)}." for name in row["test"]] or ["No test: argued."]
    told = "<br>".join(part for part in (where, row["why"], *shown) if part)
    return f"| {number} | {_cell(row['asks'])} | {row['met']} | {_cell(told)} |"


def _test(named: str) -> str:
    """Return a test as one reads it: the words of its name, and its file."""
    path, _, name = named.partition("::")
    words = name.removeprefix("test_").replace("_", " ")
    return f"`{path}`" if name == "*" else f"*{words}* (`{path}`)"


MAKERS: Mapping[str, Callable[[], str]] = {
    "settings": settings,
    "commands": commands,
    "api": api,
    "databases": databases,
    "policies": policies,
    "reasons": reasons,
    "libraries": libraries,
    "asvs": asvs,
}
