"""Whatever a declaration says to people is said in every language of the house."""

import pytest
from babel.messages.pofile import read_po

from liaison.databases import all_databases
from tests.conftest import REPOSITORY


def said(database):
    yield from (database.label, database.purpose)
    for declared in database.fields:
        for field in declared.walk():
            yield from (field.label, field.help, *(choice.label for choice in field.choices))
    for least in database.minimum:
        yield from (least.problem, least.remedy)


@pytest.mark.parametrize("language", ["ar", "es", "fr"])
def test_every_label_help_and_choice_is_translated(language):
    with (REPOSITORY / "liaison/locale" / language / "LC_MESSAGES/django.po").open("rb") as file:
        known = {message.id: message.string for message in read_po(file) if not message.fuzzy}

    missing = {
        text for database in all_databases().values() for text in said(database) if text and not known.get(text)
    }

    assert sorted(missing) == []
