"""What other systems and workers sign in with, as tables; ``cases.tokens`` writes them."""

from __future__ import annotations

from django.db import models


class ApiToken(models.Model):
    """The right of one other system, or of one worker, to call the desk. Only a digest of it is kept."""

    name = models.SlugField(max_length=60, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 (hex) of the token; that is 256 random bits, so a slow digest would guard nothing more."""

    scopes = models.JSONField(default=list)
    tasks = models.JSONField(default=list)
    """Names of the tasks to which it is tied."""

    per_minute = models.PositiveIntegerField()
    """Calls a minute that are answered."""

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    used_at = models.DateTimeField(null=True)
    minute = models.BigIntegerField(default=0)
    """The minute (since 1970) in which ``calls`` are counted: one row, so that all desk processes agree."""

    calls = models.PositiveIntegerField(default=0)
    keys_given_at = models.DateTimeField(null=True)
    """When a worker took the keys with it; that happens once."""


class HandIn(models.Model):
    """An idempotency key under which a file was handed in: the same again brings the same answer."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE)
    key = models.CharField(max_length=64)
    """SHA-256 (hex) of the key: what other systems put into one is theirs."""

    source = models.ForeignKey("cases.SourceFile", on_delete=models.CASCADE)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="one_file_per_key"),)
