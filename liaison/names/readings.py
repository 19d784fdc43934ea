"""Further ways in which one word is written in the letters a to z, besides its romanised form.

Passports, lists and officers romanise one name differently: by the standard of the country, by the habit of a bureau,
by ear. A reading is a hint for comparing by sound; a few whole styles are read, never all mixtures of them.
"""

from functools import lru_cache

from liaison.names.reading import SCRIPTS, own_form
from liaison.names.romanise import plain, romanise
from liaison.names.script import Script, script_of

READINGS_MAX = 6
READING_CHARACTERS_MAX = 48


def form_of(word: str) -> str:
    """Return one normalised word in the letters a to z and digits, as its script is read first.

    >>> form_of("曾"), form_of("さとう"), form_of("शर्मा")
    ('zeng', 'sato', 'sharma')
    """
    return (own_form(word, script_of(word)) if not word.isascii() else "") or romanise(word)


@lru_cache(maxsize=1 << 15)
def readings_of(word: str, form: str, script: Script) -> tuple[str, ...]:
    """Return how a normalised word may also be read, without its form, the likeliest first; at most READINGS_MAX.

    >>> readings_of("ivan", "ivan", Script.LATIN)
    ()
    """
    reader = SCRIPTS.get(script)
    if reader is None:
        return ()
    found: dict[str, None] = {}
    for reading in reader(word):
        short = plain(reading)[:READING_CHARACTERS_MAX]
        if short and short != form:
            found[short] = None
            if len(found) == READINGS_MAX:
                break
    return tuple(found)
