"""What every page of the system needs: the running system, the operator's session, templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates
from starlette.types import Receive, Scope, Send

from rehearsal.target.faults import Fault, FaultBoard
from rehearsal.target.sessions import COOKIE, Session, Sessions
from rehearsal.target.store import Store

HERE = Path(__file__).parent
TEMPLATES = Jinja2Templates(directory=HERE / "templates")
TRANSPORT = "rehearsal.transport"


@dataclass
class System:
    """All that one running system consists of. Without a control token it has no control page."""

    store: Store
    sessions: Sessions
    latency_s: float = 0.0
    control_token: str = ""
    faults: FaultBoard = field(default_factory=FaultBoard)


def system_of(request: Request) -> System:
    system: System = request.app.state.system
    return system


def session_of(request: Request) -> Session | None:
    """The session of the operator who asks, unless it ended by time or by an armed fault."""
    system = system_of(request)
    token = request.cookies.get(COOKIE)
    if system.faults.strikes(Fault.SESSION_EXPIRED, request.url.path):
        system.sessions.close(token)
    return system.sessions.find(token)


def page(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    """A rendered page. Give ``session`` where an operator is signed in; the header names them."""
    return TEMPLATES.TemplateResponse(request, template, dict(context), status_code=status)


def expired(request: Request) -> Response:
    return page(request, "expired.html")


class BrokenLine(Response):
    """No answer at all: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT].abort()
