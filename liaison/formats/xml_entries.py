"""Lists in XML from outside, entry by entry, in bounded memory: plain or packed with gzip.

A list is a root, sections in it and entries in them; each entry comes as a plain tree of `Node`s, which remember
which of them were taken, so that what nobody took can be counted. Entities, document type declarations and external
files do not exist here: a file that has one is refused before anything is unfolded.
"""

import dataclasses
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from lxml import etree

from liaison.refusal import Finding, Refused, mark

FILE_BYTES_MAX = 256 * 1024 * 1024
DEPTH_MAX = 8
ENTRY_ELEMENTS_MAX = 5_000
ENTRIES_MAX = 100_000
TEXT_CHARACTERS_MAX = 20_000
_NAME_CHARACTERS_SHOWN = 40
_TAIL_BYTES = 256
_ENTRY_DEPTH = 3
_GZIP_MAGIC = b"\x1f\x8b"


@dataclasses.dataclass(slots=True)
class Node:
    """One element: its text (ends cut, runs of space made one), its children, and whether somebody took it.

    Of attributes only the names are known: no list that we read says anything in them below its root.
    """

    tag: str
    line: int
    text: str
    children: list["Node"]
    attributes: tuple[str, ...] = ()
    taken: bool = False

    def take(self, tag: str) -> str:
        """Return the text of the first child of this name, empty where there is none, and mark it taken."""
        return next(iter(self.take_all(tag)), "")

    def take_all(self, tag: str) -> list[str]:
        """Return the texts of all children of this name that have one, and mark them taken."""
        found = [child for child in self.children if child.tag == tag and child.text]
        for child in found:
            child.taken = True
        return [child.text for child in found]

    def take_values(self, tag: str) -> list[str]:
        """Return the texts of `tag/VALUE`."""
        return [text for child in self.named(tag) for text in child.take_all("VALUE")]

    def named(self, tag: str) -> list["Node"]:
        """Return the children of this name."""
        return [child for child in self.children if child.tag == tag]

    def walk(self, path: str = "") -> Iterator[tuple[str, "Node"]]:
        """Yield every element below with its path from here."""
        for child in self.children:
            below = f"{path}/{child.tag}" if path else child.tag
            yield below, child
            yield from child.walk(below)

    def unkept(self) -> Counter[str]:
        """Count what has content and was not taken, by its path; attributes as `path@name`."""
        found: Counter[str] = Counter()
        for path, node in [(self.tag, self), *self.walk(self.tag)]:
            found.update([path] if node.text and not node.taken else [])
            found.update(f"{path}@{name}" for name in node.attributes)
        return found

    def kept(self) -> Counter[str]:
        """Count what has content and was taken, by its path."""
        return Counter(path for path, node in self.walk(self.tag) if node.text and node.taken)


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """What a list looks like: its root, and which entries each of its sections holds."""

    root: str
    sections: Mapping[str, str]


class Document:
    """One pass over a list. `attributes`, `complete` and `strange` are whole when `entries()` has ended."""

    def __init__(self, stream: BinaryIO, shape: Shape) -> None:
        self.attributes: dict[str, str] = {}
        self.complete = False
        self.strange: Counter[str] = Counter()
        self._shape = shape
        self._source = _Source(stream)
        self._begun = False
        self._entries = 0

    def entries(self) -> Iterator[Node]:
        """Yield the list's entries in order; a list without its end ends early, with `complete` still False.

        Raise Refused for what is not such a list at all: another root, broken XML, entities, too deep, too large.
        """
        events = etree.iterparse(
            self._source,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            yield from self._walk(events)
        except etree.XMLSyntaxError as error:
            self._explain(error)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            cut_off = isinstance(error, EOFError) and self._source.seen_bytes
            if not cut_off:
                raise Refused(_damaged()) from error
        else:
            self.complete = True

    def _walk(self, events: "etree.iterparse") -> Iterator[Node]:
        path: list[str] = []
        elements = 0
        for event, element in events:
            if event == "start":
                path.append(str(element.tag))
                elements = elements + 1 + len(element.attrib) if len(path) > _ENTRY_DEPTH else len(element.attrib)
                self._check_start(element, path, elements)
                continue
            if len(path) <= _ENTRY_DEPTH:
                if self._is_entry(path):
                    self._entries += 1
                    yield _as_node(element)
                elif len(path) > 1:
                    above = "/".join(path[1:-1])
                    strange = _as_node(element).unkept()
                    self.strange.update({f"{above}/{name}" if above else name: strange[name] for name in strange})
                _forget(element)
            path.pop()

    def _check_start(self, element: "etree._Element", path: list[str], elements: int) -> None:
        if len(path) == 1:
            document = element.getroottree().docinfo
            if document.internalDTD is not None or document.doctype:
                raise Refused(_has_entities())
            if element.tag != self._shape.root:
                raise Refused(self._not_this_list(str(element.tag)))
            self._begun = True
            self.attributes = {_local(name): str(value).strip() for name, value in element.attrib.items()}
        for amount, most, problem in (
            (len(path), DEPTH_MAX, mark("At line %(line)s the file is nested deeper than %(most)s levels.")),
            (
                elements,
                ENTRY_ELEMENTS_MAX,
                mark("At line %(line)s an entry has more than %(most)s elements and attributes."),
            ),
            (self._entries, ENTRIES_MAX, mark("At line %(line)s the file has more than %(most)s entries.")),
        ):
            if amount > most:
                raise Refused(_too_much(element, problem, most))

    def _is_entry(self, path: list[str]) -> bool:
        return len(path) == _ENTRY_DEPTH and self._shape.sections.get(path[1]) == path[2]

    def _explain(self, error: etree.XMLSyntaxError) -> None:
        """Return when the list is only cut off; raise Refused for every other fault."""
        if not self._source.seen_bytes:
            raise Refused(_empty()) from error
        closed = re.search(rb"</%s\s*>" % self._shape.root.encode(), self._source.tail)
        if self._source.ended and self._begun and not closed:
            return
        if not self._begun:
            raise Refused(self._not_this_list("")) from error
        raise Refused(_malformed(error)) from error

    def _not_this_list(self, found: str) -> Finding:
        if not found:
            return _not_xml()
        return Finding(
            code="xml.wrong_root",
            problem=mark("The file is not such a list: it begins with “%(found)s” and not with “%(root)s”."),
            remedy=mark("Give the XML file as its publisher offers it, or choose another kind of list."),
            field="file",
            values={"found": found[:_NAME_CHARACTERS_SHOWN], "root": self._shape.root},
        )


class _Source:
    """The bytes of the list, unpacked, bounded, with the last of them kept."""

    def __init__(self, stream: BinaryIO) -> None:
        packed = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        stream.seek(0)
        self._stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
        self.seen_bytes = 0
        self.tail = b""
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; lxml asks for a bounded number."""
        data = self._stream.read(size)
        self.seen_bytes += len(data)
        if self.seen_bytes > FILE_BYTES_MAX:
            raise Refused(_too_large())
        self.ended = not data
        self.tail = (self.tail + data)[-_TAIL_BYTES:]
        return data


def _as_node(element: "etree._Element") -> Node:
    text = element.text or ""
    for child in element:
        text += child.tail or ""  # text beside elements is content too: it must not get lost uncounted
    return Node(
        tag=str(element.tag),
        line=_line(element),
        text=" ".join(text.split()),
        children=[_as_node(child) for child in element if isinstance(child.tag, str)],
        attributes=tuple(_local(name) for name in element.attrib),
    )


def _line(element: "etree._Element") -> int:
    line: Any = element.sourceline  # the stubs declare it without a type
    return line or 0


def _forget(element: "etree._Element") -> None:
    """Give back the memory of what was read: this element's content, and its elder siblings altogether."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _local(name: str | bytes) -> str:
    return str(name).rpartition("}")[2]


def _has_entities() -> Finding:
    return Finding(
        code="xml.entities",
        problem=mark("The file declares a document type, which could hide entities; no list needs one."),
        remedy=mark("Do not use this file. Get the list again from its publisher, and tell them."),
        field="file",
    )


def _too_much(element: "etree._Element", problem: str, most: int) -> Finding:
    return Finding(
        code="xml.too_much",
        problem=problem,
        remedy=mark("Get the list again from its publisher; no list that is known is like this."),
        field="file",
        values={"line": _line(element), "most": most},
    )


def _too_large() -> Finding:
    return Finding(
        code="xml.too_large",
        problem=mark("The file, unpacked, is larger than %(mib)s MiB."),
        remedy=mark("Get the list again from its publisher; no list that is known is like this."),
        field="file",
        values={"mib": FILE_BYTES_MAX // 1024 // 1024},
    )


def _empty() -> Finding:
    return Finding(
        code="xml.empty",
        problem=mark("The file is empty."),
        remedy=mark("Get the list again from its publisher."),
        field="file",
    )


def _not_xml() -> Finding:
    return Finding(
        code="xml.not_xml",
        problem=mark("The file is not XML."),
        remedy=mark("Give the XML file as its publisher offers it; open it once to see what it is."),
        field="file",
    )


def _damaged() -> Finding:
    return Finding(
        code="xml.damaged",
        problem=mark("The packed file is damaged: it does not unpack."),
        remedy=mark("Get the list again from its publisher."),
        field="file",
    )


def _malformed(error: etree.XMLSyntaxError) -> Finding:
    log: Any = error.error_log  # the stubs declare it without its attributes
    last = log.last_error
    line = max(error.position[0], last.line if last is not None else 0)
    return Finding(
        code="xml.malformed",
        problem=mark("The file is not well-formed XML (line %(line)s)."),
        remedy=mark("Nothing was kept. Get the list again from its publisher; do not mend it by hand."),
        field="file",
        values={"line": line},
    )
