"""The correction screen in a headless Chromium: how long until what a key asks for is painted.

A real key is pressed. The clock runs from the browser's own time stamp of it until the frame that shows the
result has been painted: the next field with its crop; the server's answer to what was confirmed; the next
sheet, with its picture, ready for a key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from statistics import quantiles

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.desk.data import PASSWORD
from benchmarks.desk.place import Place
from benchmarks.results import Row

USER = "op02"
FIELD_WANTED, SHEET_WANTED = "<= 50", "<= 200"

WATCH = """
const painted = () => new Promise((then) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => then(performance.now());
  channel.port2.postMessage(null);
}));
const until = (holds) => new Promise((then) => {
  const look = () => (holds() ? then() : setTimeout(look, 1));
  look();
});
const figures = { field: [], answer: [] };
window.figures = figures;
let done = Promise.resolve();
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") {
    if (event.key === "F9") sessionStorage.setItem("bench", String(performance.timeOrigin + event.timeStamp));
    return;
  }
  const main = document.querySelector("main");
  const before = document.querySelector("[data-current]");
  const moved = until(() => {
    const now = document.querySelector("[data-current]");
    return now !== before && (!now || now.querySelector(".crop canvas"));
  });
  moved.then(painted).then((at) => figures.field.push(at - event.timeStamp));
  // The desk's own listener comes after this one; only then something is in the air.
  done = new Promise((then) => setTimeout(then))
    .then(() => until(() => main.dataset.pending === "0"))
    .then(painted)
    .then((at) => figures.answer.push(at - event.timeStamp));
}, { capture: true });
window.settled = () => done.then(() => figures);
window.shown = (before) => until(() => {
  const main = document.querySelector("main[data-ready]");
  if (!main || main.dataset.caseId === before || !document.getElementById("paper").complete) return false;
  return main.querySelector("[data-current] .crop canvas");
}).then(painted).then((at) => performance.timeOrigin + at - Number(sessionStorage.getItem("bench")));
"""


def rows(name: str, running: Place, sheets_wanted: int) -> Iterator[Row]:
    fields, answers, sheets = _worked(running, sheets_wanted)
    yield Row(f"{name}: next field painted, 95 %", _slowest(fields), "ms", FIELD_WANTED)
    yield Row(f"{name}: confirmed value stored and painted, 95 %", _slowest(answers), "ms", FIELD_WANTED)
    yield Row(f"{name}: next sheet painted, 95 %", _slowest(sheets), "ms", SHEET_WANTED)


def _worked(running: Place, sheets_wanted: int) -> tuple[list[float], list[float], list[float]]:
    """Whole sheets confirmed by Enter and approved by F9, one after the other."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    path = os.environ.get("TENKI_BROWSER", "/usr/bin/chromium")
    fields, answers, sheets = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        context = browser.new_context(base_url=running.desk, viewport={"width": 1280, "height": 800})
        page = _begun(context)
        for _ in range(sheets_wanted):
            figures = _confirmed(page)
            fields += figures["field"]
            answers += figures["answer"]
            before = page.locator("main").get_attribute("data-case-id")
            page.evaluate("(before) => { window.next = window.shown(before); }", before)
            page.keyboard.press("F9")
            sheets.append(float(page.evaluate("window.next")))
            page.evaluate("window.figures.field.length = window.figures.answer.length = 0")
        browser.close()
    return fields, answers, sheets


def _begun(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("#username").fill(USER)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-page=board]")
    page.add_init_script(WATCH)
    page.locator("form[data-action=next] button:enabled").first.press("Enter")
    page.wait_for_selector("main[data-ready] [data-current] .crop canvas")
    return page


def _confirmed(page: Page) -> dict[str, list[float]]:
    """Enter on every open field; what was measured of it."""
    while int(str(page.locator("main").get_attribute("data-open-count"))):
        page.keyboard.press("Enter")
        page.evaluate("window.settled()")
    figures: dict[str, list[float]] = page.evaluate("window.settled()")
    return figures


def _slowest(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1]
