"""`liaison glass`: ask for an emergency opening, decide one, end one, read a record through it."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from liaison.cli.session import add_verb, signed_in
from liaison.rules.break_glass import GROUNDS
from liaison.viewer import Level, Purpose

if TYPE_CHECKING:
    from liaison.apps.glass.public import OpeningCard

DEMO_OFFICER, DEMO_DECIDER, DEMO_SOURCE = "qn.officer", "xs.security", "qm.supervisor"
EXAMPLE = """examples, in a demo home:
  liaison glass ask danger_to_life --purpose locate --source QM --reason "A child was taken." --as qn.officer
  liaison glass list --side for_us --as xs.security
  liaison glass approve GB-2026-TSZV44-A --as xs.security
  liaison glass read GB-2026-TSZV44-A RP-2026-EAMQ9G-Q --as qn.officer
  liaison glass list --as qm.supervisor
  liaison glass end GB-2026-TSZV44-A --as qm.supervisor
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "glass",
        help="emergency openings: asked for by one person, decided by another, told to the source",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    listing = add_verb(
        verbs, "list", "list openings of our records, by us, or to be decided by us", listed, example=EXAMPLE
    )
    listing.add_argument(
        "--side", choices=("of_us", "by_us", "for_us"), default="of_us", help="which (default: of our records)"
    )
    _register_asking(add_verb(verbs, "ask", "ask another body to open records to you", asked, example=EXAMPLE))
    approve = add_verb(verbs, "approve", "open what another person asked for", approved, example=EXAMPLE)
    approve.add_argument(
        "--level", type=int, choices=[one.value for one in Level], default=1, help="up to which level (default: 1)"
    )
    others = [
        add_verb(verbs, name, says, run, example=EXAMPLE)
        for name, says, run in (
            ("show", "print one opening with every look", shown),
            ("reject", "refuse what another person asked for", rejected),
            ("end", "end an opening at once", ended),
            ("seen", "say for the source that it has seen it", seen),
            ("read", "print one record through the glass; the source sees the look", read),
        )
    ]
    for verb in (approve, *others):
        verb.add_argument("reference", help="the opening's reference, like GB-2026-TSZV44-A")
    others[-1].add_argument("record", help="the record's reference")


def _register_asking(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("ground", choices=sorted(GROUNDS), help="why the glass may be broken")
    ask.add_argument("--purpose", choices=[one.value for one in Purpose], required=True, help="what it serves")
    ask.add_argument("--source", required=True, help="the code of the body whose records they are")
    ask.add_argument("--record", action="append", default=[], help="a record's reference; may be given again")
    ask.add_argument("--reason", required=True, help="why nothing else helps in time")
    ask.add_argument("--document", default="", help="the decision that it rests on, where a court orders it")
    ask.add_argument("--hours", type=int, default=2, help="for how long (default: 2)")
    ask.add_argument("--decider", default="XS", help="the code of the body that decides (default: XS)")


def listed(arguments: argparse.Namespace) -> int:
    """Print one line for each opening."""
    viewer = signed_in(arguments, demo_default=DEMO_SOURCE)
    from liaison.apps.glass import public as glass  # noqa: PLC0415 - Django is set up only now

    number = pages = 1
    while number <= pages:
        page = glass.openings(viewer, side=arguments.side, page=number)
        for card in page.openings:
            print(json.dumps(_json(card), ensure_ascii=False) if arguments.json else _line(card))
        number, pages = number + 1, page.pages
    return 0


def asked(arguments: argparse.Namespace) -> int:
    """Ask, and print the opening's reference."""
    viewer = signed_in(arguments, demo_default=DEMO_OFFICER)
    from liaison.apps.glass import public as glass  # noqa: PLC0415

    reference = glass.ask(
        arguments.ground,
        source=arguments.source,
        decider=arguments.decider,
        purpose=Purpose(arguments.purpose),
        reason=arguments.reason,
        hours=arguments.hours,
        named=arguments.record,
        document=arguments.document,
        by=viewer,
    )
    print(json.dumps({"reference": reference}) if arguments.json else reference)
    return 0


def shown(arguments: argparse.Namespace) -> int:
    """Print one opening with every look."""
    viewer = signed_in(arguments, demo_default=DEMO_SOURCE)
    from liaison.apps.glass import public as glass  # noqa: PLC0415

    card = glass.opening(arguments.reference, viewer)
    looks = [{"at": one.at.isoformat(), "record": one.reference} for one in glass.looks(card, viewer)]
    if arguments.json:
        print(json.dumps(_json(card) | {"looks": looks}, ensure_ascii=False))
        return 0
    print(_line(card))
    for look in looks:
        print(f"  {look['at']}  {look['record'] or 'a record that you may not see'}")
    return 0


def approved(arguments: argparse.Namespace) -> int:
    """Open, as a second person."""
    viewer = signed_in(arguments, demo_default=DEMO_DECIDER)
    from liaison.apps.glass import public as glass  # noqa: PLC0415

    card = glass.approve(arguments.reference, level=Level(arguments.level), by=viewer)
    print(json.dumps(_json(card), ensure_ascii=False) if arguments.json else _line(card))
    return 0


def rejected(arguments: argparse.Namespace) -> int:
    """Refuse, as a second person."""
    viewer = signed_in(arguments, demo_default=DEMO_DECIDER)
    from liaison.apps.glass import public as glass  # noqa: PLC0415

    glass.reject(arguments.reference, by=viewer)
    return _said(arguments, "rejected")


def ended(arguments: argparse.Namespace) -> int:
    """End an opening."""
    viewer = signed_in(arguments, demo_default=DEMO_SOURCE)
    from liaison.apps.glass import public as glass  # noqa: PLC0415

    glass.end(arguments.reference, by=viewer)
    return _said(arguments, "ended")


def seen(arguments: argparse.Namespace) -> int:
    """Acknowledge an opening for its source."""
    viewer = signed_in(arguments, demo_default=DEMO_SOURCE)
    from liaison.apps.glass import public as glass  # noqa: PLC0415

    glass.acknowledge(arguments.reference, by=viewer)
    return _said(arguments, "seen")


def read(arguments: argparse.Namespace) -> int:
    """Print one record with who reads it; the look is committed before."""
    viewer = signed_in(arguments, demo_default=DEMO_OFFICER)
    from liaison.apps.glass import public as glass  # noqa: PLC0415

    card, record = glass.read(arguments.reference, arguments.record, by=viewer)
    told = {
        "read_by": f"{viewer.user_name}, {viewer.reader_code}",
        "opening": card.reference,
        "reference": record.reference,
        "database": record.kind,
        "source": record.source_code,
        "title": record.title,
        "fields": dict(record.fields),
    }
    print(json.dumps(told, ensure_ascii=False, indent=None if arguments.json else 2))
    return 0


def _said(arguments: argparse.Namespace, what: str) -> int:
    told = json.dumps({"reference": arguments.reference, "done": what})
    print(told if arguments.json else f"{arguments.reference}  {what}")
    return 0


def _json(card: "OpeningCard") -> dict[str, object]:
    words = card.words
    return {
        "reference": card.reference,
        "state": card.state.value,
        "ground": card.ground.code,
        "source": card.source.code,
        "asker": card.asker.code,
        "asked_by": words.asked_by if words else "",
        "decider": card.decider.code,
        "decided_by": words.decided_by if words else "",
        "reason": words.reason if words else "",
        "named": list(card.named),
        "hours": card.hours,
        "ends_at": card.ends_at.isoformat() if card.ends_at else None,
    }


def _line(card: "OpeningCard") -> str:
    until = f"  until {card.ends_at:%d %b %Y %H:%M}" if card.ends_at else ""
    reason = card.words.reason if card.words else ""
    who = f"{card.asker.code} of {card.source.code}"
    return f"{card.reference}  {card.state.value}{until}  {card.ground.code}  {who}  {reason}"
