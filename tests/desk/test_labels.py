"""From the case to the paper and back: labels that a scanner can read, and numbers as people write them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image
from playwright.sync_api import Page

from cases import access
from cases.models import Case
from cases.numbers import as_number
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("T26-000123", "T26-000123"),
        (" t26-123 ", "T26-000123"),
        ("Ｔ２６－０００１２３", "T26-000123"),
        ("T26ー000123", "T26-000123"),
        ("T26000123", "T26-000123"),
        ("123", ""),
        ("T26", ""),
        ("T26-1234567", ""),
        ("T26-O00123", ""),
        ("", ""),
    ],
)
def test_a_number_as_people_and_scanners_write_it(text: str, number: str) -> None:
    assert as_number(text) == number


def test_a_number_leads_to_its_case_and_a_part_to_the_list(
    tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case, client = make_case(tmp_path, "ido_todoke", {}), Client()
    client.force_login(people["operator"])
    assert client.get("/find", {"q": case.number.lower()}).headers["Location"] == f"/cases/{case.pk}"
    part = client.get("/find", {"q": case.number[-2:]}, follow=True).content.decode()
    assert f'data-case-number="{case.number}"' in part
    unknown = client.get("/find", {"q": "T26-999999"}, follow=True).content.decode()
    assert 'data-message="no-such-number"' in unknown
    script = client.get("/find", {"q": "<script>alert(1)"}, follow=True).content.decode()
    assert "<script>alert(1)" not in script


def test_a_number_of_another_task_is_as_good_as_unknown(
    tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case, client = make_case(tmp_path, "ido_todoke", {}), Client()
    access.assign(people["operator"], by="test", tasks=["kofu"])
    client.force_login(people["operator"])
    assert client.get("/find", {"q": case.number}).headers["Location"].startswith("/queue")
    assert client.get(f"/cases/{case.pk}/label").status_code == 403
    assert "data-number=" not in client.get("/labels").content.decode()


def test_labels_hold_numbers_and_nobodys_name(
    tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = make_case(tmp_path, "ido_todoke", {"new_head": "髙橋　健一"})
    client = Client()
    client.force_login(people["operator"])
    page = client.get("/labels", {"source": str(case.source_id), "skip": "2"}).content.decode()
    assert page.count("label used") == 2
    assert page.count("data-number=") == 1
    assert "髙橋" not in page
    for skip in ("9" * 5000, "-1"):
        assert client.get("/labels", {"source": str(case.source_id), "skip": skip}).status_code == 200
    assert client.get("/labels", {"source": "x"}).status_code == 400
    assert client.get("/labels", {"day": "2026-02-30"}).status_code == 400
    assert 'data-message="no-labels"' in client.get("/labels", {"day": "2020-01-01"}).content.decode()


def codes(image: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(image)}


@pytest.mark.parametrize(("layout", "size_mm"), [("l24", (210, 297)), ("l44", (210, 297)), ("one", (62, 29))])
def test_what_is_printed_can_be_scanned(
    layout: str, size_mm: tuple[int, int], operator: InBrowser, tmp_path: Path
) -> None:
    cases = [make_case(tmp_path, "juminhyo_kofu", {}) for _ in range(3)]

    def work(page: Page) -> bytes:
        page.goto(f"/labels?layout={layout}")
        return page.pdf(prefer_css_page_size=True)

    with pypdfium2.PdfDocument(operator(work)) as document:
        width, height = (round(pt / 72 * 25.4) for pt in document[0].get_size())
        pages = [page.render(scale=300 / 72).to_pil() for page in document]
    assert (width, height) == size_mm
    assert len(pages) == (3 if layout == "one" else 1)
    assert set[str]().union(*(codes(page) for page in pages)) == {case.number for case in cases}


def test_a_scanner_opens_the_case_from_any_page(operator: InBrowser, tmp_path: Path) -> None:
    case = make_case(tmp_path, "ido_todoke", {})

    def work(page: Page) -> str:
        page.goto("/savings")
        page.locator("h1").first.click()
        page.keyboard.type(case.number)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-page=case]")
        page.goto("/")
        page.locator("#find input").fill(case.number)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-page=case]")
        return str(page.locator("main").get_attribute("data-case-number"))

    assert operator(work) == case.number
    assert operator.trouble == []


def test_a_picture_of_the_page_is_a_label(operator: InBrowser, tmp_path: Path) -> None:
    case = make_case(tmp_path, "ido_todoke", {})
    shot = operator(lambda page: (page.goto(f"/cases/{case.pk}/label"), page.screenshot())[1])
    assert codes(Image.open(io.BytesIO(shot))) == {case.number}
    assert Case.objects.count() == 1
