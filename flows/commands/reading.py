"""``tenki read``: what is on these sheets, without storing anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import wiring
from flows.commands.arguments import Files
from flows.console import DONE, NEEDS_A_PERSON, out, print_json, say, table, watched

if TYPE_CHECKING:
    from flows.wiring import ReadingRoom


def register(app: typer.Typer) -> None:
    app.command()(read)


def read(
    files: Files,
    form: Annotated[str | None, typer.Option("--form", help="Take every sheet for this form.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON (docs/reading-json.md).")] = False,
) -> None:
    """Read sheets without storing anything: fields, confidence, findings, who has to look.

    My Number is masked. Exit status 1 when a file or a page could not be read; the others are read all the
    same.
    """
    room = wiring.reading_room(form)
    entries = [_read_file(path, room) for path in watched(files, "Reading", lambda path: path.name)]
    if as_json:
        from flows.reading_json import document

        print_json(document(entries))
    else:
        for entry in entries:
            _show_file(entry)
    raise typer.Exit(NEEDS_A_PERSON if any(_has_problem(entry) for entry in entries) else DONE)


def _read_file(path: Path, room: ReadingRoom) -> dict[str, Any]:
    from flows.reading import read_page
    from flows.reading_json import failed_file, file_entry, page_entry
    from ocr.errors import FileProblem
    from ocr.load import pages

    try:
        sheets = [read_page(page, room) for page in pages(path)]
    except FileProblem as problem:
        return failed_file(str(path), problem.code, str(problem))
    except FileNotFoundError:
        return failed_file(str(path), "file.not_found", "There is no such file.")
    return file_entry(str(path), [page_entry(sheet, room.library) for sheet in sheets])


def _has_problem(entry: dict[str, Any]) -> bool:
    return bool(entry["problem"]) or any(page["problem"] for page in entry["pages"])


def _show_file(entry: dict[str, Any]) -> None:
    if entry["problem"]:
        say(f"{entry['file']}: {entry['problem']['code']}: {entry['problem']['message']}")
    for page in entry["pages"]:
        where = f"{entry['file']} page {page['page']}"
        if page["problem"]:
            say(f"{where}: {page['problem']}")
            continue
        form = f"{page['form']} version {page['version']}"
        title = f"{where}: {form}, fit {page['fit_mm']:.2f} mm, {page['dpi']:.0f} dpi"
        said = [field for field in page["fields"] if not field["blank"] or field["route"] != "accept"]
        columns = ["field", "label", "read as", "confidence", "who looks", "findings"]
        out().print(table(title, columns, [_row(field) for field in said]))
        say(f"{len(page['fields']) - len(said)} more fields are blank")


def _row(field: dict[str, Any]) -> list[str]:
    looks = {"accept": "", "check": "check", "blind": "type blind"}[field["route"]]
    findings = " ".join(finding.get("sentence", finding["code"]) for finding in field["findings"])
    return [field["id"], field["label"], field["shown"], f"{field['confidence']:.3f}", looks, findings]
