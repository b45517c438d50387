"""What a round came to is counted from the end of the one before: no sheet is counted twice or lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cases import rounds
from cases.models import Case, Task
from cases.rounds import Saved
from cases.states import State
from tests.cases.conftest import NewCase

pytestmark = pytest.mark.django_db
SAVED = Saved(120.0, 0.8, sample=True)


def test_rounds_count_what_has_happened_since_the_last_one(task: Task, new_case: NewCase) -> None:
    before = timezone.now() - timedelta(hours=1)
    first = new_case()
    one = rounds.note(task, before, 2, SAVED, (State.REFUSED,))
    assert (one.sheets, one.refused, one.exceptions, one.entered) == (1, 2, 0, 0)
    assert (one.fields, one.asked) == (7, 1)
    assert (one.saved_minutes, one.rate, one.sample) == (120.0, 0.8, True)

    Case.objects.filter(pk=first.pk).update(state=State.REFUSED)
    two = rounds.note(
        task, timezone.now(), 0, Saved(None, None, sample=False), (State.REFUSED,), "reader.fault"
    )
    assert (two.sheets, two.fields, two.exceptions, two.fault) == (0, 0, 1, "reader.fault")
    assert rounds.newest(task, 5) == (two, one)
    assert rounds.open_exceptions(task, (State.REFUSED,), 5) == (str(first.pk),)
