"""``tenki units``: writes units for systemd."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.console import Stop, say


def register(app: typer.Typer) -> None:
    app.command()(units)


def units(
    folder: Annotated[Path, typer.Argument(help="Where the units are written.", metavar="FOLDER")],
    user: Annotated[str, typer.Option("--user", help="Account that runs Tenki.")] = "tenki",
    secrets: Annotated[
        Path | None, typer.Option("--secrets", help="File with secrets as variables, mode 600.")
    ] = None,
    backup: Annotated[
        Path | None, typer.Option("--backup", help="A backup every night, into this folder.")
    ] = None,
    worker: Annotated[
        str, typer.Option("--worker", help="A worker for a desk elsewhere instead: its tasks, with commas.")
    ] = "",
) -> None:
    """Write systemd units for this installation, with the TENKI_VAR and TENKI_CONFIG of now.

    Look at them, then copy them to /etc/systemd/system; nothing is installed or started by this.
    """
    from flows import units as made

    if worker and backup:
        raise Stop("a worker keeps nothing of its own: leave --backup to the desk's machine")
    install = made.here(user, secrets)
    try:
        texts = (
            {made.WORKER: made.worker(install, worker)} if worker else {made.SERVICE: made.service(install)}
        )
        if backup is not None:
            texts |= made.backup(install, backup.absolute())
    except made.CannotStand as error:
        raise Stop(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        say(str(folder / name))
    started = " ".join(name for name in texts if not name.endswith("backup.service"))
    say(f"then: systemd-analyze verify {' '.join(str(folder / name) for name in texts)}")
    say(f"      cp {folder}/tenki* /etc/systemd/system/ && systemctl daemon-reload")
    say(f"      systemctl enable --now {started}")
