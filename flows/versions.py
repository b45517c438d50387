"""``python -m flows.versions``: what ``scripts/install`` asks of a version when one takes another's place.

    stopped       whether nobody works on the data (2: somebody does)
    ready         bring the database up to this version
    back FOLDER   bring it back to what the version in that folder knows

Going back undoes the migrations that the older version lacks: their tables and columns go, everything else
stays as it is now. What cannot be undone is told; then `tenki restore` puts the backup back.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.db.migrations.exceptions import IrreversibleError

from flows import environment, faults, wiring
from flows.console import Stop

OURS = "cases"


def stopped() -> None:
    """Raises Stop while another process works on the data."""
    wiring.start_django()
    from django.db import connection

    from flows.restore import nothing_runs

    nothing_runs(wiring.var(), connection)


def back(older: Path) -> None:
    """Undo what the older version does not know. Raises Stop when that cannot be done."""
    wiring.start_django()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    known = sorted(path.stem for path in (older / OURS / "migrations").glob("[0-9]*.py"))
    if not known:
        raise Stop(f"{older} holds no version of Tenki")
    ours = {name for app, name in MigrationRecorder(connection).applied_migrations() if app == OURS}
    if ours - set(known):
        try:
            call_command("migrate", OURS, known[-1], verbosity=0)
        except IrreversibleError as error:
            raise Stop(
                "the database cannot be brought back to that version: `tenki restore` the backup "
                "that was made before the upgrade"
            ) from error
    if prefect_of(older) != prefect_of(environment.PROJECT):
        # An older server refuses a newer database; its schedules come from the tasks, its runs are history.
        database = wiring.var() / "prefect" / "prefect.db"
        if database.exists():
            database.rename(database.with_name(f"prefect-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"))


def prefect_of(program: Path) -> str:
    """The version of Prefect that a version of Tenki is locked to."""
    found = re.search(r"^prefect==(\S+)", (program / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    return found.group(1) if found else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m flows.versions", description=__doc__)
    parser.add_argument("what", choices=("stopped", "ready", "back"))
    parser.add_argument("folder", type=Path, nargs="?")
    arguments = parser.parse_args()
    environment.prepare()
    try:
        if arguments.what == "back":
            if arguments.folder is None:
                parser.error("back wants the folder of the older version")
            back(arguments.folder)
        else:
            {"stopped": stopped, "ready": wiring.ready_database}[arguments.what]()
    except Exception as error:
        if not faults.can_be_mended(error):
            raise
        print(f"tenki: {faults.sentence(error)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
