"""Names of people and organisations in every script: what is true of them without a database.

`tokens.tokens_of(text)` is what most callers want: the words of a name, romanised, each with its consonant skeleton,
its script, further readings, its families across languages and what sharing it says. `phonemes.phonemes` codes a word
for comparing by sound. `script.script_of` says how a text is written, `romanise.romanise` how its letters read,
`normalise.normalise` brings spellings of the same characters together.
"""

from liaison.names.normalise import NAME_CHARACTERS_MAX, normalise
from liaison.names.romanise import romanise
from liaison.names.script import Script, script_of
from liaison.names.skeleton import skeleton
from liaison.names.tokens import Role, Token, tokens_of

__all__ = [
    "NAME_CHARACTERS_MAX",
    "Role",
    "Script",
    "Token",
    "normalise",
    "romanise",
    "script_of",
    "skeleton",
    "tokens_of",
]
