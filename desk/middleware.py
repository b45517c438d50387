"""What every answer of the desk carries: safe headers, and a session that lives as long as somebody works."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation

from desk import looks, signin
from desk.uploads import is_too_large
from desk.views import errors

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
TOUCH_AFTER_S = 60
API = "/api/"
FINISHED = "account_finished"
"""Set in a session once nothing about the account is left to be done."""


def safe_headers(get_response: Answer) -> Answer:
    """Nothing from outside is loaded, and no page with a resident's data stays in a browser's store."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return answer


def chosen_language(get_response: Answer) -> Answer:
    """Japanese, unless the person has chosen otherwise: what a browser asks for by itself does not count."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with translation.override(looks.language_of(request)):
            return get_response(request)

    return answer


def bounded_body(get_response: Answer) -> Answer:
    """A request that is too large is refused by what it announces, before a form or a file is taken apart."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API):
            # The API counts a file's bytes as they come, against the site's own largest file.
            return get_response(request)
        return errors.too_large(request) if is_too_large(request) else get_response(request)

    return answer


def sliding_session(get_response: Answer) -> Answer:
    """Every action prolongs the session; it is written once a minute at most: a write costs a disk sync."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now_s = int(time.time())
            if now_s - request.session.get("seen_at", 0) >= TOUCH_AFTER_S:
                request.session["seen_at"] = now_s
        return get_response(request)

    return answer


def finished_account(get_response: Answer) -> Answer:
    """Until a first password is changed, and a second factor set where one is wanted, only that is open."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and not request.session.get(FINISHED) and not _is_open(request.path):
            wanted = signin.unfinished(user)
            if wanted:
                return redirect(wanted)
            request.session[FINISHED] = True
        return get_response(request)

    return answer


def _is_open(path: str) -> bool:
    return path.startswith(("/account", "/sign-out", "/look", "/healthz", "/metrics"))
