"""The table behind ``cases.gates``: whether robots may work at a target."""

from __future__ import annotations

from django.db import models


class TargetGate(models.Model):
    """One target: open, shut for a while, or stopped until a person opens it; which robot is signed in."""

    target = models.SlugField(primary_key=True, max_length=100)
    stopped = models.BooleanField(default=False)
    """Only a person opens a stopped target again."""

    reason = models.CharField(max_length=80, default="")
    """Code of why it is stopped or shut."""

    detail = models.TextField(default="")
    """Screens and places in the definition's words; no values."""

    by = models.CharField(max_length=150, default="")
    at = models.DateTimeField(null=True)
    shut_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    """Records in a row that found the target unavailable."""

    session_owner = models.CharField(max_length=150, default="")
    session_until = models.DateTimeField(null=True)

    class Meta:
        app_label = "cases"
