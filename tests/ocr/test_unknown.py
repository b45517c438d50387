"""Characters that the model does not know: their places are named, and those of known ones are not."""

import numpy as np
import pytest

from forms.definition import Field, Kind
from forms.findings import SENTENCES
from forms.variants import DOUBTFUL
from ocr.alphabets import Alphabets, characters_of, kanji
from ocr.recognise import Recogniser
from ocr.unknown import finding, known_shares, missing_kanji, unknown_places, with_geta
from ocr.view import Alphabet, View

COLUMNS = {"山": 1, "田": 2, "一": 3, "a": 4}
NAME = Field(id="name", kind=Kind.NAME, label="氏名", box=[0, 0, 40, 8])


@pytest.fixture(scope="module")
def columns() -> dict[str, int]:
    return Recogniser().columns


def test_the_model_lacks_345_kanji(columns: dict[str, int]) -> None:
    missing = missing_kanji(columns)
    assert len(missing) == 345
    assert missing >= set("鯵鴬穐籏鑓")
    assert not missing & set("山田鰺")


def test_a_kanji_that_shares_its_belief_is_unknown() -> None:
    shares = [[0.98, 0.005, 0.005, 0.005, 0.005], [0.01, 0.3, 0.2, 0.2, 0.29], [0.02, 0.01, 0.95, 0.01, 0.01]]
    look = np.array([shares[0], shares[1], shares[0], shares[2]], dtype=np.float32)
    alphabet = Alphabet(COLUMNS, "山田一", {}, {})
    found = known_shares([View(look, alphabet)], "山田")
    assert found == pytest.approx((0.3, 0.95), abs=0.01)
    assert unknown_places(found, "山田") == (0,)
    both = [View(look, alphabet), View(np.roll(look, 1, axis=1), alphabet)]
    assert known_shares(both, "山田")[1] < 0.95, "the worse view counts"
    assert known_shares([View(look, alphabet)], "") == ()


def test_kana_and_digits_are_never_unknown() -> None:
    assert unknown_places((0.1, 0.1, 0.1), "あ1A") == ()


def test_the_finding_names_the_place() -> None:
    said = finding(NAME, "鯵塚 幹", (0, 3))
    assert with_geta("鯵塚 幹", (0, 3)) == "〓塚 〓"
    assert said.params == {"seen": "〓塚 〓", "places": "1、4"}
    assert SENTENCES[said.code][0].format_map(said.params).startswith("「〓塚 〓」の1、4文字目")


@pytest.mark.parametrize("sign", "鰺鶯紘剣崎吉高")
def test_a_kanji_whose_sibling_the_model_lacks_is_doubted(sign: str) -> None:
    assert sign in DOUBTFUL


@pytest.mark.parametrize(
    ("kind", "seen", "own"),
    [
        (Kind.ADDRESS, "门", "門"),
        (Kind.ADDRESS, "劳", "労"),
        (Kind.TEXT, "劳", None),
        (Kind.NAME, "门", None),
    ],
)
def test_chinese_forms_never_come_out(
    columns: dict[str, int], kind: Kind, seen: str, own: str | None
) -> None:
    alphabet = Alphabets(columns).named(characters_of(NAME.model_copy(update={"kind": kind})), kind)
    assert seen not in alphabet.characters
    place = alphabet.place.get(seen)
    assert (alphabet.characters[place] if place is not None else None) == own
    signs = {sign for sign in alphabet.characters if "\u4e00" <= sign <= "\u9fff"}
    assert signs <= kanji() | {"々", "〆"}
