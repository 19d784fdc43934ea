"""A world of many sources and audiences: who reads in it, and the million records that they may or may not see.

Everything goes through the product's own services: groups are decided by two persons, and records are entered as an
import enters them. Only two things are spared: an audience is compared with the list of members once, not once for
each of its records, and passwords are hashed as quickly as tests hash them.
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.invented import word

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
SEED = 20_261_128
BATCH = 2_000
FEW = "QZ"
"""The bureau that may see a hundred records: every other audience leaves it out, and it is the source of none."""
EVERY = "QM"
"""The bureau that every audience holds, so that it may see all records that it is not the source of besides."""
HALF = "QN"
"""A bureau like the others, which sees what chance let it see."""
OFFICER, ADMINISTRATOR = "bench.officer.{}", "bench.administrator.{}.{}"
REASON = "Decided in a benchmark, for a reason."
_PASSWORD = "a sentence that nobody guesses"


@dataclass(frozen=True, slots=True)
class World:
    """What was made: how many records and audiences, who reads, and what may be asked for."""

    records: int
    audiences: int
    sources: tuple[str, ...]
    groups: tuple[str, ...]
    questions: tuple[dict[str, str], ...]
    fill_seconds: float

    def keep(self, home: Path) -> None:
        """Write it beside the home's own files, for the next run on the same home."""
        (home / "world.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def kept(cls, home: Path) -> "World | None":
        """Return the world that fills this home; None where it was never filled to the end."""
        path = home / "world.json"
        if not path.exists():
            return None
        said = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in said.items()})


def fill(records: int, *, say: Callable[[str], None]) -> World:
    """Make the world: its bodies, groups and audiences, and so many records."""
    began = time.monotonic()
    quick_passwords()
    sources = _bodies()
    dice = random.Random(SEED)
    groups = _groups(dice, sources)
    audiences = [*_audiences(dice, sources, groups)]
    say(f"{len(sources)} sources, {len(groups)} groups; {round(time.monotonic() - began)} s")
    questions = _enter_all(records, sources, audiences, dice, say=say)
    return World(
        records, len(audiences), tuple(sources), tuple(groups), tuple(questions), round(time.monotonic() - began, 1)
    )


def viewer_of(code: str, name: str = OFFICER) -> Any:
    """Return the Viewer of a body's officer, made afresh as a door makes it."""
    from liaison.apps.members import public as members
    from liaison.viewer import Purpose

    viewer = members.viewer_by_name(name.format(code.casefold()), Purpose.IDENTIFY)
    assert viewer is not None, f"{code} takes part"
    return viewer


def persons_of(code: str, number: int) -> Any:
    """Return the Viewer of a body's first or second person who decides about membership."""
    return viewer_of(code, ADMINISTRATOR.format("{}", number))


def quick_passwords() -> None:
    """Hash a password in a millisecond: hundreds of users are invented here, and nobody signs in."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


def _bodies() -> list[str]:
    """Found the members, give each bureau that enters records an officer, and one to the bureau that sees little."""
    from liaison.apps.members import public as members

    members.found(invented=True)
    sources = [EVERY, HALF, *(one for one in members.bureau_codes() if one not in (EVERY, HALF, FEW))]
    sources = sources[: CASES["sources"]]
    for code in sources:
        _user(code, OFFICER.format(code.casefold()), members.Role.BUREAU_OFFICER)
    deciding = [("XS", members.Role.MEMBERSHIP_OFFICER), (EVERY, members.Role.BUREAU_ADMINISTRATOR)]
    for code, role in deciding:
        for number in (1, 2):
            _user(code, ADMINISTRATOR.format(code.casefold(), number), role)
    _user(FEW, OFFICER.format(FEW.casefold()), members.Role.BUREAU_OFFICER)
    return sources


def _user(code: str, name: str, role: Any) -> None:
    from liaison.apps.members import public as members

    members.add_user(
        sign_in_name=name,
        display_name="Invented Officer",
        reader=code,
        role=role,
        password=_PASSWORD,
        by=members.system_viewer(),
    )


def _groups(dice: random.Random, sources: Sequence[str]) -> list[str]:
    """Decide programmes of some bodies each."""
    from liaison.apps.members import public as members

    made = []
    for number in range(CASES["groups"]):
        code = f"BENCH-{number}"
        bodies = dice.sample(sources[1:], CASES["of_a_group"])
        asked = members.propose_group("programme", code, code, bodies, reason=REASON, by=persons_of("XS", 1))
        members.decide(asked, approve=True, by=persons_of("XS", 2))
        made.append(code)
    return made


def _audiences(dice: random.Random, sources: Sequence[str], groups: Sequence[str]) -> Iterator[str]:
    """Yield distinct expressions, all of which hold EVERY and none FEW: exclusions, regions, programmes, lists."""
    kinds, shares = zip(*CASES["share_of"].items(), strict=True)
    known: set[str] = set()
    others = sources[1:]
    while len(known) < CASES["audiences"]:
        less = "".join(f" -{one}" for one in sorted(dice.sample(others, dice.randint(*CASES["excluded"]))))
        kind = dice.choices(kinds, shares)[0]
        if kind == "all with exclusions":
            said = f"all{less} -{FEW}"
        elif kind == "regions":
            said = f"list:{EVERY} + region:{dice.choice(('AF', 'AM', 'AS', 'EU'))}{less}"
        elif kind == "programmes and lists":
            said = f"{_named(dice, others)} + programme:{dice.choice(groups)}"
        else:
            said = _named(dice, others)
        if said not in known:
            known.add(said)
            yield said


def _named(dice: random.Random, others: Sequence[str]) -> str:
    return f"list:{','.join(sorted([EVERY, *dice.sample(others, dice.randint(*CASES['named']))]))}"


def _enter_all(
    records: int, sources: Sequence[str], audiences: Sequence[str], dice: random.Random, *, say: Callable[[str], None]
) -> list[dict[str, str]]:
    """Enter the records, batch by batch of one source after the other, and return what finds some of them.

    Each source has its own part of the audiences. A hundred records, spread over all sources, have those of FEW.
    """
    from liaison.apps.records import public as records_app

    own = {code: audiences[number :: len(sources)] for number, code in enumerate(sources)}
    few = set(dice.sample(range(records), CASES["seen_by_few"]))
    questions: list[dict[str, str]] = []
    turn = entered = 0
    while entered < records:
        source = sources[turn % len(sources)]
        size = min(BATCH, records - entered, -(-records // len(sources)))
        by = viewer_of(source)
        batch = []
        for number in range(entered, entered + size):
            audience = f"list:{EVERY},{FEW},{source}" if number in few else dice.choice(own[source])
            fields = person(dice)
            plain = records_app.prepare(records_app.Draft("persons", fields, foreign_key=f"b{number}"), by=by)
            batch.append(plain._replace(audience=_known(audience, by)))
            if number % max(1, records // 400) == 0:
                questions.append(_question(fields))
        records_app.enter_prepared(batch, by=by)
        entered, turn = entered + size, turn + 1
        if turn % 20 == 0:
            say(f"{entered} records")
    return questions


_canonical: dict[str, str] = {}


def _known(expression: str, by: Any) -> str:
    """Return the expression's canonical form, checked as for a draft that names it; once for each expression."""
    from liaison.apps.members import public as members

    if expression not in _canonical:
        assert not members.audience_findings(expression, by), expression
        _canonical[expression] = members.canonical_audience(expression)
    return _canonical[expression]


def person(dice: random.Random) -> dict[str, object]:
    """Return the fields of an invented person with a second name, a birth date and a nationality."""
    given, second, family = word(dice), word(dice), word(dice, longer=True)
    born = f"{dice.randrange(1940, 2005)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
    return {
        "names": [
            {"text": f"{given} {second} {family}", "kind": "primary", "script": "Latn"},
            {"text": f"{given} {word(dice, longer=True)}", "kind": "strong_alias", "script": "Latn"},
        ],
        "birth_dates": [born],
        "nationalities": ["QM"],
        "sex": dice.choice("FM"),
        "person_status": "suspect",
    }


def _question(fields: dict[str, Any]) -> dict[str, str]:
    """Return what an officer would ask: the name without its middle, and the birth date."""
    first, _, last = fields["names"][0]["text"].split()
    return {"name": f"{first} {last}", "birth_date": fields["birth_dates"][0]}
