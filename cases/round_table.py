"""The table behind ``cases.rounds``: what each round of a task came to."""

from __future__ import annotations

from django.db import models


class RoundReport(models.Model):
    """One round: counts and minutes only, so that it outlives the cases."""

    task = models.ForeignKey("cases.Task", on_delete=models.CASCADE, related_name="rounds")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    sheets = models.PositiveIntegerField()
    """Cases that came in."""

    fields = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    """Fields read, and how many of them were left to a person."""

    refused = models.PositiveIntegerField()
    """Files that could not be taken in."""

    entered = models.PositiveIntegerField()
    exceptions = models.PositiveIntegerField()
    """Cases of the task that need a person when it ended."""

    saved_minutes = models.FloatField(null=True)
    """Staff minutes that the task has saved in the fiscal year so far; None without a timed baseline."""

    rate = models.FloatField(null=True)
    sample = models.BooleanField(default=False)
    """The figures rest on sample values."""

    fault = models.CharField(max_length=100, blank=True)
    """Code of what kept it from reading all; empty when nothing did."""

    class Meta:
        app_label = "cases"
        indexes = (models.Index(fields=["task", "-began_at"], name="round_by_task"),)
