"""``tenki form …``: what forms there are, how they look, where their fields lie, how good a layout is."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import wiring
from flows.commands.arguments import AsJson
from flows.console import COULD_NOT_RUN, out, print_json, say, table

if TYPE_CHECKING:
    from forms.definition import FormDefinition

app = typer.Typer(
    help="The forms (様式): list, explain, print blanks, give field boxes.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="Name of the form, such as ido_todoke.", metavar="FORM")]
Version = Annotated[int | None, typer.Option("--version", help="Its version; the newest when not given.")]


@app.command("list")
def list_forms(as_json: AsJson = False) -> None:
    """List the forms that this site knows."""
    forms = wiring.form_library().newest()
    if as_json:
        print_json([_summary(form) for form in forms])
        return
    rows = [[form.form, str(form.version), form.title, str(len(form.fields))] for form in forms]
    out().print(table("", ["form", "version", "title", "fields"], rows))


@app.command()
def show(form: Name, version: Version = None) -> None:
    """Explain a form in Japanese: what it is for, its fields, who has to look at them, its rules."""
    from forms.listing import explained

    say(explained(wiring.form_library().get(form, version)))


@app.command("print")
def print_blank(
    form: Name,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The PDF; else FORM.pdf.")] = None,
    version: Version = None,
) -> None:
    """Make the blank sheet as an A4 PDF with corner marks and QR code."""
    from forms.printing import blank_pdf

    definition = wiring.form_library().get(form, version)
    path = output or Path(f"{definition.form}.pdf")
    path.write_bytes(blank_pdf(definition))
    say(f"{path}")


@app.command()
def fields(form: Name, as_json: AsJson = False, version: Version = None) -> None:
    """List every field with kind, page and box in mm from the page's top left corner."""
    from forms.listing import field_list

    definition = wiring.form_library().get(form, version)
    listed = field_list(definition)
    if as_json:
        print_json({**_summary(definition), "fields": listed})
        return
    columns = ["field", "label", "kind", "page", "x mm", "y mm", "width mm", "height mm"]
    rows = [
        [
            entry["id"],
            entry["label"],
            entry["kind"],
            str(entry["page"]),
            *(f"{entry['box_mm'][name]:.1f}" for name in ("x", "y", "width", "height")),
        ]
        for entry in listed
    ]
    out().print(table(definition.title, columns, rows))


@app.command("lint")
def lint_form(form: Name, as_json: AsJson = False, version: Version = None) -> None:
    """Judge a layout: whatever makes it hard to fill in, to print or to read.

    Exit status 2 when there is something to complain about.
    """
    from forms.lint import lint

    complaints = lint(wiring.form_library().get(form, version))
    if as_json:
        print_json([asdict(complaint) for complaint in complaints])
    else:
        for complaint in complaints:
            say(f"{complaint.code} {complaint.field_id}: {complaint.sentence}")
        say(f"{len(complaints)} complaints")
    if complaints:
        raise typer.Exit(COULD_NOT_RUN)


def _summary(form: FormDefinition) -> dict[str, Any]:
    return {
        "form": form.form,
        "version": form.version,
        "title": form.title,
        "title_en": form.title_en,
        "page_mm": {"width": form.page.width_mm, "height": form.page.height_mm},
    }
