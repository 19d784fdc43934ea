"""The world of the proof, once for each module that asks for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.suite_database import SuiteDatabase

if TYPE_CHECKING:
    from tests.doors.world import World


@pytest.fixture(scope="module")
def world(committed_module: SuiteDatabase, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[World]":
    """The world of `facts`, found by the index."""
    from django.test import override_settings

    from liaison.apps.audit import public as audit
    from liaison.apps.screening.asgi import tokens
    from tests.doors.world import build, finish, providers
    from tests.factories.index import following

    tokens.forget()
    folder = tmp_path_factory.mktemp("imported")
    with override_settings(LIAISON_SINGLE_SIGN_ON=providers(folder)):
        made = build(folder)
        with following():
            finish(made)
            yield made
    audit.stop_event_writer()
    tokens.forget()
