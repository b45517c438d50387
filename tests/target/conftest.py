from __future__ import annotations

import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from tests.target_process import RunningTarget, running


@dataclass
class Visitor:
    """A person at the target, without a browser: pages as text, forms as mappings."""

    url: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, **asked: str) -> str:
        question = f"?{urllib.parse.urlencode(asked)}" if asked else ""
        return self._text(urllib.request.Request(f"{self.url}{path}{question}"))

    def post(self, path: str, given: Mapping[str, str]) -> str:
        data = urllib.parse.urlencode(given).encode()
        return self._text(urllib.request.Request(f"{self.url}{path}", data=data))

    def sign_in(self, operator: str, password: str) -> str:
        return self.post("login.do", {"operator": operator, "password": password})

    def _text(self, request: urllib.request.Request) -> str:
        with self._opener.open(request, timeout=10) as answer:
            return str(answer.read().decode())


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    return found.group(1) if found else ""


def refusals(page: str) -> list[str]:
    block = re.search(r'<div class="refusals".*?</div>', page)
    return re.findall(r"<li>(.*?)</li>", block.group(0)) if block else []


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTarget]:
    database = tmp_path_factory.mktemp("target") / "target.sqlite3"
    with running(RunningTarget(database, "K0001", "aikotoba-5", "control", session_timeout_s=60)) as started:
        yield started


@pytest.fixture
def visitor(target: RunningTarget) -> Visitor:
    """Someone who has signed in."""
    target.disarm_all()
    someone = Visitor(target.url)
    someone.sign_in("K0001", "aikotoba-5")
    return someone
