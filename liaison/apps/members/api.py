"""Getting an access token with a name and a password, as `liaison login` does; the list of members."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from liaison.apps.members import factors, tokens
from liaison.apps.members.directory import PAGE_MAX, Body, directory
from liaison.apps.members.groups import groups, preview
from liaison.apps.members.signing_in import check_name_and_password, note_sign_in
from liaison.apps.policies import public as policies
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.viewer import Purpose, Right, Viewer

router = Router(tags=["tokens"])

FIRST_PASSWORD = Finding(
    code="sign_in.first_password",
    problem=mark("Somebody else has made this password."),
    remedy=mark("Sign in on the page first, and choose one of your own."),
    field="password",
)
NO_FACTOR = Finding(
    code="sign_in.no_second_factor",
    problem=mark("Your account has no second factor yet."),
    remedy=mark("Sign in on the page first, and add one."),
)
CODE_NEEDED = Finding(
    code="sign_in.code_needed",
    problem=mark("A password alone opens nothing."),
    remedy=mark("Send the code that your app shows now, or a recovery code."),
    field="code",
)


class SignIn(Schema):
    """A user's name and password, the police purpose that the token serves, and a label to know it by.

    `code` is what his app shows now, or a recovery code; each works once.
    `days` is at most what the policy allows, and that where it is not given. `rights` are fewer than the account's;
    all of them where they are not given. `networks` are addresses or ranges from which alone the token works.
    """

    sign_in_name: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=200)
    code: str = Field(default="", max_length=40)
    purpose: Purpose
    label: str = Field(default="", max_length=80)
    days: int | None = Field(default=None, ge=1, le=3_650)
    rights: list[Right] | None = None
    networks: list[str] = Field(default_factory=list, max_length=20)


class TokenOut(Schema):
    """The token, shown this once."""

    token: str
    expires_at: datetime


@router.post("/tokens", response=TokenOut, auth=None, operation_id="issue_token")
def issue(request: HttpRequest, sent: SignIn) -> TokenOut:
    """A new access token; as slow to guess as the sign-in page. A first password opens none, nor does one alone."""
    address = request.META.get("REMOTE_ADDR", "")
    standing = check_name_and_password(
        name=sent.sign_in_name, password=sent.password, address=address, purpose=sent.purpose
    )
    if standing.first:
        raise Refused(FIRST_PASSWORD)
    if not factors.methods(standing.viewer).any:
        raise Refused(NO_FACTOR)
    if not sent.code:
        raise Refused(CODE_NEEDED)
    factors.prove_by_code(sent.code, standing=standing, address=address)
    note_sign_in(standing)
    days = policies.value(tokens.DAYS) if sent.days is None else sent.days
    scope = tokens.Scope(None if sent.rights is None else frozenset(sent.rights), tuple(sent.networks))
    token = tokens.issue_token(by=standing.viewer, label=sent.label, days=days, scope=scope)
    return TokenOut(token=token, expires_at=now() + timedelta(days=days))


class MemberOut(Schema):
    """A body, whether it takes part today, and whom to call there; `deputy` stands in while the desk is closed."""

    code: str
    name: str
    kind: str
    country: str
    connected_by: str
    takes_part: bool
    desk: str
    phone: str
    email: str
    open_now: bool
    deputy: str


class MembersOut(Schema):
    """One page of the members, with the number of pages and of members."""

    members: list[MemberOut]
    page: int
    pages: int
    total: int


@router.get("/members", response=MembersOut, operation_id="list_members")
def list_members(
    request: HttpRequest, page: int = Query(1, ge=1, le=PAGE_MAX), find: str = Query("", max_length=80)
) -> MembersOut:
    """Who takes part, by kind and code; another bureau's agencies are not among them."""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer
    found = directory(viewer, page=page, text=find.strip())
    return MembersOut(
        members=[_member(body) for body in found.bodies], page=found.number, pages=found.pages, total=found.total
    )


def _member(body: Body) -> MemberOut:
    contact = body.contact
    return MemberOut(
        code=body.code,
        name=body.name,
        kind=body.kind.value,
        country=body.country,
        connected_by=body.parent,
        takes_part=body.takes_part,
        desk=contact.desk if contact else "",
        phone=contact.phone if contact else "",
        email=contact.email if contact else "",
        open_now=bool(body.desk and body.desk.is_open),
        deputy=body.deputy,
    )


class PreviewOut(Schema):
    """Whom an audience holds now, by code, and which bureaus it leaves out; `audience` in its canonical form."""

    audience: str
    holds: list[str]
    missing: list[str]


@router.get("/audiences", response=PreviewOut, operation_id="preview_audience")
def preview_audience(request: HttpRequest, audience: str = Query("", max_length=4_000)) -> PreviewOut:
    """Whom an audience would hold, as the function says that is asked when a record is entered."""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    viewer.needs(Right.ENTER_RECORDS)
    said = preview(audience, viewer)
    return PreviewOut(audience=said.expression, holds=list(said.holds), missing=list(said.missing))


class GroupOut(Schema):
    """A region, a programme or a list of the caller's own body, with the codes of its bodies."""

    audience: str
    name: str
    bodies: list[str]


@router.get("/groups", response=list[GroupOut], operation_id="list_groups")
def list_groups(request: HttpRequest) -> list[GroupOut]:
    """What an audience may name besides bodies."""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    return [GroupOut(audience=one.expression, name=one.name, bodies=list(one.bodies)) for one in groups(viewer)]
