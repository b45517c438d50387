"""What the command says: plain lines for logs and pipes, a progress bar and tables on a terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

Item = TypeVar("Item")

DONE = 0
NEEDS_A_PERSON = 1
COULD_NOT_RUN = 2


class Stop(Exception):
    """The command cannot do what was asked. The message says why and what to do; it ends with status 2."""


PLAIN_WIDTH = 160
"""Columns of a table that goes to a file or a pipe."""


def out() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def say(text: str = "") -> None:
    typer.echo(text)


def warn(text: str) -> None:
    typer.echo(text, err=True)


def print_json(data: object) -> None:
    """One JSON document on standard output, readable by people too."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def watched(items: Sequence[Item], label: str, name: Callable[[Item], str] = str) -> Iterator[Item]:
    """The items one by one, with a bar on a terminal or a line for each elsewhere (on standard error)."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        for number, item in enumerate(items, start=1):
            warn(f"{label} {number}/{len(items)} {name(item)}")
            yield item
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(label, total=len(items))
        for item in items:
            progress.update(bar, description=f"{label} {name(item)}")
            yield item
            progress.advance(bar)


@contextmanager
def timed(label: str) -> Iterator[None]:
    """One step of a longer job: a line when it starts, its seconds when it is done."""
    start = time.monotonic()
    typer.echo(f"  {label} … ", nl=False)
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        typer.echo("")
        raise
    typer.echo(f"{time.monotonic() - start:.1f} s")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table whose columns but the first stand to the right when they hold figures."""
    result = Table(title=title or None, title_justify="left")
    for number, column in enumerate(columns):
        cells = [row[number] for row in rows]
        side: Literal["left", "right"] = "right" if all(map(_is_figure, cells)) else "left"
        result.add_column(column, justify=side, overflow="fold")
    for row in rows:
        result.add_row(*row)
    return result


def _is_figure(cell: str) -> bool:
    return cell in {"", "–"} or cell.lstrip("−-")[:1].isdigit()
