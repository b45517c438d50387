"""From a canonical value to the text that a target takes: widths, kana, dates, characters, lengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jaconv

from forms.dates import ERAS, era_parts
from robots.errors import DefinitionGapError
from robots.fields import Characters, Charset, FieldMap, Format, Missing

GETA = "〓"
WIDE = "\u3000"
SIGNS_BETWEEN_GROUPS = "-－ー・ "

CODECS = {Charset.JIS_X_0208: "iso2022_jp", Charset.CP932: "cp932", Charset.JIS_X_0213: "euc_jis_2004"}

FORMATS: Mapping[Format, Callable[[str], str]] = {
    Format.PLAIN: str,
    Format.FULL_WIDTH: lambda text: _wide(text).replace(" ", WIDE),
    Format.HALF_WIDTH: lambda text: _narrow(text, kana=False).replace(WIDE, " "),
    Format.HALF_KANA: lambda text: _narrow(text, kana=True).replace(WIDE, " "),
    Format.KATAKANA: lambda text: str(jaconv.hira2kata(jaconv.h2z(text, kana=True))),
    Format.HIRAGANA: lambda text: str(jaconv.kata2hira(jaconv.h2z(text, kana=True))),
    Format.DIGITS_ONLY: lambda text: text.translate(str.maketrans("", "", SIGNS_BETWEEN_GROUPS)),
}


@dataclass(frozen=True)
class Written:
    """What is typed, and what could not be written as it is.

    ``replaced`` counts characters for which the target's own way stands in; ``refused`` says in Japanese why
    the text cannot be typed at all ("" when it can).
    """

    text: str
    replaced: int = 0
    refused: str = ""


def formatted(how: Format, value: str) -> str:
    """Canonical text in the width that the target takes."""
    return FORMATS[how](value)


def holdable(characters: Characters, value: str) -> Written:
    """The value in the target's characters: as it is, replaced in the stated way, or refused."""
    lacking = [character for character in value if not _encodable(character, characters.set)]
    if not lacking:
        return Written(value)
    if characters.missing is Missing.GETA:
        stand_ins = dict.fromkeys(lacking, GETA)
    else:
        stand_ins = {c: characters.replacements[c] for c in lacking if c in characters.replacements}
    left = sorted(set(lacking) - set(stand_ins))
    if left:
        return Written(value, refused=f"業務システムにない文字「{'」「'.join(left)}」が含まれています")
    return Written("".join(stand_ins.get(character, character) for character in value), len(lacking))


def fitting(mapped: FieldMap, text: str) -> Written:
    """The text when it is not too long for its box."""
    if mapped.max_length is None or len(text) <= mapped.max_length:
        return Written(text)
    return Written(text, refused=f"{len(text)}文字あり、{mapped.max_length}文字までの欄に入りません")


def written_date(pattern: str, value: str) -> str:
    """A canonical date in one text, as the target's box wants it. DefinitionGapError before the eras."""
    parts = era_parts(value)
    western = int(value[:4])
    era = next((era for era in ERAS if era.name == parts.era), None)
    if era is None and any(token in pattern for token in ("{era}", "{e}", "{year}", "{yy}")):
        raise DefinitionGapError("definition.era", "a date before the eras that the box takes")
    words = {
        "era": parts.era,
        "e": era.letter if era else "",
        "year": str(parts.year),
        "yy": f"{parts.year:02d}",
        "yyyy": f"{western:04d}",
        "month": str(parts.month),
        "mm": f"{parts.month:02d}",
        "day": str(parts.day),
        "dd": f"{parts.day:02d}",
    }
    for name, word in words.items():
        pattern = pattern.replace(f"{{{name}}}", word)
    return pattern


def _encodable(character: str, wanted: Charset) -> bool:
    codec = CODECS.get(wanted)
    if codec is None:
        return True
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        # A half-width kana has its full-width form in every set; the format decides which one is typed.
        return "\uff61" <= character <= "\uff9f"
    return True


def _wide(text: str) -> str:
    return str(jaconv.h2z(text, kana=True, ascii=True, digit=True))


def _narrow(text: str, kana: bool) -> str:
    return str(jaconv.z2h(text, kana=kana, ascii=True, digit=True))
