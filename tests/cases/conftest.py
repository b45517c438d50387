"""A small form, a task, people with roles, and sheets as a reader would hand them over."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from cases import access, claims, intake, review, roles, seed
from cases.models import Case, SourceFile, Task
from cases.roles import Role
from forms.facts import Alternative, Reading, Route, SheetReading

CONFIG = Path(__file__).parent / "config"
MY_NUMBER = "983205673214"
OTHER_NUMBER = "123456789018"
NAME = "山田　花子"

VALUES = {
    "name": NAME,
    "name_kana": "ヤマダ　ハナコ",
    "moved_on": "2026-04-01",
    "amount": "1500",
    "my_number": MY_NUMBER,
    "note": "",
    "received": "1",
}

NewCase = Callable[..., Case]


def sheet(routes: dict[str, Route] | None = None, **values: str) -> SheetReading:
    """The small form as read: VALUES unless told otherwise, every field accepted unless routed otherwise."""
    wanted = {"my_number": Route.BLIND, **(routes or {})}
    readings = [
        Reading(
            field_id=field,
            raw=value,
            value=value,
            confidence=0.99,
            blank=value == "",
            box_px=((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),
            alternatives=(Alternative(value, 0.99), Alternative(f"{value}1", 0.01)),
            route=wanted.get(field, Route.ACCEPT),
            reader="ppocr",
        )
        for field, value in {**VALUES, **values}.items()
    ]
    upright = ((10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (0.0, 0.0, 1.0))
    return SheetReading(0, "shiken", 1, upright, 0.2, 0, 254.0, tuple(readings))


def unasked(**values: str) -> SheetReading:
    """A sheet on which nothing asks for a person."""
    return sheet({"my_number": Route.ACCEPT}, **{"amount": "", "my_number": "", **values})


@pytest.fixture(autouse=True)
def _small_configuration(settings: Settings) -> None:
    settings.CONFIG_FOLDERS = (CONFIG,)
    # Argon2 takes 0.1 s a password on purpose; nothing here tests its strength.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def task(db: None) -> Task:
    return seed.seed()[0]


@pytest.fixture
def people(task: Task) -> dict[str, User]:
    """Two persons who may do both checks, one who may only look."""
    everything = [Role.OPERATOR, Role.SECOND_CHECKER]
    found = {
        name: roles.add_user(name, f"{name}-2026-nagai", wanted, by="test")
        for name, wanted in {"aoki": everything, "baba": everything, "chiba": [Role.AUDITOR]}.items()
    }
    for user in found.values():
        access.assign_everything(user, by="test")
    return found


@pytest.fixture
def aoki(people: dict[str, User]) -> User:
    return people["aoki"]


@pytest.fixture
def baba(people: dict[str, User]) -> User:
    return people["baba"]


@pytest.fixture
def new_case(task: Task) -> NewCase:
    """Makes a case of a sheet, in the state that ``record_sheet`` gives it."""

    def make(read: SheetReading | None = None) -> Case:
        source = SourceFile.objects.create(
            sha256=uuid.uuid4().hex * 2,
            original_name="scan.pdf",
            size_bytes=1,
            received_at=datetime.now(UTC),
            received_by="test",
            task=task,
        )
        case = intake.open_case(source, 0)
        intake.record_sheet(case, read or sheet(), None)
        return case

    return make


@pytest.fixture
def approved(new_case: NewCase, aoki: User) -> NewCase:
    """Makes a case that a person has approved; nothing on it asks."""

    def make(read: SheetReading | None = None) -> Case:
        case = claims.claim(new_case(read or unasked()).pk, aoki)
        review.approve(case, aoki)
        return case

    return make
