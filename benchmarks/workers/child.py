"""What one process of the benchmark does; it says what came of it as JSON in its last line."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import environment, wiring

if TYPE_CHECKING:
    from forms.facts import SheetReading

PROJECT = Path(__file__).resolve().parents[2]
SHEETS = PROJECT / "rehearsal" / "sheets"
TASK, FORM = "kofu", "juminhyo_kofu"
TRUTH = SHEETS / "juminhyo_kofu-scanned.truth.json"
POLL_S = 0.1
MARK = 1
"""Size of the files that are not there: so they are told from real ones."""


def do(what: str, *words: str) -> None:
    works: dict[str, Callable[..., dict[str, Any]]] = {
        "prepare": prepare,
        "queue": queue,
        "replay": replay,
        "count": count,
        "hand-in": hand_in,
        "read": read,
        "orchestrate": orchestrate,
    }
    environment.prepare()
    if what != "read":
        wiring.start_django()
    print(json.dumps(works[what](*words)))


def prepare() -> dict[str, Any]:
    wiring.ready_database()
    return {}


def queue(count: str) -> dict[str, Any]:
    """Files that were received; their bytes are not needed, since what is on them is replayed."""
    from cases.models import SourceFile

    now = datetime.now(UTC)
    rows = (
        SourceFile(
            sha256=f"{number:064}",
            original_name="scan.png",
            size_bytes=MARK,
            received_at=now + timedelta(milliseconds=number),
            received_by="benchmark",
            task_id=TASK,
        )
        for number in range(int(count))
    )
    return {"queued": len(SourceFile.objects.bulk_create(rows, batch_size=1000))}


def replay(number: str, of: str) -> dict[str, Any]:
    """Read one file, enter one case, in turn, until everything is entered by somebody."""
    from cases import entry, sources
    from cases.models import Case
    from cases.states import State

    sheet, began_s, done = _sheet(), time.monotonic(), {"read": 0, "entered": 0}
    reader, robot = f"reader-bench{number}-1", f"robot-bench{number}-1"
    while True:
        source = sources.claim_next(TASK, reader)
        if source is not None:
            _read_and_approve(source, sheet)
            sources.release(source, reader)
            done["read"] += 1
        record = entry.begin_next(TASK, robot)
        if record is not None:
            entry.finish(record.case_id, robot, _proof(record.values))
            done["entered"] += 1
        if source is None and record is None:
            if Case.objects.filter(state=State.ENTERED, source__size_bytes=MARK).count() >= int(of):
                return {**done, "seconds": time.monotonic() - began_s}
            time.sleep(POLL_S)


def count() -> dict[str, Any]:
    from django.db import connection
    from django.db.models import Count

    from cases import audit
    from cases.models import Case, Reading, SourceFile
    from cases.states import State

    twice = SourceFile.objects.annotate(n=Count("cases", distinct=True)).filter(n__gt=1).count()
    twice += Case.objects.annotate(n=Count("receipts")).filter(n__gt=1).count()
    twice += Reading.objects.filter(attempt__gt=1).count()
    read = SourceFile.objects.filter(size_bytes=MARK).exclude(read_at=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size_bytes = cursor.fetchone()[0]
    return {
        "entered": read.filter(cases__state=State.ENTERED).count(),
        "doubled": twice,
        "whole": int(audit.verify().whole),
        "kb": size_bytes / 1000,
    }


def hand_in(count: str, round_number: str) -> dict[str, Any]:
    """Real sheets; what stands behind a picture's end makes each copy a file of its own."""
    from cases import intake
    from cases.models import Task

    task, sheets = Task.objects.get(pk=TASK), sorted(SHEETS.glob(f"{FORM}-*.[jp][pn]g"))
    for number in range(int(count)):
        content = sheets[number % len(sheets)].read_bytes() + f"{round_number}/{number}".encode()
        intake.keep(task, [content], "scan", "benchmark")
    return {}


def read(core: str) -> dict[str, Any]:
    """Read what nobody else reads, on one core, once told to begin."""
    os.sched_setaffinity(0, {int(core)})
    wiring.start_django()
    from cases import sources
    from flows.intake import read_source
    from flows.reading import sheets
    from ocr.load import pages

    me, warm_up = sources.reader_name(), SHEETS / f"{FORM}-mistake.png"
    with sheets(1) as reader:
        list(reader((None, page) for page in pages(warm_up)))
        print("ready", flush=True)
        sys.stdin.readline()
        began_s, cases = time.monotonic(), 0
        while (source := sources.claim_next(TASK, me)) is not None:
            cases += sum(1 for _ in read_source(source, reader, me))
            sources.release(source, me)
    return {"seconds": time.monotonic() - began_s, "cases": cases}


def orchestrate() -> dict[str, Any]:
    """The intake as a flow beside a Prefect server, with the time that its own work takes."""
    from flows.server import session

    with session(wiring.var() / "prefect"):
        from prefect import flow, get_run_logger

        from flows.guard import Fault
        from flows.intake import read_all

        work_s = [0.0]

        @flow(name="intake", persist_result=False)
        def intake(task: str) -> int:
            """As ``flows.intake.intake``, and timed."""
            log, faults, count = get_run_logger(), list[Fault](), 0
            cases = read_all(task, faults)
            while True:
                began_s = time.monotonic()
                case = next(cases, None)
                work_s[0] += time.monotonic() - began_s
                if case is None:
                    return count
                count += 1
                log.info("case %s: %s %s", case.pk, case.state, case.reason)

        began_s = time.monotonic()
        sheets = intake(TASK)
        return {"whole_s": time.monotonic() - began_s, "work_s": work_s[0], "sheets": sheets}


def _sheet() -> SheetReading:
    """The truth of a shipped sheet as a reader would hand it over."""
    from forms import kinds
    from forms.facts import Alternative, Reading, Route, SheetReading

    values = json.loads(TRUTH.read_text(encoding="utf-8"))["pages"][0]["values"]
    form = wiring.form_library().get(FORM)
    readings = tuple(
        Reading(
            field_id=field.id,
            raw=values.get(field.id, ""),
            value=kinds.parse(field, values.get(field.id, "")).value,
            confidence=0.99,
            blank=not values.get(field.id),
            box_px=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)),
            alternatives=(Alternative(values.get(field.id, ""), 0.99),),
            route=Route.ACCEPT,
            reader="replayed",
        )
        for field in form.fields
    )
    upright = ((10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (0.0, 0.0, 1.0))
    return SheetReading(0, form.form, form.version, upright, 0.2, 0, 254.0, readings)


def _read_and_approve(source: Any, sheet: SheetReading) -> None:
    from django.db import transaction

    from cases import intake, review
    from cases.models import Approval
    from cases.states import State

    case = intake.open_case(source, 0)
    if intake.record_sheet(case, sheet, None) == State.NEEDS_REVIEW:
        with transaction.atomic():
            review.let_through(case, Approval.ApproverKind.PERSON, "benchmark")
    intake.complete(source)


def _proof(values: Any) -> Any:
    from cases.entry import FieldCheck, Outcome, Proof

    now = datetime.now(UTC)
    checks = tuple(FieldCheck(name, value, value, same=True) for name, value in values.items())
    return Proof("rehearsal", Outcome.ENTERED, now, now, receipt_number="R", read_back=checks)
