"""The closed list of readers: the jail runs these and nothing else."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import BinaryIO

from liaison.databases import all_databases
from liaison.formats import csv_template, ftm, misp, ofac_csv, stix, un_xml
from liaison.formats.rows import Edition, Row


@dataclasses.dataclass(frozen=True, slots=True)
class Parser:
    """A reader of one format, and a small file of it that makes the reader load all it needs."""

    name: str
    parse: Callable[[BinaryIO], Iterator[Row | Edition]]
    specimen: bytes


_PARSERS = (
    Parser("un_xml", un_xml.parse, un_xml.SPECIMEN),
    Parser("ofac_csv", ofac_csv.parse, ofac_csv.SPECIMEN),
    Parser("ftm", ftm.parse, ftm.SPECIMEN),
    *(Parser(f"csv:{kind}", csv_template.parser_of(kind), csv_template.template(kind)) for kind in all_databases()),
    Parser("stix", stix.parse, stix.SPECIMEN),
    Parser("misp", misp.parse, misp.SPECIMEN),
)

PARSERS: dict[str, Parser] = {parser.name: parser for parser in _PARSERS}


def parser_named(name: str) -> Parser:
    """Return one parser of the list; KeyError is a bug of the caller."""
    return PARSERS[name]
