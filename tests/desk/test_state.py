"""The state page, the signs of life and the figures: who sees what, and that they say what is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from cases import notices, tokens
from cases.models import Case, SourceFile
from cases.notices import Cause
from cases.states import State
from cases.tokens import Scope
from desk import ports
from desk.metrics import Family
from desk.ports import Ports
from desk.state_ports import InboxState, MachineState, PartState
from tests.desk.sheets import make_case

AT = datetime(2026, 11, 25, 0, 10, tzinfo=UTC)
RUNNING = PartState("server", "running", AT, 2, -9, AT)
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8460"}
NAME = "髙橋　健一"


@dataclass
class Seen:
    """What the programs have said."""

    state: MachineState

    def now(self) -> MachineState:
        return self.state


@pytest.fixture
def seen(settings: Settings) -> Iterator[Seen]:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "tenki.city.example", "testserver"]
    source = Seen(MachineState(parts=(RUNNING,), disk_free=10**11, disk_size=10**12))
    ports.fill(Ports(state=source))
    yield source
    ports.fill(Ports())


@pytest.fixture
def case(tasks: None, tmp_path: Path) -> Case:
    case = make_case(tmp_path, "ido_todoke", {"new_head": NAME})
    Case.objects.update(updated_at=timezone.now() - timedelta(hours=2))
    return case


def page(people: Mapping[str, User]) -> str:
    client = Client()
    client.force_login(people["ict"])
    return client.get("/state").content.decode()


def test_the_page_says_what_runs_and_what_waits(seen: Seen, case: Case, people: Mapping[str, User]) -> None:
    seen.state = replace(seen.state, inboxes={"ido": InboxState(left=17)})
    SourceFile.objects.update(read_at=None)
    shown = page(people)
    for words in ("稼働中", "11月25日 09:10:00", "SIGKILL", "十分", "正常", "17"):
        assert words in shown
    assert "「tenki up」が動いていません" not in shown


@pytest.mark.parametrize(
    ("being", "words"),
    [("failing", "繰り返し停止"), ("starting", "起動中"), ("waiting", "再起動待ち"), ("gone", "応答なし")],
)
def test_each_state_of_a_program_has_its_word(
    seen: Seen, being: str, words: str, tasks: None, people: Mapping[str, User]
) -> None:
    seen.state = MachineState(parts=(replace(RUNNING, being=being),), disk_size=10**12)
    shown = page(people)
    assert words in shown and "残りわずか" in shown


def test_what_is_wrong_stands_on_the_page(seen: Seen, tasks: None, people: Mapping[str, User]) -> None:
    notices.tell(Cause.CLOCK_JUMPED, seconds=3600)
    seen.state = MachineState(parts=(PartState("server", "absent"),), inboxes={"ido": InboxState(gone=True)})
    shown = page(people)
    for words in ("「tenki up」が動いていません", "3600秒", "開けません"):
        assert words in shown


@pytest.mark.parametrize(
    ("being", "status"),
    [("running", 200), ("starting", 200), ("absent", 200), ("failing", 503), ("gone", 503)],
)
def test_the_sign_of_life_knows_the_programs(db: None, seen: Seen, being: str, status: int) -> None:
    seen.state = MachineState(parts=(replace(RUNNING, being=being),))
    outside, here = Client().get("/healthz"), Client().get("/healthz", **HERE)
    assert outside.status_code == here.status_code == status
    assert outside.json() == {"status": "ok" if status == 200 else "failing"}
    assert here.json()["parts"] == {"database": "running", "server": being}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_said_and_no_reason_to_start_the_desk_again(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", "/nonexistent/away.sqlite3")
    try:
        assert (Client().get("/healthz").status_code, Client().get("/healthz/live").status_code) == (503, 200)
    finally:
        monkeypatch.undo()
        connection.close()


FORWARDED = {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}


@pytest.mark.parametrize(
    ("asked", "site", "status"),
    [
        (HERE, {}, 200),
        ({"REMOTE_ADDR": "::1", "HTTP_HOST": "[::1]:8460"}, {}, 200),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_HOST": "127.0.0.1:8460"}, {}, 401),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "tenki.city.example"}, {}, 401),
        ({**HERE, **FORWARDED}, {}, 401),
        ({**HERE, "HTTP_X_FORWARDED_PROTO": "https"}, {}, 401),
        (HERE, {"desk_https": True}, 401),
        (HERE, {"desk_https": True, "desk_certificate": "/a.pem"}, 200),
        (HERE, {"proxy_header": "X-Remote-User"}, 401),
        ({**HERE, "HTTP_AUTHORIZATION": "Bearer tenki_wrong"}, {}, 401),
    ],
)
def test_who_may_read_the_figures(
    db: None,
    seen: Seen,
    settings: Settings,
    asked: dict[str, str],
    site: dict[str, object],
    status: int,
) -> None:
    settings.SITE = replace(settings.SITE, **site)
    answer = Client().get("/metrics", **asked)
    assert answer.status_code == status
    assert ("tenki_cases" in answer.content.decode()) is (status == 200)


@pytest.mark.parametrize(("scope", "status"), [(Scope.METRICS, 200), (Scope.CASES_READ, 401)])
def test_a_token_opens_the_figures_from_anywhere(db: None, seen: Seen, scope: Scope, status: int) -> None:
    _, secret = tokens.make("test", "prometheus", [scope], [])
    asked = {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": f"Bearer {secret}", **FORWARDED}
    assert Client().get("/metrics", **asked).status_code == status


def test_the_figures_are_read_by_prometheus_and_hold_no_resident(seen: Seen, case: Case) -> None:
    notices.tell(Cause.INBOX_GONE, "ido")
    SourceFile.objects.update(read_at=None, received_at=timezone.now() - timedelta(hours=1))
    seen.state = replace(seen.state, inboxes={"ido": InboxState(left=3), "kofu": InboxState(gone=True)})
    body = Client().get("/metrics", **HERE).content
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }
    here = (("state", State.NEEDS_REVIEW.value), ("task", "ido"))
    assert found["tenki_cases", *here] == 1
    assert 7200 <= found["tenki_case_oldest_seconds", *here] < 7300
    assert found["tenki_files_unread", ("task", "ido")] == 1
    assert 3600 <= found["tenki_file_oldest_seconds", ("task", "ido")] < 3700
    assert found["tenki_notices", ("cause", "inbox.gone")] == 1
    assert found["tenki_part_up", ("part", "server")] == 1
    assert found["tenki_part_restarts_total", ("part", "server")] == 2
    assert found["tenki_inbox_files", ("task", "ido")] == 3
    assert (found["tenki_inbox_up", ("task", "ido")], found["tenki_inbox_up", ("task", "kofu")]) == (1, 0)
    assert found["tenki_disk_free_bytes",] == 10**11
    for secret in (NAME, "高橋", str(case.pk), case.number):
        assert secret.encode() not in body


def test_what_is_over_has_no_age(seen: Seen, case: Case) -> None:
    Case.objects.update(state=State.ENTERED, updated_at=timezone.now() - timedelta(days=400))
    body = Client().get("/metrics", **HERE).content.decode()
    assert 'tenki_cases{task="ido",state="ENTERED"} 1' in body
    assert "tenki_case_oldest_seconds{" not in body


def test_a_label_is_escaped() -> None:
    family = Family("x", "gauge", "y", (({"task": 'a"b\\c\nd'}, 1.0),))
    assert list(family.lines())[-1] == 'x{task="a\\"b\\\\c\\nd"} 1'
