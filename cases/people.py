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
