"""`liaison agent`: a bureau's own signer. It needs no database, only its folder and its passphrase."""

import argparse
import getpass
import json
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liaison.agent.book import Book
from liaison.agent.desk import VERSIONS_A_MINUTE, Desk
from liaison.agent.files import passphrase_of
from liaison.agent.server import serving
from liaison.agent.shares import Share, read, restored
from liaison.agent.store import Store
from liaison.ledger.entries import moment_text
from liaison.ledger.statements import REHEARSAL, encoded, statement
from liaison.refusal import Finding, Refused, mark

EXAMPLE = """examples:
  liaison agent init --body QM --store agent/ --need 3 --of 5
  liaison agent serve --store agent/ --socket /run/liaison/QM.sock --group liaison
  liaison agent rehearse --body QM
  liaison agent log --store agent/
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "agent",
        help="hold a bureau's keys, and sign what it says",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    begin = _verb(verbs, "init", "make the first keys of a body, and the shares that restore them", init)
    begin.add_argument("--body", required=True, help="the body's code, like QM")
    serve_verb = _verb(verbs, "serve", "answer the installation until stopped", serve)
    serve_verb.add_argument(
        "--socket", type=Path, required=True, help="where it answers, CODE.sock in LIAISON_AGENTS"
    )
    serve_verb.add_argument("--group", default="", help="the group of who runs “liaison serve”; else only this user")
    serve_verb.add_argument(
        "--rate", type=int, default=VERSIONS_A_MINUTE, help=f"versions signed in a minute ({VERSIONS_A_MINUTE})"
    )
    turn = _verb(verbs, "rotate", "make new keys, which the old ones name as their successors", rotate)
    for one in (begin, turn):
        one.add_argument("--need", type=int, default=3, help="how many shares restore the keys (3)")
        one.add_argument("--of", type=int, default=5, help="how many shares there are (5)")
    rehearse_verb = _verb(verbs, "rehearse", "show that enough shares restore the key, and keep nothing", rehearse)
    recover_verb = _verb(verbs, "recover", "restore the keys from enough shares", recover)
    for one in (rehearse_verb, recover_verb):
        one.add_argument("--body", required=True, help="the body's code, like QM")
        one.add_argument(
            "--shares", type=Path, help="a file with one share a line; else they are asked for, unseen, one by one"
        )
    for one in (begin, serve_verb, turn, recover_verb):
        one.add_argument(
            "--passphrase-file", type=Path, help="a file of mode 0600 with the passphrase; else it is asked for"
        )
    log_verb = _verb(verbs, "log", "show what was signed and what was not, and check that no line is missing", log)
    for one in (begin, serve_verb, turn, recover_verb, log_verb):
        one.add_argument("--store", type=Path, required=True, help="the agent's folder, its own user's alone")


def init(arguments: argparse.Namespace) -> int:
    """Make keys; print the paper's place on stderr and the shares, this once, on stdout."""
    store = Store(arguments.store)
    passphrase = _new_passphrase(arguments)
    _, shares = store.begin(arguments.body, passphrase=passphrase, need=arguments.need, of=arguments.of)
    _hand_out(store, shares)
    return 0


def rotate(arguments: argparse.Namespace) -> int:
    """Make new keys beside the old ones."""
    store = Store(arguments.store)
    _, shares = store.rotate(passphrase=_passphrase(arguments), need=arguments.need, of=arguments.of)
    _hand_out(store, shares)
    print("Restart the agent, so that it signs with the new key once it is enrolled.", file=sys.stderr)
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Answer at the socket until told to stop."""
    store = Store(arguments.store)
    desk = Desk(store.keys(_passphrase(arguments)), Book(store.folder), versions_a_minute=arguments.rate)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with serving(arguments.socket, desk, group=arguments.group):
        print(f"Signing for {desk.body} at {arguments.socket}. Stop with Ctrl-C.", file=sys.stderr, flush=True)
        stop.wait()
    return 0


def rehearse(arguments: argparse.Namespace) -> int:
    """Restore the key in memory, let it sign that it was, and print that paper; nothing is kept."""
    shares = list(_shares(arguments))
    keys = restored(arguments.body, shares)
    at = moment_text(datetime.now(UTC))
    said = statement(REHEARSAL, body=keys.body, key=keys.key_id, need=shares[0].need, at=at)
    print(json.dumps({"statement": said, "signature": encoded(keys.sign(said))}, indent=2))
    print(f"{shares[0].need} shares restore key {keys.key_id}.", file=sys.stderr)
    return 0


def recover(arguments: argparse.Namespace) -> int:
    """Restore the keys and keep them under a new passphrase."""
    keys = restored(arguments.body, list(_shares(arguments)))
    Store(arguments.store).restore(keys, passphrase=_new_passphrase(arguments))
    print(f"Key {keys.key_id} of {keys.body} is restored.", file=sys.stderr)
    return 0


def log(arguments: argparse.Namespace) -> int:
    """Print the agent's book; a Refused where a line was changed or is missing."""
    for line in Book(Store(arguments.store).folder).lines():
        said = " ".join(f"{name}={value}" for name, value in line.statement.items() if name not in ("type", "body"))
        print(f"{line.at} {line.outcome} {line.statement['type']} {said}")
    return 0


def _verb(verbs: Any, name: str, says: str, run: Any) -> argparse.ArgumentParser:  # Any: argparse's own
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=says, description=says, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run)
    return parser


def _hand_out(store: Store, shares: Sequence[Share]) -> None:
    paper = store.papers()[-1]
    print(f"Bring this paper to your body's page and let a second person approve it: {paper}", file=sys.stderr)
    print(
        f"{shares[0].need} of these {shares[0].of} shares restore the keys. Hand each to another officer; they are "
        "shown this once.",
        file=sys.stderr,
    )
    for share in shares:
        print(f"share {share.number} of {share.of}\n{share.words()}\n")


def _shares(arguments: argparse.Namespace) -> Iterator[Share]:
    """Yield the shares of a file, or those that officers type, until there are enough."""
    if arguments.shares is not None:
        for line in passphrase_lines(arguments.shares):
            yield read(line)
        return
    need, number = 2, 0
    while number < need:
        share = read(getpass.getpass(f"share {number + 1}: "))
        need, number = share.need, number + 1
        yield share


def passphrase_lines(path: Path) -> list[str]:
    """Return the lines of a private file that hold words."""
    lines = passphrase_of(path).splitlines()
    return [line for line in lines if line.strip() and not line.startswith("share ")]


def _passphrase(arguments: argparse.Namespace) -> str:
    if arguments.passphrase_file is not None:
        return passphrase_of(arguments.passphrase_file)
    return getpass.getpass("passphrase: ")


def _new_passphrase(arguments: argparse.Namespace) -> str:
    passphrase = _passphrase(arguments)
    if arguments.passphrase_file is None and getpass.getpass("again: ") != passphrase:
        raise Refused(
            Finding(
                code="agent.passphrases_differ",
                problem=mark("The two passphrases are not the same."),
                remedy=mark("Nothing was made. Begin again."),
            )
        )
    return passphrase
