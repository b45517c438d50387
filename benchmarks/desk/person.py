"""Somebody signed in to the served desk, without a browser: what the server alone takes."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode, urlsplit

from benchmarks.desk.data import PASSWORD


class Person:
    """Somebody signed in, over one connection."""

    def __init__(self, desk: str, user: str) -> None:
        self._line = http.client.HTTPConnection(urlsplit(desk).netloc, timeout=60)
        self.cookies: dict[str, str] = {}
        token = self._token(self.get("/sign-in")[1])
        signed = {"username": user, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert self.post("/sign-in", signed)[0] == 302
        self._form_token = self._token(self.get("/queue")[1])

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None)

    def post(self, path: str, data: dict[str, str]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(data))

    def search(self, **asked: str) -> int:
        """The case list narrowed, as its form posts it."""
        return self.post("/queue", {**asked, "csrfmiddlewaretoken": self._form_token})[0]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        text = answer.read().decode()
        for said in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = said.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, text

    @staticmethod
    def _token(page: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        return found[1]
