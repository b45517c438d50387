"""What is shown of other readings, and which characters of a field are doubtful."""

from __future__ import annotations

import pytest

from desk.alternatives import alternative, doubtful

ADDRESS = "神奈川県相模原市緑区町屋1-20-17"


@pytest.mark.parametrize(
    ("value", "beside", "shown"),
    [
        ("斎藤　誠", "斉藤　誠", "[斎]藤　誠"),
        ("0427381188", "0427381183", "…118[8]"),
        ("神奈川県相模原市緑区町屋7-20-17", ADDRESS, "…区町屋[7]-20-17"),
        ("1", "", "[1]"),
        ("1-3-2", "1-23-2", "1-(2)3-2"),
    ],
)
def test_what_differs_stands_out_and_long_shared_stretches_are_short(
    value: str, beside: str, shown: str
) -> None:
    pieces = alternative(value, beside).pieces
    marks = {(False, False): "{}", (True, False): "[{}]", (True, True): "({})"}
    assert "".join(marks[piece.differs, piece.missing].format(piece.text) for piece in pieces) == shown


@pytest.mark.parametrize(
    ("text", "others", "places"),
    [
        (ADDRESS, ["神奈川県相模原市緑区町屋7-20-17", "神奈川県相模原市緑区町屋1-20-11"], (12, 18)),
        ("𠮷田", ["𠮷由"], (2,)),
        ("山田", ["山口田"], (1,)),
        ("山田", ["山田口"], ()),
        ("山田", [], ()),
    ],
)
def test_doubtful_characters_are_counted_as_browsers_count(
    text: str, others: list[str], places: tuple[int, ...]
) -> None:
    assert doubtful(text, others) == places
