"""Tokens: with which rights another system or a worker calls the desk. Shown once, kept as a digest.

::

    TokenRefused
    ├── TokenUnknown   token.unknown    no such token, or it has expired or was revoked
    ├── ScopeMissing   token.scope      the token was made for something else
    ├── TooManyCalls   token.limit      more calls in this minute than it may make
    └── KeysGiven      token.keys_given a worker has taken the keys with it already
"""

from __future__ import annotations

import enum
import hashlib
import secrets
import time
from collections.abc import Collection
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case as If
from django.db.models import F, Value, When
from django.utils import timezone

from cases import audit, roles
from cases.errors import CaseError
from cases.roles import Role
from cases.token_table import ApiToken

BEGINNING = "tenki_"
"""How every token begins, so that one in a wrong place is recognised."""

TOKEN_BYTES = 32
CALLS_PER_MINUTE = 600
VALID_DAYS = 365


class Scope(enum.StrEnum):
    """What a token opens; all but the worker's and the figures only for the tasks to which it is tied."""

    FILES_WRITE = "files:write"
    """Hand in files."""

    CASES_READ = "cases:read"
    """States, numbers and reasons of cases; nothing of residents."""

    RECORDS_READ = "records:read"
    """Values of approved records, My Number masked."""

    MY_NUMBER_READ = "my_number:read"
    """My Numbers in records in clear. Each showing is logged."""

    RECEIPTS_READ = "receipts:read"
    """What robots brought back, without values."""

    METRICS = "metrics"
    """Figures of the programs and queues, for all tasks; nothing of cases or residents."""

    WORKER = "worker"
    """A worker of Tenki on another machine: takes the keys once, then stores and fetches sealed files."""


FOR_ALL_TASKS = frozenset({Scope.METRICS, Scope.WORKER})
"""Scopes that are tied to no task."""


class TokenRefused(CaseError):
    """The call is not answered."""


class TokenUnknown(TokenRefused):
    code = "token.unknown"


class ScopeMissing(TokenRefused):
    code = "token.scope"


class TooManyCalls(TokenRefused):
    code = "token.limit"


class KeysGiven(TokenRefused):
    code = "token.keys_given"


def make_by(
    user: User, name: str, scopes: Collection[Scope], tasks: Collection[str], days: int = VALID_DAYS
) -> tuple[ApiToken, str]:
    """The same as ``make``, by a person of the ICT section."""
    roles.require(user, Role.ICT)
    return make(user.get_username(), name, scopes, tasks, days)


@transaction.atomic
def make(
    by: str,
    name: str,
    scopes: Collection[Scope],
    tasks: Collection[str],
    days: int = VALID_DAYS,
    per_minute: int = CALLS_PER_MINUTE,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can see again. IntegrityError (Django's) for a taken name."""
    secret = BEGINNING + secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    token = ApiToken.objects.create(
        name=name,
        digest=_digest(secret),
        scopes=[scope for scope in Scope if scope in scopes],
        tasks=sorted(set(tasks)),
        per_minute=per_minute,
        made_at=now,
        made_by=by,
        expires_at=now + timedelta(days=days),
    )
    audit.write(by, "token.made", token=f"token-{token.pk}", scopes=token.scopes, tasks=token.tasks)
    return token, secret


def revoke_by(user: User, token: ApiToken) -> bool:
    roles.require(user, Role.ICT)
    return revoke(user.get_username(), token)


@transaction.atomic
def revoke(by: str, token: ApiToken) -> bool:
    """End a token at once and for good; False when it was revoked before."""
    open_still = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if not open_still.update(revoked_at=timezone.now(), revoked_by=by):
        return False
    audit.write(by, "token.revoked", token=f"token-{token.pk}")
    return True


def of_secret(secret: str) -> ApiToken:
    """The token, while it is valid. Raises TokenUnknown, which does not tell why."""
    now = timezone.now()
    token = ApiToken.objects.filter(digest=_digest(secret), revoked_at=None, expires_at__gt=now).first()
    if token is None:
        raise TokenUnknown("there is no such token, or it has expired or was revoked")
    return token


def require(token: ApiToken, scope: Scope) -> None:
    """Raises ScopeMissing."""
    if scope not in token.scopes:
        raise ScopeMissing(f"token {token.name} lacks the scope {scope}")


@transaction.atomic
def count_call(token: ApiToken) -> None:
    """Count one call. Raises TooManyCalls once the minute's number is used up.

    The row is locked from the UPDATE to the commit, so that several desk processes count together.
    """
    minute = int(time.time()) // 60
    row = ApiToken.objects.filter(pk=token.pk)
    calls = If(When(minute=minute, then=F("calls") + 1), default=Value(1))
    row.update(minute=minute, calls=calls, used_at=timezone.now())
    made = row.values_list("calls", flat=True).get()
    if made > token.per_minute:
        raise TooManyCalls(f"token {token.name} may call {token.per_minute} times a minute")


@transaction.atomic
def take_keys(token: ApiToken) -> None:
    """Note that a worker takes the keys with it. Raises KeysGiven when one has done so already."""
    require(token, Scope.WORKER)
    if not ApiToken.objects.filter(pk=token.pk, keys_given_at=None).update(keys_given_at=timezone.now()):
        raise KeysGiven(f"the keys were taken with token {token.name} already: make another for this worker")
    audit.write(who(token), "worker.keys_given", token=f"token-{token.pk}")


def who(token: ApiToken) -> str:
    """The name under which a token's calls stand in the audit trail."""
    return f"token-{token.name}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
