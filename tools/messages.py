"""The message catalogues: find every sentence that is marked, and keep the languages whole.

    python tools/messages.py update     write the sentences found into every catalogue; translations are kept
    python tools/messages.py compile    write the .mo beside each .po
    python tools/messages.py check      exit 1 and say what is missing, wrong or stale

Sentences are found in Python (`mark`, `gettext` and its family), in templates (`translate`, `blocktranslate`) and in
the data that names states in machine-readable zones. No gettext program is needed.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, Token, TokenType

PACKAGE = Path(__file__).resolve().parents[1] / "liaison"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("ar", "es", "fr")
STATE_CODES = PACKAGE / "identifiers" / "data" / "state_codes.json"

HEADER = "# Liaison: the sentences of the product, in one language.\n"
PLURAL_FORMS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
    ": n%100>=11 && n%100<=99 ? 4 : 5);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}
"""As gettext and Django have them; the last form of Arabic is for 100, 101, 102 and so on."""
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""A catalogue's header holds no time of its own, so that the same sentences give the same bytes."""

SINGULAR = {"mark", "gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
PLACE = re.compile(r"%\((\w+)\)[sd]")
TRANSLATE = re.compile(r"""(?:translate|trans)\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
BLOCK = re.compile(r"(?:blocktranslate|blocktrans)\b(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """One sentence and where it stands; `plural` and `context` are empty where it has none."""

    text: str
    where: str
    plural: str = ""
    context: str = ""

    @property
    def id(self) -> str | tuple[str, str]:
        """The message id as a catalogue keeps it."""
        return (self.text, self.plural) if self.plural else self.text


def main(verb: str) -> int:
    """Do what the verb says for every language; return the exit status."""
    verbs = {"update": update, "compile": compile_all, "check": check}
    if verb not in verbs:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    problems = verbs[verb]()
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


def update() -> list[str]:
    """Write what is found into every catalogue, keeping its translations; say what is still to translate."""
    found = list(messages())
    for language in LANGUAGES:
        path = _po(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_catalogue(path, _updated(language, found))
    compile_all()
    return [problem for language in LANGUAGES for problem in _incomplete(language, found)]


def compile_all() -> list[str]:
    """Write the .mo of every catalogue."""
    for language in LANGUAGES:
        _po(language).with_suffix(".mo").write_bytes(_compiled(read_catalogue(language)))
    return []


def check() -> list[str]:
    """Return what is missing, wrong or stale, language by language."""
    found = list(messages())
    return [problem for language in LANGUAGES for problem in (*_incomplete(language, found), *_stale(language))]


def messages() -> Iterator[Found]:
    """Yield every sentence of the package, in the order of files and lines."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from in_python(path.read_text(encoding="utf-8"), _relative(path))
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield from in_template(path.read_text(encoding="utf-8"), _relative(path))
    for label in sorted(
        {label for _, label in json.loads(STATE_CODES.read_text(encoding="utf-8"))["codes"].values()}
    ):
        yield Found(label, _relative(STATE_CODES))


def in_python(source: str, where: str) -> Iterator[Found]:
    """Yield the sentences that Python code marks."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        if name in SINGULAR and len(texts) == 1 and isinstance(texts[0], str):
            yield Found(texts[0], where)
        elif name in PLURAL and len(texts) >= 2:
            yield Found(str(texts[0]), where, plural=str(texts[1]))
        elif name in IN_CONTEXT and len(texts) == 2:
            yield Found(str(texts[1]), where, context=str(texts[0]))


def in_template(source: str, where: str) -> Iterator[Found]:
    """Yield the sentences that a template marks."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type is not TokenType.BLOCK:
            continue
        if literal := TRANSLATE.match(token.contents):
            yield Found(literal[1] if literal[1] is not None else literal[2], where)
        elif BLOCK.match(token.contents):
            yield _block(tokens, where, trimmed=" trimmed" in token.contents)


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a .po whose bytes depend on its sentences only."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False, ignore_obsolete=True, sort_by_file=True)


def read_catalogue(language: str) -> Catalog:
    """Return a language's catalogue."""
    with _po(language).open("rb") as file:
        return read_po(file, locale=language)


def _block(tokens: Iterator[Token], where: str, *, trimmed: bool) -> Found:
    """Return the sentence of one blocktranslate, as Django asks the catalogue for it."""
    forms: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.BLOCK and token.contents.startswith("endblocktrans"):
            break
        if token.token_type is TokenType.BLOCK and token.contents.strip() == "plural":
            forms.append([])
        elif token.token_type is TokenType.VAR:
            forms[-1].append(f"%({token.contents})s")
        else:
            forms[-1].append(token.contents.replace("%", "%%"))
    texts = ["".join(form) for form in forms]
    if trimmed:
        texts = [" ".join(line.strip() for line in text.strip().splitlines()) for text in texts]
    return Found(texts[0], where, plural=texts[1] if len(texts) > 1 else "")


def _updated(language: str, found: list[Found]) -> Catalog:
    kept = read_catalogue(language) if _po(language).exists() else Catalog(locale=language)
    new = Catalog(
        locale=language,
        project="Liaison",
        version="1",
        header_comment=HEADER,
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="Liaison",
        language_team="Liaison",
        msgid_bugs_address="-",
        fuzzy=False,
    )
    new.mime_headers = [("Plural-Forms", PLURAL_FORMS[language])]
    for each in found:
        known = kept.get(each.text, context=each.context or None)
        string = known.string if known is not None and isinstance(known.id, tuple) is bool(each.plural) else None
        new.add(each.id, string, locations=[(each.where, 0)], context=each.context or None)
    return new


def _incomplete(language: str, found: list[Found]) -> Iterator[str]:
    if not _po(language).exists():
        yield f"{language}: there is no catalogue; run `update`."
        return
    catalogue = read_catalogue(language)
    for each in dict.fromkeys((one.text, one.plural, one.context) for one in found):
        text, plural, context = each
        message = catalogue.get(text, context=context or None)
        if message is None:
            yield f"{language}: not in the catalogue; run `update`: {text!r}"
        elif not all(_forms(message)):
            yield f"{language}: not translated: {text!r}"
        else:
            yield from (
                f"{language}: other places than the English: {form!r}" for form in _misplaced(message, plural)
            )


def _misplaced(message: Message, plural: str) -> Iterator[str]:
    """Yield the forms whose places differ; the form for one or two may leave out the number, as languages do."""
    texts = message.id if isinstance(message.id, tuple) else (message.id,)
    wanted = set().union(*(PLACE.findall(text) for text in texts))
    for form in _forms(message):
        places = set(PLACE.findall(form))
        if not places <= wanted or (places != wanted and not plural):
            yield form


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string,)


def _stale(language: str) -> Iterator[str]:
    mo = _po(language).with_suffix(".mo")
    if not mo.exists() or _translations(mo.read_bytes()) != _translations(_compiled(read_catalogue(language))):
        yield f"{language}: the compiled catalogue is stale; run `compile`."


def _compiled(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _translations(compiled: bytes) -> dict[str, object]:
    """Return the sentences of a compiled catalogue, without its header, which names the version of its writer."""
    return {
        repr((message.id, message.context)): message.string for message in read_mo(BytesIO(compiled)) if message.id
    }


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _relative(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
