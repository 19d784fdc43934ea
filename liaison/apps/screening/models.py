"""The journal of queries, who opened one, and what private partners submit: texts sealed under their day's key."""

from django.db import models

from liaison.rows.ids import new_id

WORDS_LENGTH_MAX = 500
GROUNDS = ("complaint", "spot_check", "signal", "order", "incident")
"""Why the text of a query may be opened: the whole list."""


class JournalLine(models.Model):
    """One query's sealed text. It says nothing without the key of its day, which is a file that dies."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event_id = models.UUIDField()
    day = models.DateField(db_index=True)
    reader = models.UUIDField()
    found = models.BooleanField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "screening_journal_line"


class PartnerCheck(models.Model):
    """One check that a private partner has submitted and that is still to be carried out: durable before it is told.

    Its partner cannot read it, and it is gone once it was carried out, whatever came of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    partner = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    submitted_by = models.UUIDField()
    event_id = models.UUIDField()
    day = models.DateField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "screening_partner_check"


class PartnerMinute(models.Model):
    """How many checks a private partner has submitted in a minute; the database counts."""

    pk = models.CompositePrimaryKey("partner_id", "minute")
    partner = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+", db_index=False)
    minute = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        db_table = "screening_partner_minute"


class PartnerMatch(models.Model):
    """A record that a private partner's submission points at. The source and one bureau may see it, nobody else.

    `bureau` is told under the agreement; None where there is none. What was submitted stays sealed and dies with the
    key of its day.
    """

    class How(models.TextChoices):
        NUMBER = "number"
        MISREAD = "misread"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    partner = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    record_id = models.UUIDField()
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    bureau = models.ForeignKey("members.Reader", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    found_at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=40)
    how = models.CharField(max_length=8, choices=How.choices)
    day = models.DateField()
    check_id = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "screening_partner_match"
        indexes = [
            models.Index(fields=["source", "-found_at"], name="partner_match_of_source"),
            models.Index(fields=["bureau", "-found_at"], name="partner_match_of_bureau"),
        ]


class Opening(models.Model):
    """Who opened the text of a query, when, on which ground and in which words: never the text itself.

    Its id is that of the look that was committed before. Row-level security shows it to oversight and to who judges
    looks in the body that asked.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    event_id = models.UUIDField(db_index=True)
    reader = models.UUIDField()
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    ground = models.CharField(max_length=12, choices=[(one, one) for one in GROUNDS])
    words = models.CharField(max_length=WORDS_LENGTH_MAX)

    class Meta:
        db_table = "screening_opening"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ground__in=GROUNDS), name="a_query_is_opened_on_a_ground_of_the_list"
            )
        ]
