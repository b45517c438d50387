"""The relation to the head of the household (続柄), compounds such as 妻の子 included."""

from __future__ import annotations

from forms.definition import Field
from forms.facts import Severity
from forms.kinds.base import Parsed, found
from forms.writing import without_spaces

HEAD = "世帯主"

TERMS = frozenset(
    (
        HEAD,
        *(
            "夫",
            "妻",
            "父",
            "母",
            "子",
            "兄",
            "弟",
            "姉",
            "妹",
            "祖父",
            "祖母",
            "曾祖父",
            "曾祖母",
            "孫",
            "曾孫",
        ),
        *("養父", "養母", "養子", "継父", "継母", "おじ", "おば", "おい", "めい", "いとこ", "又従兄弟"),
        *("伯父", "叔父", "伯母", "叔母", "甥", "姪"),
        *("夫(未届)", "妻(未届)", "縁故者", "同居人", "使用人"),
    )
)
"""Words that registers use (Guide to resident records, 住民基本台帳事務処理要領, part 2, 1-(2)-エ-(オ))."""


def parse(field: Field, raw: str) -> Parsed:
    """A relation that no register uses is kept with a warning: families are more various than lists."""
    value = without_spaces(raw)
    if set(value.split("の")) <= TERMS and value.count(HEAD) == (value == HEAD):
        return Parsed(value)
    return Parsed(value, (found(field, "relation.unusual", Severity.WARNING, seen=value),))


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return frozenset("".join(TERMS)) | {"の"}
