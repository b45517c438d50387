"""Makes the pictures of the documents from what ``tenki demo`` has left, invented people throughout.

``.venv/bin/python -m tests.desk.pictures [FOLDER]``; FOLDER is ``var/demo`` unless given and stays as it is.
Needs LibreOffice for the workbook.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
TENKI = (sys.executable, "-m", "flows")
"""The command of this checkout, whichever one the environment has installed."""

SIZE = {"width": 1280, "height": 800}
SEEDS = (71, 72, 73)
"""The first of these sheets has a household head whose name has a variant glyph, so that it is asked."""

ASKED_FIELD = "new_head"
NEEDS_A_PERSON = 1
"""What ``tenki intake`` ends with when sheets wait for the desk, as these shall."""

COLOURS = 256
PAPER_MARGIN_PX = 24
WORKBOOK_SCALE = 1.4


def main(demo: Path) -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        var, sheets = Path(folder, "var"), Path(folder, "sheets")
        shutil.copytree(demo, var)
        truth = _take_in(var, sheets)
        with _desk(var) as url, _page(url, var) as page:
            _keep(page, "board")
            page.goto("/savings")
            _keep(page, "savings")
            page.goto("/queue?state=ENTERED&task=ido")
            page.locator("[data-action=open]").last.click()
            _keep(page, "case")
            _keep_correction(page, truth)
        _save(_first_page(var, Path(folder)), "workbook")


def _take_in(var: Path, sheets: Path) -> Mapping[str, str]:
    """Some fresh sheets, so that something waits; what is written on the first of them."""
    for seed in SEEDS:
        asked = ["--form", "ido_todoke", "--count", "1", "--seed", str(seed), "--out", str(sheets)]
        subprocess.run([sys.executable, "-m", "rehearsal.specimens", *asked], cwd=ROOT, check=True)
    files = sorted(path for path in sheets.iterdir() if not path.name.endswith(".truth.json"))
    taken = subprocess.run([*TENKI, "intake", "ido", *files], cwd=ROOT, env=_environment(var), check=False)
    assert taken.returncode == NEEDS_A_PERSON
    truth = json.loads(files[0].with_suffix(".truth.json").read_text(encoding="utf-8"))
    values: Mapping[str, str] = truth["pages"][0]["values"]
    return values


def _environment(var: Path) -> dict[str, str]:
    return {**os.environ, "TENKI_VAR": str(var)}


@contextmanager
def _desk(var: Path) -> Iterator[str]:
    command = [*TENKI, "desk", "--port", "0"]
    options = {"cwd": ROOT, "env": _environment(var), "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **options) as desk:
        assert desk.stdout is not None
        yield desk.stdout.readline().split()[-1]
        desk.terminate()


@contextmanager
def _page(url: str, var: Path) -> Iterator[Page]:
    """A page of the demo's visitor, signed in."""
    password = json.loads((var / "accounts.json").read_text(encoding="utf-8"))["demo"]
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    path = os.environ.get("TENKI_BROWSER", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        page = browser.new_page(base_url=url, viewport=SIZE, color_scheme="light")
        page.goto("/sign-in")
        page.locator("#username").fill("demo")
        page.locator("#password").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-page=board]")
        yield page
        browser.close()


def _keep_correction(page: Page, truth: Mapping[str, str]) -> None:
    """Answer what comes before the asked field, and show where the operator then stands."""
    page.goto("/")
    page.locator("[data-task=ido] [data-action=next] button").press("Enter")
    page.wait_for_selector("main[data-ready]")
    while (field := page.locator("[data-current]").get_attribute("data-field-id")) != ASKED_FIELD:
        page.locator("[data-current] [data-value]").fill(truth[str(field)])
        page.keyboard.press("Enter")
        page.wait_for_selector("main[data-pending='0']")
    _keep(page, "correct")


def _keep(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    _save(Image.open(io.BytesIO(page.screenshot())), name)


def _first_page(var: Path, folder: Path) -> Image.Image:
    """The workbook's first sheet as it is printed, without the paper's margins."""
    workbook = next((var / "reports").glob("*.xlsx"))
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, workbook]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with pypdfium2.PdfDocument(folder / f"{workbook.stem}.pdf") as document:
        image = document[0].render(scale=WORKBOOK_SCALE).to_pil().convert("RGB")
    printed = image.crop(ImageOps.invert(image.convert("L")).getbbox())
    return ImageOps.expand(printed, PAPER_MARGIN_PX, "white")


def _save(image: Image.Image, name: str) -> None:
    # The usual median cut would spend every colour on the greys of the paper.
    few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "demo")
