from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from savings.indicators import Average
from savings.report import Report
from savings.sampling import Source
from savings.workbook import sheet_titles, workbook_bytes, write
from savings.workbook.cached import MissingResult, finished_bytes
from tests.savings.reports import MADE_AT, mixed_report, report, rich_report, task

REPORTS = {
    "mixed": mixed_report(),
    "rich": rich_report(),
    "samples": report(task(source=Source.SAMPLE), task("乙", source=Source.SAMPLE, minutes=(3.0, 4.0))),
    "one timing": report(task(minutes=(9.0,))),
    "no rate": report(task(minutes=())),
    "no minutes": report(task(staff=0.0)),
    "no tasks": report(),
}
every_report = pytest.mark.parametrize("found", REPORTS.values(), ids=REPORTS.keys())


def opened(content: bytes, *, results: bool) -> Workbook:
    return load_workbook(io.BytesIO(content), data_only=results)


def texts(sheet: Worksheet) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def is_marked(sheet: Worksheet) -> bool:
    return any(text in {"見本値", "見本値を含む"} for text in texts(sheet))


@every_report
def test_every_formula_has_its_result(found: Report) -> None:
    content = workbook_bytes(found)
    formulas, results = opened(content, results=False), opened(content, results=True)
    assert tuple(formulas.sheetnames) == sheet_titles(found)
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            assert results[sheet.title][cell.coordinate].value is not None, f"{sheet.title}!{cell.coordinate}"


def test_a_formula_without_a_result_is_refused() -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "=1+1"
    with pytest.raises(MissingResult, match="A1 has a formula without a result"):
        finished_bytes(book, {}, MADE_AT)


@pytest.mark.parametrize("name", ["mixed", "rich", "one timing", "no tasks"])
def test_libreoffice_recalculates_the_same_figures(name: str, tmp_path: Path) -> None:
    found = REPORTS[name]
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed: the formulas cannot be recalculated by a second program")
    (tmp_path / "report.xlsx").write_bytes(without_results(workbook_bytes(found)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "again")]
    subprocess.run([*command, str(tmp_path / "report.xlsx")], check=True, capture_output=True, timeout=120)
    theirs = load_workbook(tmp_path / "again" / "report.xlsx", data_only=True)
    ours, formulas = (opened(workbook_bytes(found), results=results) for results in (True, False))
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            expected = ours[sheet.title][cell.coordinate].value
            seen = theirs[sheet.title][cell.coordinate].value
            if not isinstance(expected, str):
                expected = pytest.approx(expected, rel=1e-9, abs=1e-9)
            assert seen == expected, f"{sheet.title}!{cell.coordinate}"


def without_results(content: bytes) -> bytes:
    """The same workbook as openpyxl writes it, so that whoever opens it must calculate."""
    raw = io.BytesIO()
    opened(content, results=False).save(raw)
    return raw.getvalue()


def test_the_first_page_shows_what_a_director_asks() -> None:
    found = mixed_report()
    sheet = opened(workbook_bytes(found), results=True)["総括"]
    assert sheet["A1"].value == "業務時間削減 報告書"
    assert "令和8年度" in sheet["A2"].value
    assert "見本値" in sheet["A4"].value
    values = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)]
    for expected in (
        0.75,
        found.introduced.average(Average.MEAN_OF_RATES),
        found.introduced.average(Average.POOLED),
        found.all.saved_minutes / 60,
    ):
        assert any(value == pytest.approx(expected) for value in values)
    assert any("児童手当の現況届（導入前の計時がありません）" in text for text in texts(sheet))
    assert "×" in texts(sheet)


def test_kuji_comes_out_to_the_digit_on_the_first_page() -> None:
    """The three tasks that Kuji city shared: a mean of −250 %, a pooled rate of +65.5 %."""
    hours = [(19.8, 4.2), (1.6, 16.2), (73.0, 12.2)]
    tasks = [
        task(f"業務{number}", minutes=(before * 0.6,), entered=100, staff=after * 60)
        for number, (before, after) in enumerate(hours)
    ]
    sheet = opened(workbook_bytes(report(*tasks)), results=True)["総括"]
    shown = {
        f"{cell.value:.1%}" for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)
    }
    assert shown >= {"-250.1%", "65.5%"}


def test_samples_are_marked_wherever_they_are_shown() -> None:
    book = opened(workbook_bytes(REPORTS["samples"]), results=True)
    for name in ("総括", "業務別", "月別明細", "計時"):
        assert is_marked(book[name]), name


def test_measured_figures_carry_no_sample_mark() -> None:
    book = opened(workbook_bytes(report(task())), results=True)
    for name in ("総括", "業務別", "月別明細", "計時"):
        assert not is_marked(book[name]), name


def test_charts_keep_their_values_for_viewers_that_do_not_calculate() -> None:
    archive = zipfile.ZipFile(io.BytesIO(workbook_bytes(report(task()))))
    charts = {name: archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name}
    assert len(charts) == 5
    assert all("numCache" in text and "strCache" in text for text in charts.values())
    assert sum("住民異動届の入力" in text for text in charts.values()) == 3


@pytest.mark.parametrize(("found", "from_zero"), [(report(task()), True), (mixed_report(), False)])
def test_axes_start_at_zero_unless_a_rate_is_negative(found: Report, from_zero: bool) -> None:
    book = opened(workbook_bytes(found), results=False)
    hours, rates = book["総括"]._charts
    assert hours.y_axis.scaling.min == 0
    assert (rates.y_axis.scaling.min == 0) is from_zero


def test_every_sheet_prints_on_a4_landscape_one_page_wide() -> None:
    for sheet in opened(workbook_bytes(mixed_report()), results=False):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.center.text == "&P / &N ページ"


def test_the_same_report_gives_the_same_bytes() -> None:
    assert workbook_bytes(mixed_report()) == workbook_bytes(mixed_report())


def test_the_properties_hold_the_reports_time_and_no_machine() -> None:
    properties = opened(workbook_bytes(mixed_report()), results=False).properties
    assert properties.title == "業務時間削減 報告書　令和8年度"
    assert properties.creator == "Tenki"
    assert properties.lastModifiedBy is None
    assert properties.modified == properties.created
    assert properties.created.isoformat() == "2026-11-23T06:00:00"


def test_a_formula_sign_in_a_title_stays_text() -> None:
    found = report(replace(task(), title="=1+1", department="+81"))
    sheet = opened(workbook_bytes(found), results=False)["業務別"]
    assert (sheet["A5"].value, sheet["A5"].data_type) == ("=1+1", "s")


def test_writing_replaces_the_file_in_one_move(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    write(mixed_report(), path)
    assert path.read_bytes() == workbook_bytes(mixed_report())
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "report.xlsx").mkdir()
    with pytest.raises(OSError):
        write(mixed_report(), tmp_path / "report.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]
