"""Spot checks, signals and words live as long as the looks that they are about, and no longer."""

from datetime import timedelta

from liaison.apps.looks.models import Round, Signal, SpotCheck, Words
from liaison.apps.policies import public as policies
from liaison.rows.clock import now
from liaison.rows.viewing import system_work

MONTHS = "audit.events_months"
MONTH_DAYS_MAX = 31


def forget() -> int:
    """Delete what is about looks that are let go; the entries in the ledger stay. Return how many rows went."""
    before = now("system") - timedelta(days=policies.value(MONTHS) * MONTH_DAYS_MAX)
    with system_work():
        gone = [
            Words.objects.using("system").filter(at__lt=before).delete()[0],
            SpotCheck.objects.using("system").filter(drawn_at__lt=before).delete()[0],
            Signal.objects.using("system").filter(raised_at__lt=before, checks__isnull=True).delete()[0],
            Round.objects.using("system").filter(day__lt=before.date()).delete()[0],
        ]
    return sum(gone)
