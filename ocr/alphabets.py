"""The characters that each field may hold, as columns of the recognition model."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache

from forms.definition import Field, Kind
from forms.kinds import alphabet
from ocr.context import COLLAPSED
from ocr.view import Alphabet

HYPHENS = "-‐‑‒–—―−－"
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOOK_ALIKES_ARE_ONE = frozenset({Kind.KANA, Kind.NAME, Kind.ADDRESS, Kind.TEXT})
"""Kinds whose look-alikes are told apart by their neighbours; in furigana only the katakana can be meant."""

_JAPANESE_FORMS = (
    "劳労 单単 变変 觉覚 带帯 栈桟 铁鉄 户戸 戶戸 步歩 涉渉 频頻 每毎 强強 渴渇 揭掲 吴呉 吳呉 娱娯 别別 "
    "两両 满満 濑瀬 瀨瀬 赖頼 賴頼 橫横 德徳 怀懐 稳穏 隐隠 应応 净浄 减減 溫温 宫宮 吕呂 营営 检検 险険 "
    "验験 剑剣 铃鈴 银銀 录録 錄録 缘縁 绿緑 綠緑 经経 轻軽 译訳 驿駅 泽沢 冈岡 刚剛 纲綱 钢鋼 东東 车車 "
    "马馬 门門 间間 问問 闻聞 关関 长長 张張 阳陽 场場 汤湯 扬揚 边辺 滨浜 图図 团団 红紅 约約 纪紀 级級 "
    "纯純 组組 线線 细細 结結 绘絵 给給 话話 语語 说説 记記 设設 许許 访訪 证証 试試 课課 调調 请請 贝貝 "
    "贤賢 贺賀 资資 军軍 轮輪 辉輝 连連 进進 远遠 过過 运運 还還 邮郵 镇鎮 镜鏡 风風 飞飛 鱼魚 鸟鳥 鸣鳴 "
    "鹤鶴 岛島 桥橋 样様 荣栄 园園 师師 总総 业業 电電 济済 涩渋 灵霊 热熱 爱愛 环環 现現 础礎 积積 笔筆 "
    "篮籃 类類 义義 习習 圣聖 "
)
"""Forms of one character as China and Japan write it. Japanese who write fast seem to the model to write the
former (门 for 門). Only forms of the very same character stand here, and they count as one in addresses
alone: in names, which free text may hold too, a Chinese form may be meant, and leaves a reading doubtful."""

_ADDRESS_SIGNS = frozenset("-()&'.,#ー々〆ヶヵ・")
LATIN = frozenset(string.ascii_uppercase + "-'.")
"""What names are written with on residence cards."""

_HARDLY_WRITTEN = frozenset("(),'.円¥金")
"""A number or a Latin name with one of these is left to the large model."""

_RARE = -2.0
"""Log probability of a kanji of the second level of JIS X 0208, relative to one of the first."""

_SIGN, _THIN_LATIN = -3.0, -4.0
"""Signs are rare between words, and so are Latin letters that look like a 1."""


def _rows(first: int, last: int) -> frozenset[str]:
    """The characters of some rows (1 to 94) of JIS X 0208."""
    pairs = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(first, last + 1) for cell in range(1, 95))
    return frozenset(text for pair in pairs if (text := pair.decode("euc_jp", errors="ignore")))


@cache
def kanji() -> frozenset[str]:
    """The kanji of JIS X 0208: glyphs that are used in China only are not among them."""
    return _rows(16, 84)


@cache
def words() -> frozenset[str]:
    """What names of people are written with in Japanese: kanji, both kana, and a few signs."""
    return kanji() | _rows(4, 5) | frozenset("々〆ヶー・")


@cache
def anything() -> frozenset[str]:
    """What addresses and free text are written with."""
    return words() | _ADDRESS_SIGNS | frozenset(string.ascii_letters + string.digits)


@cache
def rarity() -> dict[str, float]:
    """Expectations that need no knowledge of the field: old forms, rare kanji, small kana."""
    return {
        **dict.fromkeys(_rows(48, 84), _RARE),
        **dict.fromkeys("ァィゥェォッヮヵヶ", _RARE),
        **dict.fromkeys("()&'.,#", _SIGN),
        **dict.fromkeys("Il", _THIN_LATIN),
    }


def characters_of(field: Field) -> frozenset[str]:
    """The characters that a field may hold, as its kind says; spaces are told by their width alone."""
    own = alphabet(field)
    if own is None:
        return (words() if field.kind is Kind.NAME else anything()) - set(COLLAPSED)
    return own - {"\u3000"}


class Alphabets:
    """Alphabets over one model's columns; equal ones are shared, since each looks through all columns."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        self._columns = columns
        self._kept: dict[tuple[frozenset[str], Kind], Alphabet] = {}

    def know(self, characters: frozenset[str]) -> bool:
        """Whether the model can write all of these characters, signs aside that hardly anybody writes."""
        return all(character in self._columns for character in characters - _HARDLY_WRITTEN)

    def named(self, characters: frozenset[str], kind: Kind) -> Alphabet:
        """The alphabet of these characters."""
        key = (characters, kind)
        if key not in self._kept:
            twins = self._twins(characters, kind)
            self._kept[key] = Alphabet(self._columns, characters, twins, rarity())
        return self._kept[key]

    def _twins(self, characters: frozenset[str], kind: Kind) -> dict[str, str]:
        """Characters of the model that are read as one of the alphabet: other widths, other hyphens."""
        twins = {wide: narrow for wide, narrow in _WIDE.items() if narrow in characters}
        twins |= dict.fromkeys(HYPHENS, "-" if "-" in characters else "ー")
        if kind in _LOOK_ALIKES_ARE_ONE:
            twins |= COLLAPSED
        if kind is Kind.ADDRESS:
            twins |= {forms[0]: forms[1] for forms in _JAPANESE_FORMS.split()}
        return {twin: own for twin, own in twins.items() if twin not in characters}
