"""Tasks that might be taken next, as departments propose them: estimates, no part of any report."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import audit, roles
from cases.roles import Role
from cases.signed import Candidate

PROPOSERS = frozenset({Role.DEPARTMENT, Role.ICT})


@transaction.atomic
def propose(title: str, estimates: Mapping[str, object], by: User) -> Candidate:
    """Note a candidate, or new estimates for one that is there; ``estimates`` are the other columns."""
    roles.require_one(by, PROPOSERS)
    noted = {"noted_by": by.get_username(), "noted_at": timezone.now()}
    row, _ = Candidate.objects.update_or_create(title=title, defaults={**estimates, **noted})
    audit.write(by.get_username(), "candidate.noted", candidate=row.pk)
    return row


@transaction.atomic
def drop(candidate_id: int, by: User) -> None:
    """Take a candidate off the list."""
    roles.require_one(by, PROPOSERS)
    Candidate.objects.filter(pk=candidate_id).delete()
    audit.write(by.get_username(), "candidate.dropped", candidate=candidate_id)
