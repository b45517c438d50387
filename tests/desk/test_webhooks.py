"""The page of webhooks: made with a secret that is seen once, tried, ended; what was told stands below."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from cases import deliveries, webhooks
from cases.deliveries import Event
from cases.webhook_table import Delivery, Webhook

GIVEN = {
    "name": "soumu",
    "url": "https://soumu.city.example/tenki",
    "event": ["case.approved", "case.needs_person"],
    "task": ["ido", "kofu"],
}


@pytest.fixture
def ict(tasks: None, people: Mapping[str, User]) -> Client:
    client = Client()
    client.force_login(people["ict"])
    return client


def page(ict: Client) -> str:
    return ict.get("/outside/webhooks").content.decode()


def test_the_secret_is_shown_once(ict: Client) -> None:
    assert 'data-message="no-webhooks"' in page(ict)
    answer = ict.post("/outside/webhooks", GIVEN).content.decode()
    shown = re.search(r"data-secret>([^<]+)<", answer)
    made = Webhook.objects.get()
    assert shown and shown[1] == webhooks.secret_of(made)
    assert (made.events, made.tasks) == (GIVEN["event"], GIVEN["task"])
    assert 'data-webhook="soumu"' in page(ict) and shown[1] not in page(ict)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "総務"}, "名前は半角"),
        ({"url": "https://aoki:himitsu@soumu.city.example/"}, "送り先は https://"),
        ({"url": "soumu.city.example"}, "送り先は https://"),
        ({"event": []}, "知らせることを1つ以上"),
        ({"event": ["test"]}, "正しく選択"),
        ({"task": []}, "対象の事業を1つ以上"),
    ],
)
def test_what_cannot_be_used_is_told(ict: Client, changed: Mapping[str, object], said: str) -> None:
    answer = ict.post("/outside/webhooks", {**GIVEN, **changed})
    assert answer.status_code == 400
    assert said in answer.content.decode() and not Webhook.objects.exists()


def test_a_name_is_given_once(ict: Client) -> None:
    ict.post("/outside/webhooks", GIVEN)
    answer = ict.post("/outside/webhooks", GIVEN)
    assert (answer.status_code, "すでにあります" in answer.content.decode()) == (400, True)


def test_the_log_says_what_became_of_each(ict: Client) -> None:
    webhook, _ = webhooks.make("test", "soumu", "https://soumu.city.example/", [Event.APPROVED], ["ido"])
    ict.post(f"/outside/webhooks/{webhook.pk}/try")
    row = Delivery.objects.get()
    assert (row.event, "送信待ち" in page(ict)) == ("test", True)
    deliveries.claim(row)
    deliveries.not_taken(row, "http.503", silent=True)
    assert "相手の応答：503" in page(ict) and "応答なし" in page(ict)
    Delivery.objects.update(next_at=None)
    assert 'data-action="tell-again"' in page(ict)
    ict.post(f"/outside/deliveries/{row.pk}/again")
    assert Delivery.objects.get().next_at <= timezone.now() + timedelta(seconds=1)
    deliveries.taken(row)
    assert "送信済" in page(ict) and "応答なし" not in page(ict)
    ict.post(f"/outside/webhooks/{webhook.pk}/end")
    assert 'data-action="try"' not in page(ict)
    assert ict.post(f"/outside/webhooks/{webhook.pk}/try").status_code == 404
