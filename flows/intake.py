"""Intake: what was received becomes cases. The flow is told a task and nothing else (law 5)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import flow, get_run_logger

from flows import state_files, wiring
from flows.guard import Fault, sealed

logger = logging.getLogger("tenki.flows")

if TYPE_CHECKING:
    from cases.models import Case, SourceFile
    from flows.reading import Sheets
    from forms.facts import SheetReading
    from forms.library import FormLibrary
    from ocr.load import PageImage


@flow(name="intake", persist_result=False)
def intake(task: str, alone: bool = False) -> dict[str, int]:
    """Read what was received for a task and not read yet; how many cases went to which state.

    ``alone``: nothing, where another such run of this machine reads for the task: it has the cores already.
    """
    log = get_run_logger()
    with sealed():
        wiring.start_django()
        states, faults = Counter[str](), list[Fault]()
        with turn(task) if alone else nullcontext(True) as ours:
            for case in read_all(task, faults) if ours else ():
                states[case.state] += 1
                log.info("case %s: %s %s", case.pk, case.state, case.reason)
    log.info("task %s: %s", task, dict(states))
    if faults:
        raise faults[0]
    return dict(states)


@contextmanager
def turn(task: str) -> Iterator[bool]:
    """Whether no other such run of this machine reads for the task, and none does within the block."""
    with ExitStack() as stack:
        try:
            stack.enter_context(state_files.held(f"reading-{task}", f"reading for {task}"))
        except state_files.RunsAlready:
            yield False
            return
        yield True


def read_all(task: str, faults: list[Fault]) -> Iterator[Case]:
    """The cases of everything unread that nobody else reads; a file on which we fail bars no other,
    and is told in ``faults``.
    """
    from cases import files, sources

    # `tenki up` runs for months: the plain copy that a killed reader left must not wait for its next start.
    files.sweep()
    me, failed = sources.reader_name(), set[UUID]()
    with _reading(task, me) as read:
        while (source := sources.claim_next(task, me, failed)) is not None:
            try:
                with sealed():
                    yield from read(source)
            except Fault as fault:
                logger.error("source %s: %s", source.pk, fault)
                faults.append(fault)
                failed.add(source.pk)
            finally:
                sources.release(source, me)


@contextmanager
def _reading(task: str, me: str) -> Iterator[Callable[[SourceFile], Iterator[Case]]]:
    """How a file of the task becomes cases: page by page, or row by row."""
    from cases.models import Task
    from cases.row_source import source_of
    from flows.reading import sheets
    from flows.row_intake import read_rows

    rows_are = source_of(Task.objects.get(name=task))
    if rows_are is not None:
        yield lambda source: read_rows(source, rows_are, _max_wrong(task), me)
        return
    with sheets(wiring.cores(), max_wrong=_max_wrong(task)) as reader:
        yield lambda source: read_source(source, reader, me)


def _max_wrong(task: str) -> float:
    """What the department signed for the task, else what is usual."""
    from cases.models import Task
    from forms.routing import MAX_WRONG

    return float(Task.objects.get(name=task).policy.get("max_wrong", MAX_WRONG))


def read_source(source: SourceFile, reader: Sheets, me: str) -> Iterator[Case]:
    """The cases of a kept file's pages as they are read; one that an earlier run has read is passed over.

    What cannot be read becomes a case that waits for a person. A case is open before its page is read, so
    that whatever ends us leaves it to the next run. Who has taken the file over meanwhile goes on with it.
    """
    from cases import intake as cases_intake
    from cases import sources

    broken: list[tuple[Case, str]] = []
    library = wiring.form_library()
    with cases_intake.original(source) as path:
        for case, page, sheet in reader(_pages_to_read(source, path, broken)):
            if not sources.renew(source, me):
                logger.warning("source %s: another reader has taken it over", source.pk)
                return
            _record(case, page, sheet, library)
            yield case
    for case, code in broken:
        cases_intake.record_problem(case, code)
        yield case
    cases_intake.complete(source)


def _pages_to_read(
    source: SourceFile, path: Path, broken: list[tuple[Case, str]]
) -> Iterator[tuple[Case, PageImage]]:
    """Each page that is not read yet, with its case; where the file breaks off is told in ``broken``."""
    from ocr.errors import FileProblem
    from ocr.load import pages

    index = 0
    try:
        for page in pages(path):
            index = page.index + 1
            if (case := _case_to_read(source, page.index)) is not None:
                yield case, page
    except FileProblem as problem:
        if (case := _case_to_read(source, index)) is not None:
            broken.append((case, problem.code))


def _case_to_read(source: SourceFile, page_index: int) -> Case | None:
    from cases import intake as cases_intake
    from cases.states import State

    case = cases_intake.open_case(source, page_index)
    return case if case.state == State.RECEIVED else None


def _record(case: Case, page: PageImage, sheet: SheetReading, library: FormLibrary) -> None:
    from cases import intake as cases_intake
    from cases.errors import CaseChanged
    from ocr.working import working_page

    shown = None if sheet.problem else working_page(page, sheet, library.get(sheet.form, sheet.version))
    try:
        cases_intake.record_sheet(case, sheet, shown)
    except CaseChanged:
        logger.warning("case %s: another reader has recorded it", case.pk)
