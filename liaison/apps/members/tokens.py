"""Access tokens: scoped, expiring, bound to networks, kept as digests and shown once.

A person gets one for himself with his password. A system account has no password: whoever looks after it issues them.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members.models import AccessToken, User
from liaison.apps.members.queries import administrative_use_is_off
from liaison.apps.members.roles import RIGHTS, Role
from liaison.apps.policies import public as policies
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.use import ADMINISTRATIVE_USE
from liaison.viewer import ADMINISTRATIVE_RIGHTS, Purpose, Right, Viewer

TOKEN_BYTES = 32
LABEL_LENGTH_MAX = 80
NETWORKS_MAX = 20
DAYS = "members.token_days"
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Scope:
    """How much less than its account a token may: these rights only (None: all of the job), from these networks only.

    Networks are addresses or ranges (`192.0.2.0/24`); none means from anywhere.
    """

    rights: frozenset[Right] | None = None
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenCard:
    """A token as its account sees it; the token itself is not kept."""

    id: UUID
    label: str
    purpose: Purpose
    rights: tuple[str, ...] | None
    networks: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    works: bool


def token_digest(secret: str) -> bytes:
    """Return what is stored of a token: SHA-256 of its 256 random bits needs no salt."""
    return hashlib.sha256(secret.encode()).digest()


def issue_token(*, by: Viewer, label: str, days: int | None = None, scope: Scope | None = None) -> str:
    """Return a new token of this user for this purpose, shown this once.

    It holds as long as the policy allows where `days` is None; more days are refused.
    """
    with viewing(by):
        return _issue(by.user_id, by.purpose, by.rights, label=label, days=days, scope=scope, by=by)


def issue_system_token(
    user_id: UUID, *, purpose: Purpose, label: str, by: Viewer, days: int | None = None, scope: Scope | None = None
) -> str:
    """Return a new token of a system account that this administrator looks after, shown this once."""
    by.needs(Right.ADMINISTER_MEMBERS)
    with viewing(by):
        user = User.objects.filter(pk=user_id, is_system=True, is_active=True).first()
        if user is None or user_id == by.user_id:
            raise _no_such_system()
        rights = RIGHTS[Role(user.role)]
        return _issue(user.id, purpose, rights, label=label, days=days, scope=scope, by=by)


def revoke_token(token_id: UUID, *, by: Viewer) -> None:
    """End a token at once: one's own, or of an account that this administrator looks after."""
    with viewing(by):
        token = AccessToken.objects.select_for_update().filter(pk=token_id, revoked_at__isnull=True).first()
        if token is None:
            raise _no_such_token()
        AccessToken.objects.filter(pk=token.pk).update(revoked_at=now())
        audit.record(audit.EntryDraft(action="members.token_revoked", subject=token.id, source=by.reader_id), by=by)


def tokens(viewer: Viewer, *, user_id: UUID | None = None) -> list[TokenCard]:
    """Return one's own tokens, or those of an account that one looks after, the newest first."""
    with viewing(viewer):
        moment = now()
        rows = AccessToken.objects.filter(user_id=user_id or viewer.user_id).order_by("-created_at")[:SHOWN_MAX]
        return [
            TokenCard(
                id=row.id,
                label=row.label,
                purpose=Purpose(row.purpose),
                rights=None if row.rights is None else tuple(row.rights),
                networks=tuple(row.networks),
                created_at=row.created_at,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
                works=row.revoked_at is None and row.expires_at > moment,
            )
            for row in rows
        ]


def _issue(
    user_id: UUID,
    purpose: Purpose,
    rights: frozenset[Right],
    *,
    label: str,
    days: int | None,
    scope: Scope | None,
    by: Viewer,
) -> str:
    wanted, held = scope or Scope(), policies.values([DAYS, ADMINISTRATIVE_USE])
    most = held[DAYS]
    if purpose is Purpose.ADMINISTRATIVE:
        rights &= ADMINISTRATIVE_RIGHTS
    networks, findings = _networks(wanted.networks)
    findings += [*_scope_findings(wanted, rights), *_days_findings(days, most)]
    if purpose is Purpose.SYSTEM:
        findings.append(_no_purpose())
    if purpose is Purpose.ADMINISTRATIVE and not held[ADMINISTRATIVE_USE]:
        findings.append(administrative_use_is_off())
    if findings:
        raise Refused(*findings)
    secret, moment = secrets.token_urlsafe(TOKEN_BYTES), now()
    token = AccessToken.objects.create(
        user_id=user_id,
        digest=token_digest(secret),
        purpose=purpose.value,
        label=label.strip()[:LABEL_LENGTH_MAX],
        rights=None if wanted.rights is None else sorted(right.value for right in wanted.rights),
        networks=networks,
        created_at=moment,
        expires_at=moment + timedelta(days=most if days is None else days),
    )
    audit.record(audit.EntryDraft(action="members.token_issued", subject=token.id, source=by.reader_id), by=by)
    return secret


def _networks(given: Iterable[str]) -> tuple[list[str], list[Finding]]:
    networks, findings = [], []
    for text in given:
        try:
            networks.append(str(ipaddress.ip_network(text.strip(), strict=False)))
        except ValueError:
            findings.append(
                _finding(
                    "networks",
                    mark("“%(text)s” is neither an address nor a range of addresses."),
                    mark("Write addresses like 192.0.2.7 or ranges like 192.0.2.0/24, with commas between."),
                    text=text[:60],
                )
            )
    if len(networks) > NETWORKS_MAX:
        findings.append(
            _finding(
                "networks",
                mark("A token is bound to at most %(most)s networks."),
                mark("Join them, or issue a second token."),
                most=NETWORKS_MAX,
            )
        )
    return networks, findings


def _scope_findings(scope: Scope, rights: frozenset[Right]) -> Iterable[Finding]:
    if scope.rights is not None and not scope.rights:
        yield _finding("rights", mark("A token without a right opens nothing."), mark("Choose at least one right."))
    if more := (scope.rights or frozenset()) - rights:
        yield _finding(
            "rights",
            mark("The account does not have the right “%(right)s”."),
            mark("A token may do less than its account, never more."),
            right=sorted(more)[0].value,
        )


def _days_findings(days: int | None, most: int) -> Iterable[Finding]:
    if days is not None and not 1 <= days <= most:
        yield Finding(
            code="token.days",
            problem=mark("A token holds for 1 to %(most)s days, not %(days)s."),
            remedy=mark("Choose fewer days, and get a new one before they are over."),
            source=f"policy: {DAYS}",
            field="days",
            values={"most": most, "days": days},
        )


def _no_purpose() -> Finding:
    return _finding(
        "purpose",
        mark("No user works for the installation's own purpose."),
        mark("Choose the police purpose that the token serves."),
    )


def _finding(field: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"token.{field}", problem=problem, remedy=remedy, field=field, values=values)


def _no_such_system() -> Absent:
    return Absent(
        Finding(
            code="token.no_system",
            problem=mark("There is no such system account that you look after."),
            remedy=mark("Add one under People first."),
        )
    )


def _no_such_token() -> Absent:
    return Absent(
        Finding(
            code="token.none",
            problem=mark("There is no such token that you may end."),
            remedy=mark("It may have been ended already."),
        )
    )
