"""Lists by URL: from allowed hosts at public addresses, within bounds, or a refusal that says why."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from liaison.apps.exchange.fetching import Network, fetched
from liaison.apps.exchange.public_addresses import is_public
from liaison.refusal import Refused

HOST = "lists.example"
BODY = b"name,number\r\nInvented Person,QM1234567\r\n" * 100
PUBLIC_IN_THE_TEST = "127.0.0.1"
Answer = Callable[[socket.socket, str], None]


class Server:
    """A server on loopback that answers each connection by a function of the socket and the path asked for."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None) -> None:
        self._answer, self._tls = answer, tls
        self._listener = socket.create_server((PUBLIC_IN_THE_TEST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://{HOST}:{self.port}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # or the thread that accepts keeps it open
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            self.requests.append(request.decode())
            self._answer(connection, request.split()[1].decode())
        connection.close()


def a_key_and_certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server of that name shows, and what a client trusts who trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    today = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file = folder / f"{name}.pem"
    file.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return a_key_and_certificate(tmp_path_factory.mktemp("tls"), HOST)


def whole(connection: socket.socket, body: bytes = BODY, head: str = "") -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body)


def sent_on(to: str, status: int = 302) -> Answer:
    def answer(connection: socket.socket, _path: str) -> None:
        connection.sendall(f"HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())

    return answer


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(answer, tls)
    try:
        yield server
    finally:
        server.close()


def in_the_test(
    trusted: ssl.SSLContext | None = None,
    resolve: Callable[[str, int], Sequence[str]] = lambda _host, _port: [PUBLIC_IN_THE_TEST],
    **bounds: float,
) -> Network:
    """Return a network in which loopback plays the public address, and every other address is what it is."""
    return Network(
        resolve=resolve,
        is_permitted=lambda address: address == PUBLIC_IN_THE_TEST or is_public(address),
        tls=trusted or ssl.create_default_context(),
        **{"wait_seconds_max": 2.0, "seconds_max": 5.0, "bytes_max": 1 << 20, **bounds},
    )


def refusal(url: str, allowed: Sequence[str], network: Network | None = None) -> str:
    with pytest.raises(Refused) as refused:
        fetched(url, allowed_hosts=allowed, network=network or in_the_test())
    (finding,) = refused.value.findings
    assert finding.remedy
    assert str(finding)
    return finding.code


class TestGivenAnAllowedHost:
    def test_when_the_file_is_there_then_it_is_fetched_over_tls_and_the_name_is_verified(self, tls):
        shown, trusted = tls
        with serving(lambda connection, _: whole(connection), shown) as server:
            file = fetched(
                f"{server.origin}/list.csv?day=1", allowed_hosts=[server.origin], network=in_the_test(trusted)
            )

        assert file.read() == BODY
        assert server.requests[0].startswith(f"GET /list.csv?day=1 HTTP/1.1\r\nHost: {HOST}:{server.port}\r\n")
        assert "User-Agent: Liaison\r\n" in server.requests[0]
        assert "Accept-Encoding: identity\r\n" in server.requests[0]

    def test_when_the_certificate_is_of_another_name_then_it_is_not_believed(self, tmp_path):
        shown, trusted = a_key_and_certificate(tmp_path, "other.example")
        with serving(lambda connection, _: whole(connection), shown) as server:
            assert refusal(server.origin, [server.origin], in_the_test(trusted)) == "fetching.untrusted"
        assert server.requests == []

    def test_when_the_certificate_is_nobody_s_then_it_is_not_believed(self, tls):
        with serving(lambda connection, _: whole(connection), tls[0]) as server:
            assert refusal(server.origin, [server.origin]) == "fetching.untrusted"

    def test_when_it_comes_in_chunks_then_it_is_put_together(self):
        def chunked(connection: socket.socket, _path: str) -> None:
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            )

        with serving(chunked) as server:
            assert fetched(server.origin, allowed_hosts=[server.origin], network=in_the_test()).read() == b"abcde"

    def test_the_environment_s_proxies_are_not_asked(self, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        with serving(lambda connection, _: whole(connection)) as server:
            assert fetched(server.origin, allowed_hosts=[server.origin], network=in_the_test()).read() == BODY


class TestGivenAUrlThatIsNotAllowed:
    @pytest.mark.parametrize(
        "url",
        [
            "https://other.example/list",
            "https://lists.example.other.example/",
            "https://sub.lists.example/",
            "https://lists.example:8443/",
            "http://lists.example/",
            "https://127.0.0.1/",
        ],
    )
    def test_then_nothing_is_looked_up(self, url):
        def never(_host: str, _port: int) -> Sequence[str]:
            raise AssertionError("looked up")

        assert refusal(url, [f"https://{HOST}"], in_the_test(resolve=never)) == "fetching.host_not_allowed"

    def test_when_the_operator_allowed_none_then_none_is(self):
        assert refusal(f"https://{HOST}/", []) == "fetching.host_not_allowed"

    @pytest.mark.parametrize("url", [f"https://{HOST.upper()}./", f"https://{HOST}:443/", f"HTTPS://{HOST}?a=b"])
    def test_other_spellings_of_an_allowed_host_are_that_host(self, url):
        assert refusal(url, [f"https://{HOST}"], in_the_test(resolve=lambda *_: [])) == "fetching.unreachable"

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            (f"https://officer:secret@{HOST}/", "credentials"),
            (f"https://officer@{HOST}/", "credentials"),
            (f"https://{HOST}@other.example/", "credentials"),
            ("ftp://lists.example/", "malformed"),
            ("file:///etc/passwd", "malformed"),
            ("lists.example/list", "malformed"),
            ("https://", "malformed"),
            ("https://lists.example:port/", "malformed"),
            ("https://lists.example/\r\nX: y", "malformed"),
            ("https://lists.example\\@other.example/", "credentials"),
            ("https://lists.example\\/", "malformed"),
            ("https://l\u0456sts.example/", "malformed"),
            ("https://[::1/", "malformed"),
            (f"https://{HOST}/" + "a" * 2000, "malformed"),
            ("", "malformed"),
        ],
    )
    def test_when_it_is_no_plain_url_then_it_is_refused_as_such(self, url, code):
        assert refusal(url, [f"https://{HOST}"]) == f"fetching.{code}"


PRIVATE = (
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.9", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:8.8.8.8", "::ffff:10.0.0.1", "::8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1",
    "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "", "lists.example", "8.8.8", "0x7f000001",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.255", "192.0.3.0",
    "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111", "2a00::1", "2003::1",
)  # fmt: skip


class TestAddresses:
    @pytest.mark.parametrize("address", PRIVATE)
    def test_what_is_set_aside_is_not_public(self, address):
        assert not is_public(address)

    @pytest.mark.parametrize("address", PUBLIC)
    def test_the_addresses_beside_are(self, address):
        assert is_public(address)

    def test_nothing_is_public_that_the_standard_library_calls_private(self):
        for first in range(256):
            for second in range(256):
                address = f"{first}.{second}.7.7"
                assert not is_public(address) or ipaddress.ip_address(address).is_global

    @pytest.mark.parametrize("addresses", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["0x7f.1"]])
    def test_when_a_name_leads_to_one_that_is_not_public_then_nobody_is_connected_to(self, addresses):
        with serving(lambda connection, _: whole(connection)) as server:
            network = in_the_test(resolve=lambda *_: addresses)
            assert refusal(server.origin, [server.origin], network) == "fetching.address_not_public"
        assert server.requests == []

    def test_the_network_of_the_service_refuses_loopback_by_name_and_number(self):
        for host in ("localhost", "127.0.0.1", "2130706433", "0x7f.1"):
            code = refusal(f"http://{host}/", [f"http://{host}"], Network())
            assert code == "fetching.address_not_public"

    def test_when_the_name_leads_elsewhere_a_moment_later_then_the_checked_address_is_connected_to(self):
        answers = iter([[PUBLIC_IN_THE_TEST], ["10.0.0.1"]])
        with serving(lambda connection, _: whole(connection)) as server:
            network = in_the_test(resolve=lambda *_: next(answers))
            assert fetched(server.origin, allowed_hosts=[server.origin], network=network).read() == BODY
        assert next(answers) == ["10.0.0.1"]

    def test_when_the_first_address_does_not_answer_then_the_next_is_tried(self):
        with serving(lambda connection, _: whole(connection)) as server:
            network = Network(
                resolve=lambda *_: ["127.0.0.2", PUBLIC_IN_THE_TEST], is_permitted=lambda _: True, seconds_max=5
            )
            assert fetched(server.origin, allowed_hosts=[server.origin], network=network).read() == BODY


class TestRedirects:
    def test_when_an_allowed_host_sends_on_within_itself_then_the_file_is_fetched(self):
        def answer(connection: socket.socket, path: str) -> None:
            whole(connection) if path == "/b" else sent_on("/b", 301)(connection, path)

        with serving(answer) as server:
            file = fetched(f"{server.origin}/a", allowed_hosts=[server.origin], network=in_the_test())
        assert file.read() == BODY

    def test_when_it_sends_on_to_a_host_that_is_not_allowed_then_it_is_refused(self):
        with serving(sent_on("https://other.example/list")) as server:
            assert refusal(server.origin, [server.origin]) == "fetching.host_not_allowed"

    def test_when_it_sends_on_to_a_private_address_then_it_is_refused(self):
        def resolve(host: str, _port: int) -> Sequence[str]:
            return ["10.0.0.1"] if host == "inside.example" else [PUBLIC_IN_THE_TEST]

        with serving(sent_on("http://inside.example/")) as server:
            allowed = [server.origin, "http://inside.example"]
            assert refusal(server.origin, allowed, in_the_test(resolve=resolve)) == "fetching.address_not_public"

    def test_when_its_own_name_leads_inside_the_second_time_then_it_is_refused(self):
        answers = iter([[PUBLIC_IN_THE_TEST], ["169.254.169.254"]])
        with serving(sent_on("/again")) as server:
            network = in_the_test(resolve=lambda *_: next(answers))
            assert refusal(server.origin, [server.origin], network) == "fetching.address_not_public"

    def test_when_it_sends_on_from_https_to_http_then_it_is_refused_though_both_are_allowed(self, tls):
        shown, trusted = tls
        with (
            serving(lambda connection, _: whole(connection)) as plain,
            serving(sent_on(plain.origin), shown) as server,
        ):
            allowed = [plain.origin, server.origin]
            assert refusal(server.origin, allowed, in_the_test(trusted)) == "fetching.downgrade"
        assert plain.requests == []

    @pytest.mark.parametrize(
        "to", ["file:///etc/passwd", "https://a:b@lists.example/", "", "//[", "http://l\u00e4.example/"]
    )
    def test_when_it_sends_on_to_no_plain_url_then_it_is_refused(self, to):
        with serving(sent_on(to)) as server:
            assert refusal(server.origin, [server.origin]) in ("fetching.malformed", "fetching.credentials")

    @pytest.mark.parametrize(("times", "is_fetched"), [(3, True), (4, False)])
    def test_three_are_followed_and_the_fourth_is_not(self, times, is_fetched):
        def answer(connection: socket.socket, path: str) -> None:
            done = int(path.strip("/") or 0)
            whole(connection) if done == times else sent_on(f"/{done + 1}")(connection, path)

        with serving(answer) as server:
            if is_fetched:
                assert fetched(server.origin, allowed_hosts=[server.origin], network=in_the_test()).read() == BODY
            else:
                assert refusal(server.origin, [server.origin]) == "fetching.redirects"


def endless(connection: socket.socket, _path: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")


def dripping(head: bytes, drop: bytes) -> Answer:
    def answer(connection: socket.socket, _path: str) -> None:
        connection.sendall(head)
        while True:
            time.sleep(0.1)
            connection.sendall(drop)

    return answer


def silent(_connection: socket.socket, _path: str) -> None:
    time.sleep(30)


def saying(text: str) -> Answer:
    return lambda connection, _path: connection.sendall(text.replace("\n", "\r\n").encode())


class TestGivenAServerThatMisbehaves:
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (endless, "too_large"),
            (saying("HTTP/1.1 200 OK\nContent-Length: 1048577\n\n"), "too_large"),
            (saying("HTTP/1.1 200 OK\nContent-Length: 10\n\nabc"), "unfinished"),
            (saying("HTTP/1.1 200 OK\nContent-Length: -1\n\nabc"), "unfinished"),
            (saying("HTTP/1.1 200 OK\nContent-Length: 3\nContent-Length: 4\n\nabc"), "unfinished"),
            (saying("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nabc"), "unfinished"),
            (saying("HTTP/1.1 200 OK\n\nabc"), "unfinished"),
            (saying("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 3\n\nabc"), "compressed"),
            (saying("HTTP/1.1 200 OK\n" + "X: " + "a" * 200_000 + "\n\n"), "unfinished"),
            (saying("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n"), "no_file"),
            (saying("HTTP/1.1 206 Partial Content\nContent-Length: 1\n\na"), "no_file"),
            (saying("HTTP/1.1 304 Not Modified\n\n"), "no_file"),
            (saying("220 mail.example ESMTP\n"), "unfinished"),
            (lambda *_: None, "unfinished"),
        ],
    )
    def test_then_it_is_refused_by_name(self, answer, code):
        with serving(answer) as server:
            assert refusal(server.origin, [server.origin]) == f"fetching.{code}"

    @pytest.mark.parametrize(
        "answer",
        [
            silent,
            dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"a"),
            dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
            dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ],
    )
    def test_when_it_is_silent_or_drips_then_it_is_left_in_time(self, answer):
        network = in_the_test(wait_seconds_max=0.4, seconds_max=0.8)
        began = time.monotonic()
        with serving(answer) as server:
            assert refusal(server.origin, [server.origin], network) == "fetching.too_slow"
        assert time.monotonic() - began < 2.5

    def test_when_it_never_shakes_hands_then_it_is_left_in_time(self):
        listener = socket.create_server((PUBLIC_IN_THE_TEST, 0))
        origin = f"https://{HOST}:{listener.getsockname()[1]}"
        network = in_the_test(wait_seconds_max=0.3, seconds_max=0.6)

        assert refusal(origin, [origin], network) == "fetching.too_slow"
        listener.close()

    def test_when_the_resolver_hangs_then_it_is_left_in_time(self):
        def resolve(_host: str, _port: int) -> Sequence[str]:
            time.sleep(30)
            return [PUBLIC_IN_THE_TEST]

        network = in_the_test(resolve=resolve, wait_seconds_max=0.3, seconds_max=0.6)
        assert refusal(f"https://{HOST}/", [f"https://{HOST}"], network) == "fetching.unreachable"

    def test_when_nobody_listens_then_it_cannot_be_reached(self):
        with serving(silent) as server:
            pass
        assert refusal(server.origin, [server.origin]) == "fetching.unreachable"

    @pytest.mark.parametrize(("size", "is_fetched"), [(1 << 20, True), ((1 << 20) + 1, False)])
    def test_the_largest_file_is_fetched_and_one_byte_more_is_not(self, size, is_fetched):
        with serving(lambda connection, _: whole(connection, b"a" * size)) as server:
            if is_fetched:
                file = fetched(server.origin, allowed_hosts=[server.origin], network=in_the_test())
                assert len(file.read()) == size
            else:
                assert refusal(server.origin, [server.origin]) == "fetching.too_large"
