"""The verbs of `liaison members` for the keys by which a body signs; its agent holds the private halves."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liaison.cli.session import add_verb, signed_in
from liaison.refusal import Finding, Refused, mark

PAPER_BYTES_MAX = 4_096
ADMINISTRATOR = "qm.admin"


def register_keys(verbs: Any, *, example: str) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the verbs."""
    enrol = add_verb(verbs, "enrol", "propose the key by which your body signs", propose_key, example=example)
    enrol.add_argument("paper", type=Path, help="the paper of enrolment that “liaison agent” wrote")
    enrol.add_argument("--reason", required=True, help="why, in a sentence, for the second person")
    listing = add_verb(verbs, "signers", "list the keys by which a body signs", list_keys, example=example)
    listing.add_argument("code", nargs="?", default="", help="the body's code; else your own")
    rehearsed = add_verb(verbs, "rehearsed", "write down that shares restored the key", note, example=example)
    rehearsed.add_argument("paper", type=Path, help="what “liaison agent rehearse” printed")
    revoke = add_verb(
        verbs, "revoke-signer", "believe nothing that a key of your body signs", revoke_key, example=example
    )
    revoke.add_argument("key", help="the key's id, as “signers” lists it")
    revoke.add_argument("--reason", required=True, help="why, in a sentence")
    revoke.add_argument(
        "--void-from", type=_moment, help="since when others may have had it, in UTC, like 2026-03-01T08:15"
    )


def propose_key(arguments: argparse.Namespace) -> int:
    """Propose a key and print the id of the change."""
    viewer = signed_in(arguments, demo_default=ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415 - Django is set up only now

    change = members.propose_key(_paper(arguments.paper), reason=arguments.reason, by=viewer)
    print(json.dumps({"change": str(change)}) if arguments.json else f"{change} waits for a second person.")
    return 0


def list_keys(arguments: argparse.Namespace) -> int:
    """Print one line for each key that a body ever had."""
    viewer = signed_in(arguments, demo_default=ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    body = members.body_of(arguments.code or viewer.reader_code, viewer)
    for key in members.body_keys([body.id]):
        told = {"key": key.key_id, "state": key.state, "believed_until": key.believed_until.isoformat()}
        told |= {"recovery": f"{key.need} of {key.of}", "rehearsal": "due" if key.rehearsal_is_due else "fresh"}
        print(json.dumps(told) if arguments.json else "  ".join(told.values()))
    return 0


def note(arguments: argparse.Namespace) -> int:
    """Write a rehearsal down and print its key."""
    viewer = signed_in(arguments, demo_default=ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    key_id = members.note_rehearsal(_paper(arguments.paper), by=viewer)
    print(json.dumps({"rehearsed": key_id}) if arguments.json else f"{key_id} was rehearsed.")
    return 0


def revoke_key(arguments: argparse.Namespace) -> int:
    """Revoke a key at once."""
    viewer = signed_in(arguments, demo_default=ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    members.revoke_key(arguments.key, reason=arguments.reason, void_from=arguments.void_from, by=viewer)
    print(json.dumps({"revoked": arguments.key}) if arguments.json else f"{arguments.key} is revoked.")
    return 0


def not_readable(path: Path) -> Finding:
    """What is said of a file that is not there, is not ours to read, or is no text."""
    return Finding(
        code="cli.not_readable",
        problem=mark("The file %(path)s cannot be read."),
        remedy=mark("Check its name and its permissions."),
        field="file",
        values={"path": str(path)},
    )


def _paper(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(PAPER_BYTES_MAX + 1)
    except (OSError, UnicodeDecodeError):
        raise Refused(not_readable(path)) from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
