"""A target's gate: opened and stopped by people, stopped and shut by robots; one robot is signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import gates, roles
from cases.errors import NotAllowed, NotClaimed
from cases.gate_table import TargetGate
from cases.gates import Position
from cases.models import AuditLine
from cases.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ict(db: None) -> User:
    roles.create_groups()
    return roles.add_user("ict", "johoseisaku-2026", [Role.ICT], by="test")


def test_a_gate_that_nobody_has_touched_is_open() -> None:
    assert gates.gate("t").position is Position.OPEN


def test_a_person_stops_and_opens(ict: User) -> None:
    gates.stop_by_person("t", ict)
    gate = gates.gate("t")
    assert (gate.position, gate.reason, gate.by) == (Position.STOPPED, "gate.person", "ict")
    gates.open_again("t", ict)
    assert gates.gate("t").position is Position.OPEN
    whats = list(AuditLine.objects.order_by("-id").values_list("what", flat=True)[:2])
    assert whats == ["target.opened", "target.stopped"]


def test_only_the_ict_section_has_the_switch(ict: User) -> None:
    other = roles.add_user("op", "tantousha-2026", [Role.OPERATOR], by="test")
    for act in (gates.stop_by_person, gates.open_again):
        with pytest.raises(NotAllowed):
            act("t", other)


def test_a_fault_stops_until_a_person_has_looked(ict: User) -> None:
    gates.stop("t", "robot-1", "screen.changed", "on screen menu: link 届出照会")
    assert gates.gate("t").position is Position.STOPPED
    gates.worked("t")
    assert gates.gate("t").position is Position.STOPPED
    gates.open_again("t", ict)
    assert gates.gate("t") == gates.Gate("t", Position.OPEN, by="ict", at=gates.gate("t").at)


def test_the_breaker_opens_by_itself() -> None:
    assert [gates.failed("t"), gates.failed("t")] == [1, 2]
    gates.shut("t", "robot-1", "target.connection", 60)
    gate = gates.gate("t")
    assert (gate.position, gate.reason, gate.failures) == (Position.SHUT, "target.connection", 0)
    TargetGate.objects.update(shut_until=timezone.now() - timedelta(seconds=1))
    assert gates.gate("t").position is Position.OPEN


def test_one_that_works_ends_the_row_of_failures() -> None:
    gates.failed("t")
    gates.worked("t")
    assert gates.failed("t") == 1


def test_one_robot_is_signed_in_at_a_time() -> None:
    assert gates.sign_in("t", "robot-1")
    assert not gates.sign_in("t", "robot-2")
    assert gates.sign_in("other", "robot-2")
    assert gates.gate("t").robot == "robot-1"
    gates.keep_session("t", "robot-1")
    gates.sign_out("t", "robot-2")
    assert not gates.sign_in("t", "robot-2")
    gates.sign_out("t", "robot-1")
    assert gates.sign_in("t", "robot-2")


def test_a_dead_robots_session_runs_out() -> None:
    gates.sign_in("t", "robot-1")
    TargetGate.objects.update(session_until=timezone.now() - timedelta(seconds=1))
    assert gates.gate("t").robot == ""
    assert gates.sign_in("t", "robot-2")
    with pytest.raises(NotClaimed):
        gates.keep_session("t", "robot-1")
