"""Sign-in and sign-out."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cases import audit, second_factor
from desk import signin
from desk.roles import EVERYONE, person, serves

HALF_S = 300
"""So long after the password the code may come."""


class SignInForm(forms.Form):
    username = forms.CharField(label=gettext_lazy("利用者名"), max_length=150, strip=True)
    password = forms.CharField(label=gettext_lazy("パスワード"), strip=False, widget=forms.PasswordInput)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open to everybody: the one way in."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        user = signin.check(request, form.cleaned_data["username"], form.cleaned_data["password"])
    except signin.SignInRefusedError:
        form.add_error(None, _("利用者名またはパスワードが違います。"))
    except signin.LockedOutError:
        form.add_error(None, locked_sentence())
    else:
        if not second_factor.is_set(user):
            login(request, user)
            return redirect(_next(request))
        signin.half_in(request, user, vars(user)["backend"])
        return redirect(f"{reverse('sign-in-code')}?{urlencode({'next': _next(request)})}")
    return _page(request, form, status=403)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second factor of somebody whose password was right a moment ago."""
    half = request.session.get(signin.HALF)
    if half is None or time.time() - half["at"] > HALF_S:
        return redirect("sign-in")
    problem, status = "", 200
    if request.method == "POST":
        user = User.objects.get(pk=half["user"])
        try:
            signin.check_code(user, request.POST.get("code", ""))
        except signin.SignInRefusedError:
            problem, status = _("コードが違います。新しいコードを入力してください。"), 403
        except signin.LockedOutError:
            problem, status = locked_sentence(), 403
        else:
            del request.session[signin.HALF]
            login(request, user, backend=half["backend"])
            return redirect(_next(request))
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return render(request, "desk/sign_in_code.html", {"problem": problem, "next": wanted}, status=status)


@require_POST
@serves(EVERYONE)
def sign_out(request: HttpRequest) -> HttpResponse:
    audit.write(person(request).username, signin.SIGNED_OUT)
    logout(request)
    return redirect(settings.LOGIN_URL)


def locked_sentence() -> str:
    """What somebody reads who gave too many wrong passwords."""
    return _(
        "%(tries)d回続けてパスワードが違ったため、この利用者のサインインを止めています。"
        "%(minutes)d分ほど待ってからやり直してください。"
    ) % {"tries": settings.SIGN_IN_TRIES, "minutes": settings.SIGN_IN_LOCK_MINUTES}


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of this desk."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return render(request, "desk/sign_in.html", {"form": form, "next": wanted}, status=status)
