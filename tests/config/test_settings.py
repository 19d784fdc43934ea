"""Django's settings: what the rest of the house relies on."""

import importlib
import subprocess
import sys
from pathlib import Path

from django.conf import settings

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def test_importing_the_settings_makes_no_home_and_no_key(tmp_path: Path):
    home = tmp_path / "home"
    ran = subprocess.run(
        [sys.executable, "-c", "import liaison.config.settings as s; print(repr(s.SECRET_KEY))"],
        env={"LIAISON_HOME": str(home), "PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "''\n"  # Django then refuses to sign anything
    assert not home.exists()


def test_every_middleware_can_be_imported():
    for name in settings.MIDDLEWARE:
        module, _, attribute = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), attribute)), name


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE in {"Lax", "Strict"}
    assert settings.CSRF_COOKIE_SAMESITE == "Strict"


def test_cookies_go_over_tls_only_in_production(tmp_path: Path):
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import liaison.config.settings as s;"
                "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.DEBUG, s.SECURE_HSTS_SECONDS);"
                "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
            ),
        ],
        env={
            "LIAISON_HOME": str(tmp_path),
            "LIAISON_ENV": "production",
            "PYTHONPATH": str(REPOSITORY),
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "True True False 31536000\n__Host-liaison_session __Host-liaison_csrf\n"


def test_passwords_are_hashed_with_argon2():
    from django.contrib.auth.hashers import make_password

    assert make_password("a long enough sentence").startswith("argon2$argon2id$")


def test_the_row_of_apps_begins_with_rows_and_web():
    row = [name for name in settings.INSTALLED_APPS if name.startswith("liaison.")]

    assert row[:2] == ["liaison.rows", "liaison.web"]
    assert [name.removeprefix("liaison.apps.") for name in row[2:]] == [
        "audit",
        "policies",
        "members",
        "signatures",
        "records",
        "glass",
        "index",
        "screening",
        "yente",
        "looks",
        "exchange",
        "training",
    ]
