"""Getting an access token with a name and a password, as `liaison login` does."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from ninja import Field, Router, Schema

from liaison.apps.members import services
from liaison.rows.clock import now
from liaison.viewer import Purpose

router = Router(tags=["tokens"])

TOKEN_DAYS = 30


class SignIn(Schema):
    """A user's name and password, the police purpose that the token serves, and a label to know it by."""

    sign_in_name: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=200)
    purpose: Purpose
    label: str = Field(default="", max_length=80)


class TokenOut(Schema):
    """The token, shown this once."""

    token: str
    expires_at: datetime


@router.post("/tokens", response=TokenOut, auth=None, operation_id="issue_token")
def issue(request: HttpRequest, sent: SignIn) -> TokenOut:
    """A new access token; as slow to guess as the sign-in page."""
    address = request.META.get("REMOTE_ADDR", "")
    viewer = services.sign_in(name=sent.sign_in_name, password=sent.password, address=address, purpose=sent.purpose)
    token = services.issue_token(by=viewer, label=sent.label, days=TOKEN_DAYS)
    return TokenOut(token=token, expires_at=now() + timedelta(days=TOKEN_DAYS))
