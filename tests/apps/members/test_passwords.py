"""Which passwords are taken: the lists of those that attackers have are asked on this machine alone."""

import hashlib

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import override_settings

from liaison.apps.members import public as members
from liaison.apps.members.passwords import is_breached, password_findings
from liaison.refusal import Refused
from tests.factories.members import a_viewer


def a_list(tmp_path, *passwords, lower=False):
    """Write a list as Have I Been Pwned does: sorted SHA-1 and count."""
    digests = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)
    path = tmp_path / "breached.txt"
    text = "".join(f"{one}:{number}\r\n" for number, one in enumerate(digests, 1))
    path.write_text(text.lower() if lower else text)
    return path


@pytest.mark.parametrize("count", [1, 2, 3, 100, 1_001])
@pytest.mark.parametrize("lower", [False, True])
def test_every_password_of_a_list_is_found_and_no_other(tmp_path, count, lower):
    known = [f"sentence number {n}" for n in range(count)]

    with override_settings(LIAISON_BREACHED_PASSWORDS=a_list(tmp_path, *known, lower=lower)):
        assert all(map(is_breached, known))
        assert not any(is_breached(f"another sentence {n}") for n in range(200))


@pytest.mark.parametrize("password", ["password", "PASSWORD", "qwertyuiop"])
def test_the_commonest_are_known_without_a_list(password):
    assert is_breached(password)
    assert not is_breached("a sentence that nobody guesses")


@pytest.mark.parametrize(
    ("password", "name", "codes"),
    [
        ("x" * 11, "", ["members.password_too_short"]),
        ("y" * 12, "", []),
        ("y" * 128, "", []),
        ("y" * 129, "", ["members.password_too_long"]),
        ("I am voss of QM", "voss", ["members.password_like_the_name"]),
        ("Voss . QM . 2026", "voss.qm.2026", ["members.password_like_the_name"]),
        ("voss.qm.officer", "voss.qm.officer.of.the.desk", ["members.password_like_the_name"]),
        ("password", "", ["members.password_too_short", "members.password_breached"]),
        ("", "voss", ["members.password_too_short", "members.password_like_the_name"]),
    ],
)
def test_each_edge(password, name, codes):
    assert [finding.code for finding in password_findings(password, name=name)] == codes


@pytest.mark.parametrize(
    "password", ["ありがとうございました。", "пароль из слов", "🛂🛃🛄🛅🛂🛃🛄🛅🛂🛃🛄🛅", " all in small letters "]
)
def test_any_character_may_stand_in_it(password):
    assert password_findings(password) == []


def test_it_is_not_cut_and_spaces_at_its_ends_count():
    longest = "y" * 127 + "z"
    kept = make_password(longest)

    assert check_password(longest, kept)
    assert not check_password(longest[:-1], kept)
    assert not check_password("a sentence of words", make_password(" a sentence of words"))


@pytest.mark.django_db
def test_no_account_is_made_with_a_breached_password(tmp_path):
    with (
        override_settings(LIAISON_BREACHED_PASSWORDS=a_list(tmp_path, "between two rivers")),
        pytest.raises(Refused, match="attackers try first"),
    ):
        members.add_user(
            sign_in_name="voss.qm",
            display_name="Mara Voss",
            reader="QM",
            role=members.Role.BUREAU_OFFICER,
            password="between two rivers",
            by=a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR),
        )
