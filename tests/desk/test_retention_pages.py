"""The page of retention: what is due, holds, and proofs, for those who may see no values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import erasing, retention
from cases.models import Case
from cases.states import State
from tests.desk.sheets import make_case

LONG_AGO = timedelta(days=400)
NAME = "消尾　玲於奈"


@pytest.fixture
def ended(tasks: None, people: Mapping[str, User], tmp_path: Path) -> Case:
    case = make_case(tmp_path, "ido_todoke", {"new_head": NAME})
    Case.objects.filter(pk=case.pk).update(state=State.ENTERED, updated_at=datetime.now(UTC) - LONG_AGO)
    return case


def browser_of(people: Mapping[str, User], name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def test_due_held_deleted_and_proven(ended: Case, people: Mapping[str, User]) -> None:
    auditor = browser_of(people, "auditor")
    page = auditor.get("/audit/retention").content.decode()
    assert "個人番号" in page
    assert NAME not in page
    auditor.post("/audit/retention/hold", {"number": ended.number.replace("-", " "), "reason": "訴訟"})
    page = auditor.get("/audit/retention").content.decode()
    assert 'data-message="nothing-due"' in page
    assert ended.number in page
    assert "data-held" in auditor.get(f"/cases/{ended.pk}").content.decode()
    held = ended.holds.get()
    auditor.post(f"/audit/retention/holds/{held.pk}/lift")
    (record,) = erasing.run(retention.due()[0], "housekeeping")
    shown = auditor.get(f"/audit/retention/{record.pk}").content.decode()
    assert 'data-left="0"' in shown
    assert ended.number in shown
    assert record.seal in shown
    case_page = browser_of(people, "operator").get(f"/cases/{ended.pk}").content.decode()
    assert "data-erased" in case_page
    assert NAME in case_page, "the values stay for years"
    verified = auditor.post("/audit/retention/verify", follow=True).content.decode()
    assert 'data-message="whole"' in verified


def test_a_hold_without_a_case_is_refused_in_words(ended: Case, people: Mapping[str, User]) -> None:
    said = browser_of(people, "auditor").post(
        "/audit/retention/hold", {"number": "T00-1", "reason": "訴訟"}, follow=True
    )
    assert 'data-message="hold.refused"' in said.content.decode()
