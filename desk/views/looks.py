"""The switches of the desk's colours and language."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from desk import looks

CHOICES = (
    ("theme", looks.THEME_COOKIE, frozenset(theme.code for theme in looks.Theme)),
    ("language", looks.LANGUAGE_COOKIE, frozenset(code for code, _ in settings.LANGUAGES)),
)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Open to everybody, since it changes only how the person's own browser shows the desk."""
    for name, cookie, known in CHOICES:
        chosen = request.POST.get(name, "")
        if chosen in known:
            return _kept(request, cookie, chosen)
    raise BadRequest("an unknown theme or language")


def _kept(request: HttpRequest, cookie: str, chosen: str) -> HttpResponse:
    response = redirect(_back(request))
    response.set_cookie(
        cookie,
        chosen,
        max_age=looks.KEPT_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _back(request: HttpRequest) -> str:
    """The page on which the switch was pressed, if it is one of this desk."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
