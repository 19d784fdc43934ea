"""Django's settings, made from the environment. Importing this starts nothing and writes nothing."""

import sys
from pathlib import Path
from typing import Any

from liaison.config.env import Environment, environment
from liaison.config.keys import SESSION_KEY_FILE, read_key
from liaison.postgres import Role, Wishes, parameters

LIAISON: Environment = environment()
LIAISON_HOME: Path = LIAISON.home
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = LIAISON.debug
SECRET_KEY = read_key(LIAISON_HOME, SESSION_KEY_FILE)
ALLOWED_HOSTS = list(LIAISON.hosts)

# The row of apps: each may import only those before it, and only their public.py.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "liaison.rows",
    "liaison.web",
    "liaison.apps.audit",
    "liaison.apps.policies",
    "liaison.apps.members",
    "liaison.apps.signatures",
    "liaison.apps.records",
    "liaison.apps.glass",
    "liaison.apps.index",
    "liaison.apps.screening",
    "liaison.apps.yente",
    "liaison.apps.looks",
    "liaison.apps.exchange",
    "liaison.apps.training",
]

MIDDLEWARE = [
    "liaison.config.leaving.LeavesOnTicks",
    "liaison.web.security.SecurityHeaders",
    "liaison.web.htmx.WholePageRedirects",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "liaison.config.unreadable.RefusesUnreadable",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "liaison.apps.members.middleware.ViewerMiddleware",
    "liaison.web.errors.RefusedMiddleware",
]

ROOT_URLCONF = "liaison.config.urls"
WSGI_APPLICATION = "liaison.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liaison.web.context.shell",
            ],
        },
    }
]

# Who connects as whom: "default" is what the doors use, "system" follows the ledger, "owner" only migrates.
ROLE_OF_ALIAS = {"default": Role.APP, "system": Role.SYSTEM, "owner": Role.OWNER}
CONNECTION_SECONDS_MAX = 300


def _database(home: Path, wishes: Wishes, alias: str) -> dict[str, Any]:
    found = dict(parameters(home, wishes, ROLE_OF_ALIAS[alias]))
    options: dict[str, Any] = {"application_name": f"liaison {alias}"}
    if alias == "owner":
        options["options"] = "-c lock_timeout=4s -c statement_timeout=15min"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.pop("dbname", "liaison"),
        "USER": found.pop("user", ""),
        "PASSWORD": found.pop("password", ""),
        "HOST": found.pop("host", ""),
        "PORT": found.pop("port", ""),
        "CONN_MAX_AGE": CONNECTION_SECONDS_MAX,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**found, **options},
    }


DATABASES = {alias: _database(LIAISON_HOME, LIAISON.wishes, alias) for alias in ROLE_OF_ALIAS}
DATABASE_ROUTERS = ["liaison.rows.router.OneDatabase"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LIAISON_BREACHED_PASSWORDS = LIAISON.breached_passwords
LIAISON_SINGLE_SIGN_ON = LIAISON.single_sign_on
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "liaison.apps.members.session_store"
SECURE_COOKIES = LIAISON.production or LIAISON.secure_cookies
HOST_ONLY = "__Host-" if SECURE_COOKIES else ""  # a browser takes such a name from this host over TLS alone
SESSION_COOKIE_NAME = f"{HOST_ONLY}liaison_session"
SESSION_COOKIE_AGE = 24 * 60 * 60  # at most: the policy value ends a session earlier
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{HOST_ONLY}liaison_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "liaison.web.errors.csrf_failed"
LANGUAGE_COOKIE_NAME = "liaison_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# TLS ends at the proxy in front. A year, once cookies are bound to it; liaison.web.security says it to browsers.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LIAISON.production else None
SECURE_HSTS_SECONDS = 31_536_000 if LIAISON.production else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Served from the package as they are: there is no step that collects them.
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_AUTOREFRESH = LIAISON.debug

TEST_RUNNER = "django.test.runner.DiscoverRunner"

# Nothing that a person typed is logged: no statement, no body, no address of a page with its query.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "liaison": {"level": "INFO"},
        "django.db.backends": {"level": "ERROR", "propagate": False, "handlers": []},
    },
}
