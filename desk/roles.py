"""Who may see what: every view names the roles that it serves."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

import cases.roles
from cases import access
from cases.models import Case, Task
from cases.roles import Role

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


EVERYONE = frozenset(Role)
WORKERS = frozenset({Role.OPERATOR, Role.SECOND_CHECKER})
READERS_OF_VALUES = WORKERS | {Role.DEPARTMENT}
"""Who may see what a resident wrote."""

READERS_OF_SAVINGS = frozenset({Role.DEPARTMENT, Role.ICT, Role.AUDITOR})
"""Who reads the council's workbook and the plan: they name who timed and who signed."""


ROBOT_READERS = frozenset({Role.ICT, Role.DEPARTMENT, Role.AUDITOR})
"""Who sees how the robots stand; no resident's data is shown there."""


def roles_of(user: AbstractBaseUser | AnonymousUser) -> frozenset[Role]:
    """The roles of a signed-in person; nobody has none."""
    return cases.roles.of(user) if isinstance(user, User) else frozenset()


def person(request: HttpRequest) -> User:
    """The signed-in person of a view that ``serves`` guards."""
    if not isinstance(request.user, User):
        raise PermissionDenied("nobody is signed in")
    return request.user


def case_for(request: HttpRequest, case_id: uuid.UUID) -> Case:
    """The case, if it belongs to a task of the person's. Http404, or PermissionDenied for another's."""
    case = get_object_or_404(Case.objects.select_related("task", "source"), pk=case_id)
    if not access.may_see(person(request), case.task_id):
        raise PermissionDenied("a case of a task that is not this person's")
    return case


def task_for(request: HttpRequest, name: str) -> Task:
    """The task, if it is one of the person's. Http404, or PermissionDenied for another's."""
    task = get_object_or_404(Task, pk=name)
    if not access.may_see(person(request), name):
        raise PermissionDenied("a task that is not this person's")
    return task


def serves(roles: frozenset[Role]) -> Callable[[View], View]:
    """Guard a view: others are refused (403), strangers are sent to the sign-in, scripts get a plain 401.

    The guard is visible as ``view.roles``, so that a test can walk all views and find one without it.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request)
            if not roles_of(request.user) & roles:
                raise PermissionDenied(f"this page serves {', '.join(sorted(roles))}")
            return view(request, *args, **kwargs)

        vars(guarded)["roles"] = roles
        return cast("View", guarded)

    return guard


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("X-Requested-With") == "fetch" or "HX-Request" in request.headers:
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
