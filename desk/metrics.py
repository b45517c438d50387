"""Figures in the text format of Prometheus: counts, ages and states of programs, nothing of residents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from cases import standing
from cases.notice_table import Notice
from desk.state_ports import MachineState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True)
class Family:
    """One figure, for each set of labels. ``kind``: gauge or counter."""

    name: str
    kind: str
    means: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterable[str]:
        """As Prometheus reads it."""
        yield f"# HELP {self.name} {self.means}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, value in self.samples:
            inner = ",".join(f'{name}="{_escaped(label)}"' for name, label in labels.items())
            yield f"{self.name}{{{inner}}} {value:.15g}" if inner else f"{self.name} {value:.15g}"


def text(machine: MachineState | None) -> str:
    """All figures; those of the programs only where somebody has said how they are."""
    families = (*_of_cases(), *(_of_machine(machine) if machine else ()))
    return "".join(line + "\n" for family in families for line in family.lines())


def _of_cases() -> Iterable[Family]:
    now, rows, unread = timezone.now(), standing.standings(), standing.unread()
    yield Family(
        "tenki_cases",
        "gauge",
        "Cases by task and state.",
        tuple(({"task": row.task, "state": row.state.value}, row.count) for row in rows),
    )
    yield Family(
        "tenki_case_oldest_seconds",
        "gauge",
        "Seconds since the last move of the case that waits longest, by task and state.",
        tuple(
            ({"task": row.task, "state": row.state.value}, _age_s(row.oldest, now))
            for row in rows
            if row.oldest is not None
        ),
    )
    yield Family(
        "tenki_files_unread",
        "gauge",
        "Files that were received and not read yet, by task.",
        tuple(({"task": task}, n) for task, (n, _) in unread.items()),
    )
    yield Family(
        "tenki_file_oldest_seconds",
        "gauge",
        "Seconds since the oldest unread file was received, by task.",
        tuple(({"task": task}, _age_s(at, now)) for task, (_, at) in unread.items()),
    )
    causes = Notice.objects.filter(solved_at=None).order_by("cause").values_list("cause")
    yield Family(
        "tenki_notices",
        "gauge",
        "Notices that stand, by cause.",
        tuple(({"cause": cause}, n) for cause, n in causes.annotate(n=Count("pk"))),
    )


def _of_machine(machine: MachineState) -> Iterable[Family]:
    kept = [part for part in machine.parts if part.being != "absent"]
    yield Family(
        "tenki_part_up",
        "gauge",
        "Whether a part of `tenki up` runs and answers.",
        tuple(({"part": part.name}, float(part.being == "running")) for part in kept),
    )
    yield Family(
        "tenki_part_restarts_total",
        "counter",
        "How often a part was started again.",
        tuple(({"part": part.name}, part.restarts) for part in kept),
    )
    inboxes = machine.inboxes or {}
    yield Family(
        "tenki_inbox_files",
        "gauge",
        "Files in a task's inbox that wait to be taken in.",
        tuple(({"task": task}, one.left) for task, one in inboxes.items()),
    )
    yield Family(
        "tenki_inbox_up",
        "gauge",
        "Whether a task's inbox can be looked into.",
        tuple(({"task": task}, float(not one.gone)) for task, one in inboxes.items()),
    )
    yield Family(
        "tenki_disk_free_bytes", "gauge", "Free space on the data's disk.", (({}, machine.disk_free),)
    )
    yield Family("tenki_disk_size_bytes", "gauge", "Size of the data's disk.", (({}, machine.disk_size),))


def _age_s(moment: datetime, now: datetime) -> float:
    """Never negative: a clock that was put back makes nothing younger than now."""
    return max((now - moment).total_seconds(), 0.0)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
