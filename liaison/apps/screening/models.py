"""The journal of queries: the text of each, sealed under the key of its day, for as long as the policy says."""

from django.db import models

from liaison.rows.ids import new_id


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
