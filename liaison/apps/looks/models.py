"""Spot checks and signals: who is asked for the reason of which query, what stood out, and what became of it.

No row holds personal data but `Words`, which can be erased: people and records are opaque ids.
"""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from liaison.rows.ids import new_id
from liaison.rules.curiosity import SignalKind

WORDS_LENGTH_MAX = 1_000


class Round(models.Model):
    """Something that is done once for a body and a period: a month's draw, a day's signals."""

    class Kind(models.TextChoices):
        DRAW = "draw"
        SIGNALS = "signals"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    day = models.DateField()

    class Meta:
        db_table = "looks_round"
        constraints = [UniqueConstraint(fields=["reader_id", "kind", "day"], name="a_body_has_one_round_a_period")]


class Signal(models.Model):
    """Something that stood out in the looks of an officer (`rules.curiosity`), and who decided what about it."""

    class State(models.TextChoices):
        OPEN = "open"
        DISMISSED = "dismissed"
        FOLLOWED = "followed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    reader_id = models.UUIDField()
    officer = models.UUIDField()
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in SignalKind])
    subject = models.UUIDField(null=True)
    measure = models.IntegerField()
    usual = models.IntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "looks_signal"
        indexes = [models.Index(fields=["reader_id", "state", "-raised_at"], name="signal_of_a_body")]
        constraints = [
            UniqueConstraint(
                fields=["reader_id", "officer", "kind", "subject"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="what_stands_out_is_open_once",
            ),
            CheckConstraint(
                condition=Q(state="open") | Q(decided_by__isnull=False), name="a_decided_signal_names_who_decided"
            ),
            CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("officer")),
                name="nobody_decides_a_signal_about_himself",
            ),
        ]


class SpotCheck(models.Model):
    """One query whose officer is asked for its reason (RPD art. 120): drawn by chance, or after a signal."""

    class State(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        ACCEPTED = "accepted"
        ESCALATED = "escalated"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    reader_id = models.UUIDField()
    officer = models.UUIDField()
    event_id = models.UUIDField()
    event_at = models.DateTimeField()
    signal = models.ForeignKey(Signal, null=True, on_delete=models.PROTECT, related_name="checks")
    drawn_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    judged_by = models.UUIDField(null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "looks_spot_check"
        indexes = [
            models.Index(fields=["officer", "state"], name="spot_check_of_an_officer"),
            models.Index(fields=["reader_id", "state", "answer_by"], name="spot_check_of_a_body"),
        ]
        constraints = [
            UniqueConstraint(fields=["event_id"], name="a_query_is_checked_once"),
            CheckConstraint(
                condition=Q(state__in=("asked", "answered")) | Q(judged_by__isnull=False),
                name="a_judged_check_names_who_judged",
            ),
            CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=models.F("officer")),
                name="nobody_judges_his_own_query",
            ),
        ]


class Words(models.Model):
    """What somebody wrote about a spot check or a signal. It may name a person: it stands alone and can be erased."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    about = models.UUIDField()
    reader_id = models.UUIDField()
    officer = models.UUIDField()
    author = models.UUIDField()
    at = models.DateTimeField()
    text = models.CharField(max_length=WORDS_LENGTH_MAX)

    class Meta:
        db_table = "looks_words"
        indexes = [models.Index(fields=["about"], name="words_about_something")]
