"""`liaison query "TEXT"`: one question from the command line, by the stored token or as a user of a demo home."""

import argparse
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from liaison.cli.session import StoredLogin, add_as_option, findings_of, stored_login, viewer_of
from liaison.refusal import Finding, Refused, mark
from liaison.rules.use import Reason

SECONDS_MAX = 30
DEMO_DEFAULT = "qm.border"
EXAMPLE = """example, in a demo home:
  liaison query "MORVANI, Elsa" --reason traffic_stop --reference "STOP 4471/26" --as qm.border
  liaison query --identifier "QM 12*" --identifier-kind plate --reason traffic_stop --reference "C 41" --as qm.border
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the command."""
    parser = subparsers.add_parser(
        "query",
        help="ask all databases one question",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", nargs="?", default="", help="a name, a document number, an MRZ or a reference")
    parser.add_argument("--name", default="", help="a name, in any script")
    parser.add_argument("--birth-date", default="", help="YYYY, YYYY-MM or YYYY-MM-DD")
    parser.add_argument("--nationality", default="", help="ISO 3166 alpha-2")
    parser.add_argument("--sex", default="", help="F, M or X")
    parser.add_argument("--document-number", default="", help="a number, as printed on the document")
    parser.add_argument("--document-country", default="", help="ISO 3166 alpha-2 or alpha-3")
    parser.add_argument("--identifier", default="", help="the number of a thing; * and ? stand for what is not known")
    parser.add_argument(
        "--identifier-kind", default="", help="its kind: vin, plate, imo, serial ...; any if left out"
    )
    parser.add_argument(
        "--reason", default="", metavar="REASON", help=f"why you ask, for what you type: {', '.join(Reason)}"
    )
    parser.add_argument("--reference", default="", help="the number of your own case, stop or incident")
    parser.add_argument("--json", action="store_true", help="print the answer for programs")
    add_as_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, print the answer, and return 0 whether something was found or not."""
    from liaison.cli.setup import home, set_up_django  # noqa: PLC0415 - only commands that need it pay for it

    question = {
        name: getattr(arguments, name)
        for name in (
            "text",
            "name",
            "birth_date",
            "nationality",
            "sex",
            "document_number",
            "document_country",
            "identifier",
            "identifier_kind",
            "reason",
            "reference",
        )
    }
    stored = stored_login(home())
    if stored and arguments.as_user is None:
        answer = _ask_there(question, stored)
    else:
        set_up_django()
        answer = _ask_here(question, arguments, home())
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.json else _as_text(answer))
    return 0


def _ask_here(question: dict[str, str], arguments: argparse.Namespace, here: Path) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415

    from liaison.apps.audit import public as audit  # noqa: PLC0415
    from liaison.apps.index import public as index  # noqa: PLC0415
    from liaison.apps.screening import public as screening  # noqa: PLC0415

    viewer = viewer_of(arguments, home=here, demo_default=DEMO_DEFAULT)
    index.start_follower()
    try:
        answer = screening.ask(screening.Question(**question), viewer=viewer)
        built: dict[str, Any] = msgspec.to_builtins(screening.answer_out(answer))
        return built
    finally:
        index.stop_follower()
        audit.stop_event_writer()


def _ask_there(question: dict[str, str], stored: StoredLogin) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the address is the one that the user signed in at
        f"{stored.url}/api/v1/queries",
        data=json.dumps(question).encode(),
        headers={"Authorization": f"Bearer {stored.token}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        raise Refused(*findings_of(error)) from None
    except OSError:
        raise Refused(
            Finding(
                "query.unreachable",
                mark("%(url)s does not answer."),
                mark("Check that it runs, or sign in elsewhere with “liaison login”."),
                values={"url": stored.url},
            )
        ) from None


def _as_text(answer: dict[str, Any]) -> str:
    lines = [f"! {finding['problem']} {finding['remedy']}" for finding in answer["findings"]]
    for hit in answer["hits"]:
        lines.append(f"{hit['reference']}  {hit['score']:.2f}  {hit['word']}  {hit['database']}: {hit['title']}")
        lines += [f"    {match['label']}: {match['value']}" for match in hit["matches"]]
        lines.append(f"    source {hit['source']}; {hit['do']} {hit['never']}")
        lines += [
            f"    {part['contribution']:+.2f}  {part['feature']}: {part['left']} ~ {part['right']}"
            for part in hit["parts"]
        ]
    if answer["more"]:
        lines.append("More records fit than are shown: give more of the number.")
    if not answer["hits"]:
        lines.append("No instruction for you.")
    lines.append(
        f"Searched {', '.join(answer['searched'])}; data of {answer['data_of']}, {answer['lag_ms']} ms behind."
    )
    return "\n".join(lines)
