"""The second factor: each code opens the desk once, a policy that asks for it, recovery codes."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Mapping

import pyotp
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from cases import second_factor
from cases.models import AuditLine
from cases.people import Account
from tests.desk.sheets import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789abcdef"}
"""What an input method makes of them."""


def code(shift: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(int(time.time()), counter_offset=shift)


@pytest.fixture
def codes(people: Mapping[str, User]) -> tuple[str, ...]:
    """The operator's recovery codes; an earlier code enrolled, so that the present one is free."""
    found = second_factor.enrol(people["operator"], SECRET, code(-1))
    assert found is not None
    return found


def half_in() -> Client:
    client = Client()
    answer = client.post("/sign-in", {"username": "operator", "password": PASSWORD, "next": "/queue"})
    assert answer.headers["Location"] == "/sign-in/code?next=%2Fqueue"
    assert client.get("/queue").status_code == 302
    return client


def test_the_password_alone_opens_nothing_and_a_code_opens_once(codes: tuple[str, ...]) -> None:
    client, right = half_in(), code()
    assert client.post("/sign-in/code", {"code": "000000"}).status_code == 403
    assert client.post("/sign-in/code", {"code": right, "next": "/queue"}).headers["Location"] == "/queue"
    assert client.get("/queue").status_code == 200
    assert half_in().post("/sign-in/code", {"code": right}).status_code == 403


def test_a_recovery_code_opens_once(codes: tuple[str, ...]) -> None:
    assert half_in().post("/sign-in/code", {"code": codes[0].upper()}).status_code == 302
    assert half_in().post("/sign-in/code", {"code": codes[0]}).status_code == 403
    assert len(Account.objects.get(user__username="operator").recovery) == len(codes) - 1


def test_codes_typed_with_the_input_method_on_count(codes: tuple[str, ...]) -> None:
    assert half_in().post("/sign-in/code", {"code": "あいうえおか"}).status_code == 403
    assert half_in().post("/sign-in/code", {"code": code().translate(WIDE)}).status_code == 302
    assert half_in().post("/sign-in/code", {"code": codes[0].translate(WIDE)}).status_code == 302


def test_wrong_codes_lock_the_account(codes: tuple[str, ...], settings: Settings) -> None:
    settings.SIGN_IN_TRIES = 2
    client = half_in()
    for _ in range(2):
        assert client.post("/sign-in/code", {"code": "000000"}).status_code == 403
    assert "サインインを止めています" in client.post("/sign-in/code", {"code": code()}).content.decode()


def test_nobody_gets_to_the_code_without_a_password(codes: tuple[str, ...]) -> None:
    assert Client().get("/sign-in/code").headers["Location"] == "/sign-in"
    assert Client().post("/sign-in/code", {"code": code()}).headers["Location"] == "/sign-in"


def test_the_secret_lies_sealed(codes: tuple[str, ...]) -> None:
    kept = bytes(Account.objects.get(user__username="operator").totp or b"")
    assert SECRET.encode() not in kept
    assert not [line for line in AuditLine.objects.all() if SECRET in str(line.detail)]


@pytest.mark.parametrize(
    ("policy", "asked"), [("nobody", []), ("ict", ["ict"]), ("everybody", ["ict", "operator"])]
)
def test_the_site_asks_for_it(
    policy: str, asked: list[str], people: Mapping[str, User], settings: Settings
) -> None:
    settings.SITE = dataclasses.replace(settings.SITE, two_factor=policy)
    led = []
    for name in ("ict", "operator"):
        client = Client()
        client.force_login(people[name])
        if client.get("/queue").headers.get("Location") == "/account/second-factor":
            led.append(name)
    assert led == asked


def test_setting_it_up_shows_the_recovery_codes_once(people: Mapping[str, User]) -> None:
    client = Client()
    client.force_login(people["operator"])
    page = client.get("/account/second-factor").content.decode()
    found = re.search(r"data-secret>(\w+)<", page)
    assert found is not None and "<svg" in page
    assert client.post("/account/second-factor", {"code": "000000"}).status_code == 400
    shown = client.post(
        "/account/second-factor", {"code": pyotp.TOTP(found[1]).now().translate(WIDE)}
    ).content.decode()
    assert shown.count("data-recovery") == second_factor.RECOVERY_CODES
    assert client.get("/account/second-factor").headers["Location"] == "/account"
    client.post("/account/second-factor/remove", {"old": "wrong"})
    assert second_factor.is_set(people["operator"])
    client.post("/account/second-factor/remove", {"old": PASSWORD})
    assert not second_factor.is_set(people["operator"])


def test_a_lost_device_is_taken_off_by_the_ict_section(
    codes: tuple[str, ...], people: Mapping[str, User]
) -> None:
    client = Client()
    client.force_login(people["ict"])
    client.post(f"/people/{people['operator'].pk}/second-factor")
    signed = Client().post("/sign-in", {"username": "operator", "password": PASSWORD})
    assert signed.headers["Location"] == settings.LOGIN_REDIRECT_URL
