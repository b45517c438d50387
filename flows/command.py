"""``tenki``, the front door.

Exit status of every verb: 0 done, 1 done but some cases need a person, 2 could not run.
"""

from __future__ import annotations

import sys
import warnings

import typer

from flows import environment, faults
from flows.commands import (
    audit,
    cases,
    desk,
    diagnosis,
    forms,
    inbox,
    keeping,
    reading,
    rehearse,
    retention,
    savings,
    targets,
    tasks,
    tokens,
    units,
    up,
    webhooks,
    workbook,
    workers,
)
from flows.console import COULD_NOT_RUN, warn

INTERRUPTED = 130

app = typer.Typer(
    name="tenki",
    help="Tenki (転記): scanned forms become verified register entries, and the hours saved are counted.",
    epilog="Exit status: 0 done, 1 done but some cases need a person, 2 could not run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(forms.app, name="form")
app.add_typer(targets.app, name="target")
app.add_typer(tasks.app, name="task")
app.add_typer(audit.app, name="audit")
app.add_typer(retention.app, name="retention")
app.add_typer(workbook.app, name="workbook")
app.add_typer(tokens.app, name="token")
app.add_typer(workers.app, name="worker")
app.add_typer(webhooks.app, name="webhook")
app.add_typer(inbox.app, name="inbox")
for room in (rehearse, reading, cases, desk, up, units, savings, keeping, diagnosis):
    room.register(app)


def main() -> None:
    """Run a verb. What a user can mend ends with one sentence on standard error, never with a traceback."""
    environment.prepare()
    if not sys.warnoptions:
        # Libraries warn of what we report ourselves in better words, such as a damaged picture.
        warnings.simplefilter("ignore")
    try:
        app()
    except SystemExit as ending:
        # So Typer ends a verb that was interrupted (Ctrl-C): without a word.
        if ending.code == INTERRUPTED:
            warn("tenki: stopped.")
        raise
    except Exception as error:
        if not faults.can_be_mended(error):
            raise
        warn(f"tenki: {faults.sentence(error)}")
        sys.exit(COULD_NOT_RUN)
