"""Accounts of the desk: made, locked, opened, given roles and tasks, each act with its audit line."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from cases import access, audit, roles
from cases.errors import OwnAccount
from cases.people import Account
from cases.roles import Role

PASSWORD_BYTES = 9
"""Twelve letters and digits: to be read out or written down once."""


@transaction.atomic
def create(
    username: str, full_name: str, wanted: Iterable[Role], by: User, *, outside: bool = False
) -> tuple[User, str]:
    """A new account and its first password, which the person has to change; no password where a directory
    or a proxy vouches for the person (``outside``).

    Raises IntegrityError (Django's) when the name is taken.
    """
    roles.require(by, Role.ICT)
    user = User.objects.create(username=username, last_name=full_name)
    audit.write(by.get_username(), "user.created", user=user.pk)
    roles.give(user, wanted, by.get_username())
    if outside:
        password = ""
        sign_in_outside(user, by)
    else:
        password = _first_password(user)
    Account.objects.update_or_create(user=user, defaults={"toured": False})
    return user, password


@transaction.atomic
def change(
    user: User,
    by: User,
    *,
    full_name: str,
    wanted: Iterable[Role],
    tasks: Collection[str],
    departments: Collection[str],
) -> None:
    """Name, roles and ties as given; what is not named is taken away. OwnAccount for one's own roles."""
    roles.require(by, Role.ICT)
    chosen = frozenset(wanted)
    if user == by and chosen != roles.granted(user):
        # Neither the last key is thrown away so, nor does who keeps the machine come to read values.
        raise OwnAccount("nobody changes their own roles: another administrator does it")
    if user.last_name != full_name:
        User.objects.filter(pk=user.pk).update(last_name=full_name)
        audit.write(by.get_username(), "user.renamed", user=user.pk)
    if chosen != roles.granted(user):
        roles.give(user, chosen, by.get_username())
    if (set(tasks), set(departments)) != access.ties(user):
        access.assign(user, by.get_username(), tasks, departments)


@transaction.atomic
def set_active(user: User, by: User, active: bool) -> None:
    """Lock an account, whose sessions then end at once, or open it again. OwnAccount for one's own."""
    roles.require(by, Role.ICT)
    if user == by:
        raise OwnAccount("nobody locks their own account")
    User.objects.filter(pk=user.pk).update(is_active=active)
    audit.write(by.get_username(), "user.opened" if active else "user.locked", user=user.pk)


@transaction.atomic
def reset_password(user: User, by: User) -> str:
    """A new first password; the sessions of the account end."""
    roles.require(by, Role.ICT)
    password = _first_password(user)
    audit.write(by.get_username(), "user.password_reset", user=user.pk)
    return password


@transaction.atomic
def sign_in_outside(user: User, by: User) -> None:
    """From now on a directory or a proxy vouches for the person; no password of the desk does."""
    roles.require(by, Role.ICT)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Account.objects.filter(user=user).update(must_change_password=False)
    audit.write(by.get_username(), "user.signs_in_outside", user=user.pk)


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """The person's own choice. Raises ValidationError (Django's) when it is too weak."""
    _set_password(user, password)
    audit.write(user.get_username(), "user.password_changed", user=user.pk)


@transaction.atomic
def set_password(user: User, password: str, by: str) -> None:
    """At the machine itself, for somebody who cannot sign in; the sessions of the account end.

    Raises ValidationError (Django's) when it is too weak.
    """
    _set_password(user, password)
    audit.write(by, "user.password_set", user=user.pk)


def _set_password(user: User, password: str) -> None:
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    Account.objects.filter(user=user).update(must_change_password=False)


def _first_password(user: User) -> str:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user.set_password(password)
    user.save(update_fields=["password"])
    Account.objects.update_or_create(user=user, defaults={"must_change_password": True})
    return password
