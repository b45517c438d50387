"""The run: sheets by two processes, then the times alone, then the report. See the package."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, Final

from benchmarks.reading import foreign, report, speed, work
from benchmarks.reading.facts import sheet_of
from benchmarks.reading.kept import Kept
from benchmarks.reading.plan import FULL, Plan, chosen
from benchmarks.reading.rows import Results, rows
from benchmarks.results import PROJECT, RESULTS, write
from flows import environment
from rehearsal.sources import WritersMissing, writers_folder
from rehearsal.specimens import STROKES_VARIABLE, strokes_folder

PROCESSES: Final = 2
NO_STROKES: Final = (
    "The pen strokes are not given, and without them this would not be the report that was asked for: name "
    f"their folder in {STROKES_VARIABLE}, or do without them under another name by REDUCED=1."
)

Job = tuple[str, Callable[..., Any], tuple[Any, ...]]


def main() -> int:
    """Exit status: 0 when the report is written, 2 when the run could not begin."""
    environment.prepare()
    plan = chosen()
    folder = strokes_folder()
    if plan is FULL and not (folder and folder.is_dir()):
        print(NO_STROKES, file=sys.stderr)
        return 2
    if plan is not FULL:
        os.environ.pop(STROKES_VARIABLE, None)
    _have_writers()
    kept = Kept(plan.name)
    _read(plan, kept)
    if "speed" not in kept:
        kept.add("speed", speed.measure(plan.speed))
    results = _results(plan, kept)
    found = rows(results)
    print(write(plan.name, found, RESULTS if plan.report == "docs" else PROJECT / plan.report))
    print(f"The report is {report.write(plan, results, found).relative_to(PROJECT)}.")
    return 0


def _have_writers() -> None:
    try:
        writers_folder()
    except WritersMissing:
        subprocess.run([sys.executable, PROJECT / "scripts" / "setup", "--writers"], check=True)


def _jobs(plan: Plan) -> Iterator[Job]:
    """The longest first, so that nothing is waited for at the end."""
    yield "memory", work.measure_memory, (plan.memory_pages,)
    for sheet in sorted(plan.list_sheets(), key=lambda sheet: not sheet.peers):
        yield f"sheet {sheet.key}", work.read_sheet, (sheet,)
    for sort in foreign.SORTS:
        for number in range(plan.foreign):
            yield f"foreign {sort} {number}", work.read_foreign, (sort, number)


def _read(plan: Plan, kept: Kept) -> None:
    jobs = [job for job in _jobs(plan) if job[0] not in kept]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=work.begin) as processes:
        running = {processes.submit(do, *arguments): key for key, do, arguments in jobs}
        try:
            for number, done in enumerate(as_completed(running), start=1):
                kept.add(running[done], done.result())
                if number % 20 == 0 or number == len(jobs):
                    print(f"{number} of {len(jobs)} done", file=sys.stderr, flush=True)
        except BaseException:
            processes.shutdown(wait=False, cancel_futures=True)
            raise


def _results(plan: Plan, kept: Kept) -> Results:
    return Results(
        sheets=tuple(sheet_of(kept[f"sheet {sheet.key}"]) for sheet in plan.list_sheets()),
        foreign={
            sort: [kept[f"foreign {sort} {number}"] for number in range(plan.foreign)]
            for sort in foreign.SORTS
        },
        seconds=kept["speed"],
        memory=kept["memory"],
    )


if __name__ == "__main__":
    sys.exit(main())
