"""The mark of a home that holds nothing but the invented world, and how far that world is written."""

from django.db import models


class DemoMark(models.Model):
    """The one row that says: nobody real is in this database. It can only be set before the first user joins."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    marked_at = models.DateTimeField()

    class Meta:
        db_table = "training_demo_mark"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="a_home_is_marked_once")]


class WorldPart(models.Model):
    """One part of the world (a kind of record of one country) that is written completely."""

    name = models.CharField(max_length=40, primary_key=True)
    records = models.IntegerField()
    written_at = models.DateTimeField()

    class Meta:
        db_table = "training_world_part"
