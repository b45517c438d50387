"""What a round came to is counted from the end of the one before: no sheet is counted twice or lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import entry, refusals, rounds
from cases.entry import Outcome
from cases.models import Case, Task
from cases.round_table import RoundReport
from cases.rounds import Saved
from cases.states import State
from tests.cases.conftest import NewCase
from tests.cases.test_entry import proof

pytestmark = pytest.mark.django_db
SAVED = Saved(120.0, 0.8, sample=True)


def test_rounds_count_what_has_happened_since_the_last_one(task: Task, new_case: NewCase) -> None:
    before = timezone.now() - timedelta(hours=1)
    first = new_case()
    for _ in range(2):
        refusals.refuse(task, "", "a.pdf", 1, "file.too_large")
    one = rounds.note(task, before, SAVED, (State.REFUSED,))
    assert (one.sheets, one.refused, one.exceptions, one.entered) == (1, 2, 0, 0)
    assert (one.fields, one.asked) == (7, 1)
    assert (one.saved_minutes, one.rate, one.sample) == (120.0, 0.8, True)

    Case.objects.filter(pk=first.pk).update(state=State.REFUSED)
    two = rounds.note(task, timezone.now(), Saved(None, None, sample=False), (State.REFUSED,), "reader.fault")
    assert (two.sheets, two.refused, two.exceptions, two.fault) == (0, 0, 1, "reader.fault")
    assert rounds.newest(task, 5) == (two, one)


def test_what_is_entered_is_counted_once_whichever_way_it_went(
    task: Task, approved: NewCase, aoki: User
) -> None:
    approved()
    assert _note(task).entered == 0
    record = entry.begin_next("shiken", "robot-1")
    assert record is not None
    assert entry.finish(record.case_id, "robot-1", proof(Outcome.ALREADY_THERE)) is State.ENTERED
    assert _note(task).entered == 1
    entry.resolve(Case.objects.get(), aoki, State.ENTERED_WRONG, "住所が違います")
    assert _note(task).entered == 0


def _note(task: Task) -> RoundReport:
    return rounds.note(task, timezone.now(), SAVED, ())
