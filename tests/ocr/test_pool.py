"""Several reading processes: order, deaths, and what is left of them. Real processes, small pages."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from ocr.errors import ModelMissing, WorkerLost
from ocr.load import PageImage
from ocr.pool import Pool

SLOW, DEADLY = 1, 3
"""Indices of the page that takes longest, and of the one that kills its reader."""

Work = Callable[[PageImage], str]


def make() -> Work:
    return work


def work(page: PageImage) -> str:
    if page.index == SLOW:
        time.sleep(0.3)
    if page.index == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"read {page.index} by {os.getpid()}"


def make_without_model() -> Work:
    raise ModelMissing("There is no model.")


def make_and_die() -> Work:
    os._exit(7)


def lost(page: PageImage) -> str:
    return f"lost {page.index}"


def page_of(index: int) -> PageImage:
    return PageImage(index, np.full((40, 30), index, np.uint8))


def tagged(count: int) -> Iterator[tuple[str, PageImage]]:
    for index in range(count):
        yield f"sheet {index}", page_of(index)


def test_results_come_in_order_and_a_death_costs_one_page() -> None:
    with Pool(2, make, lost) as pool:
        results = list(pool.results(tagged(8)))
    assert [tag for tag, _, _ in results] == [f"sheet {index}" for index in range(8)]
    assert [page.index for _, page, _ in results] == list(range(8))
    said = [result.split(" by ")[0] for _, _, result in results]
    assert said == ["read 0", "read 1", "read 2", "lost 3", "read 4", "read 5", "read 6", "read 7"]
    assert len({result.split(" by ")[1] for _, _, result in results if " by " in result}) >= 2
    assert multiprocessing.active_children() == []


def test_few_pages_are_under_way_at_any_time() -> None:
    taken: list[int] = []

    def watched() -> Iterator[tuple[int, PageImage]]:
        for index in range(30):
            taken.append(index)
            yield index, page_of(index + 10)

    with Pool(2, make, lost) as pool:
        ahead = [len(taken) - 1 - tag for tag, _, _ in pool.results(watched())]
    assert max(ahead) <= 4


def test_who_stops_asking_gets_no_old_results_later() -> None:
    with Pool(2, make, lost) as pool:
        first = pool.results(tagged(3))
        next(first)
        first.close()  # type: ignore[attr-defined]  # a generator
        later = [result for _, _, result in pool.results((index, page_of(index)) for index in (20, 21))]
    assert [result.split(" by ")[0] for result in later] == ["read 20", "read 21"]


@pytest.mark.parametrize(
    ("maker", "error", "words"),
    [
        (make_without_model, ModelMissing, "There is no model. Install"),
        (make_and_die, WorkerLost, "status 7"),
    ],
)
def test_processes_that_cannot_start_say_why(
    maker: Callable[[], Work], error: type[Exception], words: str
) -> None:
    with Pool(2, maker, lost) as pool, pytest.raises(error, match=words):
        list(pool.results(tagged(1)))
    assert multiprocessing.active_children() == []


def test_no_process_is_started_without_pages() -> None:
    with Pool(2, make, lost) as pool:
        assert list(pool.results(iter(()))) == []
        assert multiprocessing.active_children() == []
