"""Names of nobody, put together from syllables: the same for the same dice."""

import random

BEGINNINGS = (
    "ba",
    "ce",
    "di",
    "dra",
    "fe",
    "go",
    "hal",
    "ja",
    "ka",
    "lio",
    "ma",
    "nu",
    "or",
    "pa",
    "qui",
    "ra",
    "sol",
    "ta",
    "vig",
    "zar",
)
MIDDLES = ("", "bi", "co", "da", "fen", "gri", "lo", "mi", "na", "ro", "sa", "tu", "ven")
ENDS = ("ban", "dan", "drix", "la", "mar", "mund", "na", "ne", "nik", "ra", "ric", "sa", "ta", "tin", "vik", "wen")


def word(dice: random.Random, *, longer: bool = False) -> str:
    """Return an invented name: one of 4,000, or of 50,000 `longer` ones."""
    middle = dice.choice(MIDDLES) + (dice.choice(MIDDLES) if longer else "")
    return (dice.choice(BEGINNINGS) + middle + dice.choice(ENDS)).capitalize()
