"""Restricting single fields of a record over REST: what is restricted now, who would see what, and saying it anew."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field as JsonField
from ninja import Router, Schema

from liaison.api.callers import viewer_of
from liaison.apps.records import field_previews, queries, services
from liaison.apps.records.restrictions import REASON_LENGTH_MAX
from liaison.databases.restricting import WHOLE, WISHES_MAX, Wish
from liaison.viewer import Right

router = Router(tags=["records"])


class FieldRestriction(Schema):
    """A statement of a record and who sees it besides its source, among those who see the record.

    `value` is one value of a field that holds several; left out, the whole field is meant and what comes into it
    later. An empty audience is nobody.
    """

    field: str = JsonField(max_length=80)
    value: Any = None
    audience: str = JsonField("", max_length=4_000)


class RestrictedOut(Schema):
    """A statement that not everybody sees who sees the record; `value` as the record has it."""

    field: str
    value: Any


class RestrictedFieldsIn(Schema):
    """All restrictions of a record from now on, and why: they take the place of those there were."""

    restricted: list[FieldRestriction] = JsonField(max_length=WISHES_MAX)
    reason: str = JsonField(min_length=1, max_length=REASON_LENGTH_MAX)


class RestrictedFieldsAsked(Schema):
    """Restrictions of a record that are to be shown before they are written."""

    restricted: list[FieldRestriction] = JsonField(max_length=WISHES_MAX)


class RestrictedFieldsOut(Schema):
    """The restrictions of a record, the reason that was given last, and when; nobody but the source reads them."""

    restricted: list[FieldRestriction]
    reason: str
    changed_at: datetime | None


class FieldsShownOut(Schema):
    """Who sees certain fields: bodies by code."""

    audience: str
    holds: list[str]
    fields: list[str]


class FieldReleaseOut(Schema):
    """Who would see the open fields of a record, and who would see which others besides."""

    open: FieldsShownOut
    besides: list[FieldsShownOut]


class RestrictedVersionOut(Schema):
    """Which record was written, and the version of what is open of it."""

    reference: str
    version: int


@router.get(
    "/records/{reference}/restricted-fields", response=RestrictedFieldsOut, operation_id="read_restricted_fields"
)
def restricted(request: HttpRequest, reference: str) -> RestrictedFieldsOut:
    """Which statements of a record of the caller's own body fewer see than the record, and who."""
    viewer = viewer_of(request)
    viewer.needs(Right.ENTER_RECORDS)
    card = queries.own_record(reference, viewer)
    book = next((part for part in card.parts if part.is_book), None)
    return RestrictedFieldsOut(
        restricted=[_out(wish) for wish in card.wishes],
        reason=book.reason if book else "",
        changed_at=book.changed_at if book else None,
    )


@router.post(
    "/records/{reference}/restricted-fields/preview",
    response=FieldReleaseOut,
    operation_id="preview_restricted_fields",
)
def preview(request: HttpRequest, reference: str, asked: RestrictedFieldsAsked) -> FieldReleaseOut:
    """Who would see which fields of a record of the caller's own body with these restrictions; nothing is written."""
    viewer = viewer_of(request)
    viewer.needs(Right.ENTER_RECORDS)
    card = queries.own_record(reference, viewer)
    shown = field_previews.of_card(card, services.wishes_for(card, wishes_of(asked.restricted), by=viewer), viewer)
    return FieldReleaseOut(
        open=FieldsShownOut(
            audience=shown.record.expression,
            holds=list(shown.record.holds),
            fields=[one.name for one in shown.record.fields],
        ),
        besides=[
            FieldsShownOut(
                audience=part.audience, holds=list(part.holds), fields=[one.field.name for one in part.shows]
            )
            for part in shown.parts
        ],
    )


@router.put(
    "/records/{reference}/restricted-fields", response=RestrictedVersionOut, operation_id="restrict_record_fields"
)
def restrict(request: HttpRequest, reference: str, sent: RestrictedFieldsIn) -> RestrictedVersionOut:
    """Say anew which statements of a record of the caller's own body fewer see than the record, and who."""
    viewer = viewer_of(request)
    viewer.needs(Right.ENTER_RECORDS)
    version = services.restrict_fields(reference, wishes_of(sent.restricted), reason=sent.reason, by=viewer)
    return RestrictedVersionOut(reference=reference, version=version)


def wishes_of(sent: list[FieldRestriction]) -> list[Wish]:
    """Return what was sent as wishes."""
    return [Wish(one.field, one.audience.strip(), WHOLE if one.value is None else one.value) for one in sent]


def _out(wish: Wish) -> FieldRestriction:
    return FieldRestriction(field=wish.field, value=wish.value, audience=wish.audience)
