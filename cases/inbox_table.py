"""The table behind ``cases.refusals``: files of the inbox that could not be taken in."""

from __future__ import annotations

import uuid

from django.db import models


class Refusal(models.Model):
    """A file that waits in ``rejected`` under this row's id; its own name is kept only here (law 5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey("cases.Task", on_delete=models.CASCADE, related_name="refusals")
    scanner = models.CharField(max_length=200, blank=True)
    """The inbox's sub-folder in which the file lay."""

    original_name = models.CharField(max_length=500)
    size_bytes = models.BigIntegerField()
    code = models.CharField(max_length=60)
    """Why: ``file.too_large``, ``file.no_permission``."""

    refused_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    """Somebody wants it put back; whoever watches the inbox does so."""

    asked_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    """It is not in ``rejected`` any more: put back, or taken away by a person."""

    class Meta:
        app_label = "cases"
        indexes = (models.Index(fields=["task", "ended_at"], name="refusal_waiting"),)
