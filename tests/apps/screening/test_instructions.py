"""What an officer is told to do, and never to do, on a match with any kind of record."""

import re

import pytest

from liaison.apps.screening.instructions import GOODS, PERSON, VULNERABLE, instruction_for
from liaison.databases import all_databases

SENTENCE_LENGTH_MAX = 120
KINDS = pytest.mark.parametrize("kind", list(all_databases()))
FORCE = re.compile(r"\b(arrest|handcuff|detain|seize|jail)", re.IGNORECASE)


@KINDS
class TestGivenAMatch:
    def test_then_one_sentence_says_what_to_do_and_one_what_never(self, kind):
        instruction = instruction_for(kind, {})

        assert instruction.do.endswith(".")
        assert instruction.never.startswith("Never ")
        assert len(instruction.do) <= SENTENCE_LENGTH_MAX
        assert len(instruction.never) <= SENTENCE_LENGTH_MAX
        assert instruction.source == "policy: default_instruction"

    def test_then_nothing_is_done_to_a_person_by_force(self, kind):
        assert not FORCE.search(instruction_for(kind, {}).do)


class TestGivenThePersonInFrontMayBeTheVictim:
    def test_then_he_is_no_suspect(self):
        assert "victim" in instruction_for("stolen_identities", {}).never
        assert "suspect" in instruction_for("stolen_identities", {}).never

    @pytest.mark.parametrize("status", ["missing", "victim", "witness", "unidentified", "deceased"])
    def test_then_a_vulnerable_person_is_protected_first(self, status):
        assert instruction_for("persons", {"person_status": status}) is VULNERABLE
        assert instruction_for("persons", {"person_status": "charged"}) is PERSON


class TestGivenAKindOfItsOwn:
    def test_then_each_declared_kind_has_words_of_its_own_and_a_new_one_those_for_goods(self):
        told = {kind: instruction_for(kind, {}) for kind in all_databases()}
        shared = [kind for kind, instruction in told.items() if instruction is GOODS and kind != "goods"]

        assert instruction_for("bicycles", {}) is GOODS
        assert set(shared) <= {"bicycles"}
        assert len({instruction.do for instruction in told.values()}) == len(told) - len(shared)
