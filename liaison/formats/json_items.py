"""JSON from outside, item by item, in bounded memory: plain or packed with gzip, as often as it is wanted.

`Items(stream, opened)` descends only into the containers whose place is in `opened`; what lies there comes one value
at a time, each decoded whole. A place is the keys that lead to it, `[]` for an element of a list: a STIX bundle is
opened at `()` and `("objects",)`. A value larger than any list has is skipped and named, not kept in memory.
"""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from liaison.refusal import Finding, Refused, mark

UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
ITEM_CHARACTERS_MAX = 2 * 1024 * 1024
ITEMS_MAX = 1_000_000
NUMBER_DIGITS_MAX = 400
ELEMENT = "[]"
_CHUNK_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_SPACE = " \t\r\n"
_SPACES = re.compile(f"[{_SPACE}]*")
_BEGINNING_OF_A_WORD = re.compile(r"(?:t|tr|tru|true|f|fa|fal|fals|false|n|nu|nul|null|-?[0-9]*[.eE+-]?[0-9]*)\Z")
_IN_STRING = re.compile(r'"|\\.', re.DOTALL)
_OUTSIDE = re.compile(r'["{}\[\]]')

Place = tuple[str, ...]


class TooLarge:
    """Stands for a value that was skipped because it is longer than ITEM_CHARACTERS_MAX."""


class Ended:
    """Stands for the end of an opened container."""


TOO_LARGE: Final = TooLarge()
ENDED: Final = Ended()


@dataclass(frozen=True, slots=True)
class Item:
    """A value, the place where it stands and the line on which it begins, from 1."""

    place: Place
    line: int
    value: object


class _CutOff(Exception):
    """The text ends before its end."""


class Items:
    """The items of a file. `complete` is known after a pass: False where the file ends before its end.

    `stream` can be sought: every pass reads it from its start.
    """

    def __init__(self, stream: BinaryIO, opened: frozenset[Place]) -> None:
        self.complete = False
        self._stream = stream
        self._opened = opened

    def __iter__(self) -> Iterator[Item]:
        """Yield the items in the order of the file; the end of every opened container is one, with the value ENDED.

        Raise Refused for what is not JSON in UTF-8, does not unpack, is nested without reason or holds too much.
        """
        text = _Text(self._stream)
        self.complete = False
        count = 0
        try:
            for item in self._value(text, ()):
                count += 1
                if count > ITEMS_MAX:
                    raise Refused(_too_many())
                yield item
            text.expect_end()
        except _CutOff:
            return
        self.complete = True

    def _value(self, text: "_Text", place: Place) -> Iterator[Item]:
        line, first = text.line, text.peek()
        if place not in self._opened or first not in "{[":
            yield Item(place, line, text.take_value())
            return
        text.take(first)
        last = "}" if first == "{" else "]"
        more = text.peek() != last
        while more:
            key = text.take_key() if first == "{" else ELEMENT
            yield from self._value(text, (*place, key))
            more = text.peek() == ","
            if more:
                text.take(",")
        text.take(last)
        yield Item(place, line, ENDED)


class _Text:
    """The text of the file from the place that was reached, and as much after it as is needed."""

    def __init__(self, stream: BinaryIO) -> None:
        stream.seek(0)
        packed = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        stream.seek(0)
        self._source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
        self._characters = codecs.getincrementaldecoder("utf-8-sig")()
        self._decode = json.JSONDecoder(parse_constant=_no_number, parse_int=_whole, strict=True).raw_decode
        self._text = ""
        self._at = 0
        self._seen_bytes = 0
        self._ended = False
        self._line = 1

    @property
    def line(self) -> int:
        """The line that was reached, from 1."""
        self.peek_or_end()
        return self._line

    def peek(self) -> str:
        """Return the next character that is not space."""
        found = self.peek_or_end()
        if not found:
            if not self._seen_bytes:
                raise Refused(_empty())
            raise _CutOff
        return found

    def peek_or_end(self) -> str:
        """Return the next character that is not space, nothing at the end of the file."""
        while True:
            spaces = _SPACES.match(self._text, self._at)
            self._reach(spaces.end() if spaces else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Go past this character; raise Refused where another stands."""
        if self.peek() != wanted:
            raise Refused(_malformed(self._line))
        self._at += 1

    def take_key(self) -> str:
        """Return the key that stands here, and go past its colon."""
        if self.peek() != '"':
            raise Refused(_malformed(self._line))
        key = self.take_value()
        self.take(":")
        return key if isinstance(key, str) else ""

    def take_value(self) -> object:
        """Return the value that begins here, TOO_LARGE in place of one that is longer than any."""
        self.peek()
        while True:
            failure, began = None, self._at
            try:
                value, end = self._decode(self._text, self._at)
            except RecursionError as error:
                raise Refused(_too_deep(self._line)) from error
            except ValueError as error:
                failure = error
            else:
                if end < len(self._text) or self._ended:  # what ends with the text may be a number that goes on
                    value = value if end - self._at <= ITEM_CHARACTERS_MAX else TOO_LARGE
                    self._reach(end)
                    return value
            if len(self._text) - self._at > ITEM_CHARACTERS_MAX:
                self._skip()
                return TOO_LARGE
            if not self._more() and failure is not None:
                if _is_whole(self._text, self._at):
                    raise Refused(_malformed(self._line + _lines_between(began, failure))) from failure
                raise _CutOff from failure

    def expect_end(self) -> None:
        """Raise Refused where something follows."""
        if self.peek_or_end():
            raise Refused(_malformed(self._line))

    def _skip(self) -> None:
        """Go past the value that begins here, whatever is in it, without keeping it."""
        depth, inside = 0, False
        if self._text[self._at] not in '"{[':
            raise Refused(_malformed(self._line))
        while True:
            found = (_IN_STRING if inside else _OUTSIDE).search(self._text, self._at)
            if found is None:
                self._reach(len(self._text) - self._text.endswith("\\"))  # what it escapes comes with the next piece
                if not self._more():
                    raise _CutOff
                continue
            self._reach(found.end())
            match found.group():
                case '"':
                    inside = not inside
                case "{" | "[":
                    depth += 1
                case "}" | "]":
                    depth -= 1
            if depth == 0 and not inside:
                return

    def _reach(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read on, twice as much as waits unread; return whether there was more."""
        if self._ended:
            return False
        waiting = self._text[self._at :]
        data = self._read(max(_CHUNK_BYTES, min(len(waiting), ITEM_CHARACTERS_MAX)))
        self._seen_bytes += len(data)
        if self._seen_bytes > UNPACKED_BYTES_MAX:
            raise Refused(_too_large())
        try:
            self._text = waiting + self._characters.decode(data, final=False)
        except UnicodeDecodeError as error:
            raise Refused(_not_utf8(self._line)) from error
        self._at = 0
        self._ended = not data
        return not self._ended

    def _read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except EOFError as error:
            if not self._seen_bytes:
                raise Refused(_damaged()) from error
            return b""
        except (gzip.BadGzipFile, zlib.error) as error:
            raise Refused(_damaged()) from error


def _is_whole(text: str, at: int) -> bool:
    """Whether the value that begins here ends before the text does, so that no more of it can mend it."""
    if text[at] not in '"{[':
        return _BEGINNING_OF_A_WORD.match(text, at) is None
    depth, inside = 0, False
    while (found := (_IN_STRING if inside else _OUTSIDE).search(text, at)) is not None:
        at = found.end()
        if found.group() == '"':
            inside = not inside
        elif not inside:
            depth += 1 if found.group() in "{[" else -1
        if depth <= 0 and not inside:
            return True
    return False


def _lines_between(began: int, failure: ValueError) -> int:
    return failure.doc.count("\n", began, failure.pos) if isinstance(failure, json.JSONDecodeError) else 0


def _whole(digits: str) -> int:
    if len(digits) > NUMBER_DIGITS_MAX:
        raise ValueError("no number of a list is so long")
    return int(digits)


def _no_number(_name: str) -> float:
    raise ValueError("NaN and Infinity are not JSON")


_AGAIN = mark("Nothing was kept. Get the list again from its publisher; do not mend it by hand.")
_UNLIKE_ANY = mark("Get the list again from its publisher; no list that is known is like this.")


def _malformed(line: int) -> Finding:
    return Finding(
        code="json.malformed",
        problem=mark("The file is not well-formed JSON (line %(line)s)."),
        remedy=_AGAIN,
        field="file",
        values={"line": line},
    )


def _not_utf8(line: int) -> Finding:
    return Finding(
        code="json.not_utf8",
        problem=mark("The file is not text in UTF-8 (after line %(line)s)."),
        remedy=_AGAIN,
        field="file",
        values={"line": line},
    )


def _too_deep(line: int) -> Finding:
    return Finding(
        code="json.too_deep",
        problem=mark("At line %(line)s the file is nested deeper than any list."),
        remedy=_UNLIKE_ANY,
        field="file",
        values={"line": line},
    )


def _too_large() -> Finding:
    return Finding(
        code="json.too_large",
        problem=mark("The file, unpacked, is larger than %(mib)s MiB."),
        remedy=_UNLIKE_ANY,
        field="file",
        values={"mib": UNPACKED_BYTES_MAX // 1024 // 1024},
    )


def _too_many() -> Finding:
    return Finding(
        code="json.too_many",
        problem=mark("The file has more than %(most)s entries."),
        remedy=mark("Import it in several files."),
        field="file",
        values={"most": ITEMS_MAX},
    )


def _empty() -> Finding:
    return Finding(
        code="json.empty",
        problem=mark("The file is empty."),
        remedy=mark("Get the list again from its publisher."),
        field="file",
    )


def _damaged() -> Finding:
    return Finding(
        code="json.damaged",
        problem=mark("The packed file is damaged: it does not unpack."),
        remedy=mark("Get the list again from its publisher."),
        field="file",
    )
