"""Files are read by one reader each, however many there are, and a reader's death frees what it held."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from cases import intake, sources
from cases.errors import CaseChanged
from cases.models import Case, Reading, SourceFile, Task
from cases.states import State
from tests.cases.conftest import sheet
from tests.cases.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def files(task: Task, count: int) -> list[SourceFile]:
    return [
        SourceFile.objects.create(
            sha256=f"{number:064}",
            original_name="x",
            size_bytes=1,
            received_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
            received_by="test",
            task=task,
        )
        for number in range(count)
    ]


def test_several_readers_get_different_files_and_all_of_them(task: Task) -> None:
    held = files(task, 30)

    def read(number: int) -> list[str]:
        me, done = f"reader-elsewhere-{number}", list[str]()
        while (source := sources.claim_next(task.name, me)) is not None:
            intake.record_sheet(intake.open_case(source, 0), sheet(), None)
            intake.complete(source)
            sources.release(source, me)
            done.append(str(source.pk))
        return done

    taken = Counter(pk for done in at_once(read) for pk in done)
    assert taken == Counter(str(source.pk) for source in held)
    assert Case.objects.count() == 30
    assert set(Reading.objects.values_list("attempt", flat=True)) == {1}


def test_the_oldest_comes_first_and_one_that_failed_is_passed_over(task: Task) -> None:
    first, second = files(task, 2)
    assert sources.claim_next(task.name, "reader-a-1") == first
    assert sources.claim_next(task.name, "reader-b-1") == second
    assert sources.claim_next(task.name, "reader-c-1") is None
    sources.release(first, "reader-b-1")
    assert sources.claim_next(task.name, "reader-c-1") is None, "only its holder frees it"
    sources.release(first, "reader-a-1")
    assert sources.claim_next(task.name, "reader-c-1", {first.pk}) is None
    assert sources.claim_next(task.name, "reader-c-1") == first


def test_what_is_read_is_not_claimed_until_somebody_wants_it_read_again(task: Task) -> None:
    (source,) = files(task, 1)
    intake.record_sheet(intake.open_case(source, 0), sheet(), None)
    intake.complete(source)
    assert sources.claim_next(task.name, "reader-a-1") is None
    Case.objects.update(state=State.RECEIVED)
    assert sources.claim_next(task.name, "reader-a-1") == source


def test_a_lease_ends_and_a_living_reader_prolongs_it(task: Task) -> None:
    (source,) = files(task, 1)
    sources.claim_next(task.name, "reader-a-1")
    SourceFile.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    assert sources.renew(source, "reader-a-1")
    assert SourceFile.objects.get().lease_until > timezone.now() + timedelta(seconds=60)
    SourceFile.objects.update(lease_until=timezone.now())
    assert sources.claim_next(task.name, "reader-b-1") == source
    assert not sources.renew(source, "reader-a-1"), "it was taken over"


def test_a_dead_reader_of_this_machine_frees_at_once_and_no_other(task: Task) -> None:
    here, elsewhere = files(task, 2)
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert sources.claim_next(task.name, "reader-elsewhere-1") == here
    SourceFile.objects.filter(pk=here.pk).update(lease_owner=f"reader-{socket.gethostname()}-{gone.pid}")
    SourceFile.objects.filter(pk=elsewhere.pk).update(
        lease_owner=f"reader-elsewhere-{gone.pid}", lease_until=timezone.now() + timedelta(seconds=60)
    )
    assert sources.claim_next(task.name, sources.reader_name()) == here
    assert sources.claim_next(task.name, "reader-b-1") is None, "a living one keeps it"


def test_two_that_read_the_same_page_after_all_record_it_once(task: Task, settings: Settings) -> None:
    (source,) = files(task, 1)
    case_id = intake.open_case(source, 0).pk
    loaded = threading.Barrier(2)

    def record(number: int) -> bool:
        case = Case.objects.select_related("task").get(pk=case_id)
        loaded.wait()
        try:
            intake.record_sheet(case, sheet(name=f"山田　{number}"), None)
        except CaseChanged:
            return False
        return True

    assert sorted(at_once(record, 2)) == [False, True]
    case = Case.objects.get()
    assert (case.state, case.revision) == (State.NEEDS_REVIEW, 1)
    assert Reading.objects.filter(field_id="name").count() == 1
