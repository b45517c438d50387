"""A person's own account: password and second factor."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cases import access, accounts, second_factor
from cases.people import Account
from cases.roles import Role
from desk import people_words, signin
from desk.roles import EVERYONE, person, roles_of, serves
from desk.views.signin import locked_sentence

SECRET = "second_factor_secret"  # noqa: S105  # the name under which the session keeps it
"""The session holds the new secret until a code of it was shown right."""


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@serves(EVERYONE)
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, and another password."""
    user, problems = person(request), []
    if request.method == "POST":
        problems = _change_password(request)
        if not problems:
            messages.success(request, _("パスワードを変更しました。"), extra_tags="password-changed")
            return redirect(signin.unfinished(user) or "account")
    own_password = user.has_usable_password()
    context = {
        "problems": problems,
        "own_roles": [people_words.role(role) for role in Role if role in roles_of(user)],
        "own_tasks": access.tasks_of(user),
        "has_factor": second_factor.is_set(user),
        "must_change": own_password and Account.objects.filter(user=user, must_change_password=True).exists(),
        "outside": not own_password,
    }
    return render(request, "desk/account.html", context, status=400 if problems else 200)


def _change_password(request: HttpRequest) -> list[str]:
    """What stands against the new password; nothing once it is changed."""
    user, new = person(request), request.POST.get("new", "")
    if problem := _old_password_problem(request):
        return [problem]
    if new != request.POST.get("again", ""):
        return [_("新しいパスワードが2回とも同じではありません。")]
    if new == request.POST.get("old", ""):
        return [_("今と違うパスワードにしてください。")]
    try:
        accounts.change_password(user, new)
    except ValidationError as error:
        return list(error.messages)
    update_session_auth_hash(request, user)
    return []


def _old_password_problem(request: HttpRequest) -> str:
    """Why the present password does not open what is asked; empty when it does."""
    try:
        signin.confirm(person(request), request.POST.get("old", ""))
    except signin.SignInRefusedError:
        return _("今のパスワードが違います。")
    except signin.LockedOutError:
        return locked_sentence()
    return ""


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@serves(EVERYONE)
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: scan the code, prove it with one number, write the recovery codes down."""
    user, problem = person(request), ""
    if second_factor.is_set(user):
        return redirect("account")
    secret = request.session.setdefault(SECRET, second_factor.new_secret())
    if request.method == "POST":
        codes = second_factor.enrol(user, secret, request.POST.get("code", ""))
        if codes is not None:
            del request.session[SECRET]
            return render(request, "desk/recovery_codes.html", {"codes": codes})
        problem = _("コードが違います。端末の時刻が合っているか確かめ、新しいコードを入力してください。")
    code = segno.make(second_factor.address(user, secret))
    context = {
        "problem": problem,
        "secret": secret,
        # segno draws it from the secret; nothing that a person has typed is in it.
        "qr": SafeString(code.svg_inline(scale=5, border=4, light="#fff")),
        "required": signin.needs_second_factor(user),
    }
    return render(request, "desk/second_factor.html", context, status=400 if problem else 200)


@sensitive_post_parameters("old")
@require_POST
@serves(EVERYONE)
def remove_second_factor(request: HttpRequest) -> HttpResponse:
    """Take one's own second factor away, with the password, where the site does not want one."""
    user = person(request)
    if signin.needs_second_factor(user):
        messages.error(request, _("2要素認証が必須のため、解除できません。"), extra_tags="kept")
    elif problem := _old_password_problem(request):
        messages.error(request, problem, extra_tags="kept")
    else:
        second_factor.remove(user, user)
        messages.success(request, _("2要素認証を解除しました。"), extra_tags="removed")
    return redirect("account")
