"""Other systems are told of cases: signed, without values, in order, once taken never again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from typer.testing import CliRunner

from cases import deliveries, notices, seed, webhooks
from cases.deliveries import BACK_OFF, ORDINARY, Event
from cases.models import AuditLine, Case
from cases.moves import change
from cases.states import MOVES, State
from cases.webhook_table import Delivery, Webhook
from config.site import Site
from flows import webhooks as sending
from flows.command import app
from flows.processes import free_port
from tests import leaks
from tests.desk.sheets import make_case
from tests.flows.approved import approved
from tests.flows.receivers import Kept, web_server
from tests.robots.records import KOFU

PROJECT = Path(__file__).parents[2]
EXAMPLES = PROJECT / "docs" / "examples"
sys.path.append(str(EXAMPLES))
from tenki_client import is_genuine  # noqa: E402  # the file that other systems copy

pytestmark = pytest.mark.django_db
NAME = "山田　花子"


@pytest.fixture(autouse=True)
def _tasks(db: None) -> None:
    seed.seed()


@pytest.fixture
def receiver() -> Iterator[Kept]:
    with web_server() as kept:
        yield kept


def told_to(url: str, *events: Event, task: str = "kofu", name: str = "soumu") -> tuple[Webhook, str]:
    return webhooks.make("test", name, url, events or ORDINARY, [task])


def send() -> int:
    return sending.send_due(Site())


def later(**wait: float) -> None:
    """As if that much time had gone by for whatever waits."""
    for row in Delivery.objects.exclude(next_at=None):
        Delivery.objects.filter(pk=row.pk).update(next_at=row.next_at - timedelta(**wait))
    Webhook.objects.exclude(rests_until=None).update(rests_until=timezone.now())


def standing_notices() -> set[str]:
    rows = notices.Notice.objects.filter(cause=notices.Cause.WEBHOOK_UNSENT, solved_at=None)
    return set(rows.values_list("subject", flat=True))


def test_a_ready_case_is_told_signed_and_without_values(receiver: Kept, tmp_path: Path) -> None:
    _, secret = told_to(receiver.address)
    case = approved(tmp_path, applicant_name=NAME)
    assert [send(), send()] == [2, 0]
    needs, ready = receiver.said()
    assert (needs["event"], ready["event"]) == ("case.needs_person", "case.approved")
    assert ready["case"] == {
        "id": str(case.pk),
        "number": case.number,
        "task": "kofu",
        "state": "APPROVED",
        "reason": "",
        "revision": needs["case"]["revision"] + 1,
        "api": f"/api/v1/cases/{case.pk}",
        "page": f"/cases/{case.pk}",
    }
    headers, body = receiver.posts[-1]
    assert headers["Tenki-Delivery"] == ready["id"]
    signed = headers["Tenki-Signature"]
    assert is_genuine(secret, signed, body)
    assert not is_genuine(secret, signed, body + b" ")
    assert not is_genuine(secret + "x", signed, body)
    assert not is_genuine(secret, signed, body, now_s=time.time() + 600), "an old one may be a repetition"
    values = [value for value in {**KOFU, "applicant_name": NAME}.values() if len(value) > 3]
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent" / "planted").write_text(NAME, encoding="utf-8")
    (tmp_path / "sent" / "bodies").write_bytes(b"".join(body for _, body in receiver.posts))
    assert [leak.path.name for leak in leaks.find(tmp_path / "sent", values)] == ["planted"]


@pytest.mark.parametrize(
    ("before", "to", "event"),
    [
        (State.RECEIVED, State.UNREADABLE, Event.NEEDS_PERSON),
        (State.RECEIVED, State.APPROVED, Event.APPROVED),
        (State.NEEDS_REVIEW, State.SECOND_CHECK, Event.NEEDS_PERSON),
        (State.NEEDS_REVIEW, State.CANCELLED, Event.CANCELLED),
        (State.UNREADABLE, State.RECEIVED, None),
        (State.APPROVED, State.ENTERING, None),
        (State.ENTERING, State.ENTERED, Event.ENTERED),
        (State.ENTERING, State.REFUSED, Event.NEEDS_PERSON),
        (State.ENTERING, State.OUTCOME_UNKNOWN, Event.NEEDS_PERSON),
        (State.ENTERING, State.APPROVED, None),
        (State.OUTCOME_UNKNOWN, State.APPROVED, Event.APPROVED),
        (State.ENTERED_WRONG, State.ENTERED, Event.ENTERED),
    ],
)
def test_which_moves_are_told(before: State, to: State, event: Event | None, tmp_path: Path) -> None:
    assert to in MOVES[before]
    told_to("https://soumu.city.example/")
    case = make_case(tmp_path, "juminhyo_kofu", {})
    Case.objects.filter(pk=case.pk).update(state=before)
    case.refresh_from_db()
    Delivery.objects.all().delete()
    change(case, "test", "case.moved", to=to)
    assert [row.event for row in Delivery.objects.all()] == ([event] if event else [])


def test_only_what_was_wanted_is_told_and_only_if_the_move_stands(tmp_path: Path) -> None:
    told_to("https://a.city.example/", Event.CANCELLED, name="a")
    told_to("https://b.city.example/", task="ido", name="b")
    ended, _ = told_to("https://c.city.example/", name="c")
    webhooks.end("test", ended)
    case = approved(tmp_path)
    assert not Delivery.objects.exists()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change(case, "test", "case.cancelled", to=State.CANCELLED)
        raise ZeroDivisionError
    assert not Delivery.objects.exists()
    change(Case.objects.get(), "test", "case.cancelled", to=State.CANCELLED)
    assert [row.webhook.name for row in Delivery.objects.all()] == ["a"]


def test_a_refusal_is_tried_again_and_the_id_stays(receiver: Kept, tmp_path: Path) -> None:
    told_to(receiver.address, Event.APPROVED)
    approved(tmp_path)
    receiver.fails = True
    assert [send(), send()] == [0, 0]
    row = Delivery.objects.get()
    assert (row.attempts, row.trouble) == (1, "http.500")
    assert row.next_at is not None and row.next_at > timezone.now() + timedelta(seconds=50)
    receiver.fails = False
    later(minutes=1)
    assert [send(), send()] == [1, 0]
    assert [told["id"] for told in receiver.said()] == [str(row.pk)]
    assert Delivery.objects.get().taken_at is not None


def test_one_that_is_never_taken_is_given_up_and_told(receiver: Kept, tmp_path: Path) -> None:
    told_to(receiver.address, Event.APPROVED)
    approved(tmp_path)
    receiver.fails = True
    for wait in (*BACK_OFF, timedelta(days=9)):
        send()
        later(seconds=wait.total_seconds())
    row = Delivery.objects.get()
    assert (row.attempts, row.next_at) == (len(BACK_OFF) + 1, None)
    assert standing_notices() == {"soumu"}
    receiver.fails = False
    assert send() == 0
    assert webhooks.tell_again("test", str(row.pk))
    assert send() == 1
    assert standing_notices() == set()
    assert not webhooks.tell_again("test", str(row.pk)), "what was taken is not told again"


def test_a_silent_address_is_left_alone_and_catches_up_in_order(tmp_path: Path) -> None:
    port = free_port()
    silent, _ = told_to(f"http://127.0.0.1:{port}/", Event.APPROVED)
    cases = [approved(tmp_path, applicant_name=f"山田　{number}") for number in range(3)]
    assert [send(), send()] == [0, 0]
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1], "one knock is enough"
    assert Delivery.objects.get(attempts=1).trouble == "ConnectionRefusedError"
    with web_server() as back:
        Webhook.objects.update(url=back.address)
        later(minutes=1)
        assert send() == 3
    assert [told["case"]["id"] for told in back.said()] == [str(case.pk) for case in cases]
    silent.refresh_from_db()
    assert silent.rests_until is None


def test_a_silent_address_holds_up_no_other(receiver: Kept, tmp_path: Path) -> None:
    told_to(f"http://127.0.0.1:{free_port()}/", Event.APPROVED, name="silent")
    told_to(receiver.address, Event.APPROVED, name="well")
    for number in range(2):
        approved(tmp_path, applicant_name=f"山田　{number}")
    assert send() == 2


def test_of_two_senders_one_sends(receiver: Kept, tmp_path: Path) -> None:
    told_to(receiver.address, Event.APPROVED)
    approved(tmp_path)
    mine, other = Delivery.objects.get(), Delivery.objects.get()
    assert deliveries.claim(mine)
    assert not deliveries.claim(other)
    assert send() == 0, "a sender that died is followed when its time is over"
    later(minutes=1)
    assert send() == 1


def test_a_redirection_leads_nowhere(receiver: Kept, tmp_path: Path) -> None:
    with web_server(moved_to=receiver.address) as moved:
        told_to(moved.address, Event.APPROVED)
        approved(tmp_path)
        assert send() == 0
    assert Delivery.objects.get().trouble == "http.307"
    assert receiver.posts == []


def test_an_ended_one_gets_nothing_more(receiver: Kept, tmp_path: Path) -> None:
    webhook, _ = told_to(receiver.address)
    approved(tmp_path)
    assert webhooks.end("test", webhook)
    assert not webhooks.end("test", webhook)
    assert send() == 0
    assert receiver.posts == []


def test_the_log_forgets_what_is_long_past(receiver: Kept) -> None:
    webhook, _ = told_to(receiver.address)
    for age in (0, 89, 91):
        webhooks.try_out("test", webhook)
        Delivery.objects.filter(taken_at=None).update(at=timezone.now() - timedelta(days=age))
        assert send() == 1
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("soumu", "ftp://soumu.city.example/"),
        ("soumu", "soumu.city.example"),
        ("soumu", "https://user:word@soumu.city.example/"),
        ("soumu", "https://soumu.city.example:port/"),
        ("soumu", "https://総務.city.example/"),
        ("総務", "https://soumu.city.example/"),
        ("2nd", "https://soumu.city.example/"),
    ],
)
def test_what_cannot_be_told_to_is_refused(name: str, url: str) -> None:
    with pytest.raises(webhooks.WebhookRefused):
        told_to(url, name=name)


def test_the_secret_lies_sealed_and_in_no_line(receiver: Kept) -> None:
    webhook, secret = told_to(receiver.address)
    stored = Webhook.objects.get()
    assert secret.encode() not in bytes(stored.secret)
    assert webhooks.secret_of(stored) == secret
    lines = list(AuditLine.objects.filter(what__startswith="webhook.").values())
    assert len(lines) == 1 and secret not in str(lines) and receiver.address not in str(lines)
    with pytest.raises(IntegrityError), transaction.atomic():
        told_to(receiver.address)
    Webhook.objects.filter(pk=webhook.pk).update(secret=b"\x01broken")
    webhooks.try_out("test", webhook)
    assert send() == 0
    assert Delivery.objects.get().trouble == "seal.broken"


def said_by(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def shipped_receiver(secret: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with subprocess.Popen(
        [sys.executable, str(EXAMPLES / "tenki_receiver.py"), "0"],
        env={**os.environ, "TENKI_WEBHOOK_SECRET": secret},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            listening = re.fullmatch(r"listening on (\d+)", said_by(process))
            assert listening
            yield f"http://127.0.0.1:{listening[1]}/", process
        finally:
            process.kill()


def test_the_shipped_receiver_takes_what_is_genuine(tmp_path: Path) -> None:
    webhook, secret = told_to("https://soumu.city.example/", Event.APPROVED)
    with shipped_receiver(secret) as (url, process):
        Webhook.objects.update(url=url)
        case = approved(tmp_path)
        assert send() == 1
        event, _, told = said_by(process).partition(" ")
        again: dict[str, Any] = json.loads(told)
        assert (event, again["number"]) == ("case.approved", case.number)
    with shipped_receiver("another") as (url, process):
        Webhook.objects.filter(pk=webhook.pk).update(url=url)
        webhooks.try_out("test", webhook)
        assert send() == 0
    assert Delivery.objects.get(event="test").trouble == "http.401"


@pytest.mark.django_db(transaction=True)
def test_the_sender_of_tenki_up_sends_by_itself(receiver: Kept) -> None:
    seed.seed()
    webhook, _ = told_to(receiver.address)
    sender = sending.Sender(Site(), every_s=0.05)
    sender.start()
    webhooks.try_out("test", webhook)
    ends_s = time.monotonic() + 20
    while not receiver.posts and time.monotonic() < ends_s:
        time.sleep(0.05)
    sender.end()
    assert not sender.is_alive()
    assert [told["event"] for told in receiver.said()] == ["test"]


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["webhook", *words])
    return result.exit_code, result.output.strip()


def test_the_verbs(receiver: Kept) -> None:
    status, secret = run("make", "soumu", receiver.address, "--task", "kofu", "--event", "case.approved")
    assert (status, webhooks.secret_of(Webhook.objects.get())) == (0, secret)
    assert run("try", "soumu")[0] == 0
    assert [told["event"] for told in receiver.said()] == ["test"]
    receiver.fails = True
    assert run("try", "soumu") == (1, "soumu: not taken (http.500)")
    status, listed = run("list", "--json")
    assert json.loads(listed)["webhooks"][0] | {"url": ""} == {
        "name": "soumu",
        "url": "",
        "events": ["case.approved"],
        "tasks": ["kofu"],
        "waiting": 1,
        "ended": False,
    }
    assert secret not in listed
    assert [run("end", "soumu")[1] for _ in range(2)] == ["soumu: ended", "soumu: was ended before"]
