"""The kind of the reason decides when approved cases that were left are tried again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from cases import gates
from cases.models import Case, Task
from cases.schedule import Limits
from flows import follow_up, wiring
from flows.follow_up import SOON, Left, again_at
from flows.work_queue import Queue, share_done
from tests.desk.sheets import make_task
from tests.flows.approved import approved

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (Left.NOTHING, None),
        (Left.PAUSED, None),
        (Left.STOPPED, None),
        (Left.SHUT, LATER),
        (Left.FAILING, NOW + SOON),
        (Left.BUSY, NOW + SOON),
        (Left.CLOSED, None),
    ],
)
def test_when_the_rest_is_tried_again(left: Left, expected: datetime | None) -> None:
    assert again_at(left, NOW, LATER) == expected


@pytest.fixture
def approved_task(db: None, tmp_path: Path) -> Task:
    make_task("kofu", "住民票の写し等交付申請の受付", ["juminhyo_kofu"])
    approved(tmp_path)
    return Task.objects.get(pk="kofu")


def test_the_reason_is_what_the_database_tells(approved_task: Task) -> None:
    target = approved_task.target

    def why() -> Left:
        return follow_up.why(approved_task.name)[0]

    assert why() is Left.CLOSED
    assert gates.sign_in(target, "robot-1")
    assert why() is Left.BUSY
    gates.sign_out(target, "robot-1")
    gates.failed(target)
    assert why() is Left.FAILING
    gates.shut(target, "robot-1", "target.unavailable", 600)
    found, until = follow_up.why(approved_task.name)
    assert found is Left.SHUT and until is not None
    gates.stop(target, "robot-1", "screen.changed", "")
    assert why() is Left.STOPPED
    Task.objects.update(enabled=False)
    assert why() is Left.PAUSED
    approved_task.cases.all().update(state="ENTERED")
    assert why() is Left.NOTHING
    assert follow_up.see_to(approved_task.name) is None


@pytest.mark.parametrize(
    ("limits", "begun", "done"),
    [
        (Limits(), 1000, False),
        (Limits(sheets_per_run=3), 2, False),
        (Limits(sheets_per_run=3), 3, True),
        (Limits(latest=time(23, 59)), 0, False),
        (Limits(latest=(wiring.now() - timedelta(minutes=2)).time()), 0, True),
    ],
)
def test_what_a_run_may_do_at_most(limits: Limits, begun: int, done: bool) -> None:
    assert share_done("kofu", limits, begun) is done


def test_a_run_begins_no_more_than_its_share(approved_task: Task, tmp_path: Path) -> None:
    approved(tmp_path, copies_household="2")
    queue = Queue("kofu", wiring.target("rehearsal"), "robot-1", Limits(sheets_per_run=1))
    assert queue.following() is not None
    assert queue.following() is None
    assert Case.objects.filter(state="APPROVED").count() == 1


@pytest.mark.parametrize("change", [{"enabled": False}, {"target": "elsewhere"}])
def test_a_run_under_way_begins_nothing_once_its_task_is_changed(
    approved_task: Task, change: dict[str, object]
) -> None:
    queue = Queue("kofu", wiring.target("rehearsal"), "robot-1", Limits())
    Task.objects.filter(pk="kofu").update(**change)
    assert queue.following() is None
    assert Case.objects.filter(state="APPROVED").count() == 1
