"""Sign-in by a proxy of the city that has checked the person already and names them in a header."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from cases import audit, second_factor
from desk import signin
from desk.views import errors

BACKEND = "django.contrib.auth.backends.ModelBackend"
BY_PROXY = "signed_in_by_proxy"
"""Set in a session that the proxy has begun: it lasts as long as the proxy names somebody."""


def signed_in_by_proxy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The header counts only from the proxy's own addresses; from there it wins over any session.

    It stands for the password only: who has set a second factor is asked for it.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        named = _named(request)
        if not named and request.session.get(BY_PROXY):
            _end(request)
        if named and request.user.get_username() != named:
            user = User.objects.filter(username=named, is_active=True).first()
            if user is None:
                logout(request)
                return errors.no_right(request, PermissionDenied("the proxy names nobody of this desk"))
            if second_factor.is_set(user):
                _half_in(request, user)
                return get_response(request) if request.path == reverse("sign-in-code") else _to_code(request)
            login(request, user, backend=BACKEND)
            request.session[BY_PROXY] = True
            audit.write(named, signin.SIGNED_IN, by="proxy")
        return get_response(request)

    return answer


def _half_in(request: HttpRequest, user: User) -> None:
    """As after a right password; the session is not the person's before the code has come."""
    if request.user.is_authenticated:
        logout(request)
    request.session[BY_PROXY] = True
    signin.half_in(request, user, BACKEND)


def _to_code(request: HttpRequest) -> HttpResponseBase:
    wanted = request.get_full_path() if request.method == "GET" else ""
    return redirect(f"{reverse('sign-in-code')}?{urlencode({'next': wanted})}")


def _end(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        audit.write(request.user.get_username(), signin.SIGNED_OUT, by="proxy")
    logout(request)


def _named(request: HttpRequest) -> str:
    site = settings.SITE
    if not site.proxy_header or request.META.get("REMOTE_ADDR") not in site.proxy_addresses:
        return ""
    return request.headers.get(site.proxy_header, "").strip()
