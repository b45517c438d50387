"""Hands write what they can, inside the box, each in its own way."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from forms.definition import Box
from rehearsal.faces import FontFace, Pen, Warp, font_faces
from rehearsal.hands import NoFaceError, NoGlyphError, available_faces, hand
from rehearsal.handwriting import natural_width_em, write, write_cell
from rehearsal.paper import PX_PER_MM, Paper, empty_paper
from rehearsal.strokes import letter_face, stroke_faces

STRAIGHT = Warp(np.eye(2, dtype=np.float32), np.zeros((4, 4, 2), np.float32))


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def ink_mm(paper: Paper) -> Box:
    """Where the paper is no longer white."""
    rows, columns = np.nonzero(paper.pixels.min(axis=2) < 200)
    left, top = columns.min() / PX_PER_MM, rows.min() / PX_PER_MM
    width, height = columns.max() / PX_PER_MM - left, rows.max() / PX_PER_MM - top
    return Box(x_mm=left, y_mm=top, width_mm=width, height_mm=height)


@pytest.fixture
def strokes(tmp_path: Path) -> Path:
    """A stroke collection of two characters in each of the known formats."""
    cross = {"char": "十", "strokes": [[[20, 125], [230, 125]], [[125, 20], [125, 230]]]}
    tsu = {"char": "ツ", "strokes": [[[40, 60], [60, 90]], [[110, 50], [130, 85]], [[220, 60], [150, 200]]]}
    with gzip.open(tmp_path / "kanjicanvas.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(entry, ensure_ascii=False) for entry in (cross, tsu)) + "\n")
    with gzip.open(tmp_path / "tomoe_data.all.tdic.gz", "wt", encoding="utf-8") as file:
        file.write(
            "二\n:2\n2 (54 58) (249 68) \n2 (20 200) (280 210) \n\nこ\n:1\n3 (54 58) (149 90) (249 68) \n\n"
        )
    return tmp_path


@pytest.mark.parametrize("face", font_faces(), ids=lambda face: face.name)
def test_a_font_never_draws_the_missing_glyph(face: FontFace) -> None:
    assert face.covers("山")
    assert not face.covers("\U0002ffff")
    with pytest.raises(KeyError):
        face.draw("\U0002ffff", 40, STRAIGHT, Pen(3), rng())


@pytest.mark.parametrize("face", font_faces(), ids=lambda face: face.name)
@pytest.mark.parametrize("char", "相模ア7A")
def test_a_font_draws_ink_of_the_pens_width(face: FontFace, char: str) -> None:
    thin, thick = (face.draw(char, 60, STRAIGHT, Pen(width, 0), rng()).sum() for width in (3, 9))
    assert 50 < thin < thick < 60 * 60


def test_small_kana_are_written_small_and_low(strokes: Path) -> None:
    (face, _) = stroke_faces(strokes)
    large, small = (face.draw(char, 60, STRAIGHT, Pen(3, 0), rng()) for char in "ツッ")
    height = [np.ptp(np.nonzero(ink.max(axis=1) > 0.5)[0]) for ink in (large, small)]
    middle = [np.nonzero(ink.max(axis=1) > 0.5)[0].mean() for ink in (large, small)]
    assert height[1] < 0.75 * height[0]
    assert middle[1] > middle[0]


def test_stroke_collections_of_both_formats_are_read(strokes: Path) -> None:
    kanjicanvas, tomoe = stroke_faces(strokes)
    assert [kanjicanvas.covers(c) for c in "十ツ二7"] == [True, True, False, True]
    assert [tomoe.covers(c) for c in "十ツ二こ7"] == [False, False, True, True, True]
    assert len(tomoe.variants["二"][0]) == 2


def test_a_missing_folder_offers_no_strokes(tmp_path: Path) -> None:
    assert stroke_faces(tmp_path) == ()


def test_what_a_face_lacks_comes_from_the_next(strokes: Path) -> None:
    writer = hand(3, strokes, "kanjicanvas")
    assert [writer.face(char).name for char in "十7"] == ["kanjicanvas"] * 2
    assert writer.face("山").name not in ("kanjicanvas", "letters")
    assert writer.covers("十 山\u30007")


def test_what_nobody_can_write_is_refused() -> None:
    writer = hand(3)
    assert not writer.covers("\U0002ffff")
    with pytest.raises(NoGlyphError, match="U\\+2FFFF"):
        write(empty_paper(60, 20), "\U0002ffff", Box(x_mm=5, y_mm=5, width_mm=40, height_mm=8), writer, rng())


def test_an_unknown_face_is_refused_with_a_remedy() -> None:
    with pytest.raises(NoFaceError, match=r"'quill'.*klee.*TENKI_STROKES"):
        hand(1, None, "quill")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "text",
    ["渡邉\u3000健太郎", "神奈川県相模原市中央区相模原3-12-5 コーポ青葉203", "ショウタ", "090-1234-5678"],
)
def test_writing_stays_inside_its_box(seed: int, text: str) -> None:
    paper, box = empty_paper(140, 30), Box(x_mm=10, y_mm=10, width_mm=110, height_mm=8)
    write(paper, text, box, hand(seed), np.random.default_rng(seed))
    ink = ink_mm(paper)
    assert ink.x_mm > box.x_mm - 0.8
    assert ink.right_mm < box.right_mm + 1.2
    assert ink.y_mm > box.y_mm - 1.2
    assert ink.bottom_mm < box.bottom_mm + 1.2
    assert ink.height_mm > 2


def test_a_long_text_in_a_high_box_takes_two_lines() -> None:
    paper, box = empty_paper(80, 30), Box(x_mm=5, y_mm=5, width_mm=60, height_mm=12)
    write(paper, "神奈川県相模原市中央区相模原3-12-5 コーポ青葉203", box, hand(2), rng())
    rows = (paper.pixels.min(axis=2) < 160).any(axis=1)
    blocks = np.count_nonzero(np.diff(rows.astype(int)) == 1)
    assert blocks == 2


def test_low_writing_touches_the_ruling() -> None:
    box = Box(x_mm=5, y_mm=5, width_mm=60, height_mm=7)
    high, low = empty_paper(80, 30), empty_paper(80, 30)
    write(high, "山口", box, hand(2), rng())
    write(low, "山口", box, hand(2), rng(), drop_mm=2)
    assert ink_mm(low).y_mm == pytest.approx(ink_mm(high).y_mm + 2, abs=0.1)


def test_a_cell_holds_its_character() -> None:
    paper, cell = empty_paper(30, 30), Box(x_mm=10, y_mm=10, width_mm=5, height_mm=7)
    write_cell(paper, "8", cell, hand(4), rng())
    ink = ink_mm(paper)
    assert cell.x_mm - 0.5 < ink.x_mm < ink.right_mm < cell.right_mm + 0.5
    assert cell.y_mm - 0.5 < ink.y_mm < ink.bottom_mm < cell.bottom_mm + 0.5


def test_two_hands_differ_and_one_hand_is_like_itself() -> None:
    def written(seed: int, chance: int) -> np.ndarray:
        paper = empty_paper(60, 20)
        box = Box(x_mm=5, y_mm=5, width_mm=50, height_mm=8)
        write(paper, "相模原", box, hand(seed, None, "klee"), np.random.default_rng(chance))
        return paper.pixels

    assert np.array_equal(written(1, 1), written(1, 1))
    assert not np.array_equal(written(1, 1), written(1, 2))
    assert hand(1) == hand(1)
    assert hand(1) != hand(2)


def test_letters_have_every_digit_and_capital() -> None:
    assert all(letter_face().covers(char) for char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-ー々")
    assert letter_face().width_em("1") < letter_face().width_em("8") < letter_face().width_em("々")


def test_wider_text_needs_more_room() -> None:
    writer = hand(1)
    assert (
        natural_width_em("相模原市", writer)
        > natural_width_em("相模", writer)
        > natural_width_em("12", writer)
    )
    assert {face.name for face in available_faces()} == {face.name for face in font_faces()}
