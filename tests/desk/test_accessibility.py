"""axe finds nothing serious on any page, light and dark; pages fit 1280×800, 200 % and high contrast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Page

from cases.models import Case
from cases.roles import Role
from desk.urls import urlpatterns
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case
from tests.desk.test_refusals import address

SERIOUS = {"serious", "critical"}
ZOOMED = {"width": 640, "height": 400}
"""What 1280×800 is at 200 %."""

NARROWEST = 640
NOWHERE = "/nowhere"
PAGES = (
    "/",
    "/queue",
    "/queue?q=nothing-like-it",
    "/tasks",
    "/tasks/ido",
    "/tasks/new",
    "/tasks/ido/change",
    "/tasks/ido/versions",
    "/tasks/ido/wall",
    "/tasks/ido/wall?form=ido_todoke&field=new_head",
    "/tasks/ido/workbook",
    "/residual",
    "/residual/ido",
    "/labels",
    "/robots",
    "/inbox",
    "/notices",
    "/state",
    "/people",
    "/people/{operator}",
    "/outside",
    "/outside/webhooks",
    "/audit",
    "/audit/retention",
    "/audit?last=2020-01-01",
    "/help",
    "/account",
    "/account/second-factor",
    "/savings",
    "/savings/tasks/ido",
    "/savings/result",
    "/savings/stopwatch",
    "/savings/study",
    "/savings/log",
    "/savings/desk-time",
    "/savings/plan",
    "/savings/what-if",
    "/cases/{case}",
    "/cases/{case}/label",
    NOWHERE,
    "/cases/{case}/correct",
)
DARK_TOO = (
    "/",
    "/queue",
    "/tasks/ido/change",
    "/people/{operator}",
    "/savings",
    "/cases/{case}",
    "/cases/{case}/correct",
)
"""Each axe run takes half a second; between them these hold every colour of the desk."""

NO_PAGE = {
    "healthz",
    "healthz-live",
    "metrics",
    "openapi",
    "sign-in-code",
    "find",
    "result-file",
    "workbook",
    "study-template",
    "page-picture",
    "ahead",
    "crop",
    "receipt-picture",
}
"""Addresses that answer with a file or lead elsewhere."""


@pytest.fixture
def everybody(people: Mapping[str, User], operator: InBrowser) -> InBrowser:
    """One person with every role, so that every page opens."""
    for role in Role:
        people["operator"].groups.add(*people[role].groups.all())
    return operator


@pytest.fixture
def case(everybody: InBrowser, tmp_path: Path) -> Case:
    raws = {"new_head": "髙橋　健一", "new_postal_code": "2520231", "moved_on": "2026-02-30"}
    make_case(tmp_path, "ido_todoke", raws, {"new_head": Route.CHECK})
    return make_case(tmp_path, "ido_todoke", raws, {"new_head": Route.CHECK, "new_address": Route.BLIND})


def test_every_page_is_looked_at(people: Mapping[str, User], tasks: None, tmp_path: Path) -> None:
    """What is not named here answers no GET with a page: a new page has to be added."""
    for role in Role:
        people["operator"].groups.add(*people[role].groups.all())
    client, case = Client(), make_case(tmp_path, "ido_todoke", {})
    client.force_login(people["operator"])
    named = [page.partition("?")[0].format(case=case.pk, operator=people["operator"].pk) for page in PAGES]
    seen = {resolve(page).url_name for page in named if page != NOWHERE} | NO_PAGE
    for pattern in urlpatterns:
        if pattern.name not in seen:
            assert client.get(address(pattern, case)).status_code in {302, 400, 404, 405}, pattern.name


def serious(page: Page, rules: Sequence[str] = ()) -> list[str]:
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


def test_axe_finds_nothing_serious(everybody: InBrowser, case: Case, people: Mapping[str, User]) -> None:
    addresses = [page.format(case=case.pk, operator=people["operator"].pk) for page in PAGES]

    dark = {page.format(case=case.pk, operator=people["operator"].pk) for page in DARK_TOO}

    def work(page: Page) -> list[str]:
        found = []
        for url in addresses:
            page.emulate_media(color_scheme="light")
            page.goto(url)
            page.wait_for_load_state("networkidle")
            found += serious(page)
            if url in dark:
                page.emulate_media(color_scheme="dark")
                found += serious(page, ["color-contrast"])
        return found

    assert everybody(work) == []


def test_axe_finds_nothing_serious_before_sign_in(browser: InBrowser) -> None:
    def work(page: Page) -> list[str]:
        page.goto("/sign-in")
        page.locator(".who summary").click()
        return serious(page)

    assert browser(work) == []


def test_pages_fit_at_twice_the_size_and_in_high_contrast(
    everybody: InBrowser, case: Case, people: Mapping[str, User]
) -> None:
    addresses = [page.format(case=case.pk, operator=people["operator"].pk) for page in PAGES]

    def work(page: Page) -> list[str]:
        page.set_viewport_size(ZOOMED)
        page.emulate_media(forced_colors="active")
        wide = []
        for url in addresses:
            page.goto(url)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > NARROWEST:
                wide.append(f"{url}: {width} px")
        return wide

    assert everybody(work) == []
