"""The menu of each role, the switch of colours, the typeface of values."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from cases.roles import Role
from desk.navigation import PLACES
from tests.desk.conftest import InBrowser


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_names_what_the_role_may_open(role: Role, people: Mapping[str, User]) -> None:
    client = Client()
    client.force_login(people[role])
    page = client.get("/").content.decode()
    named = {place.url_name for place in PLACES if f">{place.label}</a>" in page}
    assert named == {place.url_name for place in PLACES if role in place.roles}
    assert page.count('aria-current="page"') == 1


def test_who_has_no_role_has_no_menu(people: Mapping[str, User]) -> None:
    client = Client()
    client.force_login(people["nobody"])
    assert "aria-current" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("theme", "wanted", "status", "goes"),
    [
        ("dark", "/queue?task=ido", 302, "/queue?task=ido"),
        ("light", "https://elsewhere.example/", 302, "/"),
        ("auto", "", 302, "/"),
        ("<script>", "/", 400, None),
        ("", "/", 400, None),
    ],
)
def test_colours_are_chosen_and_nobody_is_led_elsewhere(
    theme: str, wanted: str, status: int, goes: str | None, db: None
) -> None:
    client = Client()
    response = client.post("/look", {"theme": theme, "next": wanted})
    assert (response.status_code, response.headers.get("Location")) == (status, goes)
    assert ("tenki_theme" in response.cookies) is (status == 302)


def test_a_forged_cookie_is_no_colour(db: None) -> None:
    client = Client()
    client.cookies["tenki_theme"] = '"><script>'
    page = client.get("/sign-in").content.decode()
    assert "data-theme" not in page
    client.cookies["tenki_theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/sign-in").content.decode()


def test_colours_hold_on_screen_and_paper_is_light(operator: InBrowser) -> None:
    def ground(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    def work(page: Page) -> tuple[str, str, str, bool]:
        page.emulate_media(color_scheme="light")
        page.goto("/queue")
        light = ground(page)
        page.locator(".who summary").press("Enter")
        page.locator("[name=theme][value=dark]").press("Enter")
        page.wait_for_selector("html[data-theme=dark]")
        dark = ground(page)
        page.emulate_media(media="print")
        closed = page.locator("details.who[open]").count() == 0
        return light, dark, ground(page), closed

    light, dark, paper, closed = operator(work)
    assert (light, dark, paper) == ("rgb(242, 242, 242)", "rgb(22, 24, 29)", "rgb(255, 255, 255)")
    assert closed
    assert operator.trouble == []


def test_machines_without_the_typeface_get_it_from_the_desk(browser: InBrowser) -> None:
    sizes = browser(
        lambda page: [
            len(page.request.get(f"/static/desk/fonts/BIZUDGothic-{weight}.ttf").body())
            for weight in ("Regular", "Bold")
        ]
    )
    assert min(sizes) > 1_000_000
