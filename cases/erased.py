"""Tables of retention: what is gone of which case, the proofs of it, and what an auditor holds back."""

from __future__ import annotations

from django.db import models


class Erasure(models.Model):
    """One deletion as it was done. Chained to the one before and sealed by a keyed digest; never changed."""

    id = models.PositiveBigIntegerField(primary_key=True)
    """Place in the chain: 1, 2, 3 … without gaps."""

    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    cases = models.JSONField()
    """``[[case id, number, [kinds]], …]`` in the order of their ids."""

    counts = models.JSONField()
    """``{cases, files, rows}``: how many of each went."""

    digest = models.CharField(max_length=64)
    """SHA-256 of ``cases``, as the audit line names it."""

    previous_seal = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)


class Erased(models.Model):
    """A kind of data that a case no longer has."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="erased")
    kind = models.CharField(max_length=20)
    """A member of ``forms.retention.Kept``."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="entries")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "kind"], name="erased_once"),)


class Hold(models.Model):
    """差止め: while it stands nothing of the case is deleted."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(lifted_at__isnull=True), name="one_hold_at_a_time"
            ),
        )
