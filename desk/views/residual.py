"""Residual errors: how many of the values that nobody looked at were wrong, and the line that follows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import access, sampling
from cases.errors import CaseError
from cases.roles import Role
from cases.sampled import PolicyVersion
from desk import refusal_words
from desk.residual import place, residual
from desk.roles import EVERYONE, person, roles_of, serves, task_for
from desk.whole import decimal_of, whole_of

TICKS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)


@require_safe
@serves(EVERYONE)
def index(request: HttpRequest) -> HttpResponse:
    """The page of the person's first task."""
    first = access.tasks_of(person(request)).first()
    if first is None:
        return render(request, "desk/residual.html", {"tasks": ()})
    return redirect("residual-task", task=first.name)


@require_safe
@serves(EVERYONE)
def of_task(request: HttpRequest, task: str) -> HttpResponse:
    """Samples of one task: all, by kind, by field, what was signed, and what could be signed now."""
    found, user = task_for(request, task), person(request)
    shown = residual(found)
    context = {
        "tasks": access.tasks_of(user),
        "shown": shown,
        "ticks": [(place(share), share) for share in TICKS],
        "wanted_place": place(shown.policy.wanted),
        "signed": PolicyVersion.objects.filter(task=found).order_by("-version"),
        "may_sign": Role.DEPARTMENT in roles_of(user),
        "proposed_percent": _percent_text(shown.proposed or shown.policy.max_wrong),
    }
    return render(request, "desk/residual.html", context)


@require_POST
@serves(frozenset({Role.DEPARTMENT}))
def sign(request: HttpRequest, task: str) -> HttpResponse:
    """Sign another line; it counts from the next reading on."""
    found = task_for(request, task)
    try:
        line = decimal_of(request.POST.get("max_wrong_percent", "")) / 100
        version = whole_of(request.POST.get("version", ""))
    except ValueError:
        messages.error(request, refusal_words.refusal("signing.bad_line"), extra_tags="signing.bad_line")
        return redirect("residual-task", task=task)
    try:
        row = sampling.sign_line(
            found, person(request), round(line, 12), request.POST.get("reason", ""), version
        )
    except CaseError as error:
        messages.error(request, refusal_words.line_refusal(error.code), extra_tags=error.code)
    else:
        said = _("方針 第%(version)s版に署名しました。次の読み取りから使われます。") % {
            "version": row.version
        }
        messages.success(request, said, extra_tags="policy-signed")
    return redirect("residual-task", task=task)


def _percent_text(share: float) -> str:
    return f"{share * 100:.10f}".rstrip("0").rstrip(".")
