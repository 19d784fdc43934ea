"""Thai by the Royal Thai General System of Transcription, as nearly as it goes without a dictionary; Lao like it.

A vowel that is written before its consonant is spoken after it, a consonant closes a syllable differently than it
opens one, and between two consonants alone an o is spoken, or an a before the last syllable.
"""

from collections.abc import Iterator

_OPENING = {
    **dict.fromkeys("ก", "k"), **dict.fromkeys("ขคฆ", "kh"), "ง": "ng", "จ": "ch", **dict.fromkeys("ฉชฌ", "ch"),
    **dict.fromkeys("ซสศษ", "s"), **dict.fromkeys("ญย", "y"), **dict.fromkeys("ฎด", "d"), **dict.fromkeys("ฏต", "t"),
    **dict.fromkeys("ฐฑฒถทธ", "th"), **dict.fromkeys("ณน", "n"), "บ": "b", "ป": "p", **dict.fromkeys("ผพภ", "ph"),
    **dict.fromkeys("ฝฟ", "f"), "ม": "m", "ร": "r", **dict.fromkeys("ลฬ", "l"), "ว": "w", **dict.fromkeys("หฮ", "h"),
    "อ": "",
}  # fmt: skip
_CLOSING = {
    **dict.fromkeys("กขคฆ", "k"), **dict.fromkeys("จฉชซฌฎฏฐฑฒดตถทธศษส", "t"), **dict.fromkeys("บปผพฟภฝ", "p"),
    **dict.fromkeys("ญณนรลฬ", "n"), "ง": "ng", "ม": "m", "ย": "i", "ว": "o", "อ": "o", "ห": "", "ฮ": "",
}  # fmt: skip
_BEFORE = {"เ": "e", "แ": "ae", "โ": "o", "ใ": "ai", "ไ": "ai"}
_AFTER = {
    "ะ": "a",
    "า": "a",
    "ิ": "i",
    "ี": "i",
    "ึ": "ue",
    "ื": "ue",
    "ุ": "u",
    "ู": "u",
    "ั": "a",
    "ำ": "am",
    "ๅ": "a",
    "็": "",
}
_LAO_FIRST, _LAO_LAST, _LAO_AFTER_THAI = 0x0E80, 0x0EFF, 0x80
_AM_APART = "ํา"
_SILENCED = "์"
_OLD = {"ว": "v", "จ": "j", "พ": "p", "ภ": "ph", "ท": "th", "ธ": "dh"}
_CLUSTER_SECOND = frozenset("รลว")


def read(word: str) -> Iterator[str]:
    """Yield a reading with o, and one with a, between consonants alone; nothing for other scripts."""
    letters = _spoken_order("".join(map(_thai, word)))
    if letters:
        yield _written(letters, "o")
        yield _written(letters, "a")
        yield _sanskrit(letters)


def _sanskrit(letters: list[str]) -> str:
    """Return every letter as it opens a syllable, with v and j, as old family names are written."""
    out = ""
    for place, letter in enumerate(letters):
        consonant = letter in _OPENING
        out += (_OLD.get(letter) or _OPENING[letter]) if consonant else _BEFORE.get(letter) or _AFTER.get(letter, "")
        out += "a" if consonant and letters[place + 1 : place + 2] and letters[place + 1] in _OPENING else ""
    return out


def _thai(letter: str) -> str:
    """Return the Thai letter for one of Lao, which stands at the same place of the next block."""
    return chr(ord(letter) - _LAO_AFTER_THAI) if _LAO_FIRST <= ord(letter) <= _LAO_LAST else letter


def _spoken_order(word: str) -> list[str]:
    """Return consonants and vowels in spoken order, without tone marks and without silenced letters."""
    out: list[str] = []
    waiting = ""
    for letter in word.replace(_AM_APART, "ำ"):
        if letter == _SILENCED:
            if out and out[-1] in _OPENING:
                out.pop()
        elif letter in _BEFORE:
            waiting = letter
        elif letter in _OPENING:
            out.append(letter)
            if waiting:
                out.append(waiting)
                waiting = ""
        elif letter in _AFTER:
            out.append(letter)
    return out


def _written(letters: list[str], inherent: str) -> str:
    out: list[str] = []
    place = 0
    while place < len(letters):
        letter = letters[place]
        if letter in _OPENING:
            place = _syllable(letters, place, inherent, out)
        else:
            out.append(_BEFORE.get(letter) or _AFTER.get(letter, ""))
            place += 1
    return "".join(out)


def _syllable(letters: list[str], place: int, inherent: str, out: list[str]) -> int:
    """Write the consonant at a place, the vowel after it, and the consonant that closes; return the next place."""
    following = letters[place + 1 : place + 3]
    out.append(_OPENING[letters[place]])
    if not following or following[0] not in _OPENING:
        return place + 1
    second_opens = len(following) > 1 and following[1] not in _OPENING
    if second_opens:
        out.append("" if following[0] in _CLUSTER_SECOND else "a" if place + 3 < len(letters) else inherent)
        return place + 1
    out += [inherent, _CLOSING[following[0]]]
    return place + 2
