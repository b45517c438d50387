"""``tenki backup``, ``tenki restore``, ``tenki housekeeping``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows import wiring
from flows.commands.arguments import AsJson
from flows.console import NEEDS_A_PERSON, out, print_json, say, table, warn


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)
    app.command()(housekeeping)


def backup(
    to: Annotated[Path, typer.Argument(help="Folder that holds the backups; another disk than Tenki's.")],
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="Also copy the keys, to this folder; never beside the data."),
    ] = None,
    keep_days: Annotated[
        int | None,
        typer.Option("--keep-days", min=1, help="Delete older backups there, once this one is done."),
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read everything that was written again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy database, encrypted files and the site's configuration, while Tenki runs.

    The backup opens with the keys only, and does not hold them. Ends with 1 when files that the database
    names are missing.
    """
    wiring.ready_database()
    from flows import restore as restoring
    from flows.backup import backup as back_up

    made = back_up(to, keys, keep_days, read_again=verify)
    if verify:
        restoring.verify(made.folder, wiring.var() / "keys")
    if as_json:
        print_json({**asdict(made), "folder": str(made.folder)})
    else:
        copied = f"{made.bytes_copied / 1e6:.1f} MB copied, {made.linked} linked"
        say(f"{made.folder}: {made.files} files, {copied}")
    if keys is not None:
        warn(f"The keys lie in {keys}: who has both can read everything. Keep them apart, in a safe.")
    else:
        warn("The keys are not in it, and without them it is worth nothing: keep them too (--keys FOLDER).")
    if made.missing:
        warn(f"{made.missing} files that the database names are not there; see the last backup that has them")
        raise typer.Exit(NEEDS_A_PERSON)


def restore(
    folder: Annotated[Path, typer.Argument(help="One finished backup.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Folder with its keys, where this machine lacks them.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Lay aside what is here, and put the backup in its place.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only look whether it is whole.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup back, on a stopped Tenki. Nothing is deleted: what it replaces is laid aside.

    The site's configuration is not touched; what differs from the backup's is named.
    """
    from flows import restore as restoring

    if verify:
        manifest = restoring.verify(folder, keys or wiring.var() / "keys")
        say(f"{folder}: {len(manifest['files'])} files, whole, of {manifest['made_at']}")
        return
    done = restoring.restore(folder, keys, overwrite)
    if as_json:
        print_json(
            {**asdict(done), "made_at": done.made_at.isoformat(), "replaced": str(done.replaced or "")}
        )
        return
    say(f"restored to {done.made_at:%Y-%m-%d %H:%M} UTC: {done.files} files")
    if done.replaced:
        say(f"what was here lies in {done.replaced}: delete it once everything is found to be right")
    say(f"reception numbers go on with {done.numbers_from}; what was scanned since then, scan again")
    for name in done.site_differs:
        say(f"the site's {name} differs from the backup's, which lies in {folder / 'site'}")


def housekeeping(
    quick: Annotated[bool, typer.Option("--quick", help="Only dead runs and missed schedules.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep house now, as `tenki up` does: all of it every night, the quick part every quarter of an hour.

    Releases runs of dead workers, names missed rounds, deletes what is due, clears what was left over, makes
    Prefect's database small, looks for a backup. Ends with 1 when something needs a person.
    """
    wiring.ready_database()
    from flows.housekeeping import keep_house

    found = keep_house(thorough=not quick)
    if as_json:
        print_json(
            [{**asdict(one), "code": one.code.value, "needs_a_person": one.needs_a_person} for one in found]
        )
    else:
        rows = [
            [one.code.value, f"{one.n:g}", one.subject, "yes" if one.needs_a_person else ""] for one in found
        ]
        out().print(table("", ["found", "n", "of", "needs a person"], rows))
    if any(one.needs_a_person for one in found):
        raise typer.Exit(NEEDS_A_PERSON)
