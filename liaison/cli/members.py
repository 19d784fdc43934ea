"""`liaison members`: who takes part and what waits for a second person; a body's keys and its desk."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from liaison.cli.members_keys import not_readable, register_keys
from liaison.cli.session import add_verb, signed_in
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Purpose

if TYPE_CHECKING:
    from liaison.apps.members.public import Body, SigningKeyCard

DEMO_ADMINISTRATOR = "qm.admin"
KEY_BYTES_MAX = 4_096
ROLES = ("frontline_officer", "bureau_officer")
PURPOSES = tuple(purpose.value for purpose in Purpose if purpose is not Purpose.SYSTEM)
NONE = "none"
EXAMPLE = """examples, in a demo home:
  liaison members list --as qm.officer
  liaison members changes --as qm.supervisor
  liaison members suspend QM-BP --reason "Its agreement is under review." --as qm.admin
  liaison members end QP --reason "It has left by its own decision." --as xs.members
  liaison members end-group group:QM-PORTS --as qm.admin
  liaison members add-key vehicles.pub --label "vehicle register" --as qm.admin
  liaison members keys --as qm.admin
  liaison members add-program register.qm --purpose investigate --as qm.admin
  liaison members signers QN --as qm.admin
  liaison members contact --desk "Records desk" --phone "+44 20 7946 0000" --always --as qm.admin
  liaison members revoke-key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --as qm.admin
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "members",
        help="see who takes part, decide what waits, and look after your body's keys and desk",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    _register_membership(verbs)
    register_keys(verbs, example=EXAMPLE)
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
    program = add_verb(
        verbs,
        "add-program",
        "add an account for a program of your body, and print its token",
        add_program,
        example=EXAMPLE,
    )
    program.add_argument("sign_in_name", metavar="name", help="the account's name; it has no password")
    program.add_argument("--role", default="bureau_officer", choices=ROLES, help="the job whose rights it has")
    program.add_argument("--purpose", default="identify", choices=PURPOSES, help="what its token serves")
    program.add_argument(
        "--network", action="append", default=[], help="a range of addresses from which alone it works"
    )
    program.add_argument("--days", type=int, help="for how many days the token holds; as the policy allows")


def _register_membership(verbs: Any) -> None:  # Any: as above
    founding = verbs.add_parser(
        "found",
        help="bring in the bodies of the world and the first membership officers; once, by whoever has the machine",
    )
    founding.add_argument(
        "--officer",
        action="append",
        default=[],
        metavar="NAME=DISPLAY NAME",
        help="a membership officer of the secretariat; name two at least",
    )
    founding.add_argument(
        "--members",
        metavar="CODES",
        help="countries that take part from the first day, with commas between; “none” is the secretariat alone"
        " (default: every country of ISO 3166)",
    )
    founding.add_argument("--json", action="store_true", help="print the answer for programs")
    founding.set_defaults(run=found_membership)
    listing = add_verb(verbs, "list", "list who takes part, and whom to call there", list_members, example=EXAMPLE)
    listing.add_argument("--find", default="", help="the beginning of a code, or a part of a name")
    add_verb(verbs, "changes", "list what waits for a second person", list_changes, example=EXAMPLE)
    decide = add_verb(
        verbs, "decide", "approve or reject what another person proposed", decide_change, example=EXAMPLE
    )
    decide.add_argument("change", type=UUID, help="the id that “changes” lists")
    which = decide.add_mutually_exclusive_group(required=True)
    which.add_argument("--approve", action="store_true", help="let it be done")
    which.add_argument("--reject", action="store_true", help="turn it down")
    end = add_verb(
        verbs, "end", "propose that a membership ends for good, with its agencies", end_body, example=EXAMPLE
    )
    end.add_argument("code", help="of any body but the commission and the secretariat; agencies end at their bureau")
    end.add_argument("--reason", required=True, help="why, in a sentence")
    group = add_verb(verbs, "end-group", "end a group that your body keeps, at once", end_group, example=EXAMPLE)
    group.add_argument("group", help="as an audience names it, like group:QM-PORTS")
    suspend = add_verb(verbs, "suspend", "let a body take no part from now on", suspend_body, example=EXAMPLE)
    suspend.add_argument("code", help="of an agency of your bureau; the secretariat names any other body")
    suspend.add_argument("--reason", required=True, help="why, in a sentence")
    suspend.add_argument("--days", type=int, help="for how many days; an agency until it is lifted")


def add_program(arguments: argparse.Namespace) -> int:
    """Add an account for a program and print its first token, this once; nothing else is printed on that line."""
    by = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    name = arguments.sign_in_name
    job = members.Job(members.Role(arguments.role))
    account = members.add_system(name, name, reader=by.reader_code, job=job, by=by)
    token = members.issue_system_token(
        account.id,
        purpose=Purpose(arguments.purpose),
        label=name,
        days=arguments.days,
        scope=members.Scope(networks=tuple(arguments.network)),
        by=by,
    )
    print(json.dumps({"name": name, "token": token}, ensure_ascii=False) if arguments.json else token)
    return 0


def found_membership(arguments: argparse.Namespace) -> int:
    """Found the membership and print the first passwords of the membership officers, this once."""
    from liaison.cli.setup import set_up_django  # noqa: PLC0415 - only commands that need it pay for it

    set_up_django()
    from liaison.apps.members import public as members  # noqa: PLC0415

    officers = [members.Person(*(part.strip() for part in _pair(text))) for text in arguments.officer]
    joined = members.found(members=_chosen(arguments.members))
    made = members.appoint_first_officers(officers)
    if arguments.json:
        told = [{"sign_in_name": one.sign_in_name, "password": one.password} for one in made]
        print(json.dumps({"joined": joined, "officers": told}, ensure_ascii=False))
        return 0
    print(f"{joined} bodies joined. These passwords are shown this once:")
    for one in made:
        print(f"{one.sign_in_name}  {one.password}")
    return 0


def list_members(arguments: argparse.Namespace) -> int:
    """Print one line for each body that the viewer may know of."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    number = pages = 1
    while number <= pages:
        page = members.directory(viewer, page=number, text=arguments.find)
        for body in page.bodies:
            print(json.dumps(_body_json(body), ensure_ascii=False) if arguments.json else _body_line(body))
        number, pages = number + 1, page.pages
    return 0


def list_changes(arguments: argparse.Namespace) -> int:
    """Print one line for each change that the viewer's body asked for or decides."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    for one in members.changes(viewer):
        if arguments.json:
            told = {"id": str(one.id), "verb": one.verb, "body": one.code, "status": one.status, "reason": one.reason}
            print(json.dumps(told | {"may_decide": one.may_decide}, ensure_ascii=False))
        else:
            print(f"{one.id}  {one.status}  {one.verb} {one.code}  {one.reason}")
    return 0


def decide_change(arguments: argparse.Namespace) -> int:
    """Approve or reject a change."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    decided = members.decide(arguments.change, approve=arguments.approve, by=viewer)
    told = {"status": decided.status, "body": decided.code}
    if decided.password:
        told |= {"sign_in_name": decided.sign_in_name, "password": decided.password}
    print(json.dumps(told, ensure_ascii=False) if arguments.json else "  ".join(told.values()))
    return 0


def suspend_body(arguments: argparse.Namespace) -> int:
    """Suspend a body at once."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    members.suspend(arguments.code, reason=arguments.reason, days=arguments.days, by=viewer)
    print(json.dumps({"suspended": arguments.code}) if arguments.json else f"{arguments.code} takes no part.")
    return 0


def end_body(arguments: argparse.Namespace) -> int:
    """Propose that a membership ends, and print the change's id."""
    viewer = signed_in(arguments, demo_default="xs.members")
    from liaison.apps.members import public as members  # noqa: PLC0415

    change = members.propose_end(arguments.code, reason=arguments.reason, by=viewer)
    print(json.dumps({"change": str(change)}) if arguments.json else f"{change}  waits for a second person.")
    return 0


def end_group(arguments: argparse.Namespace) -> int:
    """End a group at once."""
    viewer = signed_in(arguments, demo_default=DEMO_ADMINISTRATOR)
    from liaison.apps.members import public as members  # noqa: PLC0415

    kind, _, code = arguments.group.partition(":")
    members.end_group(kind, code, by=viewer)
    print(json.dumps({"ended": arguments.group}) if arguments.json else f"{arguments.group} has ended.")
    return 0


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


def _chosen(text: str | None) -> list[str] | None:
    """Return the countries that an option names; None where it is not given."""
    if text is None or text.strip().casefold() == NONE:
        return None if text is None else []
    return [code for code in text.replace(",", " ").split() if code]


def _pair(text: str) -> tuple[str, str]:
    name, equals, shown = text.partition("=")
    if not equals:
        raise Refused(
            Finding(
                code="cli.officer",
                problem=mark("“%(text)s” names no officer."),
                remedy=mark("Write a sign-in name, an equals sign and the name to be shown."),
                field="officer",
                values={"text": text[:80]},
            )
        )
    return name, shown


def _body_json(body: "Body") -> dict[str, object]:
    return {
        "code": body.code,
        "name": body.name,
        "kind": body.kind.value,
        "takes_part": body.takes_part,
        "open": bool(body.desk and body.desk.is_open),
        "desk": body.contact.desk if body.contact else None,
        "phone": body.contact.phone if body.contact else None,
        "email": body.contact.email if body.contact else None,
        "deputy": body.deputy or None,
    }


def _body_line(body: "Body") -> str:
    part = "takes part" if body.takes_part else "takes no part"
    desk = f"  {body.contact.desk} {body.contact.phone or body.contact.email}" if body.contact else ""
    return f"{body.code:12}  {part:13}  {body.name}{desk}"


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(KEY_BYTES_MAX + 1).decode("ascii")
    except (OSError, UnicodeDecodeError):
        raise Refused(not_readable(path)) from None


def _as_json(card: "SigningKeyCard") -> dict[str, object]:
    return {
        "key": card.key_id,
        "label": card.label,
        "created_at": card.created_at.isoformat(),
        "expires_at": card.expires_at.isoformat(),
        "revoked_at": card.revoked_at.isoformat() if card.revoked_at else None,
    }
