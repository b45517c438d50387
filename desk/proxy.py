"""Sign-in by a proxy of the city that has checked the person already and names them in a header."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cases import audit
from desk.views import errors

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in_by_proxy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The header counts only from the proxy's own addresses; from there it wins over any session."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        named = _named(request)
        if named and request.user.get_username() != named:
            user = User.objects.filter(username=named, is_active=True).first()
            if user is None:
                logout(request)
                return errors.no_right(request, PermissionDenied("the proxy names nobody of this desk"))
            login(request, user, backend=BACKEND)
            audit.write(named, "signin.done", by="proxy")
        return get_response(request)

    return answer


def _named(request: HttpRequest) -> str:
    site = settings.SITE
    if not site.proxy_header or request.META.get("REMOTE_ADDR") not in site.proxy_addresses:
        return ""
    return request.headers.get(site.proxy_header, "").strip()
