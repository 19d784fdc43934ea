"""Fetches a list by its URL, from hosts that the operator allowed and from nowhere else.

A name can lead anywhere, so it is looked up once, every address that it gives must be public, and the connection is
made to the very address that was checked; TLS still verifies the name. A redirect is a new URL and passes the same
checks. Everything has a bound: bytes, redirects, and seconds, whether the other side is silent or drips. Proxies,
cookies and compression are not used.
"""

import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import httpcore

from liaison.apps.exchange.public_addresses import is_public
from liaison.files.jail import FILE_BYTES_MAX
from liaison.refusal import Finding, Refused, mark

REDIRECTS_MAX = 3
ADDRESSES_MAX = 4
URL_CHARACTERS_MAX = 2_000
SECONDS_MAX = 600.0
"""For one list in all, redirects included."""
WAIT_SECONDS_MAX = 20.0
"""For one step: a look-up of a name, a connection, some bytes."""
USER_AGENT = "Liaison"
SETTING = "LIAISON_LIST_HOSTS"
_PORTS = {"https": 443, "http": 80}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_URL = re.compile(r"[!-~]+")
_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")

Resolve = Callable[[str, int], Sequence[str]]


def _resolved(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Network:
    """How names become addresses, which of these may be connected to, whom TLS trusts, and how long one may take."""

    resolve: Resolve = _resolved
    is_permitted: Callable[[str], bool] = is_public
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds_max: float = SECONDS_MAX
    wait_seconds_max: float = WAIT_SECONDS_MAX
    bytes_max: int = FILE_BYTES_MAX


@dataclass(frozen=True, slots=True)
class ListUrl:
    """The URL of a list. `name` is what is kept of it: what stands behind `?` may be a password."""

    text: str

    @property
    def name(self) -> str:
        """Return host and path."""
        return _place(self.text).url.partition("?")[0]


@dataclass(frozen=True, slots=True)
class _Place:
    """A URL in its parts. `origin` is scheme and host, and the port where it is not the usual one."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        return self.origin + self.target


class _Deadline:
    """The seconds that are left, for one step and in all."""

    def __init__(self, network: Network) -> None:
        self._ends = time.monotonic() + network.seconds_max
        self._step = network.wait_seconds_max

    def step(self) -> float:
        """Return the seconds that the next step may take; raise a timeout of httpcore when none are left."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("no time left")
        return min(left, self._step)


def fetched(url: str, *, allowed_hosts: Collection[str], network: Network | None = None) -> IO[bytes]:
    """Return the file behind a URL, at its start. It lives in memory only: personal data is not left on a disk.

    `allowed_hosts` are origins as `LIAISON_LIST_HOSTS` gives them: `https://lists.example`. Raises Refused for a URL
    that is not allowed, an address that is not public, and a server that does not give the whole file in time.
    """
    network = network or Network()
    deadline = _Deadline(network)
    place = _allowed(url, allowed_hosts)
    for _ in range(REDIRECTS_MAX + 1):
        with _told(place), _asked(place, network, deadline) as response:
            if response.status not in _REDIRECTS:
                return _body(response, place, network)
            place = _redirected(response, place, allowed_hosts)
    raise Refused(
        _no(
            "redirects",
            mark("“%(host)s” sends on more than %(most)s times."),
            mark("Give the URL at which the file itself lies."),
            host=place.host,
            most=REDIRECTS_MAX,
        )
    )


def _allowed(url: str, allowed_hosts: Collection[str]) -> _Place:
    place = _place(url)
    if place.origin not in allowed_hosts:
        raise Refused(
            _no(
                "host_not_allowed",
                mark("Lists may not be fetched from “%(origin)s”: the operator has not allowed it."),
                mark("Ask the operator to add it to %(setting)s, or give the list as a file."),
                origin=place.origin,
                setting=SETTING,
            )
        )
    return place


def _place(url: str) -> _Place:
    """Return the parts of a URL; raise Refused where it is not a plain one."""
    try:
        read = urlsplit(url)
        port = read.port
    except ValueError:
        raise Refused(_malformed()) from None
    if read.username is not None or read.password is not None:
        raise Refused(
            _no(
                "credentials",
                mark("The URL holds a user name or a password."),
                mark("Give it without; a list that needs a password is imported as a file."),
            )
        )
    host = _host(read.netloc)
    is_plain = len(url) <= URL_CHARACTERS_MAX and _URL.fullmatch(url) and "\\" not in url
    if not is_plain or read.scheme not in _PORTS or not _HOST.fullmatch(host):
        raise Refused(_malformed())
    target = (read.path or "/") + (f"?{read.query}" if read.query else "")
    return _Place(read.scheme, host, port or _PORTS[read.scheme], target)


def _host(netloc: str) -> str:
    name = netloc.lower()
    return name[: name.find("]") + 1] if name.startswith("[") else name.partition(":")[0].removesuffix(".")


@contextmanager
def _asked(place: _Place, network: Network, deadline: _Deadline) -> Iterator[httpcore.Response]:
    backend = _Pinned(_addresses(place, network, deadline), deadline)
    url = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
    headers = [
        ("User-Agent", USER_AGENT),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    ]
    with (
        httpcore.ConnectionPool(ssl_context=network.tls, network_backend=backend, max_connections=1) as pool,
        pool.stream("GET", url, headers=headers) as response,
    ):
        yield response


def _addresses(place: _Place, network: Network, deadline: _Deadline) -> list[str]:
    """Return the addresses of the host, each of which may be connected to; raise Refused where one may not."""
    found = _looked_up(place, network, deadline)
    if not found:
        raise Refused(_unreachable(place))
    if not all(network.is_permitted(address) for address in found):
        raise Refused(
            _no(
                "address_not_public",
                mark("“%(host)s” leads to an address that is not public."),
                mark("Check the name. A list on a network of your own is imported as a file."),
                host=place.host,
            )
        )
    return found[:ADDRESSES_MAX]


def _looked_up(place: _Place, network: Network, deadline: _Deadline) -> list[str]:
    """Return what the resolver says. It knows no time limit: it is asked in a thread that may be left alone."""
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):  # an unknown name has no address
            found.extend(network.resolve(place.host.strip("[]"), place.port))

    thread = threading.Thread(target=ask, name="look-up of a list's host", daemon=True)
    thread.start()
    thread.join(deadline.step())
    return list(found)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever the name may lead to by now."""

    def __init__(self, addresses: Sequence[str], deadline: _Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the name was looked up before
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline decides
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address that answers."""
        failure: Exception = httpcore.ConnectError()
        for address in self._addresses:
            try:
                stream = self._plain.connect_tcp(address, port, self._deadline.step(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                failure = problem
            else:
                return _Timed(stream, self._deadline)
        raise failure

    def connect_unix_socket(self, *_arguments: Any, **_named: Any) -> httpcore.NetworkStream:  # Any: never called
        """Refuse: lists come from the internet."""
        raise httpcore.ConnectError

    def sleep(self, seconds: float) -> None:
        """Wait; httpcore does so between retries, of which there are none."""
        time.sleep(min(seconds, self._deadline.step()))


class _Timed(httpcore.NetworkStream):
    """A connection whose every step ends in time, also where each byte comes just before the last moment."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline decides
        """Return some bytes; none at the end."""
        return self._stream.read(max_bytes, self._deadline.step())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Send the bytes."""
        self._stream.write(buffer, self._deadline.step())

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Return the connection under TLS, its name verified."""
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._deadline.step()), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # Any: whatever httpcore asks of a socket
        """Return what httpcore asks."""
        return self._stream.get_extra_info(info)


def _redirected(response: httpcore.Response, place: _Place, allowed_hosts: Collection[str]) -> _Place:
    location = _header(response, b"location")
    try:
        there = _allowed(urljoin(place.url, location), allowed_hosts) if location else None
    except ValueError:
        there = None
    if there is None:
        raise Refused(_malformed())
    if place.scheme == "https" and there.scheme != "https":
        raise Refused(
            _no(
                "downgrade",
                mark("“%(host)s” sends on from https to http, where anybody on the way can change the list."),
                mark("Give the URL at which the file itself lies."),
                host=place.host,
            )
        )
    return there


def _body(response: httpcore.Response, place: _Place, network: Network) -> IO[bytes]:
    if response.status != _OK:
        raise Refused(
            _no(
                "no_file",
                mark("“%(host)s” answered %(status)s instead of the file."),
                mark("Check the URL in a browser."),
                host=place.host,
                status=response.status,
            )
        )
    length = _header(response, b"content-length")
    if not length and "chunked" not in _header(response, b"transfer-encoding").lower():
        raise Refused(_unfinished(place))  # where the end of the connection is the end, a part looks like the whole
    if _header(response, b"content-encoding").lower() not in ("", "identity"):
        raise Refused(
            _no(
                "compressed",
                mark("“%(host)s” compresses the file, though it was asked not to."),
                mark("Download it and import it as a file."),
                host=place.host,
            )
        )
    if length.isdecimal() and int(length) > network.bytes_max:
        raise Refused(_too_large(place, network))
    return _spooled(response, place, network)


def _spooled(response: httpcore.Response, place: _Place, network: Network) -> IO[bytes]:
    spool: IO[bytes] = os.fdopen(os.memfd_create("liaison"), "w+b")
    try:
        size = 0
        for chunk in response.iter_stream():
            size += len(chunk)
            if size > network.bytes_max:
                raise Refused(_too_large(place, network))
            spool.write(chunk)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1").strip() for key, value in response.headers if key.lower() == name), "")


@contextmanager
def _told(place: _Place) -> Iterator[None]:
    """Turn what goes wrong on the way into a refusal."""
    try:
        yield
    except httpcore.TimeoutException as failure:
        raise Refused(_too_slow(place)) from failure
    except httpcore.ConnectError as failure:
        raise Refused(_untrusted(place) if _is_about_tls(failure) else _unreachable(place)) from failure
    except (httpcore.NetworkError, httpcore.ProtocolError) as failure:
        raise Refused(_unfinished(place)) from failure


def _is_about_tls(failure: BaseException) -> bool:
    return isinstance(failure.__cause__ or failure.__context__, ssl.SSLError)


def _malformed() -> Finding:
    return _no(
        "malformed",
        mark("This is not a URL of the form https://name/path in plain letters."),
        mark("Copy it from the publisher's page; a name in another script is written with “xn--”."),
    )


def _unreachable(place: _Place) -> Finding:
    return _no(
        "unreachable",
        mark("“%(host)s” cannot be reached."),
        mark("Check the name, and the network of this machine; then try again."),
        host=place.host,
    )


def _untrusted(place: _Place) -> Finding:
    return _no(
        "untrusted",
        mark("“%(host)s” does not prove that it is who it says (TLS)."),
        mark("Do not use the list; ask its publisher."),
        host=place.host,
    )


def _too_slow(place: _Place) -> Finding:
    return _no(
        "too_slow",
        mark("“%(host)s” took too long and was left."),
        mark("Try again later, or download the list and import it as a file."),
        host=place.host,
    )


def _unfinished(place: _Place) -> Finding:
    return _no(
        "unfinished",
        mark("“%(host)s” did not give the whole file in a form that can be relied on."),
        mark("Try again; if it stays so, download the list and import it as a file."),
        host=place.host,
    )


def _too_large(place: _Place, network: Network) -> Finding:
    return _no(
        "too_large",
        mark("The file at “%(host)s” is larger than %(mib)s MiB."),
        mark("Give the URL of the list itself."),
        host=place.host,
        mib=network.bytes_max // 1024 // 1024,
    )


def _no(code: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"fetching.{code}", problem=problem, remedy=remedy, field="url", values=values)
