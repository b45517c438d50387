"""People and tasks of the desk's tests, the desk served as a city hall serves it, and a browser on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from cases import access, roles
from cases.roles import Role
from tests.desk.sheets import DEPARTMENT, PASSWORD, make_task

Result = TypeVar("Result")
PageWork = Callable[[Page], Result]
SIZE = {"width": 1280, "height": 800}


@pytest.fixture
def tasks(db: None) -> None:
    make_task("ido", "住民異動届の入力", ["ido_todoke"])
    make_task("kofu", "住民票の写し等交付申請の受付", ["juminhyo_kofu"])


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Argon2 is slow by design, so the tests' password is hashed once."""
    return make_password(PASSWORD)


@pytest.fixture
def people(db: None, password_hash: str) -> Mapping[str, User]:
    """One person for each role, named like it, and ``nobody`` without any."""
    names = [*(role.value for role in Role), "nobody"]
    users = {name: User.objects.create(username=name, password=password_hash) for name in names}
    for role in Role:
        roles.give(users[role.value], [role], by="test")
        access.assign(users[role.value], by="test", departments=[DEPARTMENT])
    return users


@pytest.fixture(scope="session")
def desk_url(django_db_setup: None) -> Iterator[str]:
    """The desk as ``tenki desk`` serves it, in a process of its own, on the tests' database and keys."""
    environment = {**os.environ, "TENKI_DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}"}
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.desk.serving"]
    with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


class InBrowser:
    """A real Chromium in a thread of its own: beside a running Playwright Django's ORM refuses to work."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.trouble: list[str] = []
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._playwright = self._thread.submit(lambda: sync_playwright().start()).result()
        self._browser: Browser = self._thread.submit(self._launch).result()
        self._page: Page | None = None

    def _launch(self) -> Browser:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        return self._playwright.chromium.launch(
            executable_path=os.environ.get("TENKI_BROWSER", "/usr/bin/chromium"), args=arguments
        )

    def __call__(self, work: PageWork[Result]) -> Result:
        """Do something with the page; what it returns must be plain values."""
        return self._thread.submit(self._do, work).result()

    def _do(self, work: PageWork[Result]) -> Result:
        if self._page is None:
            self._page = self._fresh()
        return work(self._page)

    def _fresh(self) -> Page:
        """A page that notes errors of scripts, refusals of the content policy, and requests to elsewhere."""
        page = self._browser.new_context(base_url=self.url, viewport=SIZE).new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.trouble.append(said.text))
        page.on("request", lambda asked: self._outside(asked.url))
        return page

    def _outside(self, address: str) -> None:
        if not address.startswith((self.url, "blob:")):
            self.trouble.append(f"asked for {address}")

    def forget(self) -> None:
        """Close the page and its cookies; the next work gets a new one."""
        page, self._page, self.trouble = self._page, None, []
        if page is not None:
            self._thread.submit(page.context.close).result()

    def close(self) -> None:
        self._thread.submit(self._browser.close).result()
        self._thread.submit(self._playwright.stop).result()
        self._thread.shutdown()


@pytest.fixture(scope="session")
def chromium(desk_url: str) -> Iterator[InBrowser]:
    browser = InBrowser(desk_url)
    yield browser
    browser.close()


@pytest.fixture
def browser(
    transactional_db: None, tasks: None, people: Mapping[str, User], chromium: InBrowser
) -> Iterator[InBrowser]:
    """A new page on the served desk; the data are committed, so that its process sees them."""
    yield chromium
    chromium.forget()


@pytest.fixture
def sign_in(browser: InBrowser, people: Mapping[str, User]) -> Callable[[str], None]:
    """Makes a person's session: signing in is slow by design and proven once."""

    def make(person: str) -> None:
        client = Client()
        client.force_login(people[person])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        name, url = settings.SESSION_COOKIE_NAME, browser.url
        browser(lambda page: page.context.add_cookies([{"name": name, "value": cookie, "url": url}]))

    return make


@pytest.fixture
def operator(browser: InBrowser, sign_in: Callable[[str], None]) -> InBrowser:
    """The operator's session is there already."""
    sign_in("operator")
    return browser
