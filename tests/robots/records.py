"""Approved records of invented people."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from forms.facts import Approval, Record

APPROVAL = Approval("person", "tester", datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
_numbers = itertools.count(1)

PERSONS = (
    ("オオヤマ　セイジ", "大山　誠司", "1985-05-17", "男", "世帯主"),
    ("オオヤマ　ミツキ", "大山　美月", "1989-01-07", "女", "妻"),
    ("オオヤマ　ソラ", "大山　空", "2019-05-01", "男", "子"),
    ("オオヤマ　ミツエ", "大山　光枝", "1944-00-00", "女", "母"),
    ("グエン　ヴァン　アン", "NGUYEN VAN AN", "1998-11-30", "男", "同居人"),
)
"""Births on both sides of a change of era, one of which only the year is known, and a foreign resident."""

IDO = {
    "notice_type": "転入",
    "notified_on": "2026-11-20",
    "moved_on": "2026-11-15",
    "new_postal_code": "252-0231",
    "new_address": "相模原市中央区相模原1-2-15",
    "new_building": "コーポ富士見 201",
    "new_head": "大山　誠司",
    "old_postal_code": "194-0021",
    "old_address": "東京都町田市中町1-20-23",
    "old_head": "大山　誠司",
    "honseki": "東京都町田市中町1丁目20番",
    "hittousha": "大山　誠司",
    "notifier_name": "大山　誠司",
    "notifier_capacity": "世帯主",
    "notifier_phone": "0427541111",
    "notifier_address": "新住所と同じ",
    "persons.1.my_number": "983205673214",
    "persons.1.resident_code": "12345678901",
    "persons.1.same_household": "同一世帯員",
    "persons.5.nationality": "ベトナム",
    "persons.5.residence_status": "技術・人文知識・国際業務",
    "persons.5.residence_period": "3年",
    "persons.5.residence_until": "2028-03-31",
    "persons.5.residence_card": "AB12345678CD",
}

KOFU = {
    "applied_on": "2026-11-20",
    "applicant_kana": "ヤマグチ　リョウコ",
    "applicant_name": "山口　涼子",
    "applicant_birth_date": "1926-12-25",
    "applicant_postal_code": "252-0231",
    "applicant_address": "相模原市中央区相模原1-2-15",
    "applicant_phone": "09012345678",
    "applicant_relation": "同一世帯員",
    "subject_kana": "ヤマグチ　ケンジ",
    "subject_name": "山口　健二",
    "subject_birth_date": "1989-01-08",
    "subject_address": "相模原市中央区相模原1-2-15",
    "certificate": "世帯全員の写し,記載事項証明書",
    "copies_household": "1",
    "copies_items": "2",
    "with_honseki": "記載する",
    "with_my_number": "記載しない",
    "purpose": "年金・社会保険,その他",
    "purpose_other": "奨学金の手続き",
}


def ido(persons: int = 5, **changed: str) -> Record:
    """A 住民異動届 under a reception number of its own, for so many persons."""
    columns = ("kana", "name", "birth_date", "sex", "relation")
    rows = {
        f"persons.{number}.{column}": value
        for number, person in enumerate(PERSONS[:persons], start=1)
        for column, value in zip(columns, person, strict=True)
    }
    values = {name: value for name, value in IDO.items() if not _beyond(name, persons)}
    return record("ido_todoke", {**values, **rows, **changed})


def kofu(**changed: str) -> Record:
    return record("juminhyo_kofu", {**KOFU, **changed})


def record(form: str, values: dict[str, str]) -> Record:
    number = next(_numbers)
    return Record(f"case-{number}", f"T26-{number:06d}", form, 1, values, APPROVAL)


def _beyond(name: str, persons: int) -> bool:
    return name.startswith("persons.") and int(name.split(".")[1]) > persons
