"""The ways at the head of every page: one list, from which each person sees what their roles open."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.roles import Role
from desk.roles import EVERYONE, ROBOT_READERS, WORKERS, roles_of


@dataclass(frozen=True)
class Place:
    """One entry of the menu. ``below``: beginnings of the routes of the pages that belong to it."""

    url_name: str
    label: str | Promise
    roles: frozenset[Role]
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """A place as one page shows it."""

    url: str
    label: str | Promise
    here: bool


PLACES = (
    Place("board", _("状況"), EVERYONE),
    Place("queue", _("案件一覧"), EVERYONE, ("queue", "cases/")),
    Place("inbox", _("受付"), WORKERS | {Role.DEPARTMENT, Role.ICT}, ("inbox",)),
    Place("tasks", _("事業"), frozenset({Role.DEPARTMENT, Role.ICT, Role.AUDITOR}), ("tasks",)),
    Place("residual", _("残る誤り"), EVERYONE, ("residual",)),
    Place("robots", _("ロボット"), ROBOT_READERS, ("robots",)),
    Place("state", _("動作"), frozenset({Role.ICT, Role.DEPARTMENT}), ("state",)),
    Place("savings", _("削減効果"), EVERYONE, ("savings",)),
    Place("people", _("利用者"), frozenset({Role.ICT}), ("people",)),
    Place("outside", _("連携"), frozenset({Role.ICT}), ("outside",)),
    Place("audit", _("監査記録"), frozenset({Role.ICT, Role.AUDITOR}), ("audit",)),
    Place("help", _("使い方"), EVERYONE, ("help",)),
)


def places(request: HttpRequest) -> tuple[Way, ...]:
    """What the person may open, with the place where they stand marked."""
    user = getattr(request, "user", None)
    roles = roles_of(user) if user is not None else frozenset()
    found = request.resolver_match
    name, route = (found.url_name, found.route) if found else ("", "")
    return tuple(
        Way(
            reverse(place.url_name),
            place.label,
            name == place.url_name or bool(place.below and route.startswith(place.below)),
        )
        for place in PLACES
        if place.roles & roles
    )
