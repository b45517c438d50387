"""The robots' targets: whether robots work there, the kill switch, and what has changed on the screens."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import access, gates
from cases.roles import Role
from desk import ports
from desk.roles import ROBOT_READERS, person, roles_of, serves

SWITCHERS = frozenset({Role.ICT})


@require_safe
@serves(ROBOT_READERS)
def robots(request: HttpRequest) -> HttpResponse:
    """Every target of the person's tasks with its gate, and its screens as they were seen last."""
    tasks: dict[str, list[str]] = {}
    for task in access.tasks_of(person(request)).order_by("name"):
        tasks.setdefault(task.target, []).append(task.title)
    shown = [(gate, tasks[gate.target], _screens(gate.target)) for gate in gates.gates(tasks)]
    return render(
        request,
        "desk/robots.html",
        {"targets": shown, "may_switch": bool(roles_of(person(request)) & SWITCHERS)},
    )


@require_POST
@serves(SWITCHERS)
def stop(request: HttpRequest, target: str) -> HttpResponse:
    """The kill switch of one target."""
    gates.stop_by_person(_known(request, target), person(request))
    messages.success(request, _("ロボットを止めました。入力中の1件は、終わるまで続けます。"))
    return redirect("robots")


@require_POST
@serves(SWITCHERS)
def open_again(request: HttpRequest, target: str) -> HttpResponse:
    gates.open_again(_known(request, target), person(request))
    messages.success(request, _("ロボットを再開できるようにしました。次の自動入力から動きます。"))
    return redirect("robots")


@require_safe
@serves(ROBOT_READERS)
def screens(request: HttpRequest, target: str) -> HttpResponse:
    """Old and new screens side by side, with what moved."""
    report = _screens(_known(request, target))
    if report is None:
        raise Http404
    return render(request, "desk/robot_screens.html", {"report": report, "gate": gates.gate(target)})


@require_safe
@serves(ROBOT_READERS)
def picture(request: HttpRequest, target: str, which: str, screen: str) -> HttpResponse:
    """The masked picture of one screen."""
    source = ports.current().screens
    content = source.picture(_known(request, target), which, screen) if source else None
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="image/png")


def _screens(target: str) -> ports.ScreenReport | None:
    source = ports.current().screens
    return source.report(target) if source else None


def _known(request: HttpRequest, target: str) -> str:
    """A target of one of the person's tasks; nobody learns that there is another."""
    if not access.tasks_of(person(request)).filter(target=target).exists():
        raise Http404
    return target
