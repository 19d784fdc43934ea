"""`liaison login`: get an access token from an installation and keep it, readable by you alone."""

import argparse
import getpass
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from liaison.cli.session import StoredLogin, findings_of, store_login
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Purpose

SECONDS_MAX = 30
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
DEMO_FILE = "demo"
"""Half of the mark of a demo home; whether the database bears the other half is looked up before anything is done."""
DEFAULT_URL = "http://127.0.0.1:8000"
EXAMPLE = """example, in a demo home:
  liaison login qm.border --purpose identify
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the command."""
    parser = subparsers.add_parser(
        "login", help="store an access token", epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sign_in_name", help="the name that you sign in with; the password is asked for")
    parser.add_argument("--url", default=DEFAULT_URL, help=f"where the installation answers (default {DEFAULT_URL})")
    parser.add_argument(
        "--purpose",
        default=Purpose.IDENTIFY.value,
        choices=[purpose.value for purpose in Purpose if purpose is not Purpose.SYSTEM],
        help="the police purpose that the token serves (RPD art. 10(2))",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask for the password, get a token, store it, and say where."""
    from liaison.cli.setup import home  # noqa: PLC0415 - reads the environment

    url = arguments.url.rstrip("/")
    if not _is_private(url):
        raise Refused(
            Finding(
                "login.not_encrypted",
                mark("A password is sent over HTTPS only, or to this machine itself."),
                mark("Give the address with https://."),
            )
        )
    password = _asked("Password: ")
    code = _demo_code(url, arguments.sign_in_name) or _asked("Code of your app, or a recovery code: ")
    token = _token(
        url,
        {
            "sign_in_name": arguments.sign_in_name,
            "password": password,
            "code": code,
            "purpose": arguments.purpose,
            "label": "liaison login",
        },
    )
    print(f"Signed in; the token is in {store_login(home(), StoredLogin(url, token))}.", file=sys.stderr)
    return 0


def _asked(words: str) -> str:
    """Ask without showing what is typed; a program writes one line for each question."""
    return getpass.getpass(words) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _demo_code(url: str, name: str) -> str:
    """Return a code for an invented user of this machine's own demo; empty for everybody else."""
    from liaison.cli.setup import home, set_up_django  # noqa: PLC0415 - reads the environment

    if urllib.parse.urlsplit(url).hostname not in LOOPBACK or not (home() / DEMO_FILE).is_file():
        return ""
    set_up_django()
    from liaison.apps.members import public as members  # noqa: PLC0415 - Django is set up only now
    from liaison.apps.training.public import is_demo  # noqa: PLC0415

    viewer = members.viewer_by_name(name, Purpose.IDENTIFY) if is_demo(home()) else None
    if viewer is None:
        return ""
    print("Demo home: the second factor is filled in.", file=sys.stderr)
    return members.spare_code(by=viewer)


def _is_private(url: str) -> bool:
    """Whether a password may be sent there: over TLS, or without leaving this machine."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _token(url: str, body: dict[str, str]) -> str:
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
        f"{url}/api/v1/tokens",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as response:  # noqa: S310
            return str(json.load(response)["token"])
    except urllib.error.HTTPError as error:
        raise Refused(*findings_of(error)) from None
    except OSError:
        raise Refused(
            Finding(
                "query.unreachable",
                mark("%(url)s does not answer."),
                mark("Check that it runs, or sign in elsewhere with “liaison login”."),
                values={"url": url},
            )
        ) from None
