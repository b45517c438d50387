"""The page of notices: what stands, who sees to it, what is over."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import notices
from cases.notice_table import Notice
from cases.notices import Cause


@pytest.fixture
def ict(tasks: None, people: Mapping[str, User]) -> Client:
    client = Client()
    client.force_login(people["ict"])
    return client


def test_a_notice_stands_until_its_cause_is_gone(ict: Client) -> None:
    page = ict.get("/notices").content.decode()
    assert 'data-message="no-notices"' in page and 'data-open-notices="0"' in page
    notice = notices.tell(Cause.INBOX_GONE, "ido")
    page = ict.get("/notices").content.decode()
    assert f'data-notice="{notice.pk}"' in page and 'data-open-notices="1"' in page
    assert "「住民異動届" in page and "未対応" in page
    ict.post(f"/notices/{notice.pk}/acknowledge")
    page = ict.get("/notices").content.decode()
    assert 'data-open-notices="0"' in page and "が対応中" in page and "未対応" not in page
    notices.solved(Cause.INBOX_GONE, "ido")
    page = ict.get("/notices").content.decode()
    assert 'data-over="inbox.gone"' in page and 'data-notice="' not in page


def test_the_bell_rings_for_those_only_who_can_do_something(tasks: None, people: Mapping[str, User]) -> None:
    notices.tell(Cause.DISK_LOW, free_mb=10)
    assert Notice.objects.count() == 1
    for name, rings in (("ict", 'data-open-notices="1"'), ("department", 'data-open-notices="0"')):
        client = Client()
        client.force_login(people[name])
        assert rings in client.get("/").content.decode()
    client = Client()
    client.force_login(people["operator"])
    assert "data-open-notices" not in client.get("/").content.decode()
