"""Every page with an invented content, as addresses: what the tests render, and what the browser opens.

Nothing here reads a database: the pages get the same values as from their apps.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import include, path
from django.utils.safestring import SafeString

from liaison.apps.audit.queries import LedgerState
from liaison.apps.audit.values import LookCard, LookKind
from liaison.apps.exchange.export_views import FORMAT_LABELS, SEPARATOR_LABELS
from liaison.apps.exchange.public import Copy
from liaison.apps.index.public import Freshness
from liaison.apps.looks.public import Changed, Seen, Story
from liaison.apps.members.forms import SignInForm
from liaison.apps.members.public import ContactCard, Preview, ReaderCard
from liaison.apps.policies.forms import ProposalForm
from liaison.apps.policies.queries import Change, InForce
from liaison.apps.records import releases
from liaison.apps.records.error_reports import ReportCard, ReportsPage
from liaison.apps.records.field_previews import FieldsPreview, PartPreview, Shown
from liaison.apps.records.field_views import Row
from liaison.apps.records.forms import (
    AnswerForm,
    DatabaseRestrictionForm,
    ErrorForm,
    ExtensionForm,
    FieldsReasonForm,
    HandlingForm,
    Remarks,
    WithdrawalForm,
    inputs,
)
from liaison.apps.records.queries import Page, RecordCard, Version
from liaison.apps.records.restrictions import Overdue, RestrictionCard
from liaison.apps.records.retention import Worklist
from liaison.apps.screening.forms import QueryForm
from liaison.apps.screening.instructions import instruction_for
from liaison.apps.screening.partner_checks import Submission
from liaison.apps.screening.partner_matches import MatchCard, MatchesPage
from liaison.apps.screening.public import Answer, Group, Hit, How, Match
from liaison.apps.screening.shifts import Shift
from liaison.databases import all_databases
from liaison.databases.declaration import diff
from liaison.databases.restricting import WHOLE
from liaison.databases.things import Identified
from liaison.formats.losses import Losses
from liaison.identifiers import mrz
from liaison.identifiers.identify import identify
from liaison.matching.explanation import Evidence, Feature, explain
from liaison.refusal import Absent, Finding, NotAllowed, Refused
from liaison.rules.policy_values import CATALOGUE
from liaison.viewer import Level, Purpose, ReaderKind, Right, Viewer
from liaison.web.demo import DemoUser, Offer

NOW = datetime(2026, 11, 22, 2, 14, 7, tzinfo=UTC)
ME = UUID("00000000-0000-7000-8000-00000000aaaa")
SOMEBODY = UUID("00000000-0000-7000-8000-00000000bbbb")
BUREAU = UUID("00000000-0000-7000-8000-00000000cccc")
ZONE = "\n".join(
    mrz.make(
        mrz.Format.TD3,
        document_type="P",
        issuer="QMM",
        surname="Alrasheed",
        given_names="Mohammed Yusuf",
        number="L898902C3",
        nationality="QMM",
        birth=date(1984, 3, 12),
        sex="M",
        expiry=date(2031, 5, 30),
    )
)
EVIL = '<script src="//evil.invalid"></script>'
VIEWER = Viewer(
    user_id=ME,
    reader_id=BUREAU,
    reader_code="QM",
    reader_kind=ReaderKind.BUREAU,
    purpose=Purpose.IDENTIFY,
    rights=frozenset(Right),
    country="QM",
    user_name="Amira Haddad",
)
FIELDS: dict[str, object] = {
    "names": [
        {"text": "Mohammed Yusuf Al-Rasheed", "kind": "primary", "script": "Latn"},
        {"text": "محمد يوسف الرشيد", "kind": "primary", "script": "Arab"},
        {"text": EVIL, "kind": "weak_alias", "script": "Latn"},
    ],
    "person_status": "charged",
    "cautions": ["armed"],
    "birth_dates": ["1984-03-12", {"from": "1982", "to": "1984"}],
    "nationalities": ["QM", "FR"],
    "sex": "M",
    "documents": [{"number": "L898902C3", "kind": "passport", "country": "QM"}],
    "languages": ["ara"],
}
OLD_FIELDS: dict[str, object] = {**FIELDS, "birth_dates": ["1984"], "nationalities": ["QM"]}


class Unready(Refused):
    """A refusal that says for itself what its status is."""

    status = 503


class EverybodyIsAmira:
    """Stands for the middleware of the members."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.viewer = None if request.path.startswith("/sign-in") else VIEWER
        return self.get_response(request)


def a_card(title: str = "Mohammed Yusuf Al-Rasheed", kind: str = "persons", **more: object) -> RecordCard:
    """Return the card of one invented record."""
    return RecordCard(
        id=SOMEBODY,
        reference="RP-2026-7K4M2P-C",
        kind=kind,
        title=title,
        source_id=BUREAU,
        source_code="QN",
        audience="all -QP",
        level=Level.RESTRICTED,
        conditions=1 | 128,
        status="active",
        entered_at=NOW - timedelta(days=40),
        changed_at=NOW - timedelta(days=3),
        expires_on=date(2031, 10, 12),
        read_on=NOW.date(),
        foreign_key="",
        version=2,
        fields=more or FIELDS,
    )


def an_answer(*, hits: bool) -> Answer:
    """Return an answer with a person and a document, or with nothing."""
    score, parts = explain(
        -6.0,
        [
            Evidence(Feature.DOCUMENT, 5.0, "", "", "Same document number: %(number)s.", {"number": "L898902C3"}),
            Evidence(Feature.NAME, 3.0, "", "", "Other name: %(right)s.", {"right": EVIL}),
            Evidence(Feature.SEX, -1.0, "", "", "Other sex.", {}),
        ],
    )
    person, document = (
        a_card(),
        a_card("L898902C3", "travel_documents", number="L898902C3", country="QM", event="stolen"),
    )
    found = (
        Group("persons", all_databases()["persons"].label, (_hit(person, score, parts),)),
        Group(
            "travel_documents",
            "Documents",
            (
                _hit(document, 1.0, (), How.NUMBER),
                _hit(document, 0.8, (), How.MISREAD),
                _hit(document, 0.7, (), How.PART),
            ),
        ),
    )
    reading = identify(ZONE, NOW.date())[0]
    return Answer(
        readings=(reading,),
        findings=(),
        groups=found if hits else (),
        searched=("Persons",),
        freshness=Freshness(41, NOW, 140),
        asked_at=NOW,
        event_id=SOMEBODY,
        more=hits,
    )


def _hit(card: RecordCard, score: float, parts: tuple[object, ...], how: How = How.RESEMBLANCE) -> Hit:
    plate = Identified("plates.number", "Number", "plate", f"QM 123 {EVIL}", "QM", "Former name")
    matches = () if how is How.RESEMBLANCE else (Match(plate, how),)
    return Hit(card, score, "Same number", parts, instruction_for(card.kind, card.fields), how, matches)


def query(request: HttpRequest) -> HttpResponse:
    """The query page: a zone is a hit, `nobody` is nothing, `?` is refused."""
    text = request.POST.get("text", "").strip()
    if text == "unready":
        raise Unready(Finding("index.not_ready", "The index is not ready.", "Wait."))
    findings = (
        (Finding("mrz.x", "Line %(line)s does not add up.", "Scan again.", values={"line": 2}),)
        if text == "?"
        else ()
    )
    answer = an_answer(hits="<<" in text) if text and not findings else None
    form = QueryForm(request.POST) if request.method == "POST" else QueryForm(initial={"purpose": "identify"})
    part = request.headers.get("HX-Request") == "true"
    context = {
        "form": form,
        "answer": answer,
        "findings": findings,
        "offer": Offer(ZONE, "A passport."),
        "shift": Shift(Purpose.IDENTIFY, NOW + timedelta(hours=12)),
        "last_reference": "STOP 4471/26",
        "swapped": part,
    }
    template = "screening/_answer.html" if part else "screening/query.html"
    return render(request, template, context, status=422 if findings else 200)


def partner_matches(request: HttpRequest) -> HttpResponse:
    """Matches from private partners: one whose text is kept, with marks in it, and one whose text is not."""
    kept = Submission("document", "L898902C3", "QM", EVIL)
    shown = () if "empty" in request.GET else (_match("number", kept), _match("misread", None))
    return render(request, "screening/partner_matches.html", {"page": MatchesPage(shown, 1, 1, len(shown))})


def _match(how: str, submitted: Submission | None) -> MatchCard:
    return MatchCard(
        reference="PM-2026-7K4M2P-C",
        partner_code="XA-AIR",
        partner_name="Airline of the Two Rivers",
        asked_at=NOW,
        found_at=NOW,
        kind="document",
        how=how,
        card=a_card("L898902C3", "travel_documents"),
        submitted=submitted,
    )


def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page of a demo."""
    users = (DemoUser("officer", "invented", "Amira Haddad", "Frontline officer", "QM", "Marvenia"),)
    findings = (Finding("sign_in.wrong", "Name and password do not belong together.", "Type both again."),)
    return render(request, "members/sign_in.html", {"form": SignInForm(), "demo_users": users, "findings": findings})


def databases(request: HttpRequest) -> HttpResponse:
    """The register."""
    register = [{"database": database, "count": 5_021} for database in all_databases().values()]
    return render(request, "records/databases.html", {"register": register})


def about(request: HttpRequest, kind: str) -> HttpResponse:
    """What the register says of a database."""
    database = all_databases()[kind]
    context = {
        "database": database,
        "years": 5,
        "count": 5_021,
        "readers": sorted(database.who_may_query),
        "purposes": sorted(database.purposes),
    }
    return render(request, "records/about.html", context)


def enter(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a record: empty, with something wrong in it, or checked with something unusual."""
    wrong = (Finding("x.y", "“%(value)s” is no date.", "Correct it.", field="birth_dates.0", values={"value": EVIL}),)
    doubts = (Finding("x.z", "This is unusual.", "Compare it.", field="documents.0.number"),)
    how = next(iter(request.GET), "empty")
    fields = {} if how == "empty" else FIELDS
    remarks = Remarks.of(wrong if how == "wrong" else (), doubts if how == "checked" else ())
    shown = inputs(all_databases()[kind], fields, remarks)
    context = {
        "database": all_databases()[kind],
        "card": None,
        "handling": HandlingForm(database=all_databases()[kind]),
        "inputs": [one for one in shown if not one.sensitive],
        "sensitive": [one for one in shown if one.sensitive],
        "sensitive_open": how != "empty",
        "fields": fields,
        "title": "Mohammed Yusuf Al-Rasheed" if how == "checked" else "",
        "findings": wrong if how == "wrong" else (),
        "doubts": doubts if how == "checked" else (),
        "unseen_doubts": how == "checked",
        "checked": "0" * 64 if how == "checked" else "",
    }
    return render(request, "records/entry.html", context)


def restrictions(request: HttpRequest) -> HttpResponse:
    """What one's body restricts: one overdue, one that a colleague asked to lift, and another body that is late."""
    late = {"confirm_by": NOW - timedelta(days=3), "stands_until": NOW + timedelta(days=27)}
    common = {"made_at": NOW - timedelta(days=370), "confirmed_at": NOW - timedelta(days=370), "read_at": NOW}
    everything = RestrictionCard("DR-2026-7K4M2P-C", "", "region:EU -QO", EVIL, **common, **late)
    one = RestrictionCard(
        "DR-2026-3K4M2P-C", "persons", "list:QN", "A dispute.", **common, confirm_by=None, stands_until=None,
        lift_reason="It is settled.", lift_asked_at=NOW, may_decide=True,
    )  # fmt: skip
    context = {
        "cards": [(everything, ""), (one, all_databases()["persons"].label)],
        "overdue": [Overdue("QP", **late)],
        "own_overdue": [Overdue("QN", **late)],
        "may_restrict": True,
    }
    return render(request, "records/restrictions.html", context)


def restrict_database(request: HttpRequest) -> HttpResponse:
    """The form that asks whom to keep out, with whom that is."""
    preview = Preview("list:QN,QO", ("QN", "QO"), ("QP",))
    context = {"form": DatabaseRestrictionForm(), "findings": (), "preview": preview, "checked": "0" * 64}
    return render(request, "records/restrict_database.html", context)


def restrict_fields(request: HttpRequest, reference: str) -> HttpResponse:
    """The form that asks which fields fewer see, with who sees what."""
    database = all_databases()["persons"]
    names = database.field("names")
    assert names is not None
    rows = [Row(names, WHOLE, False, ""), *(Row(names, one, True, "list:QN", False) for one in FIELDS["names"])]  # type: ignore[attr-defined]
    shown = PartPreview("list:QN", ("QN",), (Shown(names, tuple(FIELDS["names"])),))  # type: ignore[arg-type]
    whole = releases.Preview("all", Level.RESTRICTED, (), ("QN", "QO"), ("QP",), (), database.fields)
    context = {
        "card": a_card(),
        "database": database,
        "rows": rows,
        "form": FieldsReasonForm(),
        "findings": (),
        "preview": FieldsPreview(whole, (shown, PartPreview("", (), (Shown(names, ()),)))),
        "checked": "0" * 64,
    }
    return render(request, "records/restrict_fields.html", context)


def ending(request: HttpRequest) -> HttpResponse:
    """The own records that end soonest."""
    page = Worklist((a_card(), a_card("王小明")), 1, 1, 2, NOW.date())
    rows = [{"card": card, "database": all_databases()["persons"]} for card in page.cards]
    return render(request, "records/ending.html", {"page": page, "rows": rows})


def extend(request: HttpRequest, reference: str) -> HttpResponse:
    """The form that asks why a record is still needed."""
    context = {"card": a_card(), "database": all_databases()["persons"], "form": ExtensionForm(), "findings": ()}
    return render(request, "records/extend.html", context)


def a_report(status: str = "open") -> ReportCard:
    """Return one report of an error: open and overdue, acknowledged or answered."""
    body = ReaderCard(BUREAU, "QN", "Bureau of Nerevia", ReaderKind.BUREAU, "QN")
    return ReportCard(
        reference="ER-2026-7K4M2P-C",
        record_id=UUID(int=7),
        record_reference="RP-2026-7K4M2P-C",
        kind="persons",
        source=body,
        reporter=body,
        what="wrong_field",
        field="birth_dates",
        status=status,
        outcome="corrected" if status == "answered" else "",
        text=EVIL,
        answer="It was a typing error." if status == "answered" else "",
        reported_at=NOW - timedelta(days=2),
        acknowledge_by=NOW - timedelta(days=1),
        answer_by=NOW + timedelta(days=28),
        acknowledged_at=None if status == "open" else NOW,
        answered_at=NOW if status == "answered" else None,
        read_at=NOW,
        may_answer=True,
    )


def report_error(request: HttpRequest, reference: str) -> HttpResponse:
    """The form that asks what is wrong."""
    recorded = [("names", "Names"), ("birth_dates", "Birth dates")]
    context = {"card": a_card(), "database": all_databases()["persons"], "form": ErrorForm(recorded=recorded)}
    return render(request, "records/report_error.html", context | {"findings": (), "contact": None})


def errors(request: HttpRequest) -> HttpResponse:
    """Reported errors, or none."""
    shown = () if "empty" in request.GET else (a_report(), a_report("acknowledged"), a_report("answered"))
    page = ReportsPage(shown, 1, 1, len(shown))
    return render(request, "records/errors.html", {"page": page, "to_us": "by" not in request.GET})


def error(request: HttpRequest, reference: str) -> HttpResponse:
    """One report, to its source."""
    database = all_databases()["persons"]
    context = {"report": a_report(), "database": database, "field": database.field("birth_dates")}
    return render(request, "records/error.html", context | {"form": AnswerForm(), "findings": ()})


def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a copy, and what it would lose."""
    database = all_databases()[kind]
    copy = Copy("x.csv", "text/csv", b"", 5_021, Losses()) if "losses" in request.GET else None
    context = {
        "database": database,
        "formats": FORMAT_LABELS.items(),
        "separators": SEPARATOR_LABELS.items(),
        "chosen": {"format": "csv", "own": True, "separator": ";"},
        "most": 10_000,
        "copy": copy,
        "lost": [(EVIL, "persons.portrait", 12)] if copy else [],
    }
    return render(request, "exchange/export.html", context)


def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """The form that asks why."""
    context = {"card": a_card(), "database": all_databases()["persons"], "form": WithdrawalForm(), "findings": ()}
    return render(request, "records/withdraw.html", context)


def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """A list: the second page of three, or an empty one."""
    page = Page((), 1, 1, 0) if "empty" in request.GET else Page((a_card(), a_card("王小明")), 2, 3, 5_021)
    context = {"database": all_databases()[kind], "page": page, "may_enter": True}
    return render(request, "records/list.html", context)


def told_looks() -> SafeString:
    """What the app of looks puts into the page of a record: one's own look, a copy of another body, and a change."""
    reader = ReaderCard(BUREAU, "QN", EVIL, ReaderKind.PARTNER, "")
    seen = (Seen(NOW, "view", "identify", reader, EVIL, True), Seen(NOW, "export", "identify", reader, EVIL, False))
    changed = (Changed(NOW, "records.entered", 41, reader, EVIL),)
    told = Story("RP-2026-7K4M2P-C", True, seen, changed, "1.0")
    return render_to_string("looks/_record.html", {"story": told, "is_whole": False})


def record(request: HttpRequest, reference: str) -> HttpResponse:
    """A record with two versions and two looks."""
    database = all_databases()["persons"]
    changes = tuple(diff(database, OLD_FIELDS, FIELDS))
    versions = [
        Version(2, NOW, "records.changed", "A new passport", SOMEBODY, 41, changes),
        Version(1, NOW - timedelta(days=40), "records.entered", "", SOMEBODY, None, ()),
    ]
    reader = ReaderCard(BUREAU, "QN", "Bureau of Nerevia", ReaderKind.BUREAU, "QN")
    context = {
        "card": a_card(),
        "database": database,
        "fields": [(field, FIELDS[field.name]) for field in database.fields if field.name in FIELDS],
        "source": reader,
        "contact": ContactCard(EVIL, "+999 77 1234", "records@qn.example", always=True),
        "reports": (a_report(), a_report("acknowledged"), a_report("answered")),
        "book": None,
        "restricted": [(database.field("names"), FIELDS["names"][2:], ("list:QN", ""))],  # type: ignore[index]
        "signature": "verified",
        "versions": versions,
        "picture_numbers": [(1, EVIL), (2, "")],
        "looks": told_looks(),
        "is_own": True,
        "may_enter": True,
        "may_withdraw": True,
        "may_print": True,
    }
    return render(request, "records/record.html", context)


def policies(request: HttpRequest) -> HttpResponse:
    """The policy values, one of them with a proposal of somebody else."""
    proposal = Change(SOMEBODY, "x", 3, "Because.", "proposed", NOW, SOMEBODY, NOW, None)
    values = [InForce(declared, declared.default, None, ()) for declared in CATALOGUE.values()]
    values[0] = InForce(values[0].declared, 4, NOW, (proposal,))
    return render(request, "policies/list.html", {"values": values, "may_propose": True, "may_decide": True})


def propose(request: HttpRequest, name: str) -> HttpResponse:
    """The form that proposes a value."""
    context = {"form": ProposalForm({"value": "many"}), "declared": CATALOGUE[name], "findings": ()}
    return render(request, "policies/propose.html", context)


def ledger(request: HttpRequest) -> HttpResponse:
    """The state of the ledger."""
    looks = [LookCard(SOMEBODY, NOW, LookKind.QUERY, BUREAU, "identify", ME)]
    return render(request, "audit/ledger.html", {"state": LedgerState(41, 40, NOW), "looks": looks, "origin": "demo"})


def refused(request: HttpRequest, how: str) -> HttpResponse:
    """Whatever goes wrong, by name."""
    finding = Finding("x.y", "“%(what)s” was not done.", "Do it otherwise.", "policy: x", values={"what": EVIL})
    if how == "bug":
        raise RuntimeError(how)
    if how == "moved":
        return redirect("members:sign_in")
    raise {"absent": Absent, "denied": NotAllowed, "unready": Unready}.get(how, Refused)(finding, finding)


def nothing(request: HttpRequest, **_: object) -> HttpResponse:
    """An address that only has to exist."""
    return HttpResponse(status=204)


urlpatterns = [
    path("", include("liaison.web.urls")),
    path(
        "",
        include(
            (
                [
                    path("query/", query, name="query"),
                    path("partner-matches/", partner_matches, name="partner_matches"),
                ],
                "screening",
            )
        ),
    ),
    path(
        "sign-in/",
        include(
            (
                [
                    path("", sign_in, name="sign_in"),
                    path("out/", nothing, name="sign_out"),
                    path("own/", nothing, name="own_account"),
                ],
                "members",
            )
        ),
    ),
    path(
        "records/",
        include(
            (
                [
                    path("", databases, name="databases"),
                    path("ending/", ending, name="ending"),
                    path("errors/", errors, name="errors"),
                    path("restrictions/", restrictions, name="restrictions"),
                    path("restrictions/new/", restrict_database, name="restrict_database"),
                    path("restrictions/<str:reference>/confirm/", nothing, name="confirm_restriction"),
                    path("restrictions/<str:reference>/lift/", nothing, name="ask_to_lift"),
                    path("restrictions/<str:reference>/decide/", nothing, name="decide_lift"),
                    path("errors/<str:reference>/", error, name="error"),
                    path("errors/<str:reference>/acknowledge/", nothing, name="error_acknowledge"),
                    path("errors/<str:reference>/answer/", nothing, name="error_answer"),
                    path("<str:reference>/report-error/", report_error, name="report_error"),
                    path("of/<slug:kind>/", listing, name="list"),
                    path("of/<slug:kind>/about/", about, name="about"),
                    path("of/<slug:kind>/enter/", enter, name="enter"),
                    path("<str:reference>/change/", nothing, name="change"),
                    path("<str:reference>/extend/", extend, name="extend"),
                    path("<str:reference>/withdraw/", withdraw, name="withdraw"),
                    path("<str:reference>/restrict/", nothing, name="restrict"),
                    path("<str:reference>/restrict-fields/", restrict_fields, name="restrict_fields"),
                    path("<str:reference>/pictures/<int:number>", nothing, name="picture"),
                    path("<str:reference>/", record, name="record"),
                    path("<str:reference>/portrait.png", nothing, name="portrait"),
                ],
                "records",
            )
        ),
    ),
    path(
        "export/",
        include(
            (
                [
                    path("<slug:kind>/", export, name="export"),
                    path("<slug:kind>/template/", nothing, name="template"),
                ],
                "exchange",
            )
        ),
    ),
    path(
        "policies/",
        include(
            (
                [
                    path("", policies, name="list"),
                    path("<str:name>/propose/", propose, name="propose"),
                    path("<uuid:change_id>/decide/", nothing, name="decide"),
                ],
                "policies",
            )
        ),
    ),
    path("ledger/", ledger),
    path("looks/", include(([path("<str:reference>/", nothing, name="record")], "looks"))),
    path("refused/<str:how>/", refused),
]

handler400 = "liaison.web.errors.bad_request"
handler403 = "liaison.web.errors.denied"
handler404 = "liaison.web.errors.absent"
handler500 = "liaison.web.errors.broken"

PAGES = (
    "/sign-in/",
    "/query/",
    "/partner-matches/",
    "/partner-matches/?empty",
    "/records/",
    "/records/RP-2026-7K4M2P-C/restrict-fields/",
    "/records/restrictions/",
    "/records/restrictions/new/",
    "/records/of/persons/",
    "/records/of/persons/?empty",
    "/records/of/persons/about/",
    "/records/of/persons/enter/",
    "/records/of/persons/enter/?wrong",
    "/records/of/persons/enter/?checked",
    "/records/of/travel_documents/enter/",
    "/records/RP-2026-7K4M2P-C/withdraw/",
    "/records/RP-2026-7K4M2P-C/extend/",
    "/records/ending/",
    "/records/RP-2026-7K4M2P-C/report-error/",
    "/records/errors/",
    "/records/errors/?empty&by=us",
    "/records/errors/ER-2026-7K4M2P-C/",
    "/export/persons/",
    "/export/persons/?losses",
    "/records/RP-2026-7K4M2P-C/",
    "/policies/",
    "/policies/retention.persons_years/propose/",
    "/ledger/",
    "/refused/denied/",
    "/refused/unready/",
    "/refused/bug/",
    "/nowhere/",
)
