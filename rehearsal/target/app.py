"""The application: the pages behind a gate that can be slow, closed or broken on purpose."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from rehearsal.target import control, entry_pages, register_pages
from rehearsal.target.faults import Fault
from rehearsal.target.web import HERE, TRANSPORT, System, page


def application(system: System) -> ASGIApp:
    """The whole application of one system, faults included. The control page needs a control token."""
    routes = [*register_pages.ROUTES, *entry_pages.ROUTES, *(control.ROUTES if system.control_token else ())]
    app = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=HERE / "static"))],
        exception_handlers={404: _not_found},
    )
    app.state.system = system
    return Gate(app, system)


async def _not_found(request: Request, _error: Exception) -> Response:
    return page(request, "error.html", status=404, words="指定された画面は存在しません。")


class Gate:
    """Stands before the pages: makes them slow, closes them, and lets them cut the line."""

    def __init__(self, app: ASGIApp, system: System) -> None:
        self._app = app
        self._system = system

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(("/control", "/static")):
            await self._app(scope, receive, send)
            return
        slow = self._system.faults.strikes(Fault.SLOW, path)
        await asyncio.sleep(self._system.latency_s + (slow.seconds if slow else 0))
        # ASGI has no way to break a connection; uvicorn's sender belongs to the object that holds it.
        scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await (self._closed(Request(scope, receive), path) or self._app)(scope, receive, send)

    def _closed(self, request: Request, path: str) -> Response | None:
        if self._system.faults.strikes(Fault.MAINTENANCE, path):
            return page(request, "maintenance.html", status=503)
        if self._system.faults.strikes(Fault.SERVER_ERROR, path):
            return page(request, "error.html", status=500, words="システムエラーが発生しました。")
        return None
