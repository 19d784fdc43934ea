"""Everybody knocks at every door: it opens to whom it should, shows what it should, and nothing that is hidden.

The expected is worked out by `facts`, which knows nothing of the product. Hidden and absent are answered alike.
"""

import logging
import zlib

import pytest

from tests.budgets import some
from tests.doors.facts import PEOPLE, Person, Secret
from tests.doors.knocking import Answer, knock
from tests.doors.table import EVERYBODY, OPERATIONS, PAGES, SIGNED_IN, About, Door
from tests.doors.targets import Target, targets
from tests.doors.world import World

pytestmark = pytest.mark.postgres
FIRST = ("/sign-in/", "/unlock/", "/account/password/", "/account/factors/")
COMPLAINTS_SHOWN_MAX = 12
KNOCKING_ONE_IN = 4
QUESTIONS = (
    "screening:query",
    "/api/v1/queries",
    "/api/v1/yente/match/<dataset>",
    "/api/v1/yente/search/<dataset>",
)
"""They open whatever is asked, and find nothing where there is nothing."""


def knocking_at(door: Door) -> list[Person]:
    """Return who knocks: everybody in `make proof`; else some, whom the door's name draws.

    Nobody is always among them, and somebody to whom it opens, if there is one.
    """
    drawn = zlib.crc32(door.id.encode())
    everybody = list(PEOPLE.values())
    chosen = some(everybody, KNOCKING_ONE_IN, drawn)
    let_in = [one for one in everybody if any(_opens(door, one, relation) for relation in door.opens or ("",))]
    besides = [one for one in everybody if one.state == "nobody"]
    if not set(chosen) & set(let_in):
        besides += let_in[drawn % max(len(let_in), 1) :][:1]
    return [*chosen, *(one for one in besides if one not in chosen)]


def _opens(door: Door, person: Person, relation: str) -> bool:
    return expected(door, person, relation) == "opens"


def worth_trying(door: Door, person: Person, found: dict[str, Target]) -> dict[str, Target]:
    """Return what to try: who may not come in is told the same of what is hidden and absent."""
    if {expected(door, person, relation) for relation in found} <= {"who are you", "not allowed"}:
        return {relation: found[relation] for relation in ("hidden", "absent") if relation in found} or found
    return found


def expected(door: Door, person: Person, relation: str) -> str:
    """Return what the door does for him: it opens, asks who he is, does not allow it, or there is nothing."""
    by_token = door.name.startswith("/api/")
    if door.jobs == EVERYBODY:
        named = door.about is not About.NOTHING
        return "opens" if door.opens and (not named or relation in door.opens) else "absent"
    if not (person.is_known if by_token else person.has_pages):
        return "opens" if person.state in door.states else "who are you"
    if door.jobs != SIGNED_IN and person.job not in door.jobs:
        return "not allowed"
    if relation in door.forbids:
        return "not allowed"
    return "opens" if door.about is About.NOTHING or relation in door.opens else "absent"


def seen(door: Door, answer: Answer) -> str:
    """Return what the door did."""
    if answer.status in (401,) or answer.location.startswith(FIRST):
        return "who are you"
    return {403: "not allowed", 404: "absent", 405: "no such verb", 500: "broken", 503: "broken"}.get(
        answer.status, "opens"
    )


@pytest.mark.parametrize("door", [*PAGES, *OPERATIONS], ids=lambda door: door.id)
def test_it_opens_to_whom_it_should_and_shows_nothing_hidden(world: World, door: Door, caplog):
    caplog.set_level(logging.INFO)
    wrong: list[str] = []
    secrets = world.secrets
    said: set[str] = set()
    for person in knocking_at(door):
        found = worth_trying(door, person, targets(world, person, door.about))
        answers = {relation: knock(world, person, door, target) for relation, target in found.items()}
        said |= {text.casefold() for target in found.values() for text in target.echo}
        for relation, answer in answers.items():
            wrong += complaints(world, secrets, door, person, relation, found[relation], answer)
        if {"hidden", "absent"} <= answers.keys():
            hidden, absent = (answers[one].without_echo(*found[one].echo) for one in ("hidden", "absent"))
            if hidden != absent:
                wrong.append(f"{person.key}: what is hidden is answered otherwise than what is absent")
    log = caplog.text.casefold()
    told = [one.of for one in secrets if one.text.casefold() not in said and one.text.casefold() in log]
    if wrong or told:
        logged = [f"the log tells {told}"] if told else []
        pytest.fail("\n".join((*wrong[:COMPLAINTS_SHOWN_MAX], *logged)), pytrace=False)


def complaints(
    world: World, secrets: list[Secret], door: Door, person: Person, relation: str, target: Target, answer: Answer
) -> list[str]:
    """Return what is wrong with one answer; `secrets` are those of the world, which are many to work out."""
    who = f"{person.key} ({relation})"
    wrong = []
    wanted, got = expected(door, person, relation), seen(door, answer)
    if wanted != got and not _is_as_well(door, wanted, got):
        wrong.append(f"{who}: {got} {answer.status}, expected: {wanted}")
    echo = {text.casefold() for text in target.echo}
    echo |= {text.casefold() for text in door.tells(world, person, target.thing)}
    echo |= {secret.text.casefold() for secret in secrets if secret.text in door.query}
    leaked = [
        secret.of
        for secret in secrets
        if person.key not in secret.readers and secret.text.casefold() not in echo and answer.holds(secret.text)
    ]
    if leaked:
        wrong.append(f"{who}: may not read {leaked}")
    if wanted == "opens":
        wrong += [
            f"{who}: does not show {text}" for text in door.shows(person, target.thing) if not answer.holds(text)
        ]
    return wrong


def _is_as_well(door: Door, wanted: str, got: str) -> bool:
    """Whether a door may say it otherwise, too.

    Who asks for what is hidden is told that there is nothing. A page that says no by itself does so with its form.
    That there is no database of a name is no secret, so that it may be said first, or as a refusal.
    """
    if door.leads_to_sign_in and got == "who are you":
        return True
    if door.name in QUESTIONS:
        return (wanted, got) == ("absent", "opens")
    if door.in_page or door.about is About.KIND:
        return wanted != "who are you" and got in ("opens", "absent")
    return False
