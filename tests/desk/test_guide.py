"""The tour of the first visit and the help of each role."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.people import Account
from cases.roles import Role
from desk.guide import STEPS
from tests.desk.conftest import InBrowser


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_help_with_ways_that_open(
    role: Role, tasks: None, people: Mapping[str, User]
) -> None:
    client = Client()
    client.force_login(people[role])
    page = client.get("/help").content.decode()
    for step in STEPS[role]:
        assert str(step.text) in page
        if step.page:
            assert client.get(reverse(step.page), follow=True).status_code == 200, step.page


def test_the_tour_comes_once_and_goes_by_keys(operator: InBrowser, people: Mapping[str, User]) -> None:
    Account.objects.create(user=people["operator"], toured=False)
    steps = len(STEPS[Role.OPERATOR])

    def work(page: Page) -> tuple[bool, str, int]:
        page.goto("/")
        shown = page.locator("#tour").is_visible()
        page.keyboard.press("ArrowRight")
        second = page.locator("#tour [data-step]:not([hidden]) .aside").inner_text()
        page.keyboard.press("Escape")
        page.wait_for_load_state("networkidle")
        page.goto("/")
        return shown, second, page.locator("#tour").count()

    assert operator(work) == (True, f"2 / {steps}", 0)
    assert operator.trouble == []
    assert Account.objects.get(user=people["operator"]).toured
