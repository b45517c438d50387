"""The shipped forms, and sheets of invented people without a fault."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from forms.definition import FormDefinition
from forms.library import FormLibrary
from forms.rules import Context

SHIPPED = Path(__file__).parents[2] / "config" / "forms"


@pytest.fixture(scope="session")
def shipped() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def library() -> FormLibrary:
    return FormLibrary(SHIPPED)


@pytest.fixture(scope="session")
def ido(library: FormLibrary) -> FormDefinition:
    return library.get("ido_todoke")


@pytest.fixture(scope="session")
def kofu(library: FormLibrary) -> FormDefinition:
    return library.get("juminhyo_kofu")


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(datetime.date(2026, 11, 23), municipality_code="141500")


@pytest.fixture
def moving_in() -> dict[str, str]:
    """A couple moves into the city; the wife is foreign."""
    return {
        "notice_type": "転入",
        "moved_on": "2026-11-10",
        "notified_on": "2026-11-20",
        "new_postal_code": "252-0239",
        "new_address": "神奈川県相模原市中央区中央2-11-15",
        "new_head": "佐藤　健",
        "old_postal_code": "150-0001",
        "old_address": "東京都渋谷区神宮前1-2-3",
        "old_head": "佐藤　健",
        "honseki": "東京都渋谷区神宮前1丁目2番",
        "hittousha": "佐藤　健",
        "persons.1.kana": "サトウ　ケン",
        "persons.1.name": "佐藤　健",
        "persons.1.birth_date": "1985-05-17",
        "persons.1.sex": "男",
        "persons.1.relation": "世帯主",
        "persons.1.my_number": "983205673214",
        "persons.1.resident_code": "12345678901",
        "persons.2.kana": "リナ　サントス",
        "persons.2.name": "SANTOS LINA",
        "persons.2.birth_date": "1987-02-03",
        "persons.2.sex": "女",
        "persons.2.relation": "妻",
        "persons.2.nationality": "フィリピン",
        "persons.2.residence_status": "日本人の配偶者等",
        "persons.2.residence_period": "3年",
        "persons.2.residence_until": "2028-03-31",
        "persons.2.residence_card": "AB12345678CD",
        "notifier_name": "佐藤　健",
        "notifier_capacity": "本人",
        "notifier_phone": "09012345678",
    }


@pytest.fixture
def own_copy() -> dict[str, str]:
    """A resident applies for two copies of the own household's record."""
    return {
        "applied_on": "2026-11-20",
        "applicant_kana": "サトウ　ケン",
        "applicant_name": "佐藤　健",
        "applicant_birth_date": "1985-05-17",
        "applicant_postal_code": "252-0239",
        "applicant_address": "相模原市中央区中央2-11-15",
        "applicant_phone": "09012345678",
        "applicant_relation": "本人",
        "subject_same": "請求者と同じ",
        "certificate": "世帯全員の写し",
        "copies_household": "2",
        "purpose": "運転免許",
    }
