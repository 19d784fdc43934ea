"""The things that addresses name, as somebody stands to them: his own, foreign and to be seen, hidden, absent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from liaison.identifiers import references
from tests.doors import facts
from tests.doors.facts import ADMINISTRATORS, ENTERERS, OPENINGS, PEOPLE, RECORDS, Person
from tests.doors.table import About, known_agency
from tests.doors.world import PROVIDER, World

ABSENT_ID = UUID("0192b3c4-0000-7000-8000-00000000beef")


@dataclass(frozen=True)
class Target:
    """A thing: what the facts call it, the parts of the address that name it, and what one needs to know of it."""

    thing: Any
    named: dict[str, Any]
    echo: tuple[str, ...] = ()


def absent_reference(prefix: str) -> str:
    """Return a reference that adds up and names nothing."""
    return str(references.make(prefix, 2026, b"\x01\x02\x03\x04"))


def targets(world: World, person: Person, about: About) -> dict[str, Target]:
    """Return one thing of each relation that there is for him; for nobody, what is hidden from everybody else."""
    return {relation: found for relation, found in _FIND[about](world, person).items() if found is not None}


def _first(found: list[Target]) -> Target | None:
    return found[0] if found else None


def _nothing(world: World, person: Person) -> dict[str, Target | None]:
    return {"own": Target(None, {})}


def _record(world: World, person: Person) -> dict[str, Target | None]:
    seen = [one for one in RECORDS.values() if facts.sees(person, one)]
    hidden = [one for one in RECORDS.values() if not facts.sees(person, one) and one.source != person.body]

    def made(one: facts.Record) -> Target:
        reference = world.references[one.key]
        return Target(one, {"reference": reference}, (reference, one.name))

    absent = facts.Record("that is not there", "QM", facts.PERSONS)
    reference = absent_reference("RP")
    return {
        "own": _first([made(one) for one in seen if one.source == person.body]),
        "foreign": _first([made(one) for one in seen if one.source != person.body]),
        "hidden": _first([made(one) for one in hidden if one.kind == facts.PERSONS]),
        "absent": Target(absent, {"reference": reference}, (reference, absent.name)),
    }


def _kind(world: World, person: Person) -> dict[str, Target | None]:
    return {
        "own": Target(facts.PERSONS, {"kind": facts.PERSONS}),
        "foreign": Target(facts.DOCUMENTS, {"kind": facts.DOCUMENTS}),
        "absent": Target("no_such", {"kind": "no_such"}, ("no_such",)),
    }


def _report(world: World, person: Person) -> dict[str, Target | None]:
    reference, nowhere = world.reports["open"], absent_reference("ER")
    found = Target("open", {"reference": reference}, (reference,))
    knows = facts.sees(person, RECORDS["open"])
    return {
        "own": found if knows and person.body == "QM" else None,
        "foreign": found if knows and person.body == "QN" else None,
        "hidden": None if knows and person.body in ("QM", "QN") else found,
        "absent": Target(None, {"reference": nowhere}, (nowhere,)),
    }


def _of_body(
    things: dict[str, str], prefix: str, *, jobs: frozenset[str]
) -> Callable[[World, Person], dict[str, Target | None]]:
    def found(world: World, person: Person) -> dict[str, Target | None]:
        held = getattr(world, things["of"])
        made = {code: Target(code, {"reference": one}, (one,)) for code, one in held.items()}
        sees_all = person.job == "auditor"
        own = person.job in jobs
        nowhere = absent_reference(prefix)
        others = [target for code, target in made.items() if code != person.body]
        return {
            "own": made.get(person.body) if own else None,
            "foreign": _first(others) if sees_all else None,
            "hidden": None if sees_all else _first(others),
            "absent": Target(None, {"reference": nowhere}, (nowhere,)),
        }

    return found


def _body(world: World, person: Person) -> dict[str, Target | None]:
    hidden = [code for code in facts.AGENCY_NAME if person.key not in known_agency(code)]
    agency = next((code for code in facts.AGENCY_NAME if person.key in known_agency(code)), "")
    return {
        "own": Target(agency, {"code": agency}) if agency else None,
        "foreign": Target("QP", {"code": "QP"}),
        "hidden": Target(hidden[0], {"code": hidden[0]}, (hidden[0],)) if hidden else None,
        "absent": Target(None, {"code": "QZ-NO"}, ("QZ-NO",)),
    }


def _account(world: World, person: Person) -> dict[str, Target | None]:
    def made(key: str) -> Target:
        user_id = world.viewers[key].user_id
        return Target(key, {"user_id": user_id}, (str(user_id),))

    own = [one.key for one in PEOPLE.values() if one.body and person.body in facts.looked_after(one.body)]
    others = [one.key for one in PEOPLE.values() if one.body and one.key not in own and one.job not in ADMINISTRATORS]
    oversees = person.job == "auditor"
    return {
        "own": _first([made(key) for key in own if key != person.key]),
        "foreign": made(others[0]) if oversees else None,
        "hidden": None if oversees else made(others[0]),
        "absent": Target(None, {"user_id": ABSENT_ID}, (str(ABSENT_ID),)),
    }


def _account_token(world: World, person: Person) -> dict[str, Target | None]:
    def made(key: str) -> Target:
        named = {"user_id": world.viewers[key].user_id, "token_id": world.token_ids[key]}
        return Target(key, named, tuple(map(str, named.values())))

    keys = [key for key in world.token_ids if key != person.key]
    mine = [key for key in keys if person.body in facts.looked_after(PEOPLE[key].body)]
    own = mine if person.job in ADMINISTRATORS else []
    others = [key for key in keys if key not in mine]
    nowhere = {"user_id": ABSENT_ID, "token_id": ABSENT_ID}
    return {
        "own": _first([made(key) for key in own]),
        "hidden": made(others[0]),
        "absent": Target(None, nowhere, (str(ABSENT_ID),)),
    }


def _token(world: World, person: Person) -> dict[str, Target | None]:
    def made(token_id: UUID) -> Target:
        return Target(token_id, {"token_id": token_id}, (str(token_id),))

    others = [
        token_id
        for key, token_id in world.token_ids.items()
        if key != person.key
        and not (person.job in ADMINISTRATORS and person.body in facts.looked_after(PEOPLE[key].body))
    ]
    return {
        "own": made(world.token_ids[person.key]) if person.key in world.token_ids else None,
        "hidden": made(others[0]),
        "absent": made(ABSENT_ID),
    }


def _thing_of(held: str, name: str, *, of: str = "") -> Callable[[World, Person], dict[str, Target | None]]:
    """Return how to find what each of two bodies has one of, or one person of each: `of`."""

    def found(world: World, person: Person) -> dict[str, Target | None]:
        made = {code: Target(code, {name: one}, (str(one),)) for code, one in getattr(world, held).items()}
        return {
            "own": made.get(person.body) if of in ("", person.key.removeprefix(f"{person.body} ")) else None,
            "hidden": _first([target for code, target in made.items() if code != person.body]),
            "absent": Target(None, {name: ABSENT_ID}, (str(ABSENT_ID),)),
        }

    return found


def _policy(world: World, person: Person) -> dict[str, Target | None]:
    return {
        "own": Target("screening.candidates_max", {"name": "screening.candidates_max"}),
        "absent": Target(None, {"name": "no.such"}, ("no.such",)),
    }


def _policy_change(world: World, person: Person) -> dict[str, Target | None]:
    change = world.policy_changes["XS"]
    return {
        "own": Target("XS", {"change_id": change}),
        "absent": Target(None, {"change_id": ABSENT_ID}, (str(ABSENT_ID),)),
    }


def _group(world: World, person: Person) -> dict[str, Target | None]:
    own = Target(facts.GROUP, {"kind": "group", "code": facts.GROUP}, (facts.GROUP,))
    ours = person.body == "QM"
    return {
        "own": own if ours else None,
        "hidden": None if ours else own,
        "absent": Target(None, {"kind": "group", "code": "QM-NOTHING"}, ("QM-NOTHING",)),
    }


def _opening(world: World, person: Person) -> dict[str, Target | None]:
    """One of each part that somebody may have in an opening: see `facts.part_in`."""
    nowhere = absent_reference("GB")
    made: dict[str, Target | None] = {"absent": Target(None, {"reference": nowhere}, (nowhere,))}
    for key, opening in OPENINGS.items():
        reference = world.openings[key]
        relation = facts.part_in(person, opening) or "hidden"
        made.setdefault(relation, Target(opening, {"reference": reference}, (reference,)))
    return made


def _through_the_glass(world: World, person: Person) -> dict[str, Target | None]:
    """The named record of an opening in force to who asked; to him what it does not name is hidden, too."""
    opening = OPENINGS["in force"]
    reference, nowhere = world.openings[opening.key], absent_reference("RP")

    def made(called: str, there: str = reference) -> Target:
        return Target(RECORDS[opening.record], {"reference": there, "called": called}, (there, called))

    named = made(world.references[opening.record])
    if person.key == opening.asker:
        return {"own": named, "hidden": made(world.references["of QO for nobody"]), "absent": made(nowhere)}
    there = reference if facts.part_in(person, opening) else absent_reference("GB")
    return {"hidden": named, "absent": made(nowhere, there)}


def _named(world: World, person: Person) -> dict[str, Target | None]:
    """The reference of a record, to be asked about; from oversight no look is hidden, its own questions neither."""
    others = [one for one in RECORDS.values() if one.source != person.body and person.job != "auditor"]
    hidden = [one for one in others if not facts.knows(person, one)]
    known = [one for one in RECORDS.values() if facts.knows(person, one)]

    def made(reference: str) -> Target:
        return Target(reference, {}, (reference,))

    return {
        "own": _first([made(world.references[one.key]) for one in known]),
        "hidden": _first([made(world.references[one.key]) for one in reversed(hidden)]),
        "absent": made(absent_reference("RP")),
    }


def _officer(world: World, person: Person) -> dict[str, Target | None]:
    """The sign-in name of somebody, as accounts are known."""
    found = _account(world, person)

    def made(name: str) -> Target:
        return Target(name, {}, (name,))

    return {
        relation: made(target.thing.replace(" ", ".").casefold() if target.thing else "no.body")
        for relation, target in found.items()
        if target is not None
    }


def _asked_about(
    held: str, prefix: str, *, of_the_officer: bool
) -> Callable[[World, Person], dict[str, Target | None]]:
    """Return how to find what is asked of an officer (`own`), or stands out, and who judges it (`foreign`)."""

    def found(world: World, person: Person) -> dict[str, Target | None]:
        made = {code: Target(one, {"reference": one}, (one,)) for code, one in getattr(world, held).items()}
        own = [code for code in made if of_the_officer and person.key == f"{code} officer"]
        judged = [code for code in made if person.key in facts.judges_of(code)]
        nowhere = absent_reference(prefix)
        return {
            "own": _first([made[code] for code in own]),
            "foreign": _first([made[code] for code in judged]),
            "hidden": _first([target for code, target in made.items() if code not in (*own, *judged)]),
            "absent": Target(None, {"reference": nowhere}, (nowhere,)),
        }

    return found


def _query(world: World, person: Person) -> dict[str, Target | None]:
    made = {code: Target(code, {"event_id": one}, (str(one),)) for code, one in world.queries.items()}
    judged = [code for code in made if person.key in facts.judges_of(code)]
    return {
        "own": _first([made[code] for code in judged]),
        "hidden": _first([target for code, target in made.items() if code not in judged]),
        "absent": Target(None, {"event_id": ABSENT_ID}, (str(ABSENT_ID),)),
    }


def _restriction(world: World, person: Person) -> dict[str, Target | None]:
    made = {code: Target(code, {"reference": one}, (one,)) for code, one in world.restrictions.items()}
    nowhere = absent_reference("DR")
    return {
        "own": made.get(person.body) if person.job in ENTERERS else None,
        "hidden": _first([target for code, target in made.items() if code != person.body]),
        "absent": Target(None, {"reference": nowhere}, (nowhere,)),
    }


def _key(world: World, person: Person) -> dict[str, Target | None]:
    """A key that another body signs with, and one that nobody has."""
    (key,) = world.keys.values()
    nobodys = key[::-1]
    return {"hidden": Target(key, {}, (key,)), "absent": Target(nobodys, {}, (nobodys,))}


def _provider(world: World, person: Person) -> dict[str, Target | None]:
    absent = "nobodys_provider"
    return {
        "own": Target(PROVIDER, {"key": PROVIDER}, (PROVIDER,)),
        "absent": Target(None, {"key": absent}, (absent,)),
    }


def _own_provider(world: World, person: Person) -> dict[str, Target | None]:
    found = _provider(world, person)
    return found if person.body == "QM" else {"hidden": found["own"], "absent": found["absent"]}


def _match(world: World, person: Person) -> dict[str, Target | None]:
    """A number to be checked: of a record, and of none; whoever submits it is told the same."""
    there, nowhere = RECORDS["open paper"].name, facts.number("that is not there")
    return {"hidden": Target(there, {}, (there,)), "absent": Target(nowhere, {}, (nowhere,))}


_FIND: dict[About, Callable[[World, Person], dict[str, Target | None]]] = {
    About.NOTHING: _nothing,
    About.RECORD: _record,
    About.KIND: _kind,
    About.REPORT: _report,
    About.RUN: _of_body({"of": "runs"}, "IM", jobs=facts.ENTERERS),
    About.COMPARISON: _of_body({"of": "comparisons"}, "RC", jobs=facts.ENTERERS),
    About.BODY: _body,
    About.ACCOUNT: _account,
    About.ACCOUNT_TOKEN: _account_token,
    About.TOKEN: _token,
    About.TURN: _thing_of("turns", "turn_id"),
    About.CHANGE: _thing_of("changes", "change_id"),
    About.POLICY: _policy,
    About.POLICY_CHANGE: _policy_change,
    About.GROUP: _group,
    About.FACTOR: _thing_of("factors", "factor_id", of="officer"),
    About.BROWSER: _thing_of("browsers", "device_id", of="officer"),
    About.IDENTITY: _thing_of("identities", "identity_id", of="officer"),
    About.PROVIDER: _provider,
    About.OWN_PROVIDER: _own_provider,
    About.KEY: _key,
    About.OPENING: _opening,
    About.THROUGH_THE_GLASS: _through_the_glass,
    About.NAMED: _named,
    About.OFFICER: _officer,
    About.CHECK: _asked_about("checks", "SC", of_the_officer=True),
    About.ANSWERED: _asked_about("answered", "SC", of_the_officer=True),
    About.SIGNAL: _asked_about("signals", "SG", of_the_officer=False),
    About.DISMISSED: _asked_about("dismissed", "SG", of_the_officer=False),
    About.QUERY: _query,
    About.RESTRICTION: _restriction,
    About.NUMBER: _match,
}
