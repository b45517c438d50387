"""Tables of the measured savings: logs of work away from the screen, month sums, and what was signed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StepLog(models.Model):
    """Minutes of a step away from the screen, noted by a person; its time event is what counts."""

    event = models.OneToOneField("cases.TimeEvent", on_delete=models.SET_NULL, null=True, related_name="log")
    """None once the log was withdrawn."""

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="logs")
    step = models.CharField(max_length=20)
    day = models.DateField()
    minutes = models.FloatField()
    sheets = models.PositiveIntegerField(null=True)
    worked_by = models.CharField(max_length=150)
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    noted_by = models.CharField(max_length=150)
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_for = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["day", "worked_by"]),)


class Ownership(models.Model):
    """From ``since`` on, always the first day of a month, the task belongs to ``department``."""

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="owners")
    since = models.DateField()
    department = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["task", "since"], name="one_owner_from_a_day"),)


class MonthSummary(models.Model):
    """What a month that is over sums up to, kept so that five years need not be added up again.

    Triggers delete the row when anything it sums is written later (``cases.summary``).
    """

    class Kind(models.TextChoices):
        MINUTES = "minutes"
        """``[[task, step, source, seconds, n], …]``."""

        VOLUMES = "volumes"
        """``[[task, received, entered], …]``."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    month = models.DateField()
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    """First moment of the month and of the next one, in the site's time zone."""

    rows = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "month"], name="one_summary_per_month"),)


class HalfClosing(models.Model):
    """The figures of a task's half-year as they were signed. Never changed, never deleted."""

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="closings")
    fiscal_year = models.PositiveIntegerField()
    half = models.PositiveSmallIntegerField()
    figures = models.JSONField()
    """``{each_minutes, volumes: [[month, received, entered]], steps: [[month, step, source, …]]}``."""

    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField()
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["task", "fiscal_year", "half"], name="half_closed_once"),
        )


class HistoryCorrection(models.Model):
    """A signed entry that puts a closed half-year right, added to its figures. Never changed itself."""

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="corrections")
    month = models.DateField()
    what = models.CharField(max_length=20)
    """A step, or ``received`` or ``entered``."""

    amount = models.FloatField()
    """Minutes, or cases, to add; negative to take away."""

    reason = models.CharField(max_length=400)
    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField()
    seal = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["task", "month"]),)


class PlanStep(models.Model):
    """One signed step of judging a task's year: report, approval, instruction, improvement."""

    class Kind(models.TextChoices):
        REPORT = "report", _("報告")
        APPROVAL = "approval", _("承認")
        INSTRUCTION = "instruction", _("指示")
        IMPROVEMENT = "improvement", _("改善")

    class Mark(models.TextChoices):
        MET = "○", "○"
        CLOSE = "△", "△"
        MISSED = "×", "×"

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="plan_steps")
    fiscal_year = models.PositiveIntegerField()
    half = models.PositiveSmallIntegerField()
    """1 or 2 for a key task, 0 for a task that is judged once a year."""

    round = models.PositiveIntegerField(default=1)
    """1 for the first report of the period; a report after an improvement opens the next."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    mark = models.CharField(max_length=1, choices=Mark.choices, blank=True)
    """The report's judgement; empty for the other steps."""

    sentence = models.CharField(max_length=400, blank=True)
    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField()
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["task", "fiscal_year", "half", "round", "kind"], name="each_step_signed_once"
            ),
        )


class Candidate(models.Model):
    """A task that might be taken next, with the estimates that what-if reckons with."""

    title = models.CharField(max_length=200, unique=True)
    department = models.CharField(max_length=200)
    annual_volume = models.PositiveIntegerField()
    minutes_each = models.FloatField()
    straight_through = models.FloatField()
    asked_minutes = models.FloatField()
    handling_minutes = models.FloatField()
    noted_by = models.CharField(max_length=150)
    noted_at = models.DateTimeField()
