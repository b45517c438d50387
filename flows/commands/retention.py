"""``tenki retention``: what is due to be deleted, deleting it, and the proof that it is gone."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows import wiring
from flows.commands.arguments import AsJson
from flows.console import NEEDS_A_PERSON, out, print_json, say, table

if TYPE_CHECKING:
    from cases.erased import Erasure
    from cases.retention import Due

app = typer.Typer(help="Deleting what a form's retention says, with a proof.", no_args_is_help=True)


@app.command()
def due(as_json: AsJson = False) -> None:
    """What is due to be deleted now, by form and kind of data. Deletes nothing."""
    wiring.ready_database()
    from cases import retention

    found, overdue = retention.due()
    if as_json:
        listed = [
            {"case": str(one.case_id), "number": one.number, "form": one.form, "kind": one.kind.value,
             "since": one.since.isoformat()}
            for one in found
        ]  # fmt: skip
        print_json({"due": listed, "waiting": asdict(overdue)})
        return
    out().print(table("", ["form", "kind", "cases", "since"], _by_form(found)))
    say(f"waiting: {overdue.hold} held by an auditor, {overdue.same_file} for another sheet of the same file")


@app.command()
def run(as_json: AsJson = False) -> None:
    """Delete what is due, for good, and write the record of it."""
    wiring.ready_database()
    from cases import erasing, retention
    from cases.scrubbing import scrub

    found, overdue = retention.due()
    records = erasing.run(found, getpass.getuser())
    scrubbed = scrub()
    if as_json:
        print_json(
            {
                "records": [_as_json(record) for record in records],
                "waiting": asdict(overdue),
                "scrubbed": scrubbed.complete,
            }
        )
    else:
        _tell(records)
    if not scrubbed.complete:
        say("deleted, but somebody reads the database: what was deleted leaves its log with the next run")
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def proof(
    number: Annotated[int | None, typer.Argument(help="One record; without it, all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Follow the chain of deletion records and look whether what they name is gone.

    Ends with 1 when a record was changed or is missing, or when something deleted is there again.
    """
    wiring.ready_database()
    from cases import erasing
    from cases.erased import Erasure

    verdict = erasing.verify()
    chosen = Erasure.objects.order_by("pk") if number is None else Erasure.objects.filter(pk=number)
    records = list(chosen)
    left = {record.pk: erasing.left(record) for record in records}
    if as_json:
        print_json(
            {
                "whole": verdict.whole,
                "problem": verdict.problem,
                "records": [
                    {**_as_json(record), "cases": record.cases, "left": list(map(asdict, left[record.pk]))}
                    for record in records
                ],
            }
        )  # fmt: skip
    else:
        _tell(records)
        say(f"{verdict.lines} records, whole" if verdict.whole else f"broken: {verdict.problem}")
        for record in records:
            for one in left[record.pk]:
                say(f"record {record.pk}: {one.kind.value} of {one.number} is there; `tenki retention run`")
    if not verdict.whole or any(left.values()):
        raise typer.Exit(NEEDS_A_PERSON)


def _by_form(found: tuple[Due, ...]) -> list[list[str]]:
    from cases.retention import amounts

    return sorted(
        [one.form or "–", one.kind.value, str(one.cases), f"{one.since:%Y-%m-%d}"] for one in amounts(found)
    )


def _tell(records: list[Erasure] | tuple[Erasure, ...]) -> None:
    rows = [
        [
            str(record.pk),
            f"{record.at:%Y-%m-%d %H:%M}",
            record.who,
            *(str(record.counts.get(what, 0)) for what in ("cases", "files", "rows")),
            record.digest[:16],
        ]
        for record in records
    ]
    out().print(table("", ["record", "at", "by", "cases", "files", "rows", "digest"], rows))


def _as_json(record: Erasure) -> dict[str, object]:
    return {
        "record": record.pk,
        "at": record.at.isoformat(),
        "by": record.who,
        "counts": record.counts,
        "digest": record.digest,
        "seal": record.seal,
    }
