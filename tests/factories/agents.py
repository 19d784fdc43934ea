"""Agents of invented bodies: the real socket, the real keys, enrolled by two invented people."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

from liaison.agent.book import Book
from liaison.agent.desk import Desk
from liaison.agent.keys import PrivateKeys
from liaison.agent.server import AgentServer, serving
from liaison.apps.members import public as members
from liaison.apps.signatures import agents
from liaison.apps.signatures import public as signatures
from liaison.ledger.enrolments import Enrolment
from tests.factories.members import REASON, a_viewer

NEED, OF = 2, 3


def enrol(paper: Enrolment) -> None:
    """Let a body's key in, by two of its people."""
    role = members.Role.MEMBERSHIP_OFFICER if paper.body == "XS" else members.Role.BUREAU_ADMINISTRATOR
    asks, decides = (a_viewer(paper.body, role) for _ in range(2))
    change = members.propose_key(paper.to_text(), reason=REASON, by=asks)
    members.decide(change, approve=True, by=decides)


@contextmanager
def an_agent(*keys: PrivateKeys, **said: object) -> Iterator[AgentServer]:
    """Let an agent with these keys answer where the installation looks for it; its line is closed afterwards."""
    path = signatures.socket_of(keys[-1].body)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    desk = Desk(keys, Book(Path(mkdtemp(dir=path.parent))), **said)
    with serving(path, desk) as server:
        try:
            yield server
        finally:
            agents._agent(path).close()


@contextmanager
def signing(*codes: str) -> Iterator[dict[str, PrivateKeys]]:
    """Enrol keys of these bodies and let their agents answer; inside, what they enter is signed."""
    with ExitStack() as held:
        made = {}
        for code in codes:
            made[code] = PrivateKeys.drawn(code)
            held.enter_context(an_agent(made[code]))
            enrol(made[code].enrolment(need=NEED, of=OF))
        yield made
