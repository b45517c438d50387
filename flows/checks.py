"""What may need a person, looked at every half minute by the watcher.

Each check says where its cause is seen now; wherever it does not name it, it is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from cases import gates, notices
from cases.inbox_table import Refusal
from cases.models import Case, Task
from cases.notices import Cause
from cases.states import WAITS_FOR_STAFF
from config.site import Site
from flows import prefect_house, state_files
from flows.held_schedules import failing
from flows.prefect_api import ServerAway, here
from flows.processes import answers

Found = Mapping[str, Mapping[str, object]]
"""Where a cause is seen, with the details of each subject."""


def run(site: Site) -> None:
    """Make every check, and tell what is seen. Where one cannot be made, what was told stands."""
    for cause, check in CHECKS.items():
        found = check(site)
        if found is not None:
            notices.seen_now(cause, found)


def stopped(site: Site) -> Found:
    """Targets that a fault has stopped; who stops one by hand knows of it."""
    return {
        gate.target: {"reason": gate.reason}
        for gate in gates.gates(_targets())
        if gate.position is gates.Position.STOPPED and gate.reason != gates.BY_A_PERSON
    }


def shut(site: Site) -> Found:
    return {
        gate.target: {"reason": gate.reason}
        for gate in gates.gates(_targets())
        if gate.position is gates.Position.SHUT
    }


def refused(site: Site) -> Found:
    """Tasks with files in ``rejected`` that nobody has asked back yet."""
    rows = Refusal.objects.filter(ended_at=None, asked_at=None).values("task").annotate(n=Count("pk"))
    return {row["task"]: {"files": row["n"]} for row in rows}


def waiting(site: Site) -> Found:
    """Tasks with cases that nobody has touched for longer than the site wants."""
    if not site.waiting_hours:
        return {}
    since = timezone.now() - timedelta(hours=site.waiting_hours)
    rows = Case.objects.filter(state__in=WAITS_FOR_STAFF, updated_at__lt=since).values("task")
    return {
        row["task"]: {"cases": row["n"], "hours": site.waiting_hours} for row in rows.annotate(n=Count("pk"))
    }


def server(site: Site) -> Found:
    """Whether Prefect's server answers, our own or the site's; without one nobody is asked. One that is just
    started is none of it: the supervisor tells when that does not succeed.
    """
    url, own = os.environ.get("PREFECT_API_URL"), state_files.read("part-server")
    if own and own["being"] in {"starting", "waiting"}:
        return {}
    if not url or answers(f"{url.rstrip('/')}/health", os.environ.get("PREFECT_API_AUTH_STRING", "")):
        return {}
    return {"": {}}


def failed(site: Site) -> Found | None:
    """Tasks whose last run did not end well; None when no server tells."""
    try:
        return {task: {} for task in failing(here(), sorted(Task.objects.values_list("name", flat=True)))}
    except ServerAway:
        return None


def missed(site: Site) -> Found | None:
    """Tasks with a round that should have begun; the runner, which keeps house too, may be what is gone."""
    try:
        return {
            task: {"minutes": int(minutes)}
            for task, minutes in prefect_house.missed(here(), timezone.now()).items()
        }
    except ServerAway:
        return None


CHECKS: dict[Cause, Callable[[Site], Found | None]] = {
    Cause.GATE_STOPPED: stopped,
    Cause.GATE_SHUT: shut,
    Cause.INBOX_REFUSED: refused,
    Cause.CASES_WAITING: waiting,
    Cause.SERVER_GONE: server,
    Cause.SCHEDULE_MISSED: missed,
    Cause.ROUND_FAILED: failed,
}


def _targets() -> set[str]:
    return set(Task.objects.values_list("target", flat=True))
