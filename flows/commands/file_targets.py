"""``tenki target …`` for targets that import files: check one, write a specimen, say what came in."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import wiring
from flows.console import DONE, NEEDS_A_PERSON, Stop, print_json, say
from flows.outboxes import outbox

if TYPE_CHECKING:
    from forms.definition import FormDefinition
    from robots.file_target import FileTarget


def imported(
    file: Annotated[str, typer.Argument(help="Name of the file, as its cover sheet says.", metavar="FILE")],
    count: Annotated[int, typer.Argument(help="How many records the target has imported.", metavar="COUNT")],
    by: Annotated[str, typer.Option("--by", help="Account of the person who has looked.")],
) -> None:
    """Say how many records a target has imported from a file that it was given.

    Exit status 1 when that is not all of them: every case of the file then waits for a person.
    """
    wiring.ready_database()
    from django.contrib.auth.models import User

    from cases import batches

    found = [batch for batch in batches.waiting() if batch.file_name == file]
    user = User.objects.filter(username=by, is_active=True).first()
    if not found or user is None:
        what = f"there is no account {by!r}" if found else f"no file {file!r} waits for its import"
        raise Stop(what)
    whole = batches.acknowledge(found[0], user, count)
    cases = found[0].items.count()
    say(f"{file}: {count} / {cases}件" + ("" if whole else " 件数が合わないため、全件を確認待ちにしました。"))
    raise typer.Exit(DONE if whole else NEEDS_A_PERSON)


def check_file(files: FileTarget, as_json: bool) -> None:
    """Hold the layout against the forms, and see that the outbox can be written to."""
    from robots.file_lines import gaps

    forms = wiring.form_library().newest()
    misfits = [gap for form in forms if form.form in files.forms for gap in gaps(files, form)]
    place = outbox(files).folder
    place.mkdir(mode=0o750, parents=True, exist_ok=True)
    if not os.access(place, os.W_OK):
        misfits.append(f"{place}: この置き場に書き込めません。")
    if as_json:
        print_json({"target": files.target, "misfits": misfits, "changes": []})
    else:
        for line in misfits:
            say(f"✕ {line}")
        say("取込ファイルの定義を確認しました。" + ("様式と合っています。" if not misfits else ""))
    raise typer.Exit(NEEDS_A_PERSON if misfits else DONE)


def dry_file(files: FileTarget, form: FormDefinition, output: Path | None) -> None:
    """Write a file with one invented record, outside the outbox, and read it back."""
    from flows.targets import folder
    from robots.file_bytes import from_bytes, to_bytes
    from robots.file_lines import laid_out, proven
    from robots.specimen import specimen

    layout = files.forms[form.form]
    one = laid_out(
        files, form, specimen(form, f"DRY-{datetime.now().astimezone():%m%d%H%M%S}", getpass.getuser())
    )
    place = output or folder(files.target) / f"dry-{form.form}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / f"{files.target}_dry{files.ending}"
    path.write_bytes(to_bytes(files, layout, one.lines))
    checks = proven([one], from_bytes(files, layout, path.read_bytes()), form)
    different = [check.field for found in checks.values() for check in found if not check.same]
    for name in different:
        say(f"✕ {name}: 読み戻した値が違います。")
    say(f"見本1件を{len(one.lines)}行に書き、読み戻しました。置き場には置いていません。")
    say(f"{path}")
    raise typer.Exit(NEEDS_A_PERSON if different else DONE)
