"""What is worded as expected weighs more; what is not is never refused, and clear strokes still win."""

from math import inf

import numpy as np
import pytest

from forms.postal import areas
from ocr import wording
from ocr.context import collapsed
from ocr.decode import decode_within
from ocr.grammar import Lexicon, Place, Words, begin, log_weight
from ocr.recognise import Probabilities
from ocr.view import Alphabet, View

END = Place(ends=0.0)
COLUMNS = {character: number for number, character in enumerate("abcdx", 1)}


def fruits() -> Place:
    return Words(Lexicon.of([("ab", 0.0), ("abc", -1.0), ("d", -2.0)]), lambda word: [(0.0, END)])


@pytest.mark.parametrize(
    ("text", "weight"), [("ab", 0.0), ("abc", -1.0), ("d", -2.0), ("a", -inf), ("abx", -inf), ("", -inf)]
)
def test_only_whole_words_of_a_list_end(text: str, weight: float) -> None:
    assert log_weight(begin([(0.0, fruits())]), text) == weight


def test_the_best_of_several_ways_counts() -> None:
    anything = Place(ends=0.0)
    anything.any_way = (-3.0, anything)
    start = begin([(0.0, fruits()), (-1.0, anything)])
    assert log_weight(start, "abc") == -1.0
    assert log_weight(start, "x") == -4.0


def line(*frames: dict[str, float]) -> Probabilities:
    """Probabilities of frames in which these characters have these probabilities, and blank the rest."""
    shares = np.full((len(frames), len(COLUMNS) + 1), 1e-6, dtype=np.float32)
    for row, frame in zip(shares, frames, strict=True):
        for character, share in frame.items():
            row[COLUMNS[character]] = share
        row[0] = 1 - row[1:].sum()
    return shares


def test_a_word_is_found_though_no_frame_has_its_characters_first() -> None:
    view = View(line({"x": 0.6, "a": 0.39}, {}, {"x": 0.6, "b": 0.39}), Alphabet(COLUMNS, "abcdx", {}, {}))
    assert decode_within(view, begin([(0.0, fruits())]))[0] == "ab"


def test_a_grammar_that_allows_nothing_seen_gives_nothing() -> None:
    view = View(line({"x": 0.99}), Alphabet(COLUMNS, "x", {}, {}))
    assert decode_within(view, begin([(0.0, fruits())])) == ()


def weight_of(address: str, code: str = "") -> float:
    return log_weight(wording.address(areas(code)), collapsed(address))


@pytest.mark.parametrize(
    "address",
    [
        "神奈川県相模原市中央区淵野辺4-3-6",
        "相模原市緑区西橋本2丁目8番地",
        "神奈川県相模原市緑区橋本二丁目8番4号",
        "神奈川県愛甲郡愛川町中津100番地の3",
        "愛川町大字中津100",
        "東京都八王子市元横山町",
    ],
)
def test_an_address_of_the_tables_costs_nothing_or_little(address: str) -> None:
    assert weight_of(address) > -3


@pytest.mark.parametrize(
    ("expected", "odd"),
    [
        ("相模原市緑区西橋本2丁目8番地", "相模原市緑区西橋本2了月8香地"),
        ("相模原市緑区西橋本2-8", "相模原市緑区西橋本に-8"),
        ("神奈川県横浜市青葉区梅が丘4", "神会川県横近市青葉区梅が丘4"),
        ("相模原市緑区橋本1-2コーポ青葉", "相模原市緑区橋本1-2コーボ青葉"),
    ],
)
def test_what_nobody_writes_costs_much_and_is_not_forbidden(expected: str, odd: str) -> None:
    assert -inf < weight_of(odd) < weight_of(expected) - 1.5


def test_a_postal_code_makes_its_own_area_likelier() -> None:
    own, other = "相模原市中央区淵野辺1-2", "横浜市青葉区梅が丘1-2"
    assert weight_of(own, "252-0206") > weight_of(other, "252-0206") + 3
    assert weight_of(own) == weight_of(other)


@pytest.mark.parametrize(
    ("known", "unknown"), [("今井直樹", "今井遠樹"), ("加藤早紀", "加藤早系"), ("森達也", "森速也")]
)
def test_known_names_are_likelier_and_unknown_ones_are_names_too(known: str, unknown: str) -> None:
    assert log_weight(wording.name(), collapsed(known)) > log_weight(wording.name(), collapsed(unknown)) > -12


def test_furigana_of_known_names_are_likelier() -> None:
    assert log_weight(wording.kana(), collapsed("ナカジマアオイ")) > log_weight(
        wording.kana(), collapsed("メカジマアオイ")
    )
