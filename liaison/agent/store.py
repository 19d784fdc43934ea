"""The folder of one body's agent: its key files, its book and the papers of enrolment, for its own user alone."""

import re
from pathlib import Path

from liaison.agent.files import private_folder, write_new
from liaison.agent.keys import PrivateKeys, opened
from liaison.agent.shares import Share, split
from liaison.ledger.enrolments import Enrolment
from liaison.refusal import Finding, Refused, mark

KEY_SUFFIX, PAPER_SUFFIX = ".key", ".enrolment.json"
BODY_FILE = "body"
KEYS_MAX = 64
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,19}")


class Store:
    """What one body's agent keeps. Keys are opened with the passphrase and live in memory only."""

    def __init__(self, folder: Path) -> None:
        self.folder = private_folder(folder)

    @property
    def body(self) -> str:
        """The body that it signs for; raise Refused where there is no key yet."""
        try:
            return (self.folder / BODY_FILE).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise Refused(_empty(self.folder)) from None

    def begin(self, body: str, *, passphrase: str, need: int, of: int) -> tuple[Enrolment, list[Share]]:
        """Make the first keys of a body; return their paper of enrolment, and their shares, which are not kept."""
        if not _CODE.fullmatch(body):
            raise Refused(_no_code(body))
        if (self.folder / BODY_FILE).exists():
            raise Refused(_begun(self.folder))
        return self._add(PrivateKeys.drawn(body), passphrase=passphrase, need=need, of=of)

    def rotate(self, *, passphrase: str, need: int, of: int) -> tuple[Enrolment, list[Share]]:
        """Make new keys, which the newest old one names as its own successors; old ones stay for what they signed."""
        old = self.keys(passphrase)[-1]
        return self._add(PrivateKeys.drawn(self.body), passphrase=passphrase, need=need, of=of, old=old)

    def restore(self, keys: PrivateKeys, *, passphrase: str) -> None:
        """Keep keys that shares have restored."""
        sealed = keys.sealed(passphrase)
        if not (self.folder / BODY_FILE).exists():
            write_new(self.folder / BODY_FILE, f"{keys.body}\n")
        if self.body != keys.body:
            raise Refused(_no_code(keys.body))
        write_new(self.folder / f"{self._next()}{KEY_SUFFIX}", sealed)

    def keys(self, passphrase: str) -> list[PrivateKeys]:
        """Return the body's keys, oldest first."""
        files = sorted(self.folder.glob(f"*{KEY_SUFFIX}"))[-KEYS_MAX:]
        if not files:
            raise Refused(_empty(self.folder))
        return [opened(file.read_text(encoding="utf-8"), passphrase) for file in files]

    def papers(self) -> list[Path]:
        """Return the papers of enrolment, oldest first."""
        return sorted(self.folder.glob(f"*{PAPER_SUFFIX}"))

    def _add(
        self, keys: PrivateKeys, *, passphrase: str, need: int, of: int, old: PrivateKeys | None = None
    ) -> tuple[Enrolment, list[Share]]:
        shares, sealed = split(keys, need=need, of=of), keys.sealed(passphrase)
        paper, number = keys.enrolment(need=need, of=of, old=old), self._next()
        if old is None:
            write_new(self.folder / BODY_FILE, f"{keys.body}\n")
        write_new(self.folder / f"{number}{KEY_SUFFIX}", sealed)
        write_new(self.folder / f"{number}{PAPER_SUFFIX}", paper.to_text())
        return paper, shares

    def _next(self) -> str:
        return f"{len(list(self.folder.glob(f'*{KEY_SUFFIX}'))) + 1:04}"


def _empty(folder: Path) -> Finding:
    return Finding(
        code="agent.no_key",
        problem=mark("The agent has no key in %(folder)s."),
        remedy=mark("Make one with “liaison agent init”, or restore it with “liaison agent recover”."),
        values={"folder": str(folder)},
    )


def _begun(folder: Path) -> Finding:
    return Finding(
        code="agent.begun",
        problem=mark("%(folder)s holds keys already."),
        remedy=mark("Nothing was changed. New keys beside old ones are made with “liaison agent rotate”."),
        values={"folder": str(folder)},
    )


def _no_code(body: str) -> Finding:
    return Finding(
        code="agent.no_body",
        problem=mark("“%(body)s” is not the code of this agent's body."),
        remedy=mark("Give the code as the list of members has it, like QM."),
        values={"body": body[:24]},
    )
