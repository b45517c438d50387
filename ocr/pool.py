"""Pages to results by several processes: in order, in constant memory, one core each.

Each process makes its own ``work`` once, and so loads the model and the blanks once. Pages are decoded here
and handed to whichever process is free; only a few are under way at any time.
"""

from __future__ import annotations

import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType, TracebackType
from typing import Any, Generic, TypeVar

import cv2

from ocr.errors import WorkerLost
from ocr.load import PageImage

Tag = TypeVar("Tag")
Result = TypeVar("Result")

_AHEAD = 2
"""How many pages beyond one for each process may wait for an earlier one, so that nobody idles meanwhile."""

_LEAVING_S = 2.0
"""Time in seconds that a process without work gets to end by itself."""


@dataclass(eq=False)
class _Ticket(Generic[Tag, Result]):
    """A page under way; its result once it is there."""

    tag: Tag
    page: PageImage
    result: Result | None = None


@dataclass(eq=False)
class _Worker:
    """A process with the pipe to it. It is heard of when it is ready, and after each page."""

    process: BaseProcess
    pipe: Connection[Any, Any]
    ready: bool = False
    ticket: _Ticket[Any, Any] | None = None

    @property
    def free(self) -> bool:
        return self.ready and self.ticket is None


class Pool(Generic[Result]):
    """Up to ``jobs`` processes, started as pages come; leaving the ``with`` block ends them all.

    ``make`` is called once in each process and gives what turns a page into a result; ``lost`` is the
    result of a page whose process died over it. Another takes its place, and the other pages go on.
    """

    def __init__(
        self,
        jobs: int,
        make: Callable[[], Callable[[PageImage], Result]],
        lost: Callable[[PageImage], Result],
    ) -> None:
        self._jobs = jobs
        self._make = make
        self._lost = lost
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool[Result]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in list(self._workers):
            self._end(worker)

    def results(self, pages: Iterable[tuple[Tag, PageImage]]) -> Iterator[tuple[Tag, PageImage, Result]]:
        """Each page with its tag and its result, in the order of the pages.

        Raises ``WorkerLost`` when a process cannot even make its work, or what ``make`` raised.
        """
        under_way: deque[_Ticket[Tag, Result]] = deque()
        try:
            for tag, page in pages:
                under_way.append(self._handed_over(tag, page))
                while under_way and (under_way[0].result is not None or self._full(under_way)):
                    yield self._finished(under_way)
            while under_way:
                yield self._finished(under_way)
        finally:
            # Whoever stops asking, or fails, must not leave results that the next pages would get.
            for worker in [worker for worker in self._workers if worker.ticket is not None]:
                self._end(worker)

    def _full(self, under_way: deque[_Ticket[Tag, Result]]) -> bool:
        return len(under_way) >= self._jobs + _AHEAD

    def _handed_over(self, tag: Tag, page: PageImage) -> _Ticket[Tag, Result]:
        ticket = _Ticket[Tag, Result](tag, page)
        worker = self._free_worker()
        worker.ticket = ticket
        try:
            worker.pipe.send(page)
        except OSError:
            self._bury(worker)
        return ticket

    def _free_worker(self) -> _Worker:
        while (found := next((worker for worker in self._workers if worker.free), None)) is None:
            if len(self._workers) < self._jobs:
                self._workers.append(_started(self._make))
            self._hear()
        return found

    def _finished(self, under_way: deque[_Ticket[Tag, Result]]) -> tuple[Tag, PageImage, Result]:
        first = under_way.popleft()
        while first.result is None:
            self._hear()
        return first.tag, first.page, first.result

    def _hear(self) -> None:
        """Waits until a process says something or dies."""
        busy = {worker.pipe: worker for worker in self._workers if not worker.free}
        for pipe in wait(list(busy)):
            worker = next(worker for known, worker in busy.items() if known is pipe)
            try:
                said = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            if isinstance(said, Exception):
                raise said
            if worker.ticket is not None:
                worker.ticket.result = said
            worker.ready, worker.ticket = True, None

    def _bury(self, worker: _Worker) -> None:
        """A process that died: its page is lost; one that never was ready will never be."""
        self._end(worker)
        if worker.ticket is None:
            raise WorkerLost(f"A reading process ended with status {worker.process.exitcode} as it started.")
        worker.ticket.result = self._lost(worker.ticket.page)
        worker.ticket = None

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.pipe.close()
        if worker.free:
            worker.process.join(_LEAVING_S)
        worker.process.kill()
        worker.process.join()


def _started(make: Callable[[], Callable[[PageImage], Any]]) -> _Worker:
    """A fresh process; spawned, since one that is forked inherits locks that nobody will open."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, make), daemon=True)
    with _without_main():
        process.start()
    there.close()
    return _Worker(process, here)


@contextmanager
def _without_main() -> Iterator[None]:
    """Spawning would import the main program in each process: Prefect's takes 70 MB (measured)."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(pipe: Connection[Any, Any], make: Callable[[], Callable[[PageImage], Any]]) -> None:
    """Works until the pipe is closed at the other end, by whoever started us or by their death."""
    # Ctrl-C reaches the whole group; who started us ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    try:
        work = make()
    except Exception as error:  # noqa: BLE001  # Raised again where somebody can be told.
        pipe.send(error)
        return
    pipe.send(None)
    while True:
        try:
            page = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(work(page))
