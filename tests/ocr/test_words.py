"""Look-alikes, small kana and spaces: what may and what may not be told without the picture."""

import cv2
import numpy as np
import pytest

from forms.definition import Kind
from forms.facts import Alternative
from ocr.context import settled
from ocr.decode import Decoded
from ocr.kana import sized
from ocr.load import Pixels
from ocr.spacing import spaced


@pytest.mark.parametrize(
    ("decoded", "meant"),
    [
        ("コーポ青葉", "コーポ青葉"),
        ("中央2ー11ー15", "中央2-11-15"),
        ("今池ー20", "今池-20"),
        ("佐藤ー郎", "佐藤一郎"),
        ("ハ王子市", "八王子市"),
        ("光ハイツ", "光ハイツ"),
        ("パークハイツ", "パークハイツ"),
        ("川ロ市", "川口市"),
        ("つくベ市", "つくべ市"),
        ("ベルハイム", "ベルハイム"),
        ("Aー203", "A-203"),
        ("2T目", "2丁目"),
        ("ニュータウン", "ニュータウン"),
        ("カ石", "力石"),
    ],
)
def test_neighbours_tell_look_alikes_apart(decoded: str, meant: str) -> None:
    assert settled(decoded) == meant
    assert len(settled(decoded)) == len(decoded)


def kana_line(heights: list[float]) -> tuple[Pixels, tuple[float, ...]]:
    """A line of blocks of these heights (shares), standing on one base line, and the blocks' places."""
    line = np.full((60, 40 * len(heights)), 255, np.uint8)
    for number, height in enumerate(heights):
        top = round(55 - 50 * height)
        cv2.rectangle(line, (40 * number + 5, top), (40 * number + 35, 55), 0, -1)
    return line, tuple((number + 0.5) / len(heights) for number in range(len(heights)))


@pytest.mark.parametrize(
    ("read", "heights", "meant"),
    [
        ("マッモト", [1, 1, 1, 1], "マツモト"),
        ("ショウタ", [1, 0.6, 1, 1], "ショウタ"),
        ("シヨウタ", [1, 0.6, 1, 1], "ショウタ"),
        ("ナカャマ", [1, 1, 1, 1], "ナカヤマ"),
        ("イッキ", [1, 1, 0.95], "イツキ"),
        ("ハットリ", [1, 0.55, 1, 1], "ハットリ"),
        ("グェン", [1, 0.95, 1], "グエン"),
        ("フアム", [1, 0.5, 1], "ファム"),
    ],
)
def test_size_and_sound_tell_small_kana(read: str, heights: list[float], meant: str) -> None:
    line, places = kana_line(heights)
    decoded = Decoded((Alternative(read, 0.9),), 0.9, 0.9, places)
    judged = sized(decoded, line)
    assert judged.best == meant
    assert read in [a.text for a in judged.alternatives], "what the model read stays among the alternatives"


def gapped(gaps_px: list[int]) -> tuple[Pixels, tuple[float, ...]]:
    """Characters of 40 px with these gaps between them."""
    pieces, places, x = [], [], 10
    line = np.full((60, 60 + 40 * (len(gaps_px) + 1) + sum(gaps_px)), 255, np.uint8)
    for gap in [*gaps_px, 0]:
        cv2.rectangle(line, (x, 10), (x + 40, 50), 0, 3)
        pieces.append(x)
        places.append((x + 20) / line.shape[1])
        x += 40 + gap
    return line, tuple(places)


@pytest.mark.parametrize(
    ("text", "kind", "gaps_px", "meant"),
    [
        ("森田加奈子", Kind.NAME, [6, 40, 6, 8], "森田 加奈子"),
        ("騺龘靐爨鸞", Kind.NAME, [6, 7, 6, 8], "騺龘靐爨鸞"),
        ("森田加奈子", Kind.NAME, [6, 7, 6, 8], "森田 加奈子"),
        ("SMITHBOB", Kind.NAME, [4, 4, 4, 4, 30, 4, 4], "SMITH BOB"),
        ("中央1-2光荘", Kind.ADDRESS, [5, 5, 5, 5, 25, 5], "中央1-2 光荘"),
        ("中央1丁目", Kind.ADDRESS, [5, 5, 25, 5], "中央1丁目"),
    ],
)
def test_spaces_are_where_the_paper_shows_them(text: str, kind: Kind, gaps_px: list[int], meant: str) -> None:
    line, places = gapped(gaps_px)
    decoded = Decoded((Alternative(text, 0.9),), 0.9, 0.9, places)
    assert spaced(decoded.best, decoded.places, line, kind)[0] == meant
