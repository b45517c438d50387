"""Which other systems are told what of cases, and what they were told, as tables."""

from __future__ import annotations

import uuid

from django.db import models


class Webhook(models.Model):
    """One address that is told of cases. Its secret is sealed; it signs what is sent."""

    name = models.SlugField(max_length=60, unique=True)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    tasks = models.JSONField(default=list)
    """Names of the tasks of whose cases it is told."""

    secret = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)
    """From then on nothing is told; what was told stays in the log."""

    rests_until = models.DateTimeField(null=True)
    """The address did not answer and is left alone until then; None once it has taken something."""


class Delivery(models.Model):
    """One thing to be told to one address. Made in the transaction of the case's move; no values in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True)
    """Not a foreign key: that something was told outlives the data."""

    number = models.CharField(max_length=20, blank=True)
    task = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=100, blank=True)
    revision = models.PositiveIntegerField(default=0)
    """The case's own count of changes: tells which of two is the newer."""

    at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    """When it is tried next; None once it was taken or given up."""

    taken_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=60, blank=True)
    """What the last try met: ``http.503``, ``ConnectionRefusedError``."""

    class Meta:
        indexes = (
            models.Index(fields=["next_at"], name="delivery_due"),
            models.Index(fields=["-at"], name="delivery_by_time"),
        )
