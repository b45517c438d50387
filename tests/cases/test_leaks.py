"""The search itself: a value planted in any spelling is found, and a clean folder gives nothing."""

from __future__ import annotations

import base64
import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.leaks import find, plant, spellings

NAME = "山田　花子"


def test_every_planted_spelling_is_found(tmp_path: Path) -> None:
    planted = plant(tmp_path, NAME)
    assert len(planted) > 8
    assert {leak.path for leak in find(tmp_path, [NAME])} == set(planted)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"name": NAME, "x": 1}).encode(),
        quote(f"/search?q={NAME}").encode(),
        *(base64.b64encode(b"x" * before + NAME.encode() + b"tail") for before in range(4)),
        base64.urlsafe_b64encode(f"?>{NAME}?>".encode()),
        f"prefix{NAME}suffix".encode("utf-16"),
    ],
)
def test_values_within_other_text_are_found(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert [leak.value for leak in find(tmp_path, [NAME])][:1] == [NAME]


def test_file_names_and_databases_are_searched(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.pdf").touch()
    database = sqlite3.connect(tmp_path / "store.sqlite3")
    with database:
        database.execute("CREATE TABLE t (x TEXT)")
        database.execute("INSERT INTO t VALUES (?)", [json.dumps(NAME)])
    database.close()
    assert {leak.path.name for leak in find(tmp_path, [NAME])} == {f"{NAME}.pdf", "store.sqlite3"}


def test_a_clean_folder_and_a_left_out_one_give_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("case 7b1c entered", encoding="utf-8")
    plant(tmp_path / "cases", NAME)
    assert find(tmp_path, [NAME], apart_from=[tmp_path / "cases"]) == []


def test_values_too_short_to_mean_anything_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too short"):
        find(tmp_path, ["男"])


def test_digits_have_no_escaped_spelling() -> None:
    assert "\\u" not in spellings("983205673214")
