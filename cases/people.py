"""Who works for which task: a row ties a person to one task, or to all tasks of a department."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Assignment(models.Model):
    """One tie. Exactly one of ``task`` and ``department`` is set; a department's later tasks come along."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    task = models.ForeignKey("cases.Task", on_delete=models.CASCADE, related_name="assignments", null=True)
    department = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(task__isnull=True) ^ models.Q(department=""), name="task_or_department"
            ),
            models.UniqueConstraint(fields=["user", "task"], name="tied_to_a_task_once"),
            models.UniqueConstraint(
                fields=["user", "department"],
                condition=~models.Q(department=""),
                name="tied_to_a_department_once",
            ),
        )


class Account(models.Model):
    """What the desk keeps of an account beside Django's own user; there once something is to be kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="account"
    )
    must_change_password = models.BooleanField(default=False)
    """The password was set by somebody else; nothing is open until the person has chosen another."""

    totp = models.BinaryField(null=True)
    """The secret of the second factor, sealed; None while there is none."""

    totp_step = models.BigIntegerField(default=0)
    """The newest time step whose code was used: no code opens the desk twice."""

    toured = models.BooleanField(default=True)
    """Whether the tour of the first visit was seen; accounts made in the desk begin without."""

    recovery = models.JSONField(default=list)
    """Keyed digests of the recovery codes that are left."""
