"""The agents of the invented bureaus: real sockets and signatures, by keys that everybody can make.

Their roots are drawn from the world's seed, so that every demo has the same ones. They are worth as much as the
password on the screen, and a home that is not a demo never enrols them.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from liaison.agent.book import Book
from liaison.agent.desk import Desk
from liaison.agent.files import private_folder
from liaison.agent.keys import PrivateKeys
from liaison.agent.server import serving
from liaison.apps.members import public as members
from liaison.apps.signatures import public as signatures
from liaison.apps.training.world.stocks import COUNTRIES, SEED
from liaison.apps.training.world.users import key_holders_of
from liaison.viewer import Purpose, Viewer

NEED, OF = 2, 3
REASON = "The bureau signs what it says from now on."


@contextmanager
def answering() -> Iterator[None]:
    """Let the agents of all invented bureaus answer while the block runs."""
    with ExitStack() as held:
        for country in COUNTRIES:
            path = signatures.socket_of(country)
            book = Book(private_folder(private_folder(path.parent) / f"{country}.book"))
            held.enter_context(serving(path, Desk([_keys(country)], book)))
        yield


def enrol(countries: Iterable[str]) -> None:
    """Let the keys of these bureaus in that are not there yet, by two people of each."""
    for country in countries:
        if members.key_in_force(members.reader_by_code(country).id) is None:
            asks, decides = map(_viewer, key_holders_of(country))
            paper = _keys(country).enrolment(need=NEED, of=OF).to_text()
            change = members.propose_key(paper, reason=REASON, by=asks)
            members.decide(change, approve=True, by=decides)


def _keys(country: str) -> PrivateKeys:
    return PrivateKeys(country, hashlib.sha256(f"invented agent {SEED} {country}".encode()).digest())


def _viewer(sign_in_name: str) -> Viewer:
    viewer = members.viewer_by_name(sign_in_name, Purpose.IDENTIFY)
    assert viewer is not None, f"{sign_in_name} is among the invented"
    return viewer
