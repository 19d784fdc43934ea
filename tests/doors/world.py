"""The world of `facts`, made by the product's own services: who signs in with what, and how each thing is called."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from liaison.agent.keys import PrivateKeys
from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.exchange import reconciling
from liaison.apps.glass import public as glass
from liaison.apps.index import public as index
from liaison.apps.looks import public as looks
from liaison.apps.looks.checks import put_in
from liaison.apps.looks.models import Signal
from liaison.apps.members import desks, devices, factors, sessions, single_sign_on, tokens
from liaison.apps.members import public as members
from liaison.apps.members.models import AccessToken, Duty
from liaison.apps.members.queries import standing_of
from liaison.apps.members.session_store import SessionStore
from liaison.apps.policies import public as policies
from liaison.apps.policies.models import PolicyChange
from liaison.apps.records import error_reports, restrictions
from liaison.apps.records import public as records
from liaison.apps.screening import partner_checks
from liaison.apps.screening.models import PartnerMatch
from liaison.apps.screening.services import ask
from liaison.databases.restricting import Wish
from liaison.identifiers import references
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose, ReaderKind, Viewer
from tests.doors import facts
from tests.doors.facts import BODIES, OPENINGS, PEOPLE, RECORDS, Record, Secret, word
from tests.factories import agents
from tests.factories.glass import an_opening
from tests.factories.index import catch_up, until
from tests.factories.members import a_partner, a_viewer, terms
from tests.factories.records import a_person
from tests.factories.screening import a_question

ISSUER, PROVIDER = "http://127.0.0.1:9", "police_of_qm"
KINDS = {kind.value: kind for kind in ReaderKind}


@dataclass(repr=False)
class World:
    """What was made: Viewers, sessions and tokens of people, and the names of things as doors take them."""

    viewers: dict[str, Viewer] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    comparisons: dict[str, str] = field(default_factory=dict)
    changes: dict[str, UUID] = field(default_factory=dict)
    policy_changes: dict[str, UUID] = field(default_factory=dict)
    token_ids: dict[str, UUID] = field(default_factory=dict)
    turns: dict[str, UUID] = field(default_factory=dict)
    factors: dict[str, UUID] = field(default_factory=dict)
    browsers: dict[str, UUID] = field(default_factory=dict)
    identities: dict[str, UUID] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    restrictions: dict[str, str] = field(default_factory=dict)
    openings: dict[str, str] = field(default_factory=dict)
    queries: dict[str, UUID] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    dismissed: dict[str, str] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> list[Secret]:
        """The canaries of the facts, and what the product itself drew: references and tokens."""
        found = [*facts.SECRETS]
        for key, reference in self.references.items():
            readers = facts.AUDITOR | {one.key for one in PEOPLE.values() if facts.knows(one, RECORDS[key])}
            found.append(Secret(reference, f"reference of {key}", readers))
        found += [*self._of_looks(), *self._of_others()]
        found += [Secret(secret, f"access token of {key}", frozenset({key})) for key, secret in self.tokens.items()]
        found += [Secret(secret, f"session of {key}", frozenset({key})) for key, secret in self.sessions.items()]
        return found

    def _of_looks(self) -> list[Secret]:
        """References of what is asked and of what stands out."""
        found = []
        for held in (self.checks, self.answered):
            for code, reference in held.items():
                found.append(Secret(reference, f"check of {code}", facts.judges_of(code) | {f"{code} officer"}))
        for held in (self.signals, self.dismissed):
            found += [Secret(one, f"signal of {code}", facts.judges_of(code)) for code, one in held.items()]
        return found

    def _of_others(self) -> list[Secret]:
        """References of openings, restrictions and matches."""
        found = [
            Secret(one, f"reference of the restriction of {code}", facts.people_of(code, jobs=facts.ENTERERS))
            for code, one in self.restrictions.items()
        ]
        for key, reference in self.openings.items():
            readers = frozenset(one.key for one in PEOPLE.values() if facts.part_in(one, OPENINGS[key]))
            found.append(Secret(reference, f"reference of the opening {key}", readers))
        for key, reference in self.matches.items():
            readers = frozenset(one.key for one in PEOPLE.values() if facts.is_told(one, RECORDS[key]))
            found.append(Secret(reference, f"reference of the match with {key}", readers))
        return found


def build(folder: Path) -> World:
    """Make the world in the database in use; `folder` is where files are written that are imported."""
    world = World()
    _bodies(world)
    _people(world)
    _groups(world)
    _records(world)
    _work(world, folder)
    _pending(world)
    _restrict(world)
    _open(world)
    _enrol(world)
    _sign_in(world)
    members.suspend("QP", reason=_said(facts.SUSPENSION), by=world.viewers["XS membership officer"])
    return world


def finish(world: World) -> None:
    """Do what needs an index that follows: questions, what is asked about them, and checks of a private partner."""
    for code in ("QM", "QN"):
        _look(world, code)
    _match(world)
    catch_up()


def providers(folder: Path) -> Path:
    """Write the file of the one identity provider: of QM, on this machine, and never there."""
    (folder / "secret").write_text("shared with nobody", encoding="utf-8")
    path = folder / "providers.toml"
    lines = (
        "[[provider]]", f'key = "{PROVIDER}"', 'name = "Police of QM"', f'issuer = "{ISSUER}"',
        'client_id = "liaison"', 'client_secret_file = "secret"', 'bodies = ["QM"]',
    )  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _bodies(world: World) -> None:
    for body in BODIES.values():
        if body.kind == "agency":
            _agency(body)
        elif body.kind in ("regional_body", "partner", "private_partner"):
            enters = body.opens if body.kind == "partner" else frozenset()
            a_partner(body.code, KINDS[body.kind], queries=body.opens, enters=enters)


def _agency(body: facts.Body) -> None:
    asks, decides = (a_viewer(body.parent, members.Role.BUREAU_ADMINISTRATOR) for _ in range(2))
    title = _said(facts.AGENCY_TITLE[body.code])
    change = members.propose_connection(
        body.code,
        f"Agency {facts.AGENCY_NAME[body.code]}",
        terms=terms(queries=body.opens, enters=body.opens, title=title),
        reason="They guard the border.",
        by=asks,
    )
    members.decide(change, approve=True, by=decides)


def _people(world: World) -> None:
    for one in PEOPLE.values():
        if not one.body:
            continue
        if one.job == members.Role.PARTNER_PROGRAM:
            _program(world, one)
            continue
        world.viewers[one.key] = a_viewer(
            one.body,
            members.Role(one.job),
            level=Level(one.level),
            name=one.key.replace(" ", ".").casefold(),
            display_name=facts.display_name(one.key),
            first=one.state == "first",
        )


def _program(world: World, one: facts.Person) -> None:
    """Add a program, which has no password; its administrator came before it."""
    by = world.viewers[f"{one.body} administrator"]
    name = one.key.replace(" ", ".").casefold()
    job = members.Job(members.Role.PARTNER_PROGRAM)
    program = members.add_system(name, facts.display_name(one.key), reader=one.body, job=job, by=by)
    viewer = members.viewer_for(program.id, Purpose.SECURITY_CHECK)
    assert viewer is not None
    world.viewers[one.key] = viewer


def _groups(world: World) -> None:
    for term, codes in facts.GROUPS.items():
        kind, _, code = term.partition(":")
        owner = "QM administrator" if kind == "group" else "XS membership officer"
        second = a_viewer(PEOPLE[owner].body, members.Role(PEOPLE[owner].job))
        name = f"Group {facts.GROUP_NAME}" if kind == "group" else "Cyber crime"
        change = members.propose_group(
            kind, code, name, sorted(codes), reason="They work together.", by=world.viewers[owner]
        )
        members.decide(change, approve=True, by=second)


def content_of(one: Record) -> dict[str, object]:
    """Return the fields of a record, in which its canaries stand."""
    remark = f"Seen near {one.content} harbour."
    if one.kind == facts.PERSONS:
        return a_person(f"Elsa {one.name}", remarks=remark)
    return {
        "number": one.name,
        "document_kind": "vehicle_registration",
        "country": "QM",
        "event": "stolen",
        "remarks": remark,
    }


def alias_of(one: Record) -> dict[str, str]:
    """Return the name of a person that few see."""
    return {"text": f"Elsa {one.kept}", "kind": "strong_alias", "script": "Latn"}


def whole_content_of(one: Record) -> dict[str, object]:
    """Return the fields of a record as its source has them, with what few see."""
    fields = content_of(one)
    if one.besides is not None:
        fields["names"] = [alias_of(one), *fields["names"]]  # type: ignore[misc]  # a list of names
    return fields


def _records(world: World) -> None:
    by_body = {
        "QM": "QM officer", "QN": "QN officer", "QO": "QO cleared", "XP-ONE": "XP-ONE officer",
    }  # fmt: skip
    for one in RECORDS.values():
        by = world.viewers[by_body[one.source]]
        draft = records.Draft(
            kind=one.kind,
            fields=whole_content_of(one),
            audience=one.audience,
            level=Level(one.level),
            foreign_key=one.own_key,
            restricted=() if one.besides is None else (Wish("names", one.besides_written, alias_of(one)),),
        )
        world.references[one.key] = records.enter(draft, by=by)
        if not one.active:
            records.withdraw(world.references[one.key], reason="Found again.", by=by)


def _work(world: World, folder: Path) -> None:
    world.reports["open"] = error_reports.report_error(
        world.references["open"], what="out_of_date", text=_said(facts.REPORT), by=world.viewers["QN officer"]
    )
    world.runs["QM"] = _imported(folder, "QM", world.viewers["QM officer"])
    world.runs["XS"] = _imported(folder, "XS", world.viewers["XS list operator"])
    for code in ("QM", "QN"):
        stock = json.dumps({"database": facts.DOCUMENTS, "open": []}).encode()
        world.comparisons[code] = reconciling.reconcile(stock, by=world.viewers[f"{code} officer"]).reference
        _turn(world, code)
        _prove(world, code)


def _prove(world: World, code: str) -> None:
    """Give the officer of a body an app as second factor, and a browser."""
    by, secret = world.viewers[f"{code} officer"], factors.app_secret()
    factors.add_app(secret, factors.code_now(secret), by=by)
    devices.signed_in_with(devices.new_cookie(), browser=f"Browser {facts.BROWSER[code]}", by=by)
    single_sign_on.connect(single_sign_on.Identified(ISSUER, f"officer of {code}", is_proved=True), by=by)
    world.factors[code] = factors.methods(by).factors[0].id
    world.browsers[code] = devices.devices(by)[0].id
    world.identities[code] = single_sign_on.identities(by)[0].id


def _imported(folder: Path, code: str, by: Viewer) -> str:
    """Import one entity of the body's own from a file whose name is a canary."""
    path = folder / f"{facts.FILE[code]}.json"
    entity = {
        "id": f"own-{code}",
        "schema": "Person",
        "properties": {"name": [f"Listed {word(f'imported by {code}')}"], "birthDate": ["1971"]},
    }
    path.write_text(json.dumps(entity) + "\n", encoding="utf-8")
    return exchange.import_list("ftm", path, by=by).reference


def _turn(world: World, code: str) -> None:
    moment = now() + timedelta(hours=2)
    by = world.viewers[f"{code} administrator"]
    desks.plan_turn(world.viewers[f"{code} officer"].user_id, moment, moment + timedelta(hours=8), by=by)
    with viewing(by):
        world.turns[code] = Duty.objects.filter(reader_id=by.reader_id).values_list("id", flat=True).get()


def _restrict(world: World) -> None:
    """Let QM keep QR, where nobody is, out of all and QN out of something; an officer of QM would lift it again."""
    for code, kind in (("QM", restrictions.EVERYTHING), ("QN", "vehicles")):
        by, why = world.viewers[f"{code} officer"], _said(facts.KEPT_OUT[code])
        world.restrictions[code] = restrictions.restrict_database(kind, excludes="list:QR", reason=why, by=by)
    restrictions.ask_to_lift(world.restrictions["QM"], reason=_said(facts.LIFT["QM"]), by=world.viewers["QM machine"])


def _open(world: World) -> None:
    for one in OPENINGS.values():
        record = RECORDS[one.record]
        world.openings[one.key] = an_opening(
            world.viewers[one.asker],
            named=[world.references[one.record]],
            source=record.source,
            decider=PEOPLE[one.decider].body,
            reason=_said(one.reason),
        )
        if one.in_force:
            glass.approve(world.openings[one.key], by=world.viewers[one.decider])


def _enrol(world: World) -> None:
    """Give QP, which enters nothing here, a key, so that what others enter waits for no agent."""
    keys = PrivateKeys.drawn("QP")
    agents.enrol(keys.enrolment(need=agents.NEED, of=agents.OF))
    world.keys["QP"] = keys.key_id


def _look(world: World, code: str) -> None:
    """Let an officer ask twice; both questions are asked about, and two signals are raised about him."""
    officer = world.viewers[f"{code} officer"]
    steward = members.steward_of(officer.reader_id)
    judge = world.viewers.get(f"{code} data protection") or a_viewer(code, members.Role.DATA_PROTECTION_OFFICER)
    events = [ask(a_question(f"Elsa {text}"), viewer=officer).event_id for text in (facts.TYPED[code], "Nobody")]
    world.queries[code] = events[0]
    asked = audit.looks_by(officer.user_id, officer, len(events), kinds=[audit.LookKind.QUERY])
    drawn = [audit.DrawnQuery(one.event_id, one.at, officer.user_id) for one in asked]
    with viewing(steward):
        waiting, answered = put_in(drawn, reader_id=officer.reader_id, by=steward)
    world.checks[code], world.answered[code] = waiting.reference, answered.reference
    looks.answer(answered.reference, _said(facts.STATED[code]), by=officer)
    record = {"QM": "open", "QN": "of QN for all"}[code]
    for held, kind, subject in ((world.signals, "one_record", record), (world.dismissed, "fruitless", "")):
        held[code] = _signal(world, steward, officer, kind, subject)
    looks.dismiss(world.dismissed[code], _said(facts.DISMISSED[code]), by=judge)


def _signal(world: World, steward: Viewer, officer: Viewer, kind: str, record: str) -> str:
    """Raise a signal as the installation does over night, which a world of one day does not see."""
    with viewing(steward):
        moment = now()
        found = records.named([world.references[record]]) if record else []
        return Signal.objects.create(
            reference=str(references.make("SG", moment.year, secrets.token_bytes)),
            reader_id=officer.reader_id,
            officer=officer.user_id,
            kind=kind,
            subject=found[0].id if found else None,
            measure=40,
            usual=2,
            since=moment - timedelta(days=7),
            until=moment,
            raised_at=moment,
        ).reference


def _match(world: World) -> None:
    """Let the private partner have numbers checked, and carry the checks out."""
    program = world.viewers["XV-PAY program"]
    for key in facts.MATCHES:
        own = f"Matter {facts.matter(key)}"
        partner_checks.submit(partner_checks.Submission("document", RECORDS[key].name, own_number=own), by=program)
    moment = now()
    until(lambda: index.freshness().at >= moment)
    partner_checks.carry_out()
    ids = {one.id: one.reference for one in records.named(list(world.references.values()))}
    keys = {reference: key for key, reference in world.references.items()}
    for match in PartnerMatch.objects.using("system").all():
        world.matches[keys[ids[match.record_id]]] = match.reference
    assert set(world.matches) == set(facts.MATCHES), "every check met its record"


def _pending(world: World) -> None:
    """Let a change of each bureau and one of the policies wait for a second person."""
    for code, text in facts.PENDING.items():
        world.changes[code] = members.propose_connection(
            f"{code}-NEW",
            f"Agency {text}",
            terms=terms(queries=facts.THINGS, title=_said(text)),
            reason=_said(text),
            by=world.viewers[f"{code} administrator"],
        )
    officer = a_viewer("XS", members.Role.POLICY_OFFICER)
    policies.propose("screening.candidates_max", 20, reason="Too many are shown.", by=officer)
    with viewing(officer):
        world.policy_changes["XS"] = PolicyChange.objects.values_list("id", flat=True).get()


def _sign_in(world: World) -> None:
    """Give everybody what he knocks with: a session as it stands, and a token."""
    for one in PEOPLE.values():
        if not one.body:
            continue
        viewer = world.viewers[one.key]
        if one.state != "machine":
            session = SessionStore()
            standing = standing_of(viewer.user_id, viewer.purpose)
            assert standing is not None
            if one.state == "half":
                sessions.begin_half(session, standing)
            else:
                sessions.begin(session, standing, proved=one.state != "unproved")
            if one.state == "locked":
                session[sessions.LOCKED] = True
            session.save()
            world.sessions[one.key] = session.session_key
        if one.state in ("open", "machine", "suspended"):
            label = facts.TOKEN_LABEL[one.body] if one.key in ("QM officer", "QN officer") else "register"
            world.tokens[one.key] = _token(world, one, label)
            with viewing(viewer):
                world.token_ids[one.key] = (
                    AccessToken.objects.filter(user_id=viewer.user_id).values_list("id", flat=True).get()
                )


def _token(world: World, one: facts.Person, label: str) -> str:
    if one.job != members.Role.PARTNER_PROGRAM:
        return tokens.issue_token(by=world.viewers[one.key], label=label, days=1)
    by, viewer = world.viewers[f"{one.body} administrator"], world.viewers[one.key]
    return tokens.issue_system_token(viewer.user_id, purpose=viewer.purpose, label=label, days=1, by=by)


def _said(text: str) -> str:
    return f"Because of {text}."
