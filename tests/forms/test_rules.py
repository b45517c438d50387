"""Every rule of the domain: what passes, and what it says about what does not."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from forms.definition import FormDefinition
from forms.facts import Severity
from forms.rules import Context, check
from forms.rules.likely import reads

Values = dict[str, str]


def codes(form: FormDefinition, values: Values, context: Context) -> list[tuple[str, str]]:
    return [(finding.code, finding.field_id) for finding in check(form, values, context)]


def test_a_sheet_without_a_fault_has_no_finding(
    ido: FormDefinition, moving_in: Values, context: Context
) -> None:
    assert codes(ido, moving_in, context) == []


MOVING_IN_FAULTS = [
    ({"notice_type": ""}, "value.missing", "notice_type"),
    ({"moved_on": ""}, "value.missing", "moved_on"),
    ({"notified_on": "2026-11-24"}, "date.future", "notified_on"),
    ({"moved_on": "2026-11-21"}, "moving.before_it_happened", "moved_on"),
    ({"moved_on": "2026-11-05"}, "moving.late", "moved_on"),
    ({"new_address": ""}, "value.missing_when", "new_address"),
    ({"new_postal_code": "252-9999"}, "postal.unknown", "new_postal_code"),
    ({"new_postal_code": "150-0001"}, "postal.other_municipality", "new_postal_code"),
    ({"new_postal_code": "252-0231"}, "postal.other_town", "new_postal_code"),
    (
        {"old_address": "相模原市緑区橋本6-2-1", "old_postal_code": "252-0143"},
        "moving.address_inside",
        "old_address",
    ),
    (
        {"new_address": "東京都町田市森野2-2-22", "new_postal_code": "194-0022"},
        "moving.address_outside",
        "new_address",
    ),
    ({"new_head": "鈴木　実"}, "head.differs", "new_head"),
    ({"new_head": "", "persons.1.relation": "夫"}, "head.unnamed", "new_head"),
    ({"persons.2.relation": "世帯主"}, "head.more_than_one", "persons.2.relation"),
    ({"persons.1.kana": ""}, "value.missing", "persons.1.kana"),
    ({"persons.2.sex": ""}, "value.missing", "persons.2.sex"),
    ({"persons.3.name": "佐藤　結"}, "value.missing", "persons.3.kana"),
    ({"persons.1.birth_date": "2026-12-01"}, "date.future", "persons.1.birth_date"),
    ({"persons.1.birth_date": "1899-01-01"}, "date.very_old", "persons.1.birth_date"),
    ({"persons.1.my_number": "983205673210"}, "my_number.check_digit", "persons.1.my_number"),
    ({"persons.2.my_number": "983205673214"}, "number.twice", "persons.2.my_number"),
    ({"persons.1.resident_code": "1234567890"}, "digits.too_few", "persons.1.resident_code"),
    ({"persons.1.alias": "佐藤リナ"}, "foreign.alias", "persons.1.alias"),
    ({"persons.2.nationality": "日本"}, "foreign.japanese", "persons.2.nationality"),
    ({"persons.2.residence_card": ""}, "foreign.missing", "persons.2.residence_card"),
    ({"persons.2.residence_until": "2026-11-22"}, "foreign.expired", "persons.2.residence_until"),
    ({"persons.2.residence_until": ""}, "foreign.no_end", "persons.2.residence_until"),
    ({"persons.1.kana": "サ"}, "kana.misfit", "persons.1.kana"),
    ({"persons.2.sex": "男"}, "sex.misfit", "persons.2.sex"),
    ({"honseki": ""}, "honseki.missing", "honseki"),
    ({"hittousha": ""}, "honseki.missing", "hittousha"),
    ({"notifier_capacity": "代理人"}, "agent.letter", "notifier_capacity"),
    ({"notifier_name": "鈴木　実"}, "notifier.not_listed", "notifier_name"),
]


@pytest.mark.parametrize(("change", "code", "field_id"), MOVING_IN_FAULTS)
def test_faults_of_a_notice_of_moving_in(
    ido: FormDefinition, moving_in: Values, context: Context, change: Values, code: str, field_id: str
) -> None:
    assert (code, field_id) in codes(ido, moving_in | change, context)


PASSES = [
    {"moved_on": "2026-11-06"},
    {"moved_on": "2026-11-20"},
    {"notified_on": "2026-11-23"},
    {"old_address": "フィリピン共和国マニラ市", "old_postal_code": ""},
    {"new_address": "相模原市中央区中央二丁目11番15号"},
    {"new_address": "中央区中央2-11-15"},
    {"new_head": "佐藤健"},
    {"new_head": "鈴木　実", "persons.1.relation": "同居人", "persons.2.relation": "同居人"},
    {
        "persons.2.residence_status": "特別永住者",
        "persons.2.residence_card": "",
        "persons.2.residence_until": "",
        "persons.2.residence_period": "",
    },
    {"persons.2.residence_status": "永住者", "persons.2.residence_until": ""},
    {"notifier_name": "佐藤健"},
    {"office_received": "", "office_identity": ""},
]


@pytest.mark.parametrize("change", PASSES)
def test_what_is_unusual_and_right_passes(
    ido: FormDefinition, moving_in: Values, context: Context, change: Values
) -> None:
    assert codes(ido, moving_in | change, context) == []


def test_moving_within_the_city_stays_inside(
    ido: FormDefinition, moving_in: Values, context: Context
) -> None:
    inside = {
        "notice_type": "転居",
        "old_postal_code": "252-0143",
        "old_address": "相模原市緑区橋本6-2-1",
        "persons.1.resident_code": "",
    }
    assert codes(ido, moving_in | inside, context) == []
    between_wards = replace(context, municipality_code="141526", wards_are_municipalities=True)
    assert codes(ido, moving_in | inside, between_wards) == [("moving.address_outside", "old_address")]


def test_moving_out_may_lie_ahead(ido: FormDefinition, moving_in: Values, context: Context) -> None:
    out = {
        "notice_type": "転出",
        "moved_on": "2027-03-31",
        "new_postal_code": "150-0001",
        "new_address": "東京都渋谷区神宮前1-2-3",
        "old_postal_code": "252-0239",
        "old_address": "神奈川県相模原市中央区中央2-11-15",
        "persons.1.resident_code": "",
    }
    assert codes(ido, moving_in | out, context) == []
    code = {"persons.1.resident_code": "12345678901"}
    assert codes(ido, moving_in | out | code, context) == [
        ("resident_code.not_needed", "persons.1.resident_code")
    ]


def test_without_a_city_nothing_is_said_about_the_city(ido: FormDefinition, moving_in: Values) -> None:
    nowhere = Context(datetime.date(2026, 11, 23))
    inside = {"old_address": "相模原市緑区橋本6-2-1", "old_postal_code": "252-0143"}
    assert codes(ido, moving_in | inside, nowhere) == []


def test_an_empty_sheet_names_everything_that_is_missing(ido: FormDefinition, context: Context) -> None:
    found = codes(ido, {}, context)
    assert ("persons.none", "persons.1.name") in found
    assert ("value.missing", "notifier_name") in found
    assert not [field_id for _, field_id in found if field_id.startswith("office")]


def test_what_could_not_be_read_is_not_missing(
    ido: FormDefinition, moving_in: Values, context: Context
) -> None:
    values = moving_in | {"moved_on": "", "persons.1.birth_date": ""}
    unread = frozenset({"moved_on", "persons.1.birth_date"})
    assert check(ido, values, context, unread) == ()


def test_lateness_is_a_warning_and_a_foreign_latin_name_without_residence_too(
    ido: FormDefinition, moving_in: Values, context: Context
) -> None:
    late = check(ido, moving_in | {"moved_on": "2026-11-05"}, context)
    assert [(f.severity, f.params["days"]) for f in late] == [(Severity.WARNING, "15")]
    bare = {column: "" for column in moving_in if column.startswith("persons.2.") and "resid" in column}
    found = codes(ido, moving_in | bare | {"persons.2.nationality": ""}, context)
    assert found == [("foreign.latin_name", "persons.2.name")]


def test_unknown_days_are_judged_by_what_is_known(
    ido: FormDefinition, moving_in: Values, context: Context
) -> None:
    found = check(ido, moving_in | {"persons.1.birth_date": "1985-00-00"}, context)
    assert [(f.code, f.severity) for f in found] == [("date.part_unknown", Severity.NOTICE)]


def test_findings_come_in_the_order_of_the_form(
    ido: FormDefinition, moving_in: Values, context: Context
) -> None:
    found = codes(ido, moving_in | {"notifier_name": "", "notice_type": "", "persons.1.sex": ""}, context)
    assert [field_id for _, field_id in found] == ["notice_type", "notifier_name", "persons.1.sex"]


@pytest.mark.parametrize(
    ("kana", "name", "fits"),
    [
        ("サトウケン", "佐藤健", True),
        ("イオキベマコト", "五百旗頭誠", True),
        ("カスミガセキサクラ", "霞ヶ関さくら", True),
        ("ササキハナ", "佐々木ハナ", True),
        ("サクラ", "さくら", True),
        ("サト", "佐藤健", False),
        ("サトウサクヤ", "佐藤さくら", False),
        ("サトウケンサトウケンサトウケンサトウ", "佐藤健", False),
    ],
)
def test_readings_that_may_and_may_not_belong_to_a_name(kana: str, name: str, fits: bool) -> None:
    assert reads(kana, name) is fits


KOFU_FAULTS = [
    ({"subject_same": "", "applicant_relation": "代理人"}, "subject.missing", "subject_name"),
    ({"applicant_relation": "代理人"}, "agent.letter", "applicant_relation"),
    ({"subject_name": "佐藤　結"}, "subject.both", "subject_same"),
    ({"copies_household": ""}, "value.missing_when", "copies_household"),
    ({"copies_household": "0"}, "copies.zero", "copies_household"),
    ({"copies_household": "20"}, "copies.many", "copies_household"),
    ({"copies_removed": "1"}, "copies.not_ticked", "copies_removed"),
    ({"certificate": "世帯全員の写し,除票の写し"}, "value.missing_when", "copies_removed"),
    ({"purpose": "運転免許,その他"}, "value.missing_when", "purpose_other"),
    ({"applicant_postal_code": "150-0001"}, "postal.other_municipality", "applicant_postal_code"),
]


@pytest.mark.parametrize(("change", "code", "field_id"), KOFU_FAULTS)
def test_faults_of_an_application_for_a_copy(
    kofu: FormDefinition, own_copy: Values, context: Context, change: Values, code: str, field_id: str
) -> None:
    assert codes(kofu, own_copy, context) == []
    assert (code, field_id) in codes(kofu, own_copy | change, context)
