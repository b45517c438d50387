"""The desk in English: no sentence without its English, a switch that brings it, and no Japanese on any page
but residents' data, proper names and what is printed on paper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from cases import access, minutes
from cases.models import BaselineSample, Case, Receipt, Task, TimeEvent
from cases.roles import Role
from desk.strings import CATALOGUE, marked
from forms.facts import Route
from forms.findings import SENTENCES
from forms.findings_en import SENTENCES_EN
from tests.desk.sheets import make_case, make_task
from tests.desk.test_accessibility import PAGES
from tests.desk.test_savings_pages import time_old_way

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
KANA = re.compile(r"[ぁ-んァ-ヶ]")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龯々〆（）「」、。：〜]")
SAID = ("aria-label", "title", "placeholder", "alt")
"""Attributes that are read out or shown."""

QUOTED = re.compile(r'"[^"]*"')
"""What a sentence repeats in quotation marks is what a resident wrote."""

NAMED = (
    "相模, サガミ",
    "髙, 﨑, 邉",
    "業務, 計時日, 計時者, 方法, 分",
    "件数, 対象, 「工程：…」",
    "divided by 、",
)
"""Headings of a workbook and examples of glyphs and names, which are Japanese in any language."""

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


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


class Said(HTMLParser):
    """What a page says to somebody who reads English. ``lang="ja"`` marks proper names and what stands on
    paper, the class ``value`` what residents wrote.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.japanese: list[str] = []
        self._path: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        own = tag in {"script", "style", "title"} or "data-source-name" in given
        quiet = (
            own or (given.get("lang") == "ja" and tag != "input") or "value" in given.get("class", "").split()
        )
        if not (any(self._path) or quiet):
            for name in SAID:
                self._hear(given.get(name, ""))
        if tag not in VOID:
            self._path.append(quiet)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._path:
            self._path.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._path):
            self._hear(data)

    def _hear(self, text: str) -> None:
        left = QUOTED.sub("", text)
        for name in NAMED:
            left = left.replace(name, "")
        if JAPANESE.search(left):
            self.japanese.append(" ".join(text.split()))


@pytest.fixture
def everybody(db: None, people: Mapping[str, User]) -> Client:
    """One person with every role, in English."""
    make_task("ido", "Notices of moving", ["ido_todoke"])
    make_task("kofu", "Copies of the resident record", ["juminhyo_kofu"])
    Task.objects.update(department="Residents")
    for role in Role:
        people["operator"].groups.add(*people[role].groups.all())
    access.assign(people["operator"], by="test", departments=["Residents"])
    client = Client()
    client.force_login(people["operator"])
    client.post("/look", {"language": "en"})
    return client


def test_no_page_says_anything_in_japanese(
    everybody: Client, people: Mapping[str, User], tmp_path: Path
) -> None:
    raws = {"new_head": "髙橋　健一", "new_postal_code": "2520231", "moved_on": "2026-02-30"}
    entered = make_case(tmp_path, "ido_todoke", raws, {"new_head": Route.CHECK, "new_address": Route.BLIND})
    now = timezone.now()
    Case.objects.filter(pk=entered.pk).update(state="ENTERED")
    Receipt.objects.create(case=entered, outcome="entered", started_at=now, finished_at=now)
    minutes.add(entered.task, TimeEvent.Step.FIRST_CORRECTION, 180, TimeEvent.Source.MEASURED, entered, 200)
    case = make_case(tmp_path, "ido_todoke", raws, {"new_head": Route.CHECK, "new_address": Route.BLIND})
    time_old_way(Task.objects.get(name="ido"), 9.0, 10.0, by="Keiko Sagami")
    BaselineSample.objects.update(method="by hand")
    found = []
    for page in PAGES:
        url = page.format(case=case.pk, operator=people["operator"].pk)
        said = Said(everybody.get(url, follow=True).content.decode()).japanese
        found += [f"{page}: {text[:90]}" for text in dict.fromkeys(said)]
    assert found == [], "\n".join(found)


def test_every_finding_has_its_english() -> None:
    assert SENTENCES_EN.keys() == SENTENCES.keys()
    braces = re.compile(r"\{\w+\}")
    for code, parts in SENTENCES.items():
        assert set(braces.findall("".join(parts))) == set(braces.findall("".join(SENTENCES_EN[code]))), code
