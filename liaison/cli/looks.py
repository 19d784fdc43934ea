"""`liaison looks`: who looked, what is asked of you, what stands out, and the text of a query on a ground."""

import argparse
import csv
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from liaison.cli.session import add_verb, signed_in

if TYPE_CHECKING:
    from liaison.apps.looks.public import Line, Question

DEMO_OFFICER = "qm.officer"
DEMO_DATA_PROTECTION = "qm.dpo"
GROUNDS = ("complaint", "spot_check", "signal", "order", "incident")
"""What `screening.GROUNDS` lists; a test holds the two together."""
EXAMPLE = """examples, in a demo home:
  liaison looks record RP-2026-7K4M2P-C --as qm.officer
  liaison looks at RP-2026-7K4M2P-C RP-2026-B2Q9XH-7 --as qm.dpo
  liaison looks by qm.border --since 2026-11-01 --csv --as qm.dpo
  liaison looks asked --as qm.border
  liaison looks signals --as qm.dpo
  liaison looks let-go
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "looks",
        help="ask who looked, state a reason that is asked of you, judge what stands out",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    _register_questions(verbs)
    _register_checks(verbs)
    _register_signals(verbs)
    opening = add_verb(verbs, "open-text", "open the text of a query on a ground", open_text, example=EXAMPLE)
    opening.add_argument("query", type=UUID, help="the query's id, as “at” and “by” print it with --json")
    opening.add_argument("--ground", required=True, choices=GROUNDS, help="on which ground")
    opening.add_argument("--words", required=True, help="which complaint, check, signal, order or incident it is")
    gone = verbs.add_parser("let-go", help="list the months whose looks were let go, and the entries that say so")
    gone.add_argument("--json", action="store_true", help="print the answer for programs")
    gone.set_defaults(run=list_let_go)


def _register_questions(verbs: Any) -> None:  # Any: as above, here and below
    record = add_verb(verbs, "record", "who saw, changed and received a record", show_record, example=EXAMPLE)
    record.add_argument("reference", help="of a record that you may see")
    at = add_verb(verbs, "at", "who looked at records; for who audits", ask_at, example=EXAMPLE)
    at.add_argument("references", nargs="+", metavar="reference", help="of a record, or of all those of a person")
    by = add_verb(verbs, "by", "what an officer looked at; for who audits", ask_by, example=EXAMPLE)
    by.add_argument("officer", help="his sign-in name")
    for verb in (at, by):
        verb.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="the first day, like 2026-11-01")
        verb.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="the last day")
        verb.add_argument("--csv", action="store_true", help="print a table without formulas")


def _register_checks(verbs: Any) -> None:
    add_verb(verbs, "asked", "list the reasons that are asked of you", list_asked, example=EXAMPLE)
    answer = add_verb(verbs, "answer", "state the reason of a query of yours", state_reason, example=EXAMPLE)
    answer.add_argument("reference", help="of the spot check")
    answer.add_argument("--words", required=True, help="why you asked")
    add_verb(verbs, "checks", "list the spot checks that you judge", list_checks, example=EXAMPLE)
    judge = add_verb(verbs, "judge", "accept a reason, or escalate it to oversight", judge_check, example=EXAMPLE)
    judge.add_argument("reference", help="of the spot check")
    which = judge.add_mutually_exclusive_group(required=True)
    which.add_argument("--accept", action="store_true", help="the reason is good")
    which.add_argument("--escalate", action="store_true", help="oversight is to see it")
    judge.add_argument("--words", required=True, help="why")


def _register_signals(verbs: Any) -> None:
    add_verb(verbs, "signals", "list what stands out in how people look", list_signals, example=EXAMPLE)
    dismiss = add_verb(verbs, "dismiss", "dismiss a signal with a reason", dismiss_signal, example=EXAMPLE)
    dismiss.add_argument("reference", help="of the signal")
    dismiss.add_argument("--words", required=True, help="why")
    follow = add_verb(verbs, "follow-up", "follow a signal up by a spot check", follow_signal, example=EXAMPLE)
    follow.add_argument("reference", help="of the signal")


def show_record(arguments: argparse.Namespace) -> int:
    """Print the newest looks at a record and its changes; the question is a look."""
    viewer = signed_in(arguments, demo_default=DEMO_OFFICER)
    from liaison.apps.audit import public as audit  # noqa: PLC0415 - Django is set up only now
    from liaison.apps.looks import public as looks  # noqa: PLC0415
    from liaison.apps.records import public as records  # noqa: PLC0415

    try:
        card = records.record(arguments.reference, viewer)
        audit.look(audit.Look.by(viewer, kind="view", shown=[(card.id, card.source_id)]))
        told = looks.story(card, viewer)
    finally:
        audit.stop_event_writer()
    for seen in told.seen:
        _say(arguments, at=seen.at, what=seen.kind, body=seen.body.code, person=seen.person, purpose=seen.purpose)
    for changed in told.changed:
        body = changed.body.code if changed.body else ""
        _say(arguments, at=changed.at, what=changed.action, body=body, person=changed.person, entry=changed.seq)
    return 0


def ask_at(arguments: argparse.Namespace) -> int:
    """Print who looked at records."""
    return _ask(arguments, records=" ".join(arguments.references), officer="")


def ask_by(arguments: argparse.Namespace) -> int:
    """Print what an officer looked at."""
    return _ask(arguments, records="", officer=arguments.officer)


def list_asked(arguments: argparse.Namespace) -> int:
    """Print the spot checks in which the caller is asked."""
    viewer = signed_in(arguments, demo_default=DEMO_OFFICER)
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    for one in looks.mine(viewer):
        state = "overdue" if one.is_overdue else one.state
        _say(arguments, reference=one.reference, state=state, query_of=one.asked_at, answer_by=one.answer_by)
    return 0


def state_reason(arguments: argparse.Namespace) -> int:
    """State the reason of a query."""
    viewer = signed_in(arguments, demo_default=DEMO_OFFICER)
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    looks.answer(arguments.reference, arguments.words, by=viewer)
    print(f"{arguments.reference}: your reason was handed in.", file=sys.stderr)
    return 0


def list_checks(arguments: argparse.Namespace) -> int:
    """Print every spot check that the caller judges, those that wait first."""
    viewer = signed_in(arguments, demo_default=DEMO_DATA_PROTECTION)
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    number = pages = 1
    while number <= pages:
        page = looks.checks(viewer, page=number)
        for one in page.checks:
            state = "overdue" if one.is_overdue else one.state
            officer = one.officer.sign_in_name if one.officer else ""
            _say(arguments, reference=one.reference, state=state, officer=officer, answer_by=one.answer_by)
        number, pages = number + 1, page.pages
    return 0


def judge_check(arguments: argparse.Namespace) -> int:
    """Accept or escalate."""
    viewer = signed_in(arguments, demo_default=DEMO_DATA_PROTECTION)
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    looks.judge(arguments.reference, accept=arguments.accept, words=arguments.words, by=viewer)
    print(f"{arguments.reference}: {'accepted' if arguments.accept else 'escalated to oversight'}.", file=sys.stderr)
    return 0


def list_signals(arguments: argparse.Namespace) -> int:
    """Print every signal that the caller judges, open ones first."""
    viewer = signed_in(arguments, demo_default=DEMO_DATA_PROTECTION)
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    number = pages = 1
    while number <= pages:
        page = looks.signals(viewer, page=number)
        for one in page.signals:
            officer = one.officer.sign_in_name if one.officer else ""
            _say(
                arguments,
                reference=one.reference,
                state=one.state,
                kind=one.kind,
                officer=officer,
                measure=one.measure,
                usual=one.usual,
            )
        number, pages = number + 1, page.pages
    return 0


def dismiss_signal(arguments: argparse.Namespace) -> int:
    """Dismiss a signal."""
    viewer = signed_in(arguments, demo_default=DEMO_DATA_PROTECTION)
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    looks.dismiss(arguments.reference, arguments.words, by=viewer)
    print(f"{arguments.reference}: dismissed. Oversight sees it and your reason.", file=sys.stderr)
    return 0


def follow_signal(arguments: argparse.Namespace) -> int:
    """Follow a signal up."""
    viewer = signed_in(arguments, demo_default=DEMO_DATA_PROTECTION)
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    print(looks.follow_up(arguments.reference, by=viewer))
    return 0


def open_text(arguments: argparse.Namespace) -> int:
    """Print what was typed, once the ground is in the ledger."""
    viewer = signed_in(arguments, demo_default=DEMO_DATA_PROTECTION)
    from liaison.apps.audit import public as audit  # noqa: PLC0415
    from liaison.apps.screening import public as screening  # noqa: PLC0415

    try:
        typed = screening.open_line(arguments.query, ground=arguments.ground, words=arguments.words, by=viewer)
    finally:
        audit.stop_event_writer()
    question = {name: value for name, value in json.loads(typed).items() if value}
    if arguments.json:
        print(json.dumps(question, ensure_ascii=False))
        return 0
    for name, value in question.items():
        print(f"{name}: {value}")
    return 0


def list_let_go(arguments: argparse.Namespace) -> int:
    """Print the months whose looks were let go; they hold nothing about anybody."""
    from liaison.cli.setup import set_up_django  # noqa: PLC0415 - only commands that need it pay for it

    set_up_django()
    from liaison.apps.audit import public as audit  # noqa: PLC0415

    for one in audit.months_let_go():
        _say(arguments, month=one.month, looks=one.looks, entry=one.seq)
    return 0


def _ask(arguments: argparse.Namespace, *, records: str, officer: str) -> int:
    viewer = signed_in(arguments, demo_default=DEMO_DATA_PROTECTION)
    from liaison.apps.audit import public as audit  # noqa: PLC0415
    from liaison.apps.looks import public as looks  # noqa: PLC0415

    question = looks.Question.about(records, officer, arguments.since, arguments.until)
    try:
        if arguments.csv:
            csv.writer(sys.stdout, quoting=csv.QUOTE_ALL).writerows(looks.table(question, viewer))
        else:
            _print_lines(arguments, question, looks.ask(question, viewer).lines)
    finally:
        audit.stop_event_writer()
    return 0


def _print_lines(arguments: argparse.Namespace, question: "Question", lines: "tuple[Line, ...]") -> None:
    """Print the newest page; a table has them all."""
    for line in lines:
        _say(
            arguments,
            at=line.at,
            what=line.kind,
            body=line.body.code if line.body else "",
            officer=line.officer.sign_in_name if line.officer else "",
            purpose=line.purpose,
            records=" ".join(line.references),
            **({"query": line.query or ""} if arguments.json else {}),
        )
    if not lines:
        asked = question.officer or " ".join(question.references)
        print(f"{asked}: no look that you may know of.", file=sys.stderr)


def _say(arguments: argparse.Namespace, **told: object) -> None:
    plain = {name: value if isinstance(value, int) else _word(value) for name, value in told.items()}
    if arguments.json:
        print(json.dumps(plain, ensure_ascii=False))
    else:
        print("  ".join(str(value) for value in plain.values() if value != ""))


def _word(value: object) -> str:
    if value is None:
        return ""
    moment = getattr(value, "isoformat", None)
    return moment(timespec="minutes") if moment else str(value)
