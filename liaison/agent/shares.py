"""m of n recovery: the root of a body's keys as shares on paper, in words that can be read aloud.

Shamir's scheme is that of pycryptodome (two halves of 16 bytes at the same place); fewer shares than needed tell
nothing. A share is written as words of five letters, each 16 bits (proquints, D. Wilkerson, arXiv:0901.4016), and
ends in a checksum, so that one misheard letter is found before the officers go home.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir

from liaison.agent.keys import ROOT_BYTES, PrivateKeys
from liaison.ledger.enrolments import SHARES_MAX
from liaison.refusal import Finding, Refused, mark

_HALF = ROOT_BYTES // 2
_FORM = 1
_MARK_BYTES, _CHECK_BYTES = 4, 4
_BYTES = 4 + _MARK_BYTES + ROOT_BYTES + _CHECK_BYTES
WORDS = _BYTES // 2
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"


@dataclass(frozen=True, slots=True)
class Share:
    """One of `of` shares, of which `need` restore the keys; `mark` tells those of one key from others'."""

    number: int
    need: int
    of: int
    mark: bytes
    value: bytes

    def words(self) -> str:
        """Return it as words."""
        body = bytes([_FORM, self.number, self.need, self.of]) + self.mark + self.value
        data = body + _check(body)
        return " ".join(_word(int.from_bytes(data[at : at + 2], "big")) for at in range(0, _BYTES, 2))


def split(keys: PrivateKeys, *, need: int, of: int) -> list[Share]:
    """Return the shares of a body's keys; raise Refused where one officer alone could restore them."""
    if not 2 <= need <= of <= SHARES_MAX:
        raise Refused(_counts())
    first, second = (Shamir.split(need, of, half, ssss=False) for half in (keys.root[:_HALF], keys.root[_HALF:]))
    return [
        Share(number, need, of, mark_of(keys.key_id), value + other)
        for (number, value), (_, other) in zip(first, second, strict=True)
    ]


def read(words: str) -> Share:
    """Return the share of these words; raise Refused where one is misread."""
    given = words.lower().split()
    if len(given) != WORDS:
        raise Refused(_count(len(given)))
    for place, word in enumerate(given, start=1):
        if len(word) != 5 or any(letter not in _letters(at) for at, letter in enumerate(word)):
            raise Refused(_no_word(place))
    data = b"".join(_number(word).to_bytes(2, "big") for word in given)
    body, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if check != _check(body) or body[0] != _FORM:
        raise Refused(_misread())
    return Share(body[1], body[2], body[3], body[4 : 4 + _MARK_BYTES], body[4 + _MARK_BYTES :])


def restored(body: str, shares: Sequence[Share]) -> PrivateKeys:
    """Return the keys that these shares restore; raise Refused where they are too few or of different keys."""
    distinct = {share.number: share for share in shares}
    need = max((share.need for share in shares), default=2)
    if len(distinct) < need:
        raise Refused(_too_few(len(distinct), need))
    if len({(share.mark, share.need) for share in shares}) != 1:
        raise Refused(_not_of_one_key())
    used = [distinct[number] for number in sorted(distinct)][:need]
    halves = (
        Shamir.combine([(share.number, share.value[at : at + _HALF]) for share in used], ssss=False)
        for at in (0, _HALF)
    )
    keys = PrivateKeys(body, b"".join(halves))
    if mark_of(keys.key_id) != used[0].mark:
        raise Refused(_not_of_one_key())
    return keys


def mark_of(key_id: str) -> bytes:
    """Return the four bytes by which shares name the key that they restore."""
    return hashlib.sha256(b"liaison-agent/share\n" + key_id.encode()).digest()[:_MARK_BYTES]


def _check(body: bytes) -> bytes:
    return hashlib.sha256(b"liaison-agent/check\n" + body).digest()[:_CHECK_BYTES]


def _letters(place: int) -> str:
    return _VOWELS if place % 2 else _CONSONANTS


def _word(number: int) -> str:
    """Return 16 bits as consonant, vowel, consonant, vowel, consonant."""
    letters = []
    for place in reversed(range(5)):
        alphabet = _letters(place)
        number, at = divmod(number, len(alphabet))
        letters.append(alphabet[at])
    return "".join(reversed(letters))


def _number(word: str) -> int:
    number = 0
    for place, letter in enumerate(word):
        alphabet = _letters(place)
        number = number * len(alphabet) + alphabet.index(letter)
    return number


def _counts() -> Finding:
    return Finding(
        code="agent.shares",
        problem=mark("The keys are restored by 2 to %(most)s shares, and there are at least as many."),
        remedy=mark("Three of five is a good beginning: two may be ill, and two alone can do nothing."),
        values={"most": SHARES_MAX},
    )


def _count(given: int) -> Finding:
    return Finding(
        code="agent.share_length",
        problem=mark("A share has %(wanted)s words; these are %(given)s."),
        remedy=mark("Read it again from its beginning to its end."),
        values={"wanted": WORDS, "given": given},
    )


def _no_word(place: int) -> Finding:
    return Finding(
        code="agent.share_word",
        problem=mark("Word %(place)s of the share is none."),
        remedy=mark("Every word has five letters, a consonant and a vowel by turns. Read it again."),
        values={"place": place},
    )


def _misread() -> Finding:
    return Finding(
        code="agent.share_misread",
        problem=mark("The words do not add up: one of them is misread."),
        remedy=mark("Read the share again, word by word."),
    )


def _too_few(given: int, need: int) -> Finding:
    return Finding(
        code="agent.too_few_shares",
        problem=mark("These are %(given)s different shares; %(need)s are needed."),
        remedy=mark("Call the other officers who hold one."),
        values={"given": given, "need": need},
    )


def _not_of_one_key() -> Finding:
    return Finding(
        code="agent.shares_of_other_keys",
        problem=mark("The shares do not restore one key."),
        remedy=mark("Some of them may be of an older key: look at the day on the paper."),
    )
