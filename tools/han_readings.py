"""Write liaison/names/data/han.tsv: how Han letters are read in Mandarin and in Cantonese.

Run by hand, with `pip install "pypinyin==0.55.0" "ToJyutping==3.2.0"` in an environment of its own:

    python tools/han_readings.py

pypinyin (MIT licence, copyright mozillazg) gives the readings of Mandarin, the commonest first; ToJyutping (BSD
licence, copyright CanCLID) those of Cantonese. Both load large dictionaries for sentences, which names do not need.
Letters are those of GB 2312 and Big5, which cover the names of passports.
"""

import re
import sys
from pathlib import Path

import pypinyin
import ToJyutping

REPOSITORY = Path(__file__).resolve().parents[1]
OUT = REPOSITORY / "liaison/names/data/han.tsv"
FIRST, LAST = 0x4E00, 0x9FA5
MANDARIN_MAX = 2
CODINGS = ("gb2312", "big5")
TONE = re.compile("[1-6]$")


def is_in_use(letter: str) -> bool:
    """Whether a national character set has the letter."""
    for coding in CODINGS:
        try:
            letter.encode(coding)
        except UnicodeEncodeError:
            continue
        return True
    return False


def row(letter: str) -> str:
    """Return the letter, its readings in Mandarin (ü as v), and its first one in Jyutping, without tones."""
    mandarin = pypinyin.pinyin(letter, style=pypinyin.Style.NORMAL, heteronym=True, v_to_u=False)[0]
    own = [reading for reading in dict.fromkeys(mandarin) if reading.isascii() and reading.isalpha()][:MANDARIN_MAX]
    cantonese = ToJyutping.get_jyutping_list(letter)[0][1] or ""
    return f"{letter}\t{' '.join(own)}\t{TONE.sub('', cantonese.split()[0]) if cantonese else ''}"


def main() -> None:
    """Write the table, in the order of the letters."""
    rows = [row(chr(code)) for code in range(FIRST, LAST + 1) if is_in_use(chr(code))]
    head = [
        "# Han letter, readings in Mandarin (v is ü), reading in Cantonese (Jyutping).",
        "# Written by tools/han_readings.py. Sources: pypinyin 0.55.0 (MIT licence, copyright mozillazg),",
        "# ToJyutping 3.2.0 (BSD licence, copyright CanCLID).",
    ]
    OUT.write_text("\n".join((*head, *rows)) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} letters, {OUT.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
