"""Tables of the residual-error samples, and of the policies that were signed on what they showed."""

from __future__ import annotations

from django.db import models


class Sample(models.Model):
    """An accepted field that is asked as if it were uncertain. Holds no value and outlives the data."""

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="samples")
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, related_name="samples", null=True)
    attempt = models.PositiveIntegerField()
    form = models.CharField(max_length=100)
    field_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=30)
    blank = models.BooleanField()
    """Read as blank: what may be wrong is then that something was overlooked."""

    policy_version = models.PositiveIntegerField()
    max_wrong = models.FloatField()
    """Where the line was drawn when the field was accepted."""

    drawn_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    """When the sheet was approved; until then nobody knows whether the reading was right."""

    wrong = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "attempt", "field_id"], name="field_sampled_once"),
        )
        indexes = (models.Index(fields=["task", "policy_version", "settled_at"]),)


class PolicyVersion(models.Model):
    """A change of ``max_wrong`` as a person of the department signed it. Never changed, never deleted."""

    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="policies")
    version = models.PositiveIntegerField()
    policy = models.JSONField()
    """The whole policy as it counts from then on."""

    before = models.FloatField()
    after = models.FloatField()
    """``max_wrong`` of the version before, and of this one."""

    samples = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()
    """What had been measured when it was signed."""

    reason = models.CharField(max_length=400)
    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField()
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["task", "version"], name="policy_version_signed_once"),
        )
