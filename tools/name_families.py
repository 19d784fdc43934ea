"""Write liaison/names/data/families.bin: which words are one name, after the names of Wikidata in the rigour library.

Run by hand, with `pip install "rigour==2.6.1" zstandard` in an environment of its own:

    python tools/name_families.py

The library itself groups names as well, but loads 400 MB and takes seconds for it in every process; this table is
mapped, and shared by all workers. The names of rigour are compiled from Wikidata (CC0) and published under the MIT
licence, copyright OpenSanctions Datenbanken GmbH.
"""

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import rigour._core as core
import zstandard

from liaison.names.families import FAMILIES_MAX, WORDS_MAGIC, number_of
from liaison.names.normalise import normalise
from liaison.names.phonemes import phonemes
from liaison.names.romanise import romanise

REPOSITORY = Path(__file__).resolve().parents[1]
OUT = REPOSITORY / "liaison/names/data/families.bin"
ZSTANDARD = b"\x28\xb5\x2f\xfd"
FIRST_LINE = b" => Q"


def corpus() -> str:
    """Return the names of the installed library: lines of `form, form => symbol`, a compressed frame of its core."""
    data = Path(core.__file__).read_bytes()
    place = data.find(ZSTANDARD)
    while place >= 0:
        try:
            text = zstandard.ZstdDecompressor().decompressobj().decompress(data[place:])
        except zstandard.ZstdError:
            text = b""
        if FIRST_LINE in text[:1000]:
            return text.decode("utf-8")
        place = data.find(ZSTANDARD, place + 1)
    raise SystemExit("the installed rigour has no names in the form that this tool reads")


def families(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each family that tells something: of two words at least that do not sound alike when romanised."""
    for line in text.splitlines():
        forms, _, symbol = line.rpartition(" => ")
        words = frozenset(normalise(form) for form in forms.split(",") if " " not in form.strip()) - {""}
        if len({phonemes(romanise(word)) or word for word in words}) > 1:
            yield symbol, words


def main() -> None:
    """Write the table: keys of words, where their families begin, the families of each, largest first."""
    of_word: dict[int, dict[int, int]] = defaultdict(dict)
    for symbol, words in families(corpus()):
        for word in words:
            of_word[number_of(word)][number_of(symbol)] = len(words)
    keys, starts, numbers = array("I"), array("I"), array("I")
    for key in sorted(of_word):
        keys.append(key)
        starts.append(len(numbers))
        sizes = of_word[key]
        numbers.extend(sorted(sizes, key=lambda number: (-sizes[number], number))[:FAMILIES_MAX])
    starts.append(len(numbers))
    parts = [array("I", [len(keys), len(numbers)]), keys, starts, numbers]
    if sys.byteorder != "little":
        for part in parts:
            part.byteswap()
    OUT.write_bytes(WORDS_MAGIC + b"".join(part.tobytes() for part in parts))
    sys.stdout.write(f"{len(keys)} words, {len(numbers)} pairs, {OUT.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
