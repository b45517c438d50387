"""Webhooks, for the ICT section: which other systems are told of cases, and what came of it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases import webhooks
from cases.deliveries import ORDINARY, Event
from cases.models import Task
from cases.roles import Role
from cases.webhook_table import Delivery, Webhook
from desk import outside_words
from desk.roles import person, serves

ICT = frozenset({Role.ICT})
SHOWN = 50


def _name(value: str) -> None:
    try:
        webhooks.refuse_name(value)
    except webhooks.NameRefused as error:
        raise ValidationError(
            _("名前は半角の英小文字で始め、英小文字・数字と - _ で付けてください。")
        ) from error


def _address(value: str) -> None:
    try:
        webhooks.refuse_address(value)
    except webhooks.AddressRefused as error:
        raise ValidationError(
            _("送り先は https:// で始まるアドレスで、利用者名とパスワードを含めずに入力してください。")
        ) from error


class NewWebhook(forms.Form):
    name = forms.CharField(max_length=60, validators=[_name])
    url = forms.CharField(max_length=500, validators=[_address])
    event = forms.MultipleChoiceField(
        choices=[(event.value, event.value) for event in ORDINARY],
        error_messages={"required": gettext_lazy("知らせることを1つ以上選んでください。")},
    )
    task = forms.ModelMultipleChoiceField(
        Task.objects.all(),
        error_messages={"required": gettext_lazy("対象の事業を1つ以上選んでください。")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@serves(ICT)
def page(request: HttpRequest) -> HttpResponse:
    """Every webhook and what was told last; a new one by POST, whose secret is shown on the answer only."""
    form = NewWebhook(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made is not None:
            return made
    context = {
        "webhooks": Webhook.objects.order_by("ended_at", "name"),
        "deliveries": Delivery.objects.select_related("webhook").order_by("-at")[:SHOWN],
        "shown": SHOWN,
        "form": form,
        "events": outside_words.events(),
        "tasks": Task.objects.order_by("title"),
    }
    return render(request, "desk/webhooks.html", context, status=400 if form.errors else 200)


@require_POST
@serves(ICT)
def end(request: HttpRequest, webhook_id: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    if webhooks.end(webhooks.allowed(person(request)), webhook):
        said = _("「%(name)s」への通知を終了しました。") % {"name": webhook.name}
        messages.success(request, said, extra_tags="webhook-ended")
    return redirect("webhooks")


@require_POST
@serves(ICT)
def try_out(request: HttpRequest, webhook_id: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id, ended_at=None)
    webhooks.try_out(webhooks.allowed(person(request)), webhook)
    said = _("「%(name)s」へ試しの通知を送ります。結果は送信履歴に出ます。") % {"name": webhook.name}
    messages.success(request, said, extra_tags="webhook-tried")
    return redirect("webhooks")


@require_POST
@serves(ICT)
def tell_again(request: HttpRequest, delivery_id: str) -> HttpResponse:
    if webhooks.tell_again(webhooks.allowed(person(request)), delivery_id):
        messages.success(request, _("もう一度送ります。"), extra_tags="told-again")
    return redirect("webhooks")


def _made(request: HttpRequest, form: NewWebhook) -> HttpResponse | None:
    given = form.cleaned_data
    events = [Event(event) for event in given["event"]]
    names = [task.pk for task in given["task"]]
    by = webhooks.allowed(person(request))
    try:
        with transaction.atomic():
            webhook, secret = webhooks.make(by, given["name"], given["url"], events, names)
    except IntegrityError:
        form.add_error("name", _("この名前の通知先はすでにあります。"))
        return None
    return render(request, "desk/webhook_once.html", {"webhook": webhook, "secret": secret})
