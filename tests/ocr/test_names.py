"""Names and their kana: the tables weigh, propose, and never refuse."""

import pytest

from ocr.names import any_reading, divided, kana_like, known, name_prior, names_like, reads_as, written_as


@pytest.mark.parametrize(
    ("likelier", "than"),
    [
        ("相原花子", "相厚花子"),
        ("高橋健太", "高橘健太"),
        ("佐藤 一郎", "佐膝一郎"),
        ("鈴木七彩", "鈴禾七彩"),
        ("小鳥遊優", "小烏遊優"),
    ],
)
def test_a_name_of_the_tables_is_likelier_than_one_like_it(likelier: str, than: str) -> None:
    assert name_prior(likelier) - name_prior(than) > 2


@pytest.mark.parametrize(
    "name", ["", "佐", "王明", "グエン", "NGUYEN VAN AN", "鑓水颯凪", "騺龘靐爨鸞", "？"]
)
def test_no_name_is_refused(name: str) -> None:
    assert -16 < name_prior(name) <= 0


@pytest.mark.parametrize(
    ("read", "kana", "name"),
    [
        ("相厚花子", "", "相原花子"),
        ("相厚花子", "アイハラ ハナコ", "相原花子"),
        ("佐膝健太", "", "佐藤健太"),
        ("由中一朗", "タナカイチロウ", "田中一朗"),
    ],
)
def test_names_like_what_was_read_are_put_forward(read: str, kana: str, name: str) -> None:
    assert name in names_like(read, kana)


@pytest.mark.parametrize("read", ["", "林", "SMITH JOHN", "佐藤一郎"])
def test_nothing_is_put_forward_for_what_is_fine_or_no_japanese_name(read: str) -> None:
    assert names_like(read) == ()


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


def test_names_are_found_by_reading_and_readings_by_name() -> None:
    assert "相原" in written_as("S", "アイハラ")
    assert "ヤマザキケン" in kana_like("山崎健")
    assert kana_like("騺龘") == ()
    assert divided("佐々木愛") == ("佐々木", "愛")
    found = known("S", "相原")
    assert found and found.common and "アイハラ" in found.readings
    assert known("S", "相厚") is None
