"""How fast robots enter: beside a hand-written script, four contexts beside one, and memory over many.

``make bench NAME=robots`` enters up to some 1,100 records into the rehearsal target in some eleven minutes;
``QUICK=1`` enters a few in one. The
hand-written script types the same values with the same pages and submits, and proves nothing: what the proof
costs (look-up, confirmation, read-back, picture) stands in a row of its own.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.results import PROJECT, RESULTS, Row, write
from forms.definition import FormDefinition
from forms.facts import Approval, Record
from forms.library import FormLibrary
from robots.browser import BrowserSettings
from robots.client import RobotProcess
from robots.credentials import Credentials
from robots.definition import TargetDefinition, load_target
from robots.formats import Act, Keystroke
from robots.plan import plan
from robots.receipt import Outcome, Receipt
from robots.specimen import specimen
from tests.target_process import RunningTarget, running

QUICK = bool(os.environ.get("QUICK"))
ENTERED, SIDE_BY_SIDE, MANY = (3, 4, 12) if QUICK else (20, 32, 1000)
MANY_MINUTES = 8.0
"""The many records end after that long: a small machine does not get as far as all of them."""

OPERATOR = Credentials("K0123", "himitsu-no-kotoba-7")
LATENCY_MS = 400
SHORT = frozenset(
    {
        "applied_on",
        "applicant_kana",
        "applicant_name",
        "applicant_birth_date",
        "applicant_address",
        "applicant_phone",
        "applicant_relation",
        "subject_kana",
        "subject_name",
        "subject_birth_date",
        "subject_address",
        "certificate",
        "copies_household",
        "purpose",
    }
)
ENTRY_STEPS = ("begin", "type", "submit")
_numbers = itertools.count(1)


def main() -> None:
    forms = {form.form: form for form in FormLibrary(PROJECT / "config" / "forms").newest()}
    browser = BrowserSettings(os.environ.get("TENKI_BROWSER", "/usr/bin/chromium"))
    rows: list[Row] = []
    for part in (speed, contexts, memory):
        rows += part(forms, browser)
        table = write("robots", rows, Path("var/bench") if QUICK else RESULTS)
    print(table)


def speed(forms: dict[str, FormDefinition], browser: BrowserSettings) -> list[Row]:
    """The same records by robot and by hand-written script, in turn."""
    with target(0) as definition, RobotProcess(definition, forms.values(), OPERATOR, browser) as robot:
        entered(robot.enter(new(forms)))
        ours, theirs, proof = [], [], []
        with sync_playwright() as playwright:
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            chromium = playwright.chromium.launch(executable_path=browser.executable, args=flags)
            page = chromium.new_page()
            signed_in(page, definition)
            for _ in range(ENTERED):
                receipt = entered(robot.enter(new(forms)))
                steps = {step.step: step.seconds for step in receipt.steps}
                mine = sum(s for name, s in steps.items() if name.partition(".")[0] in ENTRY_STEPS)
                ours.append(mine)
                proof.append(sum(steps.values()) - mine)
                theirs.append(by_hand(page, definition, forms, new(forms)))
            chromium.close()
    robot_s, script_s = statistics.median(ours), statistics.median(theirs)
    return [
        Row("entry beside a hand-written script", robot_s / script_s, "×", "<= 1.15"),
        Row("entry by robot, median", robot_s, "s", peers={"script": script_s}),
        Row("proof of one entry, median", statistics.median(proof), "s"),
    ]


def contexts(forms: dict[str, FormDefinition], browser: BrowserSettings) -> list[Row]:
    """Records a minute where every answer takes LATENCY_MS: four contexts beside one."""
    pace = {}
    for number in (1, 4):
        with target(LATENCY_MS) as definition:
            several = definition.model_copy(update={"contexts": number})
            with RobotProcess(several, forms.values(), OPERATOR, browser) as robot:
                several_entered(robot, forms, number)
                began_s, count = time.monotonic(), SIDE_BY_SIDE * number // 4
                several_entered(robot, forms, count)
                pace[number] = 60 * count / (time.monotonic() - began_s)
    return [
        Row("four contexts beside one, by latency", pace[4] / pace[1], "×", ">= 3"),
        Row("records a minute, one context", pace[1], "/min", peers={"four": pace[4]}),
    ]


def memory(forms: dict[str, FormDefinition], browser: BrowserSettings) -> list[Row]:
    """Memory of the robots' processes, browser included, and its slope after the first tenth.

    Short records in four contexts, so that there are many; looked at whenever the same number is done.
    """
    seen: list[tuple[int, float]] = []
    ends_s, every = time.monotonic() + 60 * MANY_MINUTES, max(1, MANY // 50)
    with target(0) as definition:
        several = definition.model_copy(update={"contexts": 4})
        with RobotProcess(several, forms.values(), OPERATOR, browser) as robot:
            left = iter(range(MANY))

            def following() -> Record | None:
                wanted = time.monotonic() < ends_s and next(left, None) is not None
                return short(new(forms)) if wanted else None

            for number, (_, receipt) in enumerate(robot.enter_many(following), start=1):
                entered(receipt)
                if number % every == 0:
                    seen.append((number, tree_mb(robot.pid or 0)))
    done = seen[-1][0]
    late = [point for point in seen if point[0] > done // 10]
    slope = statistics.linear_regression(*zip(*late, strict=True)).slope
    return [
        Row(f"memory after {done} records, four contexts", seen[-1][1], "MB", peers={"first": seen[0][1]}),
        Row("growth of memory for 1,000 records", slope * 1000, "MB"),
    ]


def short(record: Record) -> Record:
    """The same application with little more than what has to be there."""
    return replace(record, values={name: text for name, text in record.values.items() if name in SHORT})


@contextmanager
def target(latency_ms: float) -> Iterator[TargetDefinition]:
    """The shipped definition at a rehearsal target of its own."""
    shipped = load_target(PROJECT / "config" / "targets" / "rehearsal.yaml")
    with tempfile.TemporaryDirectory(prefix="tenki-bench-") as folder:
        path = Path(folder) / "target.sqlite3"
        with running(RunningTarget(path, OPERATOR.operator, OPERATOR.password, latency_ms=latency_ms)) as one:
            yield shipped.at(one.url)


def several_entered(robot: RobotProcess, forms: dict[str, FormDefinition], count: int) -> None:
    records = iter([new(forms) for _ in range(count)])
    for _, receipt in robot.enter_many(partial(next, records, None)):
        entered(receipt)


def new(forms: dict[str, FormDefinition]) -> Record:
    number = next(_numbers)
    made = specimen(forms["juminhyo_kofu"], f"B26-{number:06d}", "benchmark")
    approval = Approval("person", "benchmark", datetime.now(UTC))
    return Record(f"case-{number}", made.reception_number, made.form, made.version, made.values, approval)


def entered(receipt: Receipt) -> Receipt:
    if receipt.outcome is not Outcome.ENTERED:
        raise SystemExit(f"a record was not entered: {receipt.outcome.value} {receipt.code} {receipt.detail}")
    return receipt


def signed_in(page: Page, definition: TargetDefinition) -> None:
    page.goto(definition.url + "login.do")
    page.get_by_label("職員番号", exact=True).fill(OPERATOR.operator)
    page.get_by_label("パスワード", exact=True).fill(OPERATOR.password)
    page.get_by_role("button", name="ログイン").click()
    page.get_by_role("heading", name="業務メニュー").wait_for()


def by_hand(
    page: Page, definition: TargetDefinition, forms: dict[str, FormDefinition], record: Record
) -> float:
    """Seconds of the same entry as anybody would write it with Playwright."""
    ready = plan(definition, forms[record.form], record)
    began_s = time.perf_counter()
    page.goto(definition.url + "menu.do")
    page.get_by_role("link", name="証明書交付申請入力", exact=True).click()
    for one in ready.pages:
        for stroke in one.keystrokes:
            strike(page, stroke)
        page.get_by_role("button", name=(one.page.next.button if one.page.next else "") or "").click()
    page.get_by_role("button", name="登録", exact=True).click()
    page.get_by_role("heading", name="登録完了").wait_for()
    return time.perf_counter() - began_s


def strike(page: Page, stroke: Keystroke) -> None:
    place = stroke.place
    if place is None:
        return
    if stroke.act is Act.FILL:
        page.get_by_label(place.label or "", exact=True).fill(stroke.text)
    elif stroke.act is Act.CHOOSE:
        page.get_by_label(place.label or "", exact=True).select_option(label=stroke.text)
    else:
        groups = page.get_by_role("radiogroup", name=place.group, exact=True)
        group = groups.or_(page.get_by_role("group", name=place.group, exact=True))
        group.get_by_label(stroke.text, exact=True).check()


def tree_mb(pid: int) -> float:
    """Proportional memory of a process and all below it, in MB."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
            children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii")
        except OSError:
            continue  # It ended meanwhile.
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        waiting += map(int, children.split())
    return total / 1000


if __name__ == "__main__":
    main()
