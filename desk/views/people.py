"""Accounts, for the ICT section: who may sign in, as what, for which tasks."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.core.validators import RegexValidator
from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases import access, accounts, roles, second_factor
from cases.errors import CaseError, OwnAccount
from cases.models import Task
from cases.roles import Role
from desk import people_words, refusal_words, signin
from desk.roles import person, serves

ICT = frozenset({Role.ICT})
PAGE_LENGTH = 50
NAME_LENGTH = 60
ACTS = frozenset({"lock", "open", "outside", "password", "second-factor"})


class NewPerson(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("利用者名"),
        max_length=60,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9._-]+$", gettext_lazy("利用者名は半角英数字と . _ - で付けてください。")
            )
        ],
    )
    full_name = forms.CharField(label=gettext_lazy("氏名"), max_length=NAME_LENGTH)
    role = forms.MultipleChoiceField(
        label=gettext_lazy("役割"), choices=[(role.value, role.value) for role in Role], required=True
    )
    outside = forms.BooleanField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@serves(ICT)
def people(request: HttpRequest) -> HttpResponse:
    """Every account; a new one by POST."""
    form = NewPerson(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made is not None:
            return made
    asked = request.GET.get("q", "").replace("\0", "").strip()
    page = Paginator(_found(asked), PAGE_LENGTH).get_page(request.GET.get("page"))
    context = {
        "rows": page,
        "asked": asked,
        "asked_query": urlencode({"q": asked}),
        "form": form,
        "all_roles": people_words.roles(),
        "outside_offered": signin.vouched_outside(),
    }
    return render(request, "desk/people.html", context, status=400 if form.errors else 200)


def _found(asked: str) -> QuerySet[User]:
    users = User.objects.prefetch_related("groups", "assignments__task").order_by("username")
    return users.filter(Q(username__icontains=asked) | Q(last_name__contains=asked)) if asked else users


def _made(request: HttpRequest, form: NewPerson) -> HttpResponse | None:
    given = form.cleaned_data
    outside = given["outside"] and signin.vouched_outside()
    try:
        wanted = [Role(role) for role in given["role"]]
        user, password = accounts.create(
            given["username"], given["full_name"], wanted, person(request), outside=outside
        )
    except IntegrityError:
        form.add_error("username", _("この利用者名はすでに使われています。"))
        return None
    if outside:
        messages.success(request, _("追加しました。担当事業を割り当ててください。"), extra_tags="added")
        return redirect("person", user_id=user.pk)
    return render(request, "desk/password_once.html", {"other": user, "password": password, "new": True})


@require_http_methods(["GET", "HEAD", "POST"])
@serves(ICT)
def one(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: name, roles and tasks."""
    user = get_object_or_404(User, pk=user_id)
    if request.method == "POST":
        _try(request, lambda: _changed(request, user), _("変更しました。"), "changed")
        return redirect("person", user_id=user_id)
    tasks, departments = access.ties(user)
    by_department: dict[str, list[Task]] = {}
    for task in Task.objects.order_by("department", "title"):
        by_department.setdefault(task.department, []).append(task)
    context = {
        "other": user,
        "own_roles": roles.granted(user),
        "all_roles": people_words.roles(),
        "by_department": by_department,
        "tasks": tasks,
        "departments": departments,
        "has_factor": second_factor.is_set(user),
        "is_self": user == person(request),
        "outside_offered": signin.vouched_outside(),
    }
    return render(request, "desk/person.html", context)


def _changed(request: HttpRequest, user: User) -> None:
    posted = request.POST
    known = set(Task.objects.values_list("name", "department"))
    accounts.change(
        user,
        person(request),
        full_name=posted.get("full_name", "").replace("\0", "").strip()[:NAME_LENGTH],
        wanted=[role for role in Role if role.value in posted.getlist("role")],
        tasks={name for name, _department in known} & set(posted.getlist("task")),
        departments={department for _name, department in known} & set(posted.getlist("department")),
    )


@require_POST
@serves(ICT)
def act(request: HttpRequest, user_id: int, what: str) -> HttpResponse:
    """Lock, open, a new first password, none at all, or take the second factor away."""
    user, by = get_object_or_404(User, pk=user_id), person(request)
    if what not in ACTS or (what == "outside" and not signin.vouched_outside()):
        raise BadRequest("an unknown act")
    if user == by:
        # One's own password and second factor are changed on one's own page, with the password.
        messages.error(request, refusal_words.refusal(OwnAccount.code), extra_tags=OwnAccount.code)
        return redirect("person", user_id=user_id)
    if what == "password":
        password = accounts.reset_password(user, by)
        return render(request, "desk/password_once.html", {"other": user, "password": password})
    if what == "outside":
        said = _("市の認証でサインインするように変更しました。")
        _try(request, lambda: accounts.sign_in_outside(user, by), said, what)
    elif what == "second-factor":
        _try(request, lambda: second_factor.remove(user, by), _("2要素認証を解除しました。"), "removed")
    else:
        said = _("利用を再開しました。") if what == "open" else _("利用を停止しました。")
        _try(request, lambda: accounts.set_active(user, by, what == "open"), said, what)
    return redirect("person", user_id=user_id)


def _try(request: HttpRequest, work: Callable[[], None], said: str, tag: str) -> None:
    """Do it and say so, or say why it was refused."""
    try:
        work()
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, said, extra_tags=tag)
