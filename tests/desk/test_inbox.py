"""The page of the inboxes: what the watcher saw, what was refused, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from cases import access, refusals
from cases.inbox_table import Refusal
from cases.models import SourceFile, Task
from desk import ports
from desk.ports import Ports
from desk.state_ports import InboxState, MachineState

NAME = "髙橋健一.pdf"


@dataclass
class Seen:
    """What a watcher has seen."""

    inboxes: Mapping[str, InboxState] | None

    def now(self) -> MachineState:
        return MachineState(inboxes=self.inboxes)


@pytest.fixture
def seen() -> Iterator[Seen]:
    source = Seen({})
    ports.fill(Ports(state=source))
    yield source
    ports.fill(Ports())


def page(people: Mapping[str, User], name: str) -> str:
    client = Client()
    client.force_login(people[name])
    return client.get("/inbox").content.decode()


@pytest.fixture
def refused(tasks: None) -> Refusal:
    return refusals.refuse(Task.objects.get(pk="ido"), "窓口", NAME, 300_000_000, "file.too_large")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (InboxState(at=datetime(2026, 11, 25, 9, tzinfo=timezone.get_current_timezone())), "受付中"),
        (InboxState(left=1234), "受付待ち 1234件"),
        (InboxState(unfinished=2), "書きかけ 2件"),
        (InboxState(gone=True), "開けません"),
        (InboxState(full=True), "空き容量不足"),
        (InboxState(stuck=1), "動かせない 1件"),
    ],
)
def test_an_inbox_says_how_it_is(
    seen: Seen, tasks: None, people: Mapping[str, User], state: InboxState, said: str
) -> None:
    seen.inboxes = {"ido": state}
    assert said in page(people, "operator")


def test_a_watcher_that_is_missing_is_said(seen: Seen, tasks: None, people: Mapping[str, User]) -> None:
    assert "not-watched" not in page(people, "ict")
    seen.inboxes = None
    assert "not-watched" in page(people, "ict")


def test_names_are_for_those_who_may_read_values(
    seen: Seen, refused: Refusal, people: Mapping[str, User]
) -> None:
    SourceFile.objects.create(
        sha256="0" * 64,
        original_name="山田花子.pdf",
        size_bytes=1,
        received_at=timezone.now(),
        received_by="inbox",
        scanner="3階",
        task_id="ido",
    )
    for name, shown in (("operator", True), ("department", True), ("ict", False)):
        html = page(people, name)
        assert (NAME in html, "山田花子" in html) == (shown, shown)
        assert str(refused.pk) in html and "窓口" in html and "3階" in html


def test_a_refused_file_is_asked_back_once(seen: Seen, refused: Refusal, people: Mapping[str, User]) -> None:
    client = Client()
    client.force_login(people["operator"])
    assert "大きすぎます" in client.get("/inbox").content.decode()
    client.post(f"/inbox/{refused.pk}/ask-back")
    refused.refresh_from_db()
    assert refused.asked_by == "operator"
    html = client.get("/inbox").content.decode()
    assert "再受付待ち" in html and 'data-action="ask-back"' not in html
    refusals.end(refused)
    assert client.post(f"/inbox/{refused.pk}/ask-back").status_code == 404


def test_another_departments_file_is_not_asked_back(
    seen: Seen, refused: Refusal, people: Mapping[str, User]
) -> None:
    access.assign(people["department"], by="test", tasks=["kofu"])
    client = Client()
    client.force_login(people["department"])
    assert str(refused.pk) not in client.get("/inbox").content.decode()
    assert client.post(f"/inbox/{refused.pk}/ask-back").status_code == 403
