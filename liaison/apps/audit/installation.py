"""What of this installation lies beside the database, and connections of our own to the database.

The sequencer, the event writer and the verifier hold connections that live longer than a request or see what no
request may, so they do not use Django's.
"""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from liaison.apps.audit.vault import Vault
from liaison.rows.raw import own_connection


def home() -> Path:
    """Return the folder of this installation (LIAISON_HOME)."""
    return Path(settings.LIAISON_HOME)


def vault() -> Vault:
    """Return the key files of this installation."""
    return Vault(home())


def settings_of(alias: str) -> dict[str, Any]:
    """Return Django's settings of an alias."""
    return connections.settings[alias]


def connect(alias: str, *, application: str) -> psycopg.Connection[Any]:
    """Return a new connection with the role of Django's alias, under a name that the operator sees in the server.

    Each statement is a transaction of its own unless one is opened.
    """
    return own_connection(alias, application_name=application)
