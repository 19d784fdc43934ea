"""What the engine keeps of a record and asks of a query: names, birth dates, nationalities, sex, documents and keys.

Both come as plain mappings from outside. Reading is forgiving on form and never guesses: what has no name, number
or date that can be read is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from liaison.identifiers.documents import confusion_key, normalise_number
from liaison.matching.birth_dates import BirthDate, birth_dates_of
from liaison.names import NAME_CHARACTERS_MAX, Token, tokens_of

NAMES_MAX = 64
DOCUMENTS_MAX = 64
KEYS_MAX = 1024
KEY_CHARACTERS_MAX = 200
NO_AUDIENCE = -1
WEAK_ALIAS = "weak_alias"
"""The kind of a name that its own source calls weak."""
_ORGANISATIONS = frozenset({"organisation", "organisations"})
_SEXES = frozenset({"F", "M"})


class Name(NamedTuple):
    """One name as given, its kind (primary, strong_alias, weak_alias, former ...) and its words."""

    text: str
    kind: str
    tokens: tuple[Token, ...]


class Document(NamedTuple):
    """A number as given, its two comparable forms (punctuation off; usual misreadings joined), country and kind."""

    text: str
    number: str
    misread: str
    country: str
    kind: str


class SearchDocument(NamedTuple):
    """What can be compared of one person, organisation or query."""

    names: tuple[Name, ...] = ()
    birth_dates: tuple[BirthDate, ...] = ()
    nationalities: tuple[str, ...] = ()
    sex: str = ""
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """A record as an index keeps it: who may find it, and its search document.

    `record_id` and `source` are 16 bytes. `content` has the fields of a search document, and `keys` (strings that
    find it exactly). `holding` numbers what its source has of its kind; `conditions` are bits that a scope may close.
    `vouched` is False where the record could lead to an arrest and its source did not sign it. `also` is a second
    audience, which has to hold a reader besides the first; NO_AUDIENCE asks for none.
    """

    record_id: bytes
    kind: str
    source: bytes
    audience: int
    level: int
    content: Mapping[str, object]
    seq: int = 0
    holding: int = 0
    conditions: int = 0
    vouched: bool = True
    also: int = NO_AUDIENCE


def read_search_document(content: Mapping[str, object], *, kind: str = "") -> SearchDocument:
    """Return the comparable values of a query or a record."""
    organisation = (kind or str(content.get("kind", ""))) in _ORGANISATIONS
    return SearchDocument(
        names=_names(_listed(content, "names"), organisation=organisation),
        birth_dates=birth_dates_of(_listed(content, "birth_dates")),
        nationalities=tuple(dict.fromkeys(str(code).upper() for code in _listed(content, "nationalities") if code)),
        sex=sex if (sex := str(content.get("sex") or "").upper()) in _SEXES else "",
        documents=_documents(_listed(content, "documents")),
    )


class Shown(NamedTuple):
    """What a segment keeps of a record to show in explanations, as it was given; the rest of it is in columns.

    Documents are number, country and kind.
    """

    names: tuple[str, ...] = ()
    births: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    sex: str = ""
    documents: tuple[tuple[str, str, str], ...] = ()


def shown_of(document: SearchDocument) -> Shown:
    """Return of a document what explanations show."""
    return Shown(
        tuple(name.text for name in document.names),
        tuple(date.text for date in document.birth_dates),
        document.nationalities,
        document.sex,
        tuple((one.text, one.country, one.kind) for one in document.documents),
    )


def documents_of(shown: Shown) -> tuple[Document, ...]:
    """Return the documents that were kept to be shown, with the forms in which they are compared."""
    return tuple(_made(text, country, kind) for text, country, kind in shown.documents)


def _listed(content: Mapping[str, object], field: str) -> Sequence[object]:
    value = content.get(field)
    if type(value) is list:  # what every database gives: the way for it is short
        return value
    if value is None:
        return ()
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else [value]


def _names(values: Iterable[object], *, organisation: bool) -> tuple[Name, ...]:
    names: dict[str, Name] = {}
    for value in values:
        text, kind = _text_and_kind(value)
        tokens = tokens_of(text, organisation=organisation) if text not in names else ()
        if tokens:
            names[text] = Name(text, kind, tokens)
        if len(names) >= NAMES_MAX:
            break
    return tuple(names.values())


def _text_and_kind(value: object) -> tuple[str, str]:
    if isinstance(value, Mapping):
        return str(value.get("text") or "")[:NAME_CHARACTERS_MAX], str(value.get("kind") or "")
    return str(value or "")[:NAME_CHARACTERS_MAX], ""


def _documents(values: Sequence[object]) -> tuple[Document, ...]:
    read = [_document(value) for value in values[:DOCUMENTS_MAX]]
    return tuple(dict.fromkeys(document for document in read if document.number))


def _document(value: object) -> Document:
    fields = value if isinstance(value, Mapping) else {"number": value}
    text = str(fields.get("number") or "")[:KEY_CHARACTERS_MAX]
    return _made(text, str(fields.get("country") or "").upper(), str(fields.get("kind") or ""))


def _made(text: str, country: str, kind: str) -> Document:
    number = normalise_number(text)
    return Document(text, number, confusion_key(text) if number else "", country, kind)
