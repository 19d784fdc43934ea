"""The program inside the jail: confine, read standard input with one parser of the closed list, answer in JSON lines.

The first line tells which walls stand; then one line an item; then `end`, `refused` or `stopped`. What went wrong is
told by the kind of error alone, never by its words, which could repeat a person's data.
"""

import dataclasses
import gc
import io
import json
import sys
from collections.abc import Mapping
from typing import BinaryIO

import msgspec

from liaison.files.confinement import Limits, confine, isolate
from liaison.formats.registry import parser_named
from liaison.formats.rows import as_mapping, finding_as_mapping
from liaison.identifiers.loading import load_all
from liaison.refusal import Refused

READ_BYTES = 64 * 1024
COLLECTED_AT = (100_000, 20, 20)
"""Rows hold no cycles; what does is found after so many new objects."""
_line = msgspec.json.Encoder()


def main(arguments: list[str]) -> int:
    """Run as `jailed PARENT LIMITS PARSER`; return 0 when the answer is whole, whatever it says."""
    parent, limits, name = int(arguments[0]), Limits(**json.loads(arguments[1])), arguments[2]
    source = io.BufferedReader(io.FileIO(0, "rb", closefd=False), READ_BYTES)
    answer = io.BufferedWriter(io.FileIO(1, "wb", closefd=False), READ_BYTES)
    try:
        namespaces = isolate(parent)
        parser = parser_named(name)
        for _ in parser.parse(io.BytesIO(parser.specimen)):
            pass  # what is loaded on first use is loaded now, while files can still be opened
        load_all()
        gc.freeze()
        gc.set_threshold(*COLLECTED_AT)
        confinement = confine(limits, parent=parent, namespaces=namespaces)
        _say(answer, {"confined": dataclasses.asdict(confinement)})
        for item in parser.parse(source):
            _say(answer, as_mapping(item))
    except Refused as refused:
        _say(answer, {"refused": [finding_as_mapping(finding) for finding in refused.findings]})
    except Exception as failure:  # the parent turns whatever hostile bytes provoked into a refusal
        _say(answer, {"stopped": type(failure).__name__})
    else:
        _say(answer, {"end": True})
    answer.flush()
    return 0


def _say(answer: BinaryIO, line: Mapping[str, object]) -> None:
    answer.write(_line.encode(line))
    answer.write(b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
