"""What every template of the desk knows."""

from __future__ import annotations

from django.http import HttpRequest

from cases.roles import Role
from cases.timing import TIMERS
from desk import looks, navigation
from desk.roles import READERS_OF_SAVINGS, READERS_OF_VALUES, WORKERS, roles_of
from desk.roles import READERS_OF_SAVINGS as STEERERS


def everywhere(request: HttpRequest) -> dict[str, object]:
    """Roles of the person, for showing only the ways that are open; the views guard themselves."""
    user = getattr(request, "user", None)
    roles = roles_of(user) if user is not None else frozenset()
    return {
        "may_work": bool(roles & WORKERS),
        "may_check": Role.OPERATOR in roles,
        "may_read_values": bool(roles & READERS_OF_VALUES),
        "may_steer": bool(roles & STEERERS),
        "may_time": bool(roles & TIMERS),
        "may_read_savings": bool(roles & READERS_OF_SAVINGS),
        "places": navigation.places(request),
        "theme": looks.theme_of(request),
        "themes": tuple(looks.Theme),
    }
