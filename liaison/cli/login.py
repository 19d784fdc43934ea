"""`liaison login`: get an access token from an installation and keep it, readable by you alone."""

import argparse
import getpass
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from liaison.cli.session import StoredLogin, store_login
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Purpose

SECONDS_MAX = 30
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
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
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    token = _token(url, arguments.sign_in_name, password, arguments.purpose)
    print(f"Signed in; the token is in {store_login(home(), StoredLogin(url, token))}.", file=sys.stderr)
    return 0


def _is_private(url: str) -> bool:
    """Whether a password may be sent there: over TLS, or without leaving this machine."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _token(url: str, name: str, password: str, purpose: str) -> str:
    body = {"sign_in_name": name, "password": password, "purpose": purpose, "label": "liaison login"}
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
        f"{url}/api/v1/tokens",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as response:  # noqa: S310
            return str(json.load(response)["token"])
    except urllib.error.HTTPError:
        raise Refused(
            Finding(
                "sign_in.wrong",
                mark("Name and password do not belong together."),
                mark("Type both again. Your bureau's administrator can set a new password."),
            )
        ) from None
    except OSError:
        raise Refused(
            Finding(
                "query.unreachable",
                mark("%(url)s does not answer."),
                mark("Check that it runs, or sign in elsewhere with “liaison login”."),
                values={"url": url},
            )
        ) from None
