"""Who may look at how the programs are without signing in: from this machine, or with a token for it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from cases import tokens
from cases.tokens import Scope, TokenRefused

PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Via")
"""Headers by which a proxy shows: whoever comes through one comes from its address, not from their own."""

LOOPBACK = ("127.0.0.1", "::1")
HERE = ("127.0.0.1", "localhost", "[::1]")


def may_watch(request: HttpRequest) -> bool:
    """Whether the caller gets more than "ok"."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return _with_token(secret.strip()) if kind.lower() == "bearer" else _from_here(request)


def _with_token(secret: str) -> bool:
    try:
        token = tokens.of_secret(secret)
        tokens.count_call(token)
        tokens.require(token, Scope.METRICS)
    except TokenRefused:
        return False
    return True


def _from_here(request: HttpRequest) -> bool:
    """A call of this machine itself. Behind a proxy on this machine every call looks so, and none counts."""
    site = settings.SITE
    if site.proxy_header or (site.desk_https and not site.desk_certificate):
        return False
    if any(name in request.headers for name in PASSED_ON):
        return False
    return split_domain_port(request.get_host())[0] in HERE and request.META.get("REMOTE_ADDR") in LOOPBACK
