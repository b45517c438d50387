"""The desk in English: no sentence without its English, and a switch that brings it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import polib
import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk.strings import CATALOGUE, marked
from tests.desk.sheets import make_case

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
KANA = re.compile(r"[ぁ-んァ-ヶ]")


def catalogue() -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}


def test_no_sentence_lacks_its_english() -> None:
    """After a new sentence: ``scripts/catalogue``, then its English into the catalogue, then again."""
    english = catalogue()
    assert [text for text in marked() if not english.get(text)] == []


def test_what_is_filled_in_is_the_same_in_both() -> None:
    differing = [
        text
        for text, english in catalogue().items()
        if set(PLACEHOLDER.findall(text)) - {"%%"} != set(PLACEHOLDER.findall(english)) - {"%%"}
    ]
    assert differing == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled} == catalogue()


@pytest.mark.parametrize("address", ["/", "/queue", "/account", "/help", "/cases/{case}"])
def test_a_page_speaks_english_once_it_is_chosen(
    address: str, tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = make_case(tmp_path, "ido_todoke", {})
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    url = address.format(case=case.pk)
    assert '<html lang="ja"' in client.get(url).content.decode()
    assert client.post("/look", {"language": "en", "next": url}).headers["Location"] == url
    page = client.get(url).content.decode()
    assert '<html lang="en"' in page and "Sign out" in page
    head = page.partition("<main")[0].replace("日本語", "").replace("表示言語", "")
    assert not KANA.search(re.sub(r"<title>.*?</title>", "", head))
    client.post("/look", {"language": "ja"})
    assert "サインアウト" in client.get(url).content.decode()


@pytest.mark.parametrize("language", ["fr", "", "<script>"])
def test_other_languages_are_refused(language: str, db: None) -> None:
    assert Client().post("/look", {"language": language}).status_code == 400
