"""A cause is told once, goes on while it is seen, and ends when it is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import access, notices
from cases.audit import AuditDetailRefused
from cases.errors import NotAllowed
from cases.models import AuditLine, Task
from cases.notice_table import Notice
from cases.notices import Cause
from cases.roles import Role, add_user

pytestmark = pytest.mark.django_db


def person(name: str, *roles: Role) -> User:
    return add_user(name, "naka-no-kotoba-12", roles, by="test")


def open_ones() -> list[tuple[str, str]]:
    return list(Notice.objects.filter(solved_at=None).order_by("pk").values_list("cause", "subject"))


def age(notice: Notice, minutes: int) -> None:
    Notice.objects.filter(pk=notice.pk).update(solved_at=timezone.now() - timedelta(minutes=minutes))


def test_one_cause_is_one_notice_and_its_details_are_the_last() -> None:
    first = notices.tell(Cause.DISK_LOW, free_mb=900)
    again = notices.tell(Cause.DISK_LOW, free_mb=700)
    assert again.pk == first.pk
    assert Notice.objects.get().detail == {"free_mb": 700}
    notices.tell(Cause.GATE_STOPPED, "rehearsal")
    notices.tell(Cause.GATE_STOPPED, "elsewhere")
    assert len(open_ones()) == 3


@pytest.mark.parametrize(("minutes", "fresh"), [(1, False), (6, True)])
def test_what_comes_back_at_once_was_not_over(minutes: int, fresh: bool) -> None:
    first = notices.tell(Cause.GATE_SHUT, "rehearsal")
    assert notices.solved(Cause.GATE_SHUT, "rehearsal")
    assert not notices.solved(Cause.GATE_SHUT, "rehearsal")
    age(first, minutes)
    assert (notices.tell(Cause.GATE_SHUT, "rehearsal").pk != first.pk) is fresh
    assert len(open_ones()) == 1


def test_what_is_not_seen_any_more_is_over() -> None:
    notices.tell(Cause.DISK_FULL)
    for seen in ({"a": {"files": 1}, "b": {"files": 2}}, {"b": {"files": 2}}, {}):
        notices.seen_now(Cause.INBOX_REFUSED, seen)
        assert open_ones() == [("disk.full", ""), *(("inbox.refused", name) for name in seen)]


@pytest.mark.parametrize("detail", [{"name": "髙橋 健一"}, {"files": "a file of Takahashi.pdf"}])
def test_values_are_refused_without_being_quoted(detail: dict[str, str]) -> None:
    with pytest.raises(AuditDetailRefused) as caught:
        notices.tell(Cause.INBOX_REFUSED, "ido", **detail)
    assert not any(value in str(caught.value) for value in detail.values())
    assert open_ones() == []


def test_who_sees_to_it_is_kept_and_audited() -> None:
    notice = notices.tell(Cause.DISK_LOW, free_mb=900)
    notices.acknowledge(notice.pk, person("sato", Role.ICT))
    notices.acknowledge(notice.pk, person("aoki", Role.ICT))
    notice.refresh_from_db()
    assert notice.acknowledged_by == "sato" and notice.solved_at is None
    assert [line.who for line in AuditLine.objects.filter(what="notice.acknowledged")] == ["sato"]
    with pytest.raises(NotAllowed):
        notices.acknowledge(notice.pk, person("ueda", Role.OPERATOR))


def test_a_department_sees_what_is_about_its_tasks(task: Task) -> None:
    user = person("mori", Role.DEPARTMENT)
    access.assign(user, "test", tasks=[task.name])
    for cause, subject in ((Cause.DISK_LOW, ""), (Cause.INBOX_GONE, task.name), (Cause.INBOX_GONE, "other")):
        notices.tell(cause, subject)
    seen = Notice.objects.filter(notices.visible_to(user)).values_list("cause", "subject")
    assert list(seen) == [("inbox.gone", task.name)]
    assert Notice.objects.filter(notices.visible_to(person("sato", Role.ICT))).count() == 3
    assert not Notice.objects.filter(notices.visible_to(person("ueda", Role.AUDITOR))).exists()
    foreign = Notice.objects.get(subject="other")
    notices.acknowledge(foreign.pk, user)
    foreign.refresh_from_db()
    assert foreign.acknowledged_at is None
