"""Gates: whether robots may work at a target now, and which of them is signed in.

A person stops and opens a target at the desk; a robot stops it for a fault, which a person has to see to, and
shuts it for a while when the target cannot be worked with. One robot at a time is signed in with an account.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cases import audit, roles
from cases.errors import NotClaimed
from cases.gate_table import TargetGate
from cases.roles import Role

BY_A_PERSON = "gate.person"
"""The reason of a target that somebody stopped at the desk."""


class Position(enum.Enum):
    """How a gate stands."""

    OPEN = "open"
    SHUT = "shut"
    """For a while: it opens by itself at ``until``."""

    STOPPED = "stopped"
    """Until a person opens it."""


@dataclass(frozen=True)
class Gate:
    """How the gate of one target stands, and since when and why."""

    target: str
    position: Position
    reason: str = ""
    detail: str = ""
    by: str = ""
    at: datetime | None = None
    until: datetime | None = None
    failures: int = 0
    robot: str = ""
    """Which robot is signed in; "" when none is."""


def gate(target: str) -> Gate:
    """How it stands now; open when nobody has touched it yet."""
    row = TargetGate.objects.filter(pk=target).first()
    return _fact(row) if row else Gate(target, Position.OPEN)


def gates(targets: Iterable[str]) -> tuple[Gate, ...]:
    rows = {row.target: row for row in TargetGate.objects.all()}
    return tuple(
        _fact(rows[name]) if name in rows else Gate(name, Position.OPEN) for name in sorted(set(targets))
    )


def stop_by_person(target: str, user: User) -> None:
    """The kill switch: no further record is begun; those under way are brought to their end.

    Raises NotAllowed.
    """
    roles.require(user, Role.ICT)
    _stop(target, user.get_username(), BY_A_PERSON, "")


def stop(target: str, robot: str, reason: str, detail: str = "") -> None:
    """A fault of ours: somebody has to look before robots work there again."""
    _stop(target, robot, reason, detail)


@transaction.atomic
def open_again(target: str, user: User) -> None:
    """A person has looked, and robots may work there again. Raises NotAllowed."""
    roles.require(user, Role.ICT)
    columns = {"reason": "", "detail": "", "by": user.get_username(), "at": timezone.now()}
    _save(target, stopped=False, shut_until=None, failures=0, **columns)
    audit.write(user.get_username(), "target.opened", target=target)


def worked(target: str) -> None:
    """The target answered as it should: the failures in a row are over."""
    TargetGate.objects.filter(pk=target, failures__gt=0).update(failures=0)


@transaction.atomic
def failed(target: str) -> int:
    """The target could not be worked with: one more in a row, and how many that makes."""
    TargetGate.objects.get_or_create(target=target)
    TargetGate.objects.filter(pk=target).update(failures=F("failures") + 1)
    return TargetGate.objects.get(pk=target).failures


@transaction.atomic
def shut(target: str, robot: str, reason: str, for_s: float) -> None:
    """The breaker: nothing is tried for a while. The first record after that tries again."""
    now = timezone.now()
    until = now + timedelta(seconds=for_s)
    _save(target, reason=reason, detail="", by=robot, at=now, shut_until=until, failures=0)
    audit.write(robot, "target.shut", target=target, reason=reason)


def sign_in(target: str, robot: str) -> bool:
    """Claim the account for this robot; False while another one is signed in. Prolongs one's own claim."""
    TargetGate.objects.get_or_create(target=target)
    now = timezone.now()
    free = Q(session_until__isnull=True) | Q(session_until__lte=now) | Q(session_owner=robot)
    until = now + timedelta(seconds=settings.SITE.entry_lease_seconds)
    found = TargetGate.objects.filter(free, pk=target).update(session_owner=robot, session_until=until)
    return bool(found)


def keep_session(target: str, robot: str) -> None:
    """Prolong the claim. Raises NotClaimed when another robot has it: this one must end."""
    if not sign_in(target, robot):
        raise NotClaimed(f"another robot is signed in at {target}")


def sign_out(target: str, robot: str) -> None:
    TargetGate.objects.filter(pk=target, session_owner=robot).update(session_owner="", session_until=None)


@transaction.atomic
def _stop(target: str, who: str, reason: str, detail: str) -> None:
    _save(target, stopped=True, reason=reason, detail=detail, by=who, at=timezone.now())
    audit.write(who, "target.stopped", target=target, reason=reason)


def _save(target: str, **columns: object) -> None:
    TargetGate.objects.update_or_create(target=target, defaults=columns)


def _fact(row: TargetGate) -> Gate:
    now = timezone.now()
    shut_now = row.shut_until is not None and row.shut_until > now
    position = Position.STOPPED if row.stopped else Position.SHUT if shut_now else Position.OPEN
    signed_in = row.session_until is not None and row.session_until > now
    if position is Position.OPEN:
        return Gate(
            row.target,
            position,
            failures=row.failures,
            by=row.by,
            at=row.at,
            robot=row.session_owner if signed_in else "",
        )
    return Gate(
        row.target,
        position,
        row.reason,
        row.detail,
        row.by,
        row.at,
        row.shut_until if position is Position.SHUT else None,
        row.failures,
        row.session_owner if signed_in else "",
    )
