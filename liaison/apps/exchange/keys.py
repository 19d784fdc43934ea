"""Which keys a list has named: millions of them, in 16 bytes each."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_DIGEST_BYTES = 16
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]


class _Run(NamedTuple):
    """Digests in order, as their two halves."""

    high: Words
    low: Words

    def has(self, other: "_Run") -> Flags:
        """Return which digests of the other are here."""
        at = np.searchsorted(self.high, other.high)
        last = np.searchsorted(self.high, other.high, side="right")
        found = np.zeros(len(other.high), dtype=bool)
        while (looking := at < last).any():
            found[looking] |= self.low[at[looking]] == other.low[looking]
            at = at + 1
        return found


class KeySet:
    """A growing set of keys, kept as keyed digests: nobody can make two keys of one list look the same."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(_DIGEST_BYTES)
        self._runs: list[_Run] = []

    def __len__(self) -> int:
        return sum(len(run.high) for run in self._runs)

    def add(self, keys: Sequence[str]) -> list[bool]:
        """Take the keys in and return for each whether it is new: not here before, nor earlier among these."""
        asked = self._digests(keys)
        fresh = ~self._known(asked)
        order = np.lexsort((np.arange(len(keys)), asked.low, asked.high))
        high, low = asked.high[order], asked.low[order]
        fresh[order[1:]] &= (np.diff(high) != 0) | (np.diff(low) != 0)
        kept = order[fresh[order]]
        self._keep(_Run(asked.high[kept], asked.low[kept]))
        return fresh.tolist()

    def has(self, keys: Sequence[str]) -> list[bool]:
        """Return for each key whether it is here."""
        return self._known(self._digests(keys)).tolist()

    def _known(self, asked: _Run) -> Flags:
        found = np.zeros(len(asked.high), dtype=bool)
        for run in self._runs:
            found |= run.has(asked)
        return found

    def _digests(self, keys: Sequence[str]) -> _Run:
        data = b"".join(
            hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=_DIGEST_BYTES, key=self._secret).digest()
            for key in keys
        )
        words = np.frombuffer(data, dtype=np.uint64).reshape(-1, 2)
        return _Run(words[:, 0], words[:, 1])

    def _keep(self, run: _Run) -> None:
        """Add a run; runs of like size are joined, so that there are few and each key is moved seldom."""
        if not len(run.high):
            return
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2].high) < 2 * len(self._runs[-1].high):
            high = np.concatenate([run.high for run in self._runs[-2:]])
            low = np.concatenate([run.low for run in self._runs[-2:]])
            order = np.lexsort((low, high))
            self._runs[-2:] = [_Run(high[order], low[order])]
