"""A small client of Tenki's API: one file, Python's own library only. Copy it into your own system.

    tenki = Tenki("https://tenki.city.example", token)
    handed_in = tenki.hand_in("ido", "scan.pdf")
    for case in tenki.cases(task="ido", state="APPROVED"):
        print(case["number"], tenki.record(case["id"])["values"])

What the desk does not do raises ``Refused``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TIMEOUT_S = 60
TRIES_AT_LIMIT = 3
OLDEST_MESSAGE_S = 300


class Refused(Exception):
    """The desk did not do what was asked; ``code`` is stable, the text is Japanese."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem.get('title', '')}{problem.get('detail', '')}")
        self.status = int(problem.get("status", 0))
        self.code = str(problem.get("code", ""))


class Tenki:
    """The desk at one address, as one token may use it."""

    def __init__(self, url: str, token: str) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"the desk's address begins with https://, {url[:12]!r} does not")
        self.url, self._token = url.rstrip("/"), token

    def hand_in(self, task: str, path: str | Path, key: str = "") -> dict[str, Any]:
        """Hand a file in. The same bytes are recognised, so that it may be repeated after any failure."""
        name = urllib.parse.quote(Path(path).name)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        }
        if key:
            headers["Idempotency-Key"] = key
        return self._call("POST", f"tasks/{task}/files", headers, Path(path).read_bytes())

    def file(self, file_id: str) -> dict[str, Any]:
        """What became of a file: whether it is read, and its cases."""
        return self._call("GET", f"files/{file_id}")

    def cases(self, **narrowed: str) -> Iterator[dict[str, Any]]:
        """Cases in the order of their last moves, narrowed by ``task``, ``state`` ("APPROVED,ENTERED") and
        ``changed_since``.
        """
        while True:
            page = self._call("GET", f"cases?{urllib.parse.urlencode(narrowed)}")
            yield from page["cases"]
            if page["next"] is None:
                return
            narrowed["after"] = page["next"]

    def case(self, case_id: str) -> dict[str, Any]:
        return self._call("GET", f"cases/{case_id}")

    def record(self, case_id: str) -> dict[str, Any]:
        """What was approved. Refused with ``record.not_ready`` before that."""
        return self._call("GET", f"cases/{case_id}/record")

    def receipts(self, case_id: str) -> list[dict[str, Any]]:
        """What robots brought back from the target system."""
        found: list[dict[str, Any]] = self._call("GET", f"cases/{case_id}/receipts")["receipts"]
        return found

    def _call(
        self, method: str, address: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> dict[str, Any]:
        for left in reversed(range(TRIES_AT_LIMIT)):
            url = f"{self.url}/api/v1/{address}"
            request = urllib.request.Request(url, body, headers or {}, method=method)  # noqa: S310  # see above
            request.add_header("Authorization", f"Bearer {self._token}")
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310  # the same
                    told: dict[str, Any] = json.load(answer)
                    return told
            except urllib.error.HTTPError as error:
                if error.code == 429 and left:
                    time.sleep(int(error.headers.get("Retry-After", "1")))
                    continue
                raise Refused(_problem(error)) from None
        raise AssertionError("not reached")


def is_genuine(secret: str, signature: str, body: bytes, now_s: float | None = None) -> bool:
    """Whether a webhook's body comes from the desk and is fresh; ``signature`` is its ``Tenki-Signature``."""
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    if not parts.get("t", "").isdecimal():
        return False
    fresh = abs((time.time() if now_s is None else now_s) - int(parts["t"])) <= OLDEST_MESSAGE_S
    made = hmac.new(secret.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    return fresh and hmac.compare_digest(made, parts.get("v1", ""))


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        problem: dict[str, Any] = json.load(error)
    except ValueError:
        problem = {"status": error.code, "title": error.reason}
    return problem
