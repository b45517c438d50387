"""What every template of the desk knows."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest

from cases import notices
from cases.notice_table import Notice
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
        "open_notices": _open_notices(user) if isinstance(user, User) and roles & notices.SEERS else None,
        "places": navigation.places(request),
        "theme": looks.theme_of(request),
        "themes": tuple(looks.Theme),
    }


def _open_notices(user: User) -> int:
    """How many notices stand of which nobody has taken care yet."""
    waiting = Notice.objects.filter(solved_at=None, acknowledged_at=None)
    return waiting.filter(notices.visible_to(user)).count()
