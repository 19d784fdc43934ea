"""The keys by which a body's system signs: who adds and ends them, which are refused, what they leave."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import DatabaseError, connection

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.models import SigningKey
from liaison.apps.members.public import Role
from liaison.apps.members.signing_keys import _SMALL_ORDER, key_id_of, read_public_key
from liaison.cli import main
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from tests.factories.members import a_viewer

PRIME = 2**255 - 19
D = -121665 * pow(121666, -1, PRIME) % PRIME


def a_public_key() -> bytes:
    return ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def as_pem(key) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def a_pem(raw: bytes | None = None) -> str:
    return as_pem(ed25519.Ed25519PublicKey.from_public_bytes(raw or a_public_key()))


def an_administrator(bureau: str = "QM"):
    return a_viewer(bureau, Role.BUREAU_ADMINISTRATOR)


class TestGivenTheTextOfAKey:
    def test_pem_and_jwk_are_read_as_the_same_key(self):
        # RFC 8037 appendix A.2 and A.3
        jwk = '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
        raw = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

        assert read_public_key(jwk) == read_public_key(a_pem(raw)) == raw
        assert key_id_of(raw) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "{}",
            '{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
            '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}',
            '{"kty":"OKP","crv":"Ed25519","x":"11qY"}',
            '{"kty":"OKP","crv":"Ed25519","x":5}',
            '{"kty":"OKP","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
            '{"kty":"oct","k":"AAAA"}',
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            as_pem(rsa.generate_private_key(65537, 2048).public_key()),
            as_pem(x25519.X25519PrivateKey.generate().public_key()),
            "x" * 5_000,
        ],
    )
    def test_any_other_key_is_refused(self, text):
        with pytest.raises(Refused) as refused:
            read_public_key(text)
        assert refused.value.code == "members.not_a_signing_key"

    def test_a_private_key_is_refused_and_its_owner_warned(self):
        private = ed25519.Ed25519PrivateKey.generate()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        for text in (pem, '{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}'):
            with pytest.raises(Refused) as refused:
                read_public_key(text)
            assert refused.value.code == "members.private_key"

    @pytest.mark.parametrize("point", sorted(_SMALL_ORDER))
    @pytest.mark.parametrize("sign", [0, 0x80])
    def test_a_point_for_which_anybody_can_sign_is_refused(self, point, sign):
        raw = point[:-1] + bytes([point[-1] | sign])

        assert is_of_small_order(point)
        with pytest.raises(Refused):
            read_public_key(a_pem(raw))

    def test_an_ordinary_point_is_not(self):
        assert not is_of_small_order(a_public_key())


def is_of_small_order(encoded: bytes) -> bool:
    """Whether eight times the point is nothing (RFC 8032 section 5.1.4, affine and slow)."""
    y = (int.from_bytes(encoded, "little") & (2**255 - 1)) % PRIME
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert (x * x - square) % PRIME == 0, "a point of the curve"
    for _ in range(3):
        product = D * x * x * y * y
        x, y = 2 * x * y * pow(1 + product, -1, PRIME) % PRIME, (y * y + x * x) * pow(1 - product, -1, PRIME) % PRIME
    return (x, y) == (0, 1)


@pytest.mark.django_db
class TestGivenAnAdministrator:
    def test_he_adds_a_key_and_his_body_alone_knows_it(self):
        by, raw = an_administrator(), a_public_key()

        key_id = members.add_signing_key(a_pem(raw), label="vehicle register", by=by)

        officer, stranger = a_viewer("QM"), a_viewer("QN")
        card = members.live_signing_key(key_id, officer)
        assert (card.public_key, card.label, key_id) == (raw, "vehicle register", key_id_of(raw))
        assert [one.key_id for one in members.signing_keys(officer)] == [key_id]
        assert members.live_signing_key(key_id, stranger) is None
        assert members.signing_keys(stranger) == []

    def test_he_revokes_it_and_it_never_comes_back(self):
        by, pem = an_administrator(), a_pem()
        key_id = members.add_signing_key(pem, label="", by=by)

        members.revoke_signing_key(key_id, by=by)

        assert members.live_signing_key(key_id, by) is None
        assert members.signing_keys(by)[0].revoked_at is not None
        with pytest.raises(Absent):
            members.revoke_signing_key(key_id, by=by)
        with pytest.raises(Refused, match="before"):
            members.add_signing_key(pem, label="", by=by)

    def test_both_leave_an_entry_that_names_the_key(self):
        by = an_administrator()
        key_id = members.add_signing_key(a_pem(), label="", by=by)
        members.revoke_signing_key(key_id, by=by)

        with viewing(by):
            entries = audit.history(SigningKey.objects.get(key_id=key_id).pk)
        assert [entry.action for entry in entries] == ["members.signing_key_added", "members.signing_key_revoked"]

    @pytest.mark.parametrize(("days", "holds"), [(0, False), (1, True), (730, True), (731, False)])
    def test_a_key_holds_two_years_at_most(self, days, holds):
        by = an_administrator()
        if holds:
            assert members.add_signing_key(a_pem(), label="", by=by, days=days)
            return
        with pytest.raises(Refused, match="days"):
            members.add_signing_key(a_pem(), label="", by=by, days=days)

    def test_two_bodies_may_add_one_key_and_hear_nothing_of_each_other(self):
        pem = a_pem()
        first = members.add_signing_key(pem, label="", by=an_administrator("QM"))
        assert members.add_signing_key(pem, label="", by=an_administrator("QN")) == first

    def test_another_bodys_key_seems_not_to_exist(self):
        key_id = members.add_signing_key(a_pem(), label="", by=an_administrator("QM"))

        with pytest.raises(Absent):
            members.revoke_signing_key(key_id, by=an_administrator("QN"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.BUREAU_OFFICER, Role.BUREAU_SUPERVISOR, Role.FRONTLINE_OFFICER])
def test_nobody_else_adds_or_revokes_a_key(role):
    key_id = members.add_signing_key(a_pem(), label="", by=an_administrator())
    officer = a_viewer("QM", role)

    with pytest.raises(NotAllowed):
        members.add_signing_key(a_pem(), label="", by=officer)
    with pytest.raises(NotAllowed):
        members.revoke_signing_key(key_id, by=officer)
    with viewing(officer), connection.cursor() as cursor:
        cursor.execute("update members_signing_key set revoked_at = now()")
        assert cursor.rowcount == 0
    with pytest.raises(DatabaseError), viewing(officer), connection.cursor() as cursor:
        cursor.execute(
            "insert into members_signing_key select gen_random_uuid(), key_id || 'x', public_key, label, added_by,"
            " created_at, expires_at, revoked_at, reader_id from members_signing_key"
        )


@pytest.mark.postgres
def test_a_key_holds_to_its_last_second(committed_db, clock):
    by = an_administrator()
    key_id = members.add_signing_key(a_pem(), label="", by=by, days=1)

    clock.move(hours=23, minutes=59)
    assert members.live_signing_key(key_id, by) is not None
    clock.move(minutes=2)
    assert members.live_signing_key(key_id, by) is None


@pytest.mark.postgres
class TestGivenTheCommand:
    @pytest.fixture
    def administrator(self, committed_db, monkeypatch):
        """The command acts for this one."""
        viewer = an_administrator()
        monkeypatch.setattr("liaison.cli.members.signed_in", lambda *_, **__: viewer)
        return viewer

    def test_a_key_is_added_listed_and_revoked(self, administrator, tmp_path, capsys):
        path = tmp_path / "vehicles.pub"
        path.write_text(a_pem())

        assert main.main(["members", "add-key", str(path)]) == 0
        key_id = capsys.readouterr().out.strip()
        assert main.main(["members", "keys"]) == 0
        assert capsys.readouterr().out.startswith(f"{key_id}  until ")
        assert main.main(["members", "revoke-key", key_id, "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"revoked": key_id}
        assert main.main(["members", "keys", "--json"]) == 0
        (kept,) = json.loads(capsys.readouterr().out)
        assert (kept["key"], kept["label"]) == (key_id, "vehicles")
        assert kept["revoked_at"]

    @pytest.mark.parametrize("content", [None, b"\xff\xfe", b"no key"])
    def test_a_file_that_is_no_key_is_refused(self, administrator, tmp_path, capsys, content):
        path = tmp_path / "key.pub"
        if content is not None:
            path.write_bytes(content)

        assert main.main(["members", "add-key", str(path)]) == 1
        assert capsys.readouterr().err
