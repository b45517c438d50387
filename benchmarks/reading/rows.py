"""The figures that were asked for, each beside what is wanted and what the others reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

from benchmarks.reading import figures, memory, speed
from benchmarks.reading.facts import MARKS, OURS, FieldRead, SheetRead
from benchmarks.reading.figures import Rate, best_threshold, rate, right
from benchmarks.reading.peers import PEERS
from benchmarks.reading.sheets import library
from benchmarks.results import Row
from forms.definition import Kind


@dataclass(frozen=True)
class Results:
    """Everything that a run found. ``foreign``: sort → the problem of each page, "" for one that was read."""

    sheets: tuple[SheetRead, ...]
    foreign: Mapping[str, Sequence[str]]
    seconds: speed.Seconds
    memory: Mapping[str, Any]

    @cached_property
    def filled(self) -> tuple[FieldRead, ...]:
        """Every field in which something is written."""
        return tuple(field for sheet in self.sheets for field in sheet.fields if field.truth)

    @cached_property
    def text(self) -> tuple[FieldRead, ...]:
        """Those that hold text."""
        return tuple(field for field in self.filled if field.kind not in MARKS)

    @cached_property
    def shared(self) -> tuple[FieldRead, ...]:
        """Those that the peers read too."""
        return tuple(field for field in self.text if len(field.said) > 1)


def rows(results: Results) -> list[Row]:
    """In the order of the report."""
    return [*_quality(results), *_trust(results), *_marks(results), *_sorting(results), *_cost(results)]


def _quality(results: Results) -> Iterator[Row]:
    by_id = {field.id: field for name in library().names() for field in library().get(name).fields}

    def characters(reader: str, fields: Sequence[FieldRead]) -> Rate:
        counted = [figures.edits(by_id[field.field_id], field, reader) for field in fields]
        written = sum(count for _, count in counted)
        return Rate(written - sum(wrong for wrong, _ in counted), written)

    def fields_right(reader: str, fields: Sequence[FieldRead]) -> Rate:
        return rate(right(field, reader) for field in fields)

    yield _percent("characters right", characters(OURS, results.text), ">= 99", _beside(results, characters))
    yield _percent("fields right", fields_right(OURS, results.text), ">= 97", _beside(results, fields_right))
    yield _percent("fields right, marks among them", fields_right(OURS, results.filled))


def _beside(results: Results, measure: Callable[[str, Sequence[FieldRead]], Rate]) -> Mapping[str, float]:
    """What every reader reaches on the sheets that the peers read, ours among them."""
    return {
        f"{name} (same sheets)" if name == OURS else name: measure(name, results.shared).percent
        for name in (OURS, *PEERS)
        if results.shared
    }


def _trust(results: Results) -> Iterator[Row]:
    """Accepted by the forms' own policies; and by the best threshold, ours beside the others' scores."""

    def coverage(reader: str, fields: Sequence[FieldRead]) -> Rate:
        return best_threshold([(f.said[reader].score, right(f, reader)) for f in fields]).coverage

    accepted = [field for field in results.filled if field.said[OURS].accepted]
    yield _percent("accepted without a look", Rate(len(accepted), len(results.filled)), ">= 80")
    yield _percent("wrong among accepted", rate(not right(field, OURS) for field in accepted), "<= 0.1")
    yield _percent(
        "text that could be accepted at 0.1 % wrong",
        coverage(OURS, results.text),
        peers=_beside(results, coverage),
    )


def _marks(results: Results) -> Iterator[Row]:
    for name, kind, wanted in (
        ("ticks right", Kind.TICKS, ">= 99.9"),
        ("circles right", Kind.CIRCLE, ">= 99.7"),
    ):
        yield _percent(
            name, rate(right(field, OURS) for field in results.filled if field.kind is kind), wanted
        )
    fields = [field for sheet in results.sheets if not sheet.problem for field in sheet.fields]
    blanks = [field.said[OURS].raw for field in fields if not field.truth and not field.asks]
    yield _percent("blanks called blank", rate(not raw for raw in blanks), ">= 100")
    doubtful = [field.said[OURS].accepted for field in fields if field.asks]
    if doubtful:
        yield _percent(
            "asked where an entry lies in another's box", rate(not seen for seen in doubtful), ">= 100"
        )


def _sorting(results: Results) -> Iterator[Row]:
    yield _percent("form and orientation right", rate(sheet.known for sheet in results.sheets), ">= 100")
    refused = [bool(problem) for problems in results.foreign.values() for problem in problems]
    yield _percent("foreign pages refused", rate(refused), ">= 100")


def _cost(results: Results) -> Iterator[Row]:
    seconds, resident = results.seconds, results.memory["resident_mb"]
    theirs = {peer: median(seconds[peer]) for peer in ("RapidOCR", "Tesseract")}
    about = f"a sheet of {median(seconds['fields']):.0f} filled fields, median"
    yield Row(about, median(seconds[OURS]), "s", "<= 0.4", theirs)
    yield Row("faster than RapidOCR on the page", speed.ratio(seconds, "RapidOCR"), "times", ">= 6")
    yield Row("faster than Tesseract on the page", speed.ratio(seconds, "Tesseract"), "times", ">= 5")
    yield Row(f"peak memory over {len(resident):,} pages", results.memory["peak_mb"], "MB", "<= 700")
    yield Row("growth of memory in 100 pages", memory.slope_mb(resident), "MB", "<= 1")


def _percent(name: str, found: Rate, wanted: str = "", peers: Mapping[str, float] | None = None) -> Row:
    return Row(name, found.percent, "%", wanted, peers or {}, found.interval)
