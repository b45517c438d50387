"""Other systems, for the ICT section: the tokens with which they call the desk."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases import tokens
from cases.models import Task
from cases.roles import Role
from cases.token_table import ApiToken
from cases.tokens import FOR_ALL_TASKS, Scope
from desk import outside_words
from desk.roles import person, serves

ICT = frozenset({Role.ICT})
LONGEST_DAYS = 3650


class NewToken(forms.Form):
    name = forms.CharField(
        max_length=60,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9_-]*$", gettext_lazy("名前は半角の英小文字・数字と - _ で付けてください。")
            )
        ],
    )
    scope = forms.MultipleChoiceField(
        choices=[(scope.value, scope.value) for scope in Scope],
        error_messages={"required": gettext_lazy("許可する操作を1つ以上選んでください。")},
    )
    task = forms.ModelMultipleChoiceField(Task.objects.all(), required=False)
    days = forms.IntegerField(min_value=1, max_value=LONGEST_DAYS)

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if set(given.get("scope", ())) - FOR_ALL_TASKS and not given.get("task"):
            self.add_error("task", _("対象の事業を1つ以上選んでください。"))


@require_http_methods(["GET", "HEAD", "POST"])
@serves(ICT)
def outside(request: HttpRequest) -> HttpResponse:
    """Every token; a new one by POST, whose secret is shown on the answer and never again."""
    form = NewToken(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made is not None:
            return made
    context = {
        "tokens": [(row, _standing(row)) for row in ApiToken.objects.order_by("revoked_at", "name")],
        "form": form,
        "scopes": outside_words.scopes(),
        "tasks": Task.objects.order_by("title"),
        "days": tokens.VALID_DAYS,
    }
    return render(request, "desk/outside.html", context, status=400 if form.errors else 200)


@require_POST
@serves(ICT)
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id)
    if tokens.revoke_by(person(request), token):
        said = _("トークン %(name)s を取り消しました。") % {"name": token.name}
        messages.success(request, said, extra_tags="token-revoked")
    return redirect("outside")


def _made(request: HttpRequest, form: NewToken) -> HttpResponse | None:
    given = form.cleaned_data
    scopes = [Scope(scope) for scope in given["scope"]]
    names = [task.pk for task in given["task"]]
    try:
        with transaction.atomic():
            token, secret = tokens.make_by(person(request), given["name"], scopes, names, given["days"])
    except IntegrityError:
        form.add_error("name", _("この名前のトークンはすでにあります。"))
        return None
    return render(request, "desk/token_once.html", {"token": token, "secret": secret})


def _standing(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= timezone.now() else "valid"
