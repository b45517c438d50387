"""Sign-in and sign-out."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cases import audit
from desk import signin
from desk.roles import EVERYONE, person, serves


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
        form.add_error(None, _locked_sentence())
    else:
        login(request, user)
        return redirect(_next(request))
    return _page(request, form, status=403)


@require_POST
@serves(EVERYONE)
def sign_out(request: HttpRequest) -> HttpResponse:
    audit.write(person(request).username, signin.SIGNED_OUT)
    logout(request)
    return redirect(settings.LOGIN_URL)


def _locked_sentence() -> str:
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
