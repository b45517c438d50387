"""Kill -9 at random moments: afterwards every record is in the target once, or not at all and known so.

Run by ``make proof``; ``TENKI_KILLS`` says how many kills (default 20).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time

import pytest

from forms.definition import FormDefinition
from rehearsal.target.proof import registered
from robots.client import RobotProcess
from robots.receipt import Outcome
from tests.robots.records import kofu
from tests.target_process import RunningTarget

KILLS = int(os.environ.get("TENKI_KILLS", "20"))
LATEST_KILL_S = 3.0


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(KILLS))
def test_nothing_arrives_twice(
    robot: RobotProcess, target: RunningTarget, forms: dict[str, FormDefinition], seed: int
) -> None:
    moments = random.Random(seed)
    victim = moments.choice(("robot", "browser", "target"))
    delay_s = moments.uniform(0, LATEST_KILL_S)
    record = kofu()
    robot.check()
    killing = threading.Thread(target=kill, args=(victim, robot, target, delay_s))
    killing.start()
    first = robot.enter(record)
    killing.join()
    there = len(registered(target.database, record.reception_number, forms))
    expected = {Outcome.ENTERED: {1}, Outcome.ALREADY_THERE: {1}, Outcome.UNAVAILABLE: {0}}
    assert there in expected.get(first.outcome, {0, 1}), (victim, delay_s, first.outcome, first.code)
    assert first.outcome is not Outcome.FAULT, (victim, delay_s, first.code, first.detail)
    second = robot.enter(record)
    assert second.outcome in {Outcome.ENTERED, Outcome.ALREADY_THERE}, (victim, delay_s, second.code)
    assert len(registered(target.database, record.reception_number, forms)) == 1


def kill(victim: str, robot: RobotProcess, target: RunningTarget, delay_s: float) -> None:
    time.sleep(delay_s)
    if victim == "target":
        assert target.process is not None
        target.process.kill()
        target.process.wait()
        target.start()
        return
    assert robot.pid is not None
    os.kill(robot.pid if victim == "robot" else browser_of(robot.pid), signal.SIGKILL)


def browser_of(robot_pid: int) -> int:
    """The browser's first process: the child of Playwright's driver, which is the child of the robot."""
    return child_of(child_of(robot_pid))


def child_of(pid: int) -> int:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout.split()[0])
