from __future__ import annotations

import pypdfium2
import pytest

from savings import public
from savings.public import Page
from savings.report import Report
from tests.savings.reports import mixed_report, report, rich_report, task

CITY = "相模原市"
MANY = report(*(task(f"長い名前の業務その{number}（受付と入力）") for number in range(40)))


def page(found: Report) -> Page:
    return public.page_of(found, CITY)


@pytest.mark.parametrize("found", [mixed_report(), rich_report(), report(), MANY])
def test_the_pdf_is_one_page_of_a4_with_its_font_inside(found: Report) -> None:
    content = public.pdf_bytes(page(found))
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    assert b"/FontFile2" in content
    words = document[0].get_textpage().get_text_range()
    assert all(one.title in words.replace("\r\n", "") for one in found.tasks)


def test_negative_hours_are_said_and_gaps_named() -> None:
    found = page(mixed_report())
    costly, without = found.tasks[1], found.tasks[2]
    assert costly.negative and costly.saved.startswith("−")
    assert (without.rate, without.note) == ("—", "導入前の計時がありません")
    assert "増やしました" in page(report(task(minutes=(0.5,), entered=100, staff=500.0))).lead
    assert page(report()).lead == "削減率を出せる業務はまだありません。"


def test_samples_are_not_for_publishing() -> None:
    assert "公表には使えません" in public.html_body(page(mixed_report()))
    assert "公表には使えません" not in public.html_body(page(report(task())))


@pytest.mark.parametrize("found", [mixed_report(), rich_report()])
def test_nobody_is_named(found: Report) -> None:
    told = public.html_text(page(found), "")
    assert "相模原市" in told
    assert not any(name in told for name in ("入力担当", "tantou", "kacho", "joho"))


def test_every_word_is_escaped() -> None:
    told = public.html_text(page(report(task("<script>alert(1)</script>"))), "")
    assert "<script" not in told
    assert "&lt;script&gt;" in told
    public.pdf_bytes(page(report(task("<b>A & B</b>"))))


def test_the_same_report_gives_the_same_pdf() -> None:
    assert public.pdf_bytes(page(mixed_report())) == public.pdf_bytes(page(mixed_report()))
