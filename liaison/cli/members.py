"""`liaison members`: the keys by which a body's own system signs, and the desk that others call about its records."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liaison.cli.session import add_verb, signed_in
from liaison.refusal import Finding, Refused, mark

if TYPE_CHECKING:
    from liaison.apps.members.public import SigningKeyCard

DEMO_ADMINISTRATOR = "qm.admin"
KEY_BYTES_MAX = 4_096
EXAMPLE = """examples, in a demo home:
  liaison members add-key vehicles.pub --label "vehicle register" --as qm.admin
  liaison members keys --as qm.admin
  liaison members contact --desk "Records desk" --phone "+44 20 7946 0000" --always --as qm.admin
  liaison members revoke-key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --as qm.admin
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "members",
        help="say with which keys a body's own system signs, and whom others call about its records",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    add = add_verb(verbs, "add-key", "let your body's system sign with a key", add_key, example=EXAMPLE)
    add.add_argument("file", type=Path, help="the public half of an Ed25519 key, as PEM or as a JWK")
    add.add_argument("--label", default="", help="which system signs with it")
    add.add_argument("--days", type=int, default=365, help="for how many days it holds, 730 at most (365)")
    add_verb(verbs, "keys", "list the keys of your body", list_keys, example=EXAMPLE)
    revoke = add_verb(
        verbs, "revoke-key", "believe nothing that is signed with a key from now on", revoke_key, example=EXAMPLE
    )
    contact = add_verb(
        verbs, "contact", "name the desk that others call about your body's records", name_contact, example=EXAMPLE
    )
    contact.add_argument("--desk", required=True, help="what the desk is called; a desk, not a person")
    contact.add_argument("--phone", default="", help="its telephone number, with the country code")
    contact.add_argument("--email", default="", help="its e-mail address")
    contact.add_argument("--always", action="store_true", help="it answers by day and night")
    revoke.add_argument("key_id", metavar="key", help="the key's id, as “keys” lists it")


def add_key(arguments: argparse.Namespace) -> int:
    """Add a key of the administrator's own body and print its id."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415 - Django is set up only now

    label = arguments.label or arguments.file.stem
    key_id = members.add_signing_key(_text(arguments.file), label=label, days=arguments.days, by=viewer)
    print(json.dumps({"key": key_id}) if arguments.json else key_id)
    return 0


def name_contact(arguments: argparse.Namespace) -> int:
    """Name the desk of the administrator's own body and print it."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    card = members.set_contact(
        desk=arguments.desk, phone=arguments.phone, email=arguments.email, always=arguments.always, by=viewer
    )
    told = {"desk": card.desk, "phone": card.phone, "email": card.email, "always": card.always}
    print(
        json.dumps(told, ensure_ascii=False) if arguments.json else " · ".join(filter(None, map(str, told.values())))
    )
    return 0


def list_keys(arguments: argparse.Namespace) -> int:
    """Print one line for each key of the viewer's own body."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    cards = members.signing_keys(viewer)
    if arguments.json:
        print(json.dumps([_as_json(card) for card in cards], ensure_ascii=False, indent=2))
        return 0
    for card in cards:
        state = f"revoked {card.revoked_at:%d %b %Y}" if card.revoked_at else f"until {card.expires_at:%d %b %Y}"
        print(f"{card.key_id}  {state}  {card.label}")
    return 0


def revoke_key(arguments: argparse.Namespace) -> int:
    """Revoke a key of the administrator's own body."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    members.revoke_signing_key(arguments.key_id, by=viewer)
    print(json.dumps({"revoked": arguments.key_id}) if arguments.json else f"{arguments.key_id} is revoked.")
    return 0


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(KEY_BYTES_MAX + 1).decode("ascii")
    except (OSError, UnicodeDecodeError):
        raise Refused(_not_readable(path)) from None


def _as_json(card: "SigningKeyCard") -> dict[str, object]:
    return {
        "key": card.key_id,
        "label": card.label,
        "created_at": card.created_at.isoformat(),
        "expires_at": card.expires_at.isoformat(),
        "revoked_at": card.revoked_at.isoformat() if card.revoked_at else None,
    }


def _not_readable(path: Path) -> Finding:
    return Finding(
        code="cli.not_readable",
        problem=mark("The file %(path)s cannot be read."),
        remedy=mark("Check its name and its permissions."),
        field="file",
        values={"path": str(path)},
    )
