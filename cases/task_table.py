"""The table behind ``cases.task_versions``: every definition that a task ever had."""

from __future__ import annotations

from django.db import models


class TaskVersion(models.Model):
    """A task as it was defined from then on, and who changed what. Never changed, never deleted."""

    class Origin(models.TextChoices):
        FILE = "file", "設定ファイル"
        DESK = "desk", "画面"

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    """The whole definition, key by key as in the task's file; nothing of residents."""

    kinds = models.JSONField(default=list)
    """The keys that differ from the version before."""

    origin = models.CharField(max_length=10, choices=Origin.choices)
    seeded = models.JSONField(null=True)
    """What the file itself said; the next seeding takes over what has changed in it since."""

    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "cases"
        constraints = (models.UniqueConstraint(fields=["task", "version"], name="task_version_once"),)
