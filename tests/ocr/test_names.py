"""Names and their kana: the tables weigh, and never refuse."""

import pytest

from ocr.names import any_reading, divided, division, known, reads_as


@pytest.mark.parametrize(
    ("name", "kana"),
    [
        ("相原 花子", "アイハラ ハナコ"),
        ("山崎健", "ヤマザキケン"),
        ("山崎健", "ヤマサキタケシ"),
        ("佐々木愛", "ササキアイ"),
        ("髙橋みさき", "タカハシミサキ"),
        ("井ノ口凪沙", "イノクチナギサ"),
    ],
)
def test_kana_that_read_a_name_are_far_likelier_than_any_other(name: str, kana: str) -> None:
    assert reads_as(name, kana) - any_reading(kana) > 8
    assert reads_as(name, kana) - reads_as(name, kana[:-1] + "ヌ") > 3


def test_a_reading_that_does_not_fit_is_unlikely_and_never_impossible() -> None:
    against = reads_as("相原花子", "スズキタロウ") - any_reading("スズキタロウ")
    assert -6 < against < -3


@pytest.mark.parametrize("name", ["NGUYEN VAN AN", "グエン", ""])
def test_names_without_kanji_are_not_judged(name: str) -> None:
    assert reads_as(name, "グエン") == any_reading("グエン")


def test_the_table_divides_a_name() -> None:
    assert divided("佐々木愛") == ("佐々木", "愛")
    found = known("S", "相原")
    assert found and found.common and "アイハラ" in found.readings
    assert known("S", "相厚") is None


@pytest.mark.parametrize(
    ("text", "length"), [("相原花子", 2), ("佐々木愛", 3), ("ナカジマアオイ", 4), ("騺龘", 0), ("花", 0)]
)
def test_one_division_is_given_or_none(text: str, length: int) -> None:
    assert division(text) == length
