"""Characters of names that have variants which look alike and may not be exchanged (崎/﨑, 高/髙, 吉/𠮷 …).

A name that holds one of ``DOUBTFUL`` is never accepted unseen: the recogniser cannot write the variant
at all (﨑, 𠮷, 濵, 圡 and the compatibility ideographs are not in its dictionary), or it tends to give the
common glyph for the rare one. The desk offers ``glyphs_of`` when an operator picks what stands on the paper.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_LOOK_ALIKE = (
    *(
        "崎﨑碕嵜",
        "高髙",
        "吉𠮷",
        "邊邉",
        "斎齋斉齊",
        "濱濵",
        "辻",
        "樋",
        "榊",
        "富冨",
        "恵惠",
        "徳德",
        "真眞",
        "穂穗",
        "巻卷",
    ),
    *("頼賴", "瀬瀨", "黒黑", "横橫", "清淸", "青靑", "静靜", "増增", "彦彥", "教敎", "緒緖", "郎郞"),
    *(
        "曽曾",
        "土圡",
        "尾𡱖",
        "鶴靏靍",
        "葛",
        "船舩",
        "秋秌",
        "翠翆",
        "鉄鐵鉃",
        "桑桒",
        "柳栁桺",
        "館舘",
    ),
    *("鎮鎭", "強强", "戸戶", "内內", "奥奧", "温溫", "隆", "朗", "衛衞"),
    *(
        "鰺鯵",
        "鶯鴬",
        "紘絋",
        "釜釡",
        "剣劍釼剱劒",
        "祢袮",
        "碩碵",
        "鞆靹",
        "櫟檪",
        "櫨枦",
        "留畄",
        "隆嶐",
        "旗籏",
    ),
    *("禅褝", "鬱欝", "寫冩"),
)
"""The variants of 辻, 樋, 榊 and 葛 differ by a variation selector only, which no recogniser writes. The last
lines: kanji that the recogniser lacks, beside those that it gives for them."""

_DIFFERENT_SHAPES = (
    *(
        "島嶋嶌",
        "桜櫻",
        "広廣",
        "国國",
        "礼禮",
        "竜龍",
        "滝瀧",
        "岳嶽",
        "関關",
        "亀龜",
        "円圓",
        "栄榮",
        "会會",
        "条條",
    ),
    *(
        "乗乘",
        "万萬",
        "与與",
        "弥彌",
        "寿壽",
        "豊豐",
        "実實",
        "宝寳寶",
        "蔵藏",
        "来來",
        "児兒",
        "参參",
        "槙槇",
        "鴎鷗",
    ),
    *("辺邊邉", "浜濱濵", "沢澤", "淵渕", "顕顯", "暁曉", "峰峯"),
    *("薮藪籔", "桧檜", "巌巖", "芦蘆", "尭堯", "遥遙", "凜凛", "剣劍劔", "検檢"),
)
"""Old and new forms that nobody mistakes for each other: offered for picking, no reason to doubt."""

_SELECTED = {
    **dict.fromkeys("辻樋榊葛祇飴鯖蓮樽迫遠道", 2),
    "逢": 3,
    "邊": 8,
    "邉": 15,
}
"""How many forms of a character the Adobe-Japan1 collection of variation sequences knows, chosen by a
selector behind it (U+E0100 …). They are offered for picking only: no recogniser writes a selector."""

_FIRST_SELECTOR = 0xE0100

_COMPATIBILITY_BLOCK = range(0xFA0E, 0xFA6E)
"""The compatibility ideographs that Japanese sets use (the old forms of 神, 福, 塚, 海, 都 …)."""


def _compatibility_groups() -> tuple[str, ...]:
    glyphs = (chr(code) for code in (*_COMPATIBILITY_BLOCK, 0xF929, 0xF9DC))
    pairs = ((unicodedata.normalize("NFC", glyph), glyph) for glyph in glyphs)
    return tuple(common + glyph for common, glyph in pairs if common != glyph)


GROUPS = (*_DIFFERENT_SHAPES, *_LOOK_ALIKE, *_compatibility_groups())
"""Each group holds glyphs of one character, the common one first; a larger group before a part of it."""

DOUBTFUL = frozenset("".join((*_LOOK_ALIKE, *_compatibility_groups())))


def with_variants(text: str) -> tuple[str, ...]:
    """The characters of a text of which a look-alike variant exists, in the order of the text."""
    return tuple(sign for sign in text if sign in DOUBTFUL)


def glyphs_of(sign: str) -> tuple[str, ...]:
    """The other glyphs of a character, common ones first; empty when none is known."""
    together = dict.fromkeys(glyph for group in GROUPS if sign in group for glyph in group)
    return tuple(glyph for glyph in together if glyph != sign)


@cache
def picker_groups() -> tuple[tuple[str, ...], ...]:
    """What a person picks from: for every character with variants all its glyphs, the common one first and
    those that a variation selector makes last."""
    plain = [tuple(dict.fromkeys((sign, *glyphs_of(sign)))) for sign in dict.fromkeys("".join(GROUPS))]
    signs = {sign for group in plain for sign in group}
    alone = [(sign,) for sign in _SELECTED if sign not in signs]
    groups = (tuple(dict.fromkeys((*group, *_selected(group)))) for group in (*plain, *alone))
    return tuple(group for group in groups if len(group) > 1)


def _selected(group: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        sign + chr(_FIRST_SELECTOR + number) for sign in group for number in range(_SELECTED.get(sign, 0))
    )
