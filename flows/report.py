"""Report: the indicators of a fiscal year as the council's workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prefect import flow, get_run_logger

from flows import savings_log, wiring
from flows.guard import sealed

if TYPE_CHECKING:
    from savings.report import Report


@flow(name="report", persist_result=False)
def report(fiscal_year: int | None = None) -> str:
    """Write the workbook of a fiscal year (the running one by default) to ``var/reports``; its file name."""
    log = get_run_logger()
    with sealed():
        wiring.start_django()
        result = savings_log.year_report(fiscal_year)
        path = write(result, wiring.var() / "reports" / f"tenki-{result.year.year}.xlsx")
        for minutes in result.tasks:
            log.info(savings_log.sentence(minutes, result))
        savings_log.publish_report(result)
    return path.name


def write(result: Report, path: Path) -> Path:
    """The workbook at that place, whose folder is made."""
    from savings import workbook

    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.write(result, path)
    return path


def write_public(result: Report, folder: Path) -> tuple[Path, Path]:
    """The public one-page result as HTML and PDF in that folder, which is made."""
    from desk.effects import public_style
    from savings import public

    folder.mkdir(parents=True, exist_ok=True)
    page = public.page_of(result, wiring.site().municipality_name)
    name = f"tenki-result-{result.year.year}"
    html, pdf = folder / f"{name}.html", folder / f"{name}.pdf"
    html.write_text(public.html_text(page, public_style()), encoding="utf-8")
    pdf.write_bytes(public.pdf_bytes(page))
    return html, pdf
