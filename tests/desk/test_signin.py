"""Signing in: wrong passwords lock the account for a while, nothing typed wrongly is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cases.models import AuditLine
from desk import signin
from tests.desk.sheets import PASSWORD

WRONG = "not-the-password"


@pytest.fixture(autouse=True)
def few_tries(settings: Settings) -> None:
    """Argon2 is slow by design: fewer tries prove the same."""
    settings.SIGN_IN_TRIES = 2


def sign_in(client: Client, password: str, username: str = "operator", wanted: str = "") -> int:
    form = {"username": username, "password": password, "next": wanted}
    return client.post("/sign-in", form).status_code


def audited() -> list[tuple[str, str]]:
    return list(
        AuditLine.objects.filter(what__startswith="signin.").order_by("pk").values_list("who", "what")
    )


def test_signing_in_and_out_is_written_down(people: Mapping[str, User]) -> None:
    client = Client()
    assert sign_in(client, PASSWORD) == 302
    assert client.get("/").status_code == 200
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert client.get("/").status_code == 302
    assert audited() == [("operator", "signin.done"), ("operator", "signin.out")]


def test_a_name_that_nobody_has_is_not_written_down(people: Mapping[str, User]) -> None:
    assert sign_in(Client(), WRONG, username="a-password-typed-into-the-wrong-box") == 403
    assert audited() == [("unknown", "signin.failed")]


def test_the_lock_does_not_tell_who_is_known(people: Mapping[str, User]) -> None:
    said = []
    for name in ("operator", "stranger"):
        answers = [Client().post("/sign-in", {"username": name, "password": WRONG}) for _ in range(3)]
        said.append(["サインインを止めています" in answer.content.decode() for answer in answers])
    assert said == [[False, False, True]] * 2
    assert sign_in(Client(), PASSWORD, username="auditor") == 302
    assert not [line for line in AuditLine.objects.all() if "stranger" in f"{line.who} {line.detail}"]


def test_repeated_failures_lock_the_account_even_for_the_right_password(people: Mapping[str, User]) -> None:
    client = Client()
    for _ in range(settings.SIGN_IN_TRIES):
        assert sign_in(client, WRONG) == 403
    page = client.post("/sign-in", {"username": "operator", "password": PASSWORD})
    assert page.status_code == 403
    assert "サインインを止めています" in page.content.decode()
    assert sign_in(Client(), PASSWORD, username="ict") == 302


def test_a_right_password_in_between_starts_the_count_anew(people: Mapping[str, User]) -> None:
    for _ in range(settings.SIGN_IN_TRIES - 1):
        sign_in(Client(), WRONG)
    assert sign_in(Client(), PASSWORD) == 302
    assert sign_in(Client(), WRONG) == 403
    assert not signin.locked("operator")


def test_the_lock_opens_by_itself(people: Mapping[str, User]) -> None:
    for _ in range(settings.SIGN_IN_TRIES):
        sign_in(Client(), WRONG)
    assert signin.locked("operator")
    late = timezone.now() + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES + 1)
    assert not signin.locked("operator", now=late)


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/queue?task=ido", "/queue?task=ido"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_on_stays_in_the_desk(wanted: str, lands: str, people: Mapping[str, User]) -> None:
    form = {"username": "operator", "password": PASSWORD, "next": wanted}
    assert Client().post("/sign-in", form).headers["Location"] == lands


def test_a_switched_off_account_stays_out(people: Mapping[str, User]) -> None:
    User.objects.filter(username="operator").update(is_active=False)
    assert sign_in(Client(), PASSWORD) == 403


def test_the_session_ends_after_the_set_time(people: Mapping[str, User]) -> None:
    client = Client()
    sign_in(client, PASSWORD)
    session = Session.objects.get()
    left = (session.expire_date - timezone.now()).total_seconds()
    assert abs(left - settings.SITE.session_minutes * 60) < 60
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/").headers["Location"] == "/sign-in?next=/"
