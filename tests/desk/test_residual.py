"""The page of residual errors: figures with their intervals, advice, and the department's signature."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from cases.models import Task
from cases.policy import SignedPolicy, policy_of
from cases.sampled import PolicyVersion, Sample
from desk.residual import Advice, Group, advise, place, propose, residual


def sampled(n: int, wrong: int, field_id: str = "new_head", kind: str = "name", version: int = 1) -> None:
    now, task = timezone.now(), Task.objects.get(name="ido")
    Sample.objects.bulk_create(
        Sample(
            task=task,
            attempt=1,
            form="ido_todoke",
            field_id=field_id,
            kind=kind,
            blank=False,
            policy_version=version,
            max_wrong=0.001,
            drawn_at=now,
            settled_at=now,
            wrong=place < wrong,
        )
        for place in range(n)
    )


@pytest.mark.parametrize(
    ("n", "wrong", "advice", "proposed"),
    [
        (1000, 20, Advice.TIGHTEN, 0.0001),  # twenty times too many: by a tenth, and no further
        (1000, 5, Advice.TIGHTEN, 0.0002),
        (1000, 1, Advice.KEEP, None),
        (1000, 0, Advice.KEEP, None),
        (6000, 0, Advice.LOOSEN, 0.0016),
        (90000, 0, Advice.LOOSEN, 0.002),  # twice, and no further
    ],
)
def test_what_follows_from_the_samples(n: int, wrong: int, advice: Advice, proposed: float | None) -> None:
    group, policy = Group("", n, wrong), SignedPolicy(version=1, max_wrong=0.001)
    assert advise(group, policy.wanted) is advice
    assert propose(group, policy, advice) == (None if proposed is None else pytest.approx(proposed))


def test_the_scale_of_the_chart_is_logarithmic() -> None:
    assert [place(share) for share in (0.0, 1e-5, 1e-3, 1e-1, 1.0)] == pytest.approx([0, 0, 0.4, 0.8, 1])


def test_the_page_shows_figures_by_kind_and_field(tasks: None, people: Mapping[str, User]) -> None:
    sampled(300, 6)
    sampled(500, 0, "notifier_phone", "phone")
    sampled(50, 50, version=0)
    client = Client()
    client.force_login(people["ict"])
    page = client.get("/residual/ido").content.decode()
    assert 'data-advice="tighten"' in page
    assert "800項目のうち6項目" in page
    assert "50項目のうち50項目" in page, "the version before stands by itself"
    assert "新世帯主" in page
    assert 'name="max_wrong_percent"' not in page, "only the department signs"
    assert residual(Task.objects.get(name="ido")).kinds[0].wrong == 6


def test_without_samples_the_page_says_how_to_begin(tasks: None, people: Mapping[str, User]) -> None:
    client = Client()
    client.force_login(people["department"])
    page = client.get("/residual", follow=True).content.decode()
    assert "sample_share" in page
    assert 'name="max_wrong_percent"' not in page


def test_the_department_signs_another_line(tasks: None, people: Mapping[str, User]) -> None:
    sampled(1000, 20)
    client = Client()
    client.force_login(people["department"])
    page = client.get("/residual/ido").content.decode()
    assert 'value="0.01"' in page
    given = {"max_wrong_percent": "0.01", "version": "1", "reason": "標本の誤りが多い"}
    said = client.post("/residual/ido/sign", given, follow=True).content.decode()
    assert 'data-message="policy-signed"' in said
    assert policy_of(Task.objects.get(name="ido")).max_wrong == pytest.approx(0.0001)
    again = client.post("/residual/ido/sign", given, follow=True).content.decode()
    assert 'data-message="case.changed"' in again
    assert PolicyVersion.objects.count() == 1
    for bad in ("", "abc", "nan", "200", "-1"):
        asked = {**given, "version": "2", "max_wrong_percent": bad}
        said = client.post("/residual/ido/sign", asked, follow=True).content.decode()
        assert 'data-message="signing.bad_line"' in said
