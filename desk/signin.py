"""Signing in: the password is checked by Django (argon2); repeated failures lock the account for a while.

The audit lines are the memory of the lock: they are written anyway, every process sees them, and a restart
does not forget them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from cases import audit, roles, second_factor, vault
from cases.models import AuditLine
from cases.people import Account
from cases.roles import Role

SIGNED_IN = "signin.done"
CONFIRMED = "signin.confirmed"
"""A signed-in person proved the password once more."""

FAILED = "signin.failed"
LOCKED_OUT = "signin.locked"
SIGNED_OUT = "signin.out"
HALF = "half_signed_in"
"""In a session: whose password was right a moment ago."""

STRANGER = "unknown"
MARK_LENGTH = 8
"""Long enough to tell names apart for a quarter of an hour, too short to prove what was typed."""


class SignInRefusedError(Exception):
    """User name and password do not belong together, or the account is switched off."""


class LockedOutError(Exception):
    """Too many wrong passwords; the account opens again by itself."""


def check(request: HttpRequest, username: str, password: str) -> User:
    """The person to whom name and password belong. Raises SignInRefusedError or LockedOutError."""
    if locked(username):
        _write(username, LOCKED_OUT)
        raise LockedOutError(username)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        _write(username, FAILED)
        raise SignInRefusedError(username)
    if not second_factor.is_set(user):
        audit.write(user.username, SIGNED_IN)
    return user


def confirm(user: User, password: str) -> None:
    """The password of somebody who is signed in, before something grave. Wrong ones count like those at the
    sign-in: raises SignInRefusedError or LockedOutError.
    """
    if locked(user.username):
        audit.write(user.username, LOCKED_OUT)
        raise LockedOutError(user.username)
    if not user.check_password(password):
        audit.write(user.username, FAILED)
        raise SignInRefusedError(user.username)
    audit.write(user.username, CONFIRMED)


def half_in(request: HttpRequest, user: User, backend: str) -> None:
    """The session waits for the code of this person, whose name is proven otherwise already."""
    request.session[HALF] = {"user": user.pk, "backend": backend, "at": time.time()}


def check_code(user: User, code: str) -> None:
    """The second factor after the password. Raises SignInRefusedError or LockedOutError."""
    if locked(user.username):
        audit.write(user.username, LOCKED_OUT)
        raise LockedOutError(user.username)
    if not second_factor.accepts(user, code):
        audit.write(user.username, FAILED)
        raise SignInRefusedError(user.username)
    audit.write(user.username, SIGNED_IN, factors=2)


def vouched_outside() -> bool:
    """Whether the site has a directory or a proxy that vouches for people."""
    return bool(settings.SITE.ldap_url or settings.SITE.proxy_header)


def needs_second_factor(user: User) -> bool:
    """Whether the site wants a second factor of this person."""
    wanted = settings.SITE.two_factor
    return wanted == "everybody" or (wanted == "ict" and Role.ICT in roles.granted(user))


def unfinished(user: User) -> str:
    """The name of the page on which the account is to be finished; empty when nothing is left to be done."""
    # Without a password of the desk there is none to change: a directory or a proxy vouches for the person.
    if user.has_usable_password() and Account.objects.filter(user=user, must_change_password=True).exists():
        return "account"
    return "second-factor" if needs_second_factor(user) and not second_factor.is_set(user) else ""


def locked(username: str, now: datetime | None = None) -> bool:
    """Whether the newest ``SIGN_IN_TRIES`` attempts within ``SIGN_IN_LOCK_MINUTES`` all failed."""
    since = (now or timezone.now()) - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    newest = (
        AuditLine.objects.filter(
            what__in=(SIGNED_IN, CONFIRMED, FAILED), at__gte=since, **_found_by(username)
        )
        .order_by("-pk")
        .values_list("what", flat=True)[: settings.SIGN_IN_TRIES]
    )
    return list(newest) == [FAILED] * settings.SIGN_IN_TRIES


def _write(username: str, what: str) -> None:
    """A name that nobody has may be a password typed into the wrong box: only a mark of it is written down.

    By that mark it is locked like any other name, so that the lock does not tell who is known here.
    """
    if _is_known(username):
        audit.write(username, what)
    else:
        audit.write(STRANGER, what, tried=_mark(username))


def _found_by(username: str) -> Mapping[str, str]:
    """What the audit lines of attempts at that name have in common."""
    return {"who": username} if _is_known(username) else {"who": STRANGER, "detail__tried": _mark(username)}


def _is_known(username: str) -> bool:
    return User.objects.filter(username=username).exists()


def _mark(username: str) -> str:
    return "n" + vault.digest(vault.Key.AUDIT, f"tried/{username}".encode())[:MARK_LENGTH]
