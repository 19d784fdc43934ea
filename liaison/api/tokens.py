"""Bearer tokens: looked up in memory for a few seconds, then read again, so that lost rights hold."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Viewer

SECONDS_KEPT = 5.0
TOKENS_KEPT_MAX = 10_000
TOKEN_LENGTH_MAX = 200


class NotSignedIn(Refused):
    """No token, or one that is unknown, expired or revoked: always the same words."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            Finding(
                code="token.not_valid",
                problem=mark("The request carries no valid access token."),
                remedy=mark("Run “liaison login”, or ask your bureau's administrator for a token."),
            )
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    viewer: Viewer
    until: float


class TokenReader:
    """Turns an Authorization header and an address into a Viewer through `look_up`, which reads the database."""

    def __init__(self, look_up: Callable[[str, str], Viewer | None]) -> None:
        self._look_up = look_up
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def viewer(self, authorization: str, address: str) -> Viewer:
        """Return the Viewer of a live token that this address may use; raise NotSignedIn for anything else."""
        scheme, _, secret = authorization.partition(" ")
        if scheme.casefold() != "bearer" or not 0 < len(secret) <= TOKEN_LENGTH_MAX:
            raise NotSignedIn
        with self._lock:
            kept = self._kept.get((secret, address))
        if kept and kept.until > time.monotonic():
            return kept.viewer
        viewer = self._look_up(secret, address)
        if viewer is None:
            with self._lock:
                self._kept.pop((secret, address), None)
            raise NotSignedIn
        self._keep((secret, address), viewer)
        return viewer

    def forget(self) -> None:
        """Read every token again at its next use."""
        with self._lock:
            self._kept.clear()

    def _keep(self, key: tuple[str, str], viewer: Viewer) -> None:
        with self._lock:
            self._kept[key] = _Kept(viewer, time.monotonic() + SECONDS_KEPT)
            self._kept.move_to_end(key)
            while len(self._kept) > TOKENS_KEPT_MAX:
                self._kept.popitem(last=False)
