"""Signs of life for whoever watches the machine."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from desk import metrics, ports
from desk.state_ports import MachineState
from desk.watchers import may_watch

WELL = frozenset({"running", "starting", "waiting", "absent"})
"""A part that was just started again is no alarm; one that ends again and again, or is silent, is."""


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """For the supervisor: the desk answers. A database that is away is no reason to start the desk again."""
    return JsonResponse({"status": "ok"})


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Open to everybody: all is well (200) or not (503). Which part fails is for those who watch."""
    parts = {"database": "running" if _database_answers() else "gone"}
    machine = _machine()
    if machine is not None:
        parts |= {part.name: part.being for part in machine.parts}
    well = all(being in WELL for being in parts.values())
    told: dict[str, object] = {"status": "ok" if well else "failing"}
    # A token is looked up in the database.
    if parts["database"] == "running" and may_watch(request):
        told["parts"] = parts
    return JsonResponse(told, status=200 if well else 503)


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: for this machine itself, or with a token of the scope ``metrics``."""
    if not may_watch(request):
        refusal = HttpResponse("a token with the scope metrics is needed\n", "text/plain", status=401)
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    return HttpResponse(metrics.text(_machine()), content_type=metrics.CONTENT_TYPE)


def _machine() -> MachineState | None:
    source = ports.current().state
    return source.now() if source else None


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
