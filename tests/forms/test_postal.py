"""Postal codes and municipalities, from Japan Post's own table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from forms.folding import folded_address, folded_name
from forms.postal import areas, municipalities, municipalities_in, municipality


def test_an_area_has_its_names_readings_and_municipality_code() -> None:
    (area,) = areas("252-0239")
    assert area.address == "神奈川県相模原市中央区中央"
    assert area.town_kana == "チュウオウ"
    assert area.municipality_code == "141526"


def test_codes_that_do_not_exist_and_codes_of_offices() -> None:
    assert areas("999-9999") == ()
    assert areas("100-8791")[0].city == "千代田区"


def test_every_thread_may_ask() -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda code: areas(code)[0].city, ["252-0239", "150-0001"] * 20))
    assert set(answers) == {"相模原市中央区", "渋谷区"}


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("141500", "相模原市"),
        ("141526", "相模原市中央区"),
        ("141003", "横浜市"),
        ("131016", "千代田区"),
        ("144011", "愛甲郡愛川町"),
    ],
)
def test_a_municipality_by_its_code(code: str, city: str) -> None:
    found = municipality(code)
    assert found is not None
    assert found.city == city


def test_unknown_municipality_codes_are_none() -> None:
    assert municipality("999999") is None
    assert municipality("131008") is None
    assert len(municipalities()) > 1800


@pytest.mark.parametrize(
    ("address", "cities"),
    [
        ("神奈川県相模原市中央区中央2-11-15", {"相模原市中央区"}),
        ("相模原市緑区橋本6-2-1", {"相模原市緑区"}),
        ("相模原市", {"相模原市"}),
        ("府中市宮西町2-24", {"府中市"}),
        ("愛川町角田251-1", {"愛甲郡愛川町"}),
        ("三重県四日市市諏訪町1-5", {"四日市市"}),
        ("茨城県龍ヶ崎市3710", {"龍ケ崎市"}),
        ("アメリカ合衆国ハワイ州", set()),
        ("中央2-11-15", set()),
    ],
)
def test_where_an_address_lies(address: str, cities: set[str]) -> None:
    assert {known.city for known in municipalities_in(address)} == cities


def test_a_name_that_occurs_twice_stays_open() -> None:
    assert {known.prefecture for known in municipalities_in("府中市宮西町")} == {"東京都", "広島県"}
    assert len({known.prefecture for known in municipalities_in("中央区中央2-11-15")}) > 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中央二丁目十一番15号", "中央2-11-15"),
        ("中央2丁目11番地の15", "中央２－１１－１５"),
        ("大字上溝 二十三番地", "上溝23"),
        ("霞が関一丁目", "霞ヶ関1丁目"),
        ("百合丘2条3-1", "百合丘二条3-1"),
    ],
)
def test_addresses_fold_together(one: str, other: str) -> None:
    assert folded_address(one) == folded_address(other)


@pytest.mark.parametrize(("one", "other"), [("中央2-11-15", "中央2-11-16"), ("一色", "二色")])
def test_different_addresses_stay_different(one: str, other: str) -> None:
    assert folded_address(one) != folded_address(other)


def test_names_fold_together_for_comparing_only() -> None:
    assert folded_name("髙橋\u3000渡邉") == folded_name("高橋 渡辺")
    assert folded_name("辻󠄀 健") == folded_name("辻健")
    assert folded_name("佐藤健") != folded_name("佐藤建")
