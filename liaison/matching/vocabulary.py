"""The distinct words of many names as arrays, and the keys by which a word finds its like.

A vocabulary is far smaller than a list of people: an unusual spelling is looked for among words, not among records.
Each word has a few keys, hashes of its consonants, of its consonants with one left out, and of its families; words
that share a key are compared, all others are not alike.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from liaison.matching.ragged import offsets, sorted_pairs
from liaison.matching.sound_costs import SCRIPTS
from liaison.names import Role, Script, Token
from liaison.names.phonemes import ALPHABET, phonemes
from liaison.names.skeleton import one_liquid, skeleton

Array = npt.NDArray[Any]

WORD_SECTIONS: Mapping[str, str] = {
    "word_form_at": "<u4",
    "word_form": "|u1",
    "word_code_at": "<u4",
    "word_code": "|u1",
    "word_reading_at": "<u4",
    "word_script": "|u1",
    "word_role": "|u1",
    "word_info": "<f4",
    "word_family_at": "<u4",
    "word_family": "<u4",
}
"""The columns of a vocabulary in the order in which the kernels take them.

Bytes of the form; codes of each reading's sounds, of which the first is the form's; number of the script; `Role`;
nats that sharing the word says; the families of names that it belongs to, sorted.
"""
KEY_SECTIONS: Mapping[str, str] = {"key_hash": "<u4", "key_word": "<u4"}

READINGS_MAX = 8
_BONES_TELLING = 3
_BONES_LEFT_OUT_MIN = 4
_DOUBLED, _ONCE = re.compile(r"(.)\1+"), r"\1"
_CLASS_OF_SOUNDS = {
    "ae": "A",
    "iy": "I",
    "ou": "U",
    "bpvf": "B",
    "dt": "T",
    "kgcG": "K",
    "hX": "H",
    "szT": "S",
    "SCJZj": "J",
    "lr": "L",
    "m": "M",
    "n": "N",
}
_CLASSES = bytes.maketrans(
    bytes(range(1, len(ALPHABET) + 1)),
    "".join(
        next((one for sounds, one in _CLASS_OF_SOUNDS.items() if sound in sounds), "0") for sound in ALPHABET
    ).encode(),
)
"""What makes one class of sounds that spellings confuse."""


class Word(NamedTuple):
    """One word as the arrays have it, in the order by which words are sorted."""

    form: bytes
    script: int
    role: int
    info: float
    codes: tuple[bytes, ...]
    families: tuple[int, ...]


@lru_cache(maxsize=1 << 17)
def word_of(token: Token) -> Word:
    """Return a token as a word of a vocabulary."""
    readings = dict.fromkeys([phonemes(token.form), *(phonemes(reading) for reading in token.readings)])
    return Word(
        token.form.encode(),
        SCRIPTS[token.script],
        int(token.role),
        float(np.float32(token.information)),
        tuple(readings)[:READINGS_MAX],
        token.families,
    )


class Keys(NamedTuple):
    """The keys under which a word is kept, and those by which its like are asked for, sorted."""

    kept: tuple[int, ...]
    asked: tuple[int, ...]


@lru_cache(maxsize=1 << 17)
def keys_of(token: Token) -> Keys:
    """Return the keys of a word; an initial has none, a little word the one of its form."""
    if token.role is Role.INITIAL:
        return Keys((), ())
    if token.role in (Role.PARTICLE, Role.TITLE, Role.LEGAL_FORM):
        little = (_hash(f"little:{token.form}"),)
        return Keys(little, little)
    both = {f"family:{family}" for family in token.families}
    kept, asked = set(both), set(both)
    for form, bones in [(token.form, token.skeleton), *((one, skeleton(one, one)) for one in token.readings)]:
        for told, some in zip((kept, asked), _keys_of(form, one_liquid(bones), token.script), strict=True):
            told.update(some)
    return Keys(*(tuple(sorted({_hash(one) for one in told})) for told in (kept, asked)))


def _keys_of(form: str, bones: str, script: Script) -> tuple[list[str], list[str]]:
    """Return the keys of one reading, kept and asked.

    Of four consonants or more one may be missing or be another. Fewer are those of thousands of words, so that the
    vowels have to say something, too, one sound aside; unless one of the two scripts writes none.
    """
    if len(bones) >= _BONES_LEFT_OUT_MIN:
        keys = [f"bones:{one}" for one in _with_one_left_out(bones)]
        return keys, keys
    keys = [f"bones:{bones}"] if len(bones) == _BONES_TELLING else []
    if not script.writes_vowels:
        return [*keys, f"bare:{bones}"], [*keys, f"bare:{bones}", f"full:{bones}"]
    keys += [f"sounds:{one}" for one in _with_one_left_out(_folded(form))]
    return [*keys, f"full:{bones}"], [*keys, f"bare:{bones}"]


def glued_keys(form: str, bones: str) -> tuple[int, ...]:
    """Return the keys by which the like of two words as one are asked for: none of their sounds may be missing."""
    bones = one_liquid(bones)
    if len(bones) >= _BONES_TELLING:
        return (_hash(f"bones:{bones}"),)
    return (_hash(f"sounds:{_folded(form)}"), _hash(f"bare:{bones}"))


def _folded(form: str) -> str:
    """Return the classes of a word's sounds, doubled ones once, without a closing h."""
    sounds = phonemes(form).translate(_CLASSES).decode("ascii")
    return _DOUBLED.sub(_ONCE, sounds).rstrip("H") or sounds


def _with_one_left_out(text: str) -> list[str]:
    return [text, *(text[:place] + text[place + 1 :] for place in range(len(text)))]


def may_be_one(first: Token, second: Token) -> bool:
    """Whether somebody writes two neighbouring words together."""
    roles = (first.role, second.role)
    return Role.INITIAL not in roles and Role.TITLE not in roles and first.script is second.script


def pair_key(first: Token, second: Token) -> int | None:
    """Return the key of two neighbouring words as if they were one; None where nobody writes them together."""
    if not may_be_one(first, second):
        return None
    # What opens a word as a glide is heard as a vowel inside one.
    return joined_key(first.form + second.form, first.skeleton + second.skeleton.removeprefix("W"))


def joined_key(form: str, bones: str) -> int:
    """Return the key under which a word is found that others write as two."""
    return _hash(f"joined:{_DOUBLED.sub(_ONCE, one_liquid(bones)) or form}")


def _hash(text: str) -> int:
    """Return 32 bits for a key. Keys that share them cost a comparison and change no answer."""
    return crc32(text.encode())


class Vocabulary:
    """Words as they come, each once: `at` tells a number for now, `columns` the columns and the places at last."""

    def __init__(self) -> None:
        self._tokens: dict[Token, int] = {}
        self._words: dict[Word, int] = {}
        self._keys: list[set[int]] = []

    def at(self, token: Token) -> int:
        """Return the number of a token's word."""
        known = self._tokens.get(token)
        if known is None:
            known = self._tokens[token] = self._words.setdefault(word_of(token), len(self._words))
            if known == len(self._keys):
                self._keys.append(set())
            self._keys[known].update(keys_of(token).kept)
        return known

    def columns(self) -> tuple[dict[str, Array], Array]:
        """Return the columns of the words in the order of sorting, and the place of each number."""
        words = sorted(self._words)
        numbers = np.array([self._words[word] for word in words], dtype=np.int64)
        place = np.zeros(len(words), dtype=np.uint32)
        place[numbers] = np.arange(len(words), dtype=np.uint32)
        keys = np.array([key for number in numbers.tolist() for key in self._keys[number]], dtype=np.uint64)
        counts = [len(self._keys[number]) for number in numbers.tolist()]
        owners = np.repeat(np.arange(len(words), dtype=np.uint64), counts)
        return columns_of(words) | _keys_as_columns(keys, owners), place


def columns_of(words: Sequence[Word]) -> dict[str, Array]:
    """Return the columns of words in the order of sorting, without their keys."""
    readings = [code for word in words for code in word.codes]
    return {
        "word_form_at": offsets(np.array([len(word.form) for word in words], dtype=np.int64)),
        "word_form": np.frombuffer(b"".join(word.form for word in words), dtype=np.uint8),
        "word_code_at": offsets(np.array([len(code) for code in readings], dtype=np.int64)),
        "word_code": np.frombuffer(b"".join(readings), dtype=np.uint8),
        "word_reading_at": offsets(np.array([len(word.codes) for word in words], dtype=np.int64)),
        "word_script": np.array([word.script for word in words], dtype=np.uint8),
        "word_role": np.array([word.role for word in words], dtype=np.uint8),
        "word_info": np.array([word.info for word in words], dtype=np.float32),
        "word_family_at": offsets(np.array([len(word.families) for word in words], dtype=np.int64)),
        "word_family": np.array([family for word in words for family in word.families], dtype=np.uint32),
    }


def _keys_as_columns(keys: Array, words: Array) -> dict[str, Array]:
    """Return pairs of key and word, sorted, once each."""
    hashes, owners = sorted_pairs(keys, words)
    return {"key_hash": hashes, "key_word": owners}


def arguments(columns: Mapping[str, Array]) -> tuple[Array, ...]:
    """Return the columns of a vocabulary as the kernels take them: of one type each, so that they compile once."""
    return tuple(frozen(columns[name], kind) for name, kind in WORD_SECTIONS.items())


def frozen(array: Array, kind: str) -> Array:
    """Return an array of this type that nobody writes to, as those of a mapped file are."""
    same = np.ascontiguousarray(array, dtype=np.dtype(kind))
    if not same.flags.writeable:
        return same
    view = same.view()
    view.flags.writeable = False
    return view


def words_in(columns: Mapping[str, Array], used: Array) -> list[Word]:
    """Return those of the words that are used (places), as they were put in."""
    form_at, code_at, reading_at, family_at = (
        columns[name].tolist() for name in ("word_form_at", "word_code_at", "word_reading_at", "word_family_at")
    )
    form, code = columns["word_form"].tobytes(), columns["word_code"].tobytes()
    script, role, info, family = (
        columns[name].tolist() for name in ("word_script", "word_role", "word_info", "word_family")
    )
    return [
        Word(
            form[form_at[at] : form_at[at + 1]],
            script[at],
            role[at],
            info[at],
            tuple(code[code_at[one] : code_at[one + 1]] for one in range(reading_at[at], reading_at[at + 1])),
            tuple(family[family_at[at] : family_at[at + 1]]),
        )
        for at in used.tolist()
    ]


def merged(vocabularies: Sequence[tuple[Mapping[str, Array], Array]]) -> tuple[dict[str, Array], list[Array]]:
    """Return the vocabulary of the used words (places) of several, and for each the new place of its old words.

    Words that are not used have no new place (0).
    """
    listed = [words_in(columns, used) for columns, used in vocabularies]
    words = sorted({word for some in listed for word in some})
    place = {word: at for at, word in enumerate(words)}
    moved, keys, owners = [], [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for (columns, used), some in zip(vocabularies, listed, strict=True):
        new = np.zeros(len(columns["word_role"]), dtype=np.uint32)
        is_used = np.zeros(len(new), dtype=bool)
        new[used] = [place[word] for word in some]
        is_used[used] = True
        stays = is_used[columns["key_word"]]
        keys.append(columns["key_hash"][stays].astype(np.uint64))
        owners.append(new[columns["key_word"][stays]].astype(np.uint64))
        moved.append(new)
    return columns_of(words) | _keys_as_columns(np.concatenate(keys), np.concatenate(owners)), moved
