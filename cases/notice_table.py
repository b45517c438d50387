"""The table behind ``cases.notices``: what a person has to see to, and who was told."""

from __future__ import annotations

from django.db import models


class Notice(models.Model):
    """One cause at one place, from when it was first seen until it was over. Holds codes and counts only."""

    cause = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, blank=True)
    """Where: a task, a target, a part of the program. Empty where the cause says all."""

    detail = models.JSONField(default=dict)
    """Codes and counts as they were seen last."""

    told_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    sent = models.JSONField(default=dict)
    """What each way of sending has delivered: ``{"mail": "told"}``, then ``"solved"``."""

    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)

    class Meta:
        app_label = "cases"
        constraints = (
            models.UniqueConstraint(
                fields=["cause", "subject"], condition=models.Q(solved_at=None), name="one_open_notice"
            ),
        )
        indexes = (
            models.Index(fields=["-told_at"], name="notice_by_time"),
            models.Index(fields=["-solved_at"], name="notice_by_end"),
        )
