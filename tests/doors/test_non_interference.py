"""Non-interference as a property: what somebody may not see changes none of his answers, by not one byte.

He knocks at every door; then others do what he may not see, in an order that is drawn; then he knocks again. The two
worlds differ in nothing else: what he sees are the same rows with the same ids, references and times. Hidden records
are given the names and numbers of those that he sees, so that rarity, cut-offs, limits and order would move if they
counted.

Left out of the comparison: what is drawn anew for each answer (challenges, secrets, the sealed place in a feed); and,
argued in docs/explanation/access.md, the size and root of the ledger with the moments of the index, and his own
looks, which his knocking adds to.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liaison.apps.members import desks
from liaison.apps.members import public as members
from liaison.apps.records import error_reports
from liaison.apps.records import public as records
from liaison.databases.restricting import Wish
from liaison.refusal import Refused
from liaison.viewer import Level, Viewer
from tests.budgets import budget
from tests.doors import facts
from tests.doors.facts import PEOPLE, RECORDS, Person, word
from tests.doors.knocking import Answer, knock
from tests.doors.table import GROUND, OPERATIONS, PAGES, About, Door
from tests.doors.targets import Target, targets
from tests.doors.test_every_door import expected
from tests.doors.world import World, content_of
from tests.factories.index import catch_up
from tests.factories.members import a_viewer, terms
from tests.factories.records import a_person

pytestmark = [pytest.mark.postgres, pytest.mark.proof, pytest.mark.timeout(budget(300, 4_800))]
WHO = ("QO cleared", "QO administrator", "QN-CU officer", "XR-ONE officer", "XP-ONE officer", "XV-PAY administrator")
"""Nobody of QM, where the hidden things are done, nor of QS, with whom they are done."""
HIDDEN_FROM_THEM = ("", "list:QS", "list:QS,QM-BP")
LOOKS = re.compile(rb"(?s)Who saw it.*?</section>")
FILE = re.compile(rb'filename="[^"]*"')  # which bears the minute
LEDGER = re.compile(rb"(?s)<main.*?</main>")
CHALLENGE = re.compile(rb"challenge&quot;: &quot;[^&]*")
PICTURE = re.compile(rb'data:image/svg[^"]*"|li-secret"[^>]*>[^<]*')
CURSOR = re.compile(rb'"cursor": ?"[^"]*"')
SEEN = re.compile(rb'"seen": ?\[.*?\](?=, ?"changed")|"next": ?"[^"]*"')
ELSEWHERE: dict[str, Callable[[bytes], bytes]] = {
    "members:add_passkey": lambda sent: CHALLENGE.sub(b"", sent),
    "members:add_app": lambda sent: PICTURE.sub(b"", sent),
    "/api/v1/records/changes": lambda sent: CURSOR.sub(b"", sent),
    "/api/v1/databases/<kind>/export": lambda sent: FILE.sub(b"", sent),
    "exchange:export": lambda sent: FILE.sub(b"", sent),
    "records:record": lambda sent: LOOKS.sub(b"", sent),
    "looks:record": lambda sent: LOOKS.sub(b"", sent),
    "/api/v1/records/<reference>/looks": lambda sent: SEEN.sub(b"", sent),
    "audit:ledger": lambda sent: LEDGER.sub(b"", sent),
}
Act = Callable[[World, random.Random], object]


def _draft(dice: random.Random) -> records.Draft:
    """Return a record that nobody of these sees, under the name or number of one that they may see."""
    like = dice.choice(list(RECORDS.values()))
    fields = {**content_of(like), "remarks": f"Seen near {word(str(dice.random()))} bridge."}
    level, audience = dice.choice([(Level.OFFICIAL_USE, one) for one in HIDDEN_FROM_THEM])
    return records.Draft(kind=like.kind, fields=fields, audience=audience, level=level)


def enter(world: World, dice: random.Random) -> None:
    """Enter several hidden records like those that they see."""
    records.enter_many([_draft(dice) for _ in range(dice.randint(1, 12))], by=world.viewers["QM officer"])


def many_namesakes(world: World, dice: random.Random) -> None:
    """Make the name of a visible record common: rarity has to stay what it was."""
    name = RECORDS["open"].name
    drafts = [
        records.Draft(facts.PERSONS, a_person(f"{given} {name}", birth_dates=[f"19{50 + number}"]), audience="")
        for number, given in enumerate(("Anna", "Berta", "Carl", "Dora", "Emil", "Fritz", "Gerd", "Hanna") * 3)
    ]
    records.enter_many(drafts, by=world.viewers["QM officer"])


def change(world: World, dice: random.Random) -> None:
    """Change a hidden record until it is like a visible one."""
    fields = {**content_of(RECORDS["open"]), "sex": dice.choice("MFX"), "remarks": str(dice.random())}
    records.change(world.references["for nobody"], fields, by=world.viewers["QM officer"])


def keep_back(world: World, dice: random.Random) -> None:
    """Keep statements of a record that they see from them, and change what is kept."""
    by = world.viewers["QM officer"]
    card = records.record(world.references["open"], by)
    fields = card.fields
    alias = {"text": f"Elsa {dice.choice(list(RECORDS.values())).name}", "kind": "weak_alias", "script": "Latn"}
    wishes = [wish for wish in card.wishes if wish.field == "names" and wish.value != alias]  # else they would open
    wishes += [Wish("names", dice.choice(("", "list:QR")), alias), Wish("marks", dice.choice(("", "list:QR")))]
    records.restrict_fields(world.references["open"], wishes, reason="It was decided.", by=by)
    names = [name for name in fields["names"] if name != alias]  # type: ignore[attr-defined]  # a list of names
    names.insert(dice.randint(0, len(names)), alias)
    changed = {**fields, "names": names, "marks": [f"A scar like a {word(str(dice.random()))}"]}
    records.change(world.references["open"], changed, by=by)


def restrict(world: World, dice: random.Random) -> None:
    """Show a hidden record to QS, which is none of them."""
    records.restrict(
        world.references["for nobody"],
        audience=dice.choice(HIDDEN_FROM_THEM),
        level=dice.choice([Level.OFFICIAL_USE, Level.RESTRICTED, Level.CONFIDENTIAL]),
        reason="It was decided.",
        by=world.viewers["QM officer"],
    )


def enter_and_withdraw(world: World, dice: random.Random) -> None:
    """Enter a hidden record and withdraw it."""
    by = world.viewers["QM officer"]
    records.withdraw(records.enter(_draft(dice), by=by), reason="Found.", by=by)


def report(world: World, dice: random.Random) -> None:
    """Report an error of a record that QS alone may see, and answer it."""
    by = world.viewers["QM officer"]
    reference = records.enter(replace(_draft(dice), audience="list:QS"), by=by)
    made = error_reports.report_error(reference, what="other", text="It is wrong.", by=_of_qs())
    error_reports.answer(made, outcome="kept", text="It is right.", by=by)


def propose(world: World, dice: random.Random) -> None:
    """Propose an agency of QM, and reject it."""
    change_id = members.propose_connection(
        f"QM-{chr(65 + dice.randrange(26))}{chr(65 + dice.randrange(26))}{dice.randrange(10)}",
        "Agency that nobody knows",
        terms=terms(queries=facts.THINGS),
        reason="It was decided.",
        by=world.viewers["QM administrator"],
    )
    members.decide(change_id, approve=False, by=world.viewers["QM supervisor"])


def join(world: World, dice: random.Random) -> None:
    """Let somebody join QM, with a token and a turn of duty of his own to come."""
    made = a_viewer("QM", members.Role.BUREAU_OFFICER)
    members.issue_token(by=made, label="register", days=1)


def name_hours(world: World, dice: random.Random) -> None:
    """Plan the roster of QM for some day to come: who is on duty now does not change by it."""
    from datetime import timedelta

    from liaison.rows.clock import now

    moment = now() + timedelta(days=dice.randint(3, 20), minutes=dice.randint(1, 999))
    user_id = world.viewers["QM frontline"].user_id
    desks.plan_turn(user_id, moment, moment + timedelta(hours=1), by=world.viewers["QM administrator"])


def _of_qs() -> Viewer:
    return a_viewer("QS")


ACTS: tuple[Act, ...] = (
    enter, many_namesakes, change, keep_back, restrict, enter_and_withdraw, report, propose, join, name_hours,
)  # fmt: skip
QUESTIONS = (
    RECORDS["open"].name,
    f"Elsa {RECORDS['open'].name}",
    RECORDS["open"].kept,
    RECORDS["open paper"].name,
    "Elsa",
    "VR*",
    "nobody",
)


ASKED = ("/api/v1/queries", "/api/v1/yente/match/<dataset>")


def asking(text: str) -> Door:
    """Return the door of questions, with one for this text."""
    return Door("/api/v1/queries", "POST", facts.READERS, sent={"text": text, **GROUND})


def by_example(text: str) -> Door:
    """Return the door of programs that were written for yente, with this text as a name and as a number."""
    queries = {
        "person": {"schema": "Person", "properties": {"name": [text], "passportNumber": [text]}},
        "vehicle": {"schema": "Vehicle", "properties": {"registrationNumber": [text]}},
    }
    return Door("/api/v1/yente/match/<dataset>", "POST", facts.READERS, sent={"queries": queries, "config": GROUND})


def doors(person: Person) -> list[Door]:
    """Return every door that answers by reading, and the questions."""
    reading = [one for one in (*PAGES, *OPERATIONS) if one.verb == "GET"]
    advice = Door(
        "/api/v1/records/advice",
        "POST",
        facts.ENTERERS,
        sent={"database": facts.PERSONS, "fields": content_of(RECORDS["open"])},
    )
    return [*reading, advice, *map(asking, QUESTIONS), *map(by_example, QUESTIONS)]


def answers(world: World, person: Person, chosen: list[Door]) -> dict[str, bytes]:
    """Return what he is told at each door, of each thing that there is for him."""
    told: dict[str, bytes] = {}
    for door in chosen:
        for relation, target in targets(world, person, door.about).items():
            if door.about is About.NOTHING or expected(door, person, relation) == "opens":
                answer = knock(world, person, door, target)
                asked = door.sent if door.name in ASKED else ""
                told[f"{door.id} {asked} {relation}"] = _left(door, answer)
    return told


def _left(door: Door, answer: Answer) -> bytes:
    return ELSEWHERE.get(door.name, bytes)(answer.without_echo()).rstrip()


@settings(
    max_examples=budget(3, 80),
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # the world remembers: a smaller example would be another one
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    key=st.sampled_from(WHO),
    acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=5),
    seed=st.integers(0, 2**32),
)
def test_what_he_may_not_see_changes_none_of_his_answers(world: World, key: str, acts: list[Act], seed: int):
    person, dice = PEOPLE[key], random.Random(seed)
    every = doors(person)
    chosen = every if budget(0, 4) else dice.sample(every, 10) + every[-2 * len(QUESTIONS) :]
    before = answers(world, person, chosen)

    for act in acts:
        act(world, dice)
    catch_up()

    after = answers(world, person, chosen)
    assert "\n".join(where for where in before if before[where] != after[where]) == ""


def test_what_he_may_see_does_change_them(world: World):
    """Were nothing compared, the property would hold of anything."""
    person = PEOPLE["QO cleared"]
    names = {"records:list", "/api/v1/records/changes", *ASKED}
    chosen = [one for one in doors(person) if one.name in names]
    before = answers(world, person, chosen)

    records.enter(
        records.Draft(facts.PERSONS, a_person(f"Elsa {RECORDS['open'].name}"), audience="all"),
        by=world.viewers["QM officer"],
    )
    catch_up()

    after = answers(world, person, chosen)
    changed = {where.split(" ")[1] for where in before if before[where] != after[where]}
    assert names <= changed


def test_the_acts_are_done(world: World):
    """An act that were refused would leave nothing to compare."""
    dice = random.Random(5)
    for act in ACTS:
        try:
            act(world, dice)
        except Refused as refused:
            pytest.fail(f"{act.__name__}: {refused}")
    assert Target(None, {}).echo == ()
