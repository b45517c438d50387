"""``tenki read``: what is on these sheets, without storing anything."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from flows import wiring
from flows.commands.arguments import Files
from flows.console import DONE, NEEDS_A_PERSON, out, say, table, watched

if TYPE_CHECKING:
    from forms.facts import SheetReading
    from ocr.load import PageImage

Problem = dict[str, str]
"""``code`` and ``message``."""


def register(app: typer.Typer) -> None:
    app.command()(read)


def read(
    files: Files,
    form: Annotated[str | None, typer.Option("--form", help="Take every sheet for this form.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON (docs/reading-json.md).")] = False,
    jobs: Annotated[
        int,
        typer.Option("--jobs", min=0, help="Processes that read; 0: one a core, for one page one."),
    ] = 0,
) -> None:
    """Read sheets without storing anything: fields, confidence, findings, who has to look.

    My Number is masked. Exit status 1 when a file or a page could not be read; the others are read all the
    same.
    """
    from flows.reading import sheets

    batch = _Batch(files)
    teller = _AsJson() if as_json else _AsTables()
    with sheets(jobs or _suitable_jobs(files), form) as reader:
        for number, _, sheet in reader(batch.pages()):
            batch.tell(teller, number, sheet)
    batch.tell_rest(teller)
    raise typer.Exit(NEEDS_A_PERSON if batch.in_need else DONE)


def _suitable_jobs(files: Sequence[Path]) -> int:
    """Starting processes takes longer than reading one page."""
    one_page = len(files) == 1 and len(list(islice(_Batch(files, watch=False).pages(), 2))) < 2
    return 1 if one_page else wiring.cores()


class _Teller(Protocol):
    """Says what was read as it comes, so that no more than a page is kept."""

    def page(self, name: str, entry: dict[str, Any]) -> None: ...

    def file_ends(self, name: str, problem: Problem | None) -> None: ...

    def ends(self) -> None: ...


class _Batch:
    """The files of one call: their pages, and what becomes of each file."""

    def __init__(self, files: Sequence[Path], watch: bool = True) -> None:
        self._files = files
        self._watch = watch
        self._library = wiring.form_library()
        self._problems: dict[int, Problem] = {}
        self._told = 0
        self.in_need = False

    def pages(self) -> Iterator[tuple[int, PageImage]]:
        """All pages with the number of their file; why a file gives no more is kept for ``tell``."""
        from ocr.errors import FileProblem
        from ocr.load import pages

        named = watched(self._files, "Reading", lambda path: path.name) if self._watch else self._files
        for number, path in enumerate(named):
            try:
                for page in pages(path):
                    yield number, page
            except FileProblem as problem:
                self._problems[number] = {"code": problem.code, "message": str(problem)}
            except FileNotFoundError:
                self._problems[number] = {"code": "file.not_found", "message": "There is no such file."}

    def tell(self, teller: _Teller, number: int, sheet: SheetReading) -> None:
        """One page, after the ends of the files before its own."""
        from flows.reading_json import page_entry

        self._tell_ends(teller, number)
        self.in_need |= bool(sheet.problem)
        teller.page(str(self._files[number]), page_entry(sheet, self._library))

    def tell_rest(self, teller: _Teller) -> None:
        self._tell_ends(teller, len(self._files))
        teller.ends()

    def _tell_ends(self, teller: _Teller, before: int) -> None:
        for number in range(self._told, before):
            teller.file_ends(str(self._files[number]), self._problems.get(number))
            self.in_need |= number in self._problems
        self._told = before


class _AsJson:
    """The document of docs/reading-json.md."""

    def __init__(self) -> None:
        from flows.reading_json import Document

        document = Document(sys.stdout.write)
        self.page, self.file_ends, self.ends = document.page, document.file_ends, document.ends


class _AsTables:
    """A table for each page."""

    def page(self, name: str, page: dict[str, Any]) -> None:
        where = f"{name} page {page['page']}"
        if page["problem"]:
            say(f"{where}: {page['problem']}")
            return
        form = f"{page['form']} version {page['version']}"
        title = f"{where}: {form}, fit {page['fit_mm']:.2f} mm, {page['dpi']:.0f} dpi"
        said = [field for field in page["fields"] if not field["blank"] or field["route"] != "accept"]
        columns = ["field", "label", "read as", "confidence", "who looks", "findings"]
        out().print(table(title, columns, [_row(field) for field in said]))
        say(f"{len(page['fields']) - len(said)} more fields are blank")

    def file_ends(self, name: str, problem: Problem | None) -> None:
        if problem:
            say(f"{name}: {problem['code']}: {problem['message']}")

    def ends(self) -> None:
        """Nothing stands below the last page."""


def _row(field: dict[str, Any]) -> list[str]:
    looks = {"accept": "", "check": "check", "blind": "type blind"}[field["route"]]
    findings = " ".join(finding.get("sentence", finding["code"]) for finding in field["findings"])
    return [field["id"], field["label"], field["shown"], f"{field['confidence']:.3f}", looks, findings]
