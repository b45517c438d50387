"""Notices go out once when a person is needed and once when it is over: to a mail and a web server."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta

import pytest

from cases import notices, seed
from cases.notice_table import Notice
from cases.notices import Cause
from config.site import Site
from flows import notifying
from tests.flows.receivers import Kept, mail_server, web_server

pytestmark = pytest.mark.django_db
AT_ONCE = timedelta(0)


@pytest.fixture
def post_office() -> Iterator[Kept]:
    with mail_server() as kept:
        yield kept


@pytest.fixture
def receiver() -> Iterator[Kept]:
    with web_server() as kept:
        yield kept


def by_mail(post_office: Kept, **more: str) -> dict[str, notifying.Send]:
    site = Site(
        mail_server=post_office.address,
        mail_security="none",
        mail_to=("ict@city.example", "sato@city.example"),
        mail_from="tenki@city.example",
        **more,
    )
    return notifying.ways(site, {notifying.MAIL_PASSWORD: "himitsu"})


def by_web(receiver: Kept, secret: str = "") -> dict[str, notifying.Send]:
    return notifying.ways(Site(notice_url=receiver.address), {notifying.NOTICE_SECRET: secret})


def test_a_site_without_settings_sends_nothing() -> None:
    assert notifying.ways(Site(), {}) == {}
    assert notifying.ways(Site(mail_server="mail.city.example"), {}) == {}


def test_told_once_and_once_more_when_it_is_over(post_office: Kept) -> None:
    through = by_mail(post_office)
    notices.tell(Cause.GATE_STOPPED, "rehearsal")
    assert [notifying.send_due(through) for _ in range(3)] == [1, 0, 0]
    notices.tell(Cause.GATE_STOPPED, "rehearsal")
    assert notifying.send_due(through) == 0
    notices.solved(Cause.GATE_STOPPED, "rehearsal")
    assert notifying.send_due(through) == 0, "it may come back"
    assert [notifying.send_due(through, AT_ONCE) for _ in range(2)] == [1, 0]
    told, over = post_office.letters
    assert (told["To"], told["From"]) == ("ict@city.example, sato@city.example", "tenki@city.example")
    assert told["Subject"] == "【Tenki】ロボットの停止"
    assert "業務システム「rehearsal」への自動入力が止まっています。" in told.get_payload(decode=True).decode()
    assert over["Subject"] == "【Tenki】解消：ロボットの停止"


def test_what_was_over_before_anybody_was_told_needs_no_word(post_office: Kept) -> None:
    notices.tell(Cause.GATE_SHUT, "rehearsal")
    notices.solved(Cause.GATE_SHUT, "rehearsal")
    assert notifying.send_due(by_mail(post_office), AT_ONCE) == 0


def test_a_mail_server_that_refuses_is_tried_again_and_told_at_the_desk(post_office: Kept) -> None:
    through = by_mail(post_office)
    notices.tell(Cause.DISK_FULL)
    post_office.fails = True
    assert notifying.send_due(through) == 0
    assert Notice.objects.filter(cause=Cause.UNSENT, subject="mail", solved_at=None).exists()
    post_office.fails = False
    assert notifying.send_due(through) == 1
    assert not Notice.objects.filter(cause=Cause.UNSENT, solved_at=None).exists()
    assert len(post_office.letters) == 1


def test_the_mail_server_is_signed_in_to_where_it_has_users(post_office: Kept) -> None:
    notices.tell(Cause.DISK_FULL)
    notifying.send_due(by_mail(post_office, mail_user="tenki"))
    assert post_office.users == ["AHRlbmtpAGhpbWl0c3U="]


def test_the_webhook_gets_json_with_a_signature(receiver: Kept) -> None:
    seed.seed()
    notices.tell(Cause.INBOX_REFUSED, "ido", files=3)
    assert notifying.send_due(by_web(receiver, "naisho")) == 1
    [(headers, body)] = receiver.posts
    assert headers["X-Tenki-Signature"] == "sha256=" + hmac.new(b"naisho", body, hashlib.sha256).hexdigest()
    [said] = receiver.said()
    assert (said["cause"], said["subject"], said["detail"], said["solved"]) == (
        "inbox.refused",
        "ido",
        {"files": 3},
        False,
    )
    assert "住民異動届" in said["text"] and "3件" in said["text"]


def test_one_way_that_fails_holds_no_other_up(post_office: Kept, receiver: Kept) -> None:
    post_office.fails = True
    notices.tell(Cause.DISK_FULL)
    both = by_mail(post_office) | by_web(receiver)
    assert [notifying.send_due(both) for _ in range(2)] == [1, 0]
    assert len(receiver.posts) == 1


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words(cause: Cause) -> None:
    numbers = dict.fromkeys(("files", "cases", "hours", "minutes", "seconds", "free_mb"), 7)
    message = notifying.message_of(notices.tell(cause, "somewhere", **numbers), over=False)
    assert cause.value not in message.head and "%(" not in message.text
    assert message.text.count("。") >= 2
