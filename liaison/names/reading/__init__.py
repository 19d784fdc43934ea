"""How words of each script are read in Latin letters, a module for each family of scripts."""

from collections.abc import Callable, Iterable, Mapping

from liaison.names.reading import arabic, caucasus, cyrillic, greek, han, hangul, hebrew, indic, kana, latin, thai
from liaison.names.script import Script


def _read_southern(word: str) -> Iterable[str]:
    """Read what Unicode has between Devanagari and Thai: the Indian blocks by one table, Thai by its own."""
    return indic.read(word) if indic.is_indian(word) else thai.read(word)


SCRIPTS: Mapping[Script, Callable[[str], Iterable[str]]] = {
    Script.LATIN: latin.read,
    Script.CYRILLIC: cyrillic.read,
    Script.GREEK: greek.read,
    Script.ARMENIAN: caucasus.read_armenian,
    Script.GEORGIAN: caucasus.read_georgian,
    Script.ARABIC: arabic.read,
    Script.HEBREW: hebrew.read,
    Script.INDIC: _read_southern,
    Script.HAN: han.read,
    Script.KANA: kana.read,
    Script.HANGUL: hangul.read,
    Script.OTHER: thai.read,
}
"""The reader of each script: readings of a normalised word, the likeliest first, not yet cut or cleaned."""


def own_form(word: str, script: Script) -> str:
    """Return how a word is read when letter by letter is wrong: Indic, kana, Thai, some Han families; else ""."""
    if script is Script.HAN:
        return han.family_reading(word)
    if script in (Script.INDIC, Script.KANA, Script.OTHER):
        return next(iter(SCRIPTS[script](word)), "")
    return ""
