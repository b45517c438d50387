"""The table behind ``cases.seen_rows``: which rows of which files have become cases."""

from __future__ import annotations

from django.db import models


class SeenRow(models.Model):
    """One row, known again by a keyed digest of its key; nothing of the row itself is in it."""

    task = models.ForeignKey("cases.Task", on_delete=models.CASCADE, related_name="seen_rows")
    key_digest = models.CharField(max_length=64)
    contents_digest = models.CharField(max_length=64)
    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="seen_row")

    class Meta:
        app_label = "cases"
        constraints = (models.UniqueConstraint(fields=["task", "key_digest"], name="one_case_per_key"),)
