"""The world of `facts`, made by the product's own services: who signs in with what, and how each thing is called."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from liaison.apps.exchange import public as exchange
from liaison.apps.exchange import reconciling
from liaison.apps.members import desks, devices, factors, sessions, tokens
from liaison.apps.members import public as members
from liaison.apps.members.models import AccessToken, Duty
from liaison.apps.members.queries import standing_of
from liaison.apps.members.session_store import SessionStore
from liaison.apps.policies import public as policies
from liaison.apps.policies.models import PolicyChange
from liaison.apps.records import error_reports
from liaison.apps.records import public as records
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Level, ReaderKind, Viewer
from tests.doors import facts
from tests.doors.facts import BODIES, PEOPLE, RECORDS, Record, Secret, word
from tests.factories.members import a_partner, a_viewer, terms
from tests.factories.records import a_person

KINDS = {kind.value: kind for kind in ReaderKind}


@dataclass
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

    @property
    def secrets(self) -> list[Secret]:
        """The canaries of the facts, and what the product itself drew: references and tokens."""
        found = [*facts.SECRETS]
        for key, reference in self.references.items():
            readers = facts.AUDITOR | {one.key for one in PEOPLE.values() if facts.sees(one, RECORDS[key])}
            found.append(Secret(reference, f"reference of {key}", readers))
        found += [Secret(secret, f"access token of {key}", frozenset({key})) for key, secret in self.tokens.items()]
        found += [Secret(secret, f"session of {key}", frozenset({key})) for key, secret in self.sessions.items()]
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
    _sign_in(world)
    members.suspend("QP", reason=_said(facts.SUSPENSION), by=world.viewers["XS membership officer"])
    return world


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
        world.viewers[one.key] = a_viewer(
            one.body,
            members.Role(one.job),
            level=Level(one.level),
            name=one.key.replace(" ", ".").casefold(),
            display_name=facts.display_name(one.key),
            first=one.state == "first",
        )


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


def _records(world: World) -> None:
    by_body = {
        "QM": "QM officer", "QN": "QN officer", "QO": "QO cleared", "XP-ONE": "XP-ONE officer",
    }  # fmt: skip
    for one in RECORDS.values():
        by = world.viewers[by_body[one.source]]
        draft = records.Draft(
            kind=one.kind,
            fields=content_of(one),
            audience=one.audience,
            level=Level(one.level),
            foreign_key=one.own_key,
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
    world.factors[code] = factors.methods(by).factors[0].id
    world.browsers[code] = devices.devices(by)[0].id


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
            world.tokens[one.key] = tokens.issue_token(by=viewer, label=label, days=1)
            with viewing(viewer):
                world.token_ids[one.key] = (
                    AccessToken.objects.filter(user_id=viewer.user_id).values_list("id", flat=True).get()
                )


def _said(text: str) -> str:
    return f"Because of {text}."
