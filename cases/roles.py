"""Who may do what. A role is a Django group of the same name."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from cases import audit
from cases.errors import NotAllowed


class Role(enum.StrEnum):
    """What a person does here; a person may have several roles."""

    OPERATOR = "operator"
    """Corrects and approves sheets."""

    SECOND_CHECKER = "second_checker"
    """Checks again what somebody else has given."""

    DEPARTMENT = "department"
    """Owns tasks; reads their cases and figures."""

    ICT = "ict"
    """Keeps the machine running; sees states and times, never a resident's data."""

    AUDITOR = "auditor"
    """Reads who did what and when, never a resident's data."""


def of(user: User) -> frozenset[Role]:
    """The roles of a person; groups that are no role count for nothing, and so does an account switched
    off.
    """
    if not user.is_active:
        return frozenset()
    return granted(user)


def granted(user: User) -> frozenset[Role]:
    """The roles that were given to the account, switched off or not."""
    names = set(user.groups.values_list("name", flat=True))
    return frozenset(role for role in Role if role in names)


def require(user: User, role: Role) -> None:
    """Raises NotAllowed when the person lacks the role. A superuser has no more rights over a case than
    others.
    """
    if role not in of(user):
        raise NotAllowed(f"this needs the role {role}: an administrator can give it")


def require_one(user: User, wanted: frozenset[Role]) -> None:
    """Raises NotAllowed when the person has none of the roles."""
    if not wanted & of(user):
        raise NotAllowed(f"this needs a role of {', '.join(sorted(wanted))}: an administrator can give it")


def create_groups() -> None:
    for role in Role:
        Group.objects.get_or_create(name=role.value)


@transaction.atomic
def give(user: User, roles: Iterable[Role], by: str) -> None:
    """Set the person's roles; those not named are taken away."""
    create_groups()
    wanted = sorted(set(roles))
    user.groups.set(Group.objects.filter(name__in=wanted))
    audit.write(by, "user.roles_given", user=user.pk, roles=wanted)


@transaction.atomic
def add_user(username: str, password: str, roles: Iterable[Role], by: str, full_name: str = "") -> User:
    """A new account. Raises ValidationError (Django's) when the password is too weak."""
    user = User(username=username, last_name=full_name)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    give(user, roles, by)
    return user
