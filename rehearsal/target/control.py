"""The trainer's control: which faults are armed. A page for people, JSON for tests, one token for both."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal.target.faults import WORDS, Armed, Fault
from rehearsal.target.web import page, system_of


def _may(request: Request, token: str) -> bool:
    return hmac.compare_digest(token.encode(), system_of(request).control_token.encode())


async def show(request: Request) -> Response:
    return page(request, "control.html", faults=WORDS, armed=system_of(request).faults.armed())


async def change(request: Request) -> Response:
    given = await request.form()
    if not _may(request, str(given.get("token", ""))):
        return page(
            request, "control.html", status=403, faults=WORDS, armed=(), refusals=("合言葉が違います。",)
        )
    board = system_of(request).faults
    if given.get("action") == "disarm":
        board.disarm_all()
    else:
        board.arm(_armed({name: str(text) for name, text in given.items()}))
    return await show(request)


def _armed(given: Mapping[str, str]) -> Armed:
    return Armed(
        Fault(given["fault"]),
        path=given.get("path", "").strip(),
        times=int(given.get("times") or 1),
        seconds=float(given.get("seconds") or 0),
        text=given.get("text", "").strip(),
        new_text=given.get("new_text", "").strip(),
    )


async def as_json(request: Request) -> Response:
    """GET lists what is armed, POST arms one fault, DELETE disarms all."""
    if not _may(request, request.headers.get("X-Control-Token", "")):
        return JSONResponse({"error": "wrong control token"}, status_code=403)
    board = system_of(request).faults
    if request.method == "DELETE":
        board.disarm_all()
    if request.method == "POST":
        given = await request.json()
        board.arm(Armed(**{**given, "fault": Fault(given["fault"])}))
    return JSONResponse([dataclasses.asdict(armed) for armed in board.armed()])


ROUTES = [
    Route("/control", show, methods=["GET"]),
    Route("/control", change, methods=["POST"]),
    Route("/control/faults", as_json, methods=["GET", "POST", "DELETE"]),
]
