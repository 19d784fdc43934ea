"""Where the agents of this installation's bodies answer: one socket a body in the folder LIAISON_AGENTS."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from liaison.agent.client import AgentAway, AgentClient, AgentDeclined
from liaison.ledger.statements import Statement, verifies

SOCKET_SUFFIX = ".sock"
AGENTS_MAX = 1_000


class Unsigned(Exception):
    """No signature of this key could be had: the agent is away, declines, or answered with what does not verify."""


def signature_of(said: Statement, *, key_id: str, signing_key: bytes) -> bytes:
    """Return the signature of a body's key over its statement, verified; raise Unsigned."""
    try:
        signature = _agent(socket_of(str(said["body"]))).sign(said, key_id=key_id)
    except (AgentAway, AgentDeclined) as error:
        raise Unsigned from error
    if not verifies(said, signature, signing_key):
        raise Unsigned
    return signature


def socket_of(code: str) -> Path:
    """Return where the agent of a body answers."""
    return Path(settings.LIAISON.agents_folder) / f"{code}{SOCKET_SUFFIX}"


@lru_cache(maxsize=AGENTS_MAX)
def _agent(path: Path) -> AgentClient:
    return AgentClient(path)
