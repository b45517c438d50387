"""``tenki target …``: the targets, what a robot does at one, whether its definition still fits, a dry run."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import wiring
from flows.commands.file_targets import check_file, dry_file, imported
from flows.console import DONE, NEEDS_A_PERSON, Stop, out, print_json, say, table
from flows.outboxes import outbox

if TYPE_CHECKING:
    from forms.definition import FormDefinition
    from robots.definition import TargetDefinition
    from robots.dry import DryRun

app = typer.Typer(
    help="The targets (業務システム): explain, check against the live screens, run dry, record.",
    no_args_is_help=True,
)

app.command()(imported)

Name = Annotated[str, typer.Argument(help="Name of the target, such as rehearsal.", metavar="TARGET")]
Form = Annotated[
    str | None, typer.Option("--form", help="Name of the form; needed where the target takes several.")
]


@app.command("list")
def list_targets() -> None:
    """List the targets that this site knows."""
    rows = []
    for name in wiring.target_names():
        files = wiring.file_target(name)
        one = files or wiring.target(name)
        address = str(outbox(files).folder) if files else wiring.target(name).url
        rows.append([one.target, str(one.version), one.title, ", ".join(one.forms), address])
    out().print(table("", ["target", "version", "title", "forms", "address"], rows))


@app.command()
def show(target: Name) -> None:
    """Explain in Japanese, step by step, what a robot does at the target."""
    from robots.telling import told

    forms = {form.form: form for form in wiring.form_library().newest()}
    if (files := wiring.file_target(target)) is not None:
        from robots.file_telling import file_told

        say(file_told(files, forms))
        return
    say(told(wiring.target(target), forms))


@app.command()
def check(
    target: Name,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON for another program.")] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help="The screens as they are now are right: compare with them from now on."
        ),
    ] = False,
) -> None:
    """Prove the definition against the live screens. Nothing is typed but the look-up; nothing is written.

    Exit status 1 when something does not fit.
    """
    from flows import targets
    from robots.telling import difference_words, misfit_words

    if (files := wiring.file_target(target)) is not None:
        check_file(files, as_json)
    definition = wiring.target(target)
    with wiring.robot(target) as robot:
        seen = robot.examine()
    targets.note(definition, seen)
    if accept and not seen.misfits:
        targets.accept(definition)
    misfits = [misfit_words(one, definition) for one in seen.misfits]
    found = targets.comparisons(definition)
    changes = [f"{one.title}: {difference_words(d)}" for one in found for d in one.differences]
    if as_json:
        print_json({"target": target, "misfits": misfits, "changes": changes})
    else:
        for line in misfits:
            say(f"✕ {line}")
        for line in changes:
            say(f"△ {line}")
        say(f"{len(seen.screens)}画面を確認しました。" + ("定義と合っています。" if not misfits else ""))
    raise typer.Exit(NEEDS_A_PERSON if misfits else DONE)


@app.command("dry-run")
def dry_run(
    target: Name,
    form: Form = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for the pages; else var/targets/TARGET/dry-FORM."),
    ] = None,
) -> None:
    """Type an invented record up to the last button, which is not pressed; show every page.

    Exit status 1 when the confirmation shows something else than was typed.
    """
    from flows.targets import folder
    from robots.specimen import specimen

    if (files := wiring.file_target(target)) is not None:
        dry_file(files, _form(form, tuple(files.forms)), output)
    definition = wiring.target(target)
    known = _form(form, tuple(definition.forms))
    number = f"DRY-{datetime.now().astimezone():%m%d%H%M%S}"
    with wiring.robot(target) as robot:
        run = robot.dry_run(specimen(known, number, getpass.getuser()))
    place = output or folder(target) / f"dry-{known.form}"
    path = _pages(run, definition, known, place)
    different = [check.field for check in run.checks if not check.same]
    for name in different:
        label = "受付番号" if name == "reception_number" else known.field(name).label
        say(f"✕ {label}: 画面に出た値が入力した値と違います。")
    say(f"{len(run.pages)}画面を入力しました。登録のボタンは押していません。")
    say(f"{path}")
    raise typer.Exit(NEEDS_A_PERSON if different else DONE)


@app.command()
def record(
    url: Annotated[str, typer.Argument(help="Address of the target's test system.")],
    form: Annotated[str, typer.Option("--form", help="Name of the form that is entered.")],
    name: Annotated[str, typer.Option("--name", help="Short name for the target, such as juki.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The draft; else TARGET.yaml here.")
    ] = None,
) -> None:
    """Open a browser, watch a person do the job once with a specimen, and write a draft definition.

    Use the target's test system: the specimen is registered there. Exit status 1 when fields were not found.
    """
    import asyncio

    from ruamel.yaml import YAML

    from robots.browser import BrowserSettings
    from robots.course import RecordingIncompleteError
    from robots.drafting import draft
    from robots.recording import record as watch
    from robots.specimen import specimen

    known = wiring.form_library().get(form)
    number = f"REC-{datetime.now().astimezone():%m%d%H%M%S}"
    invented = specimen(known, number, getpass.getuser())
    _tell_the_job(known, number, invented.values)
    seen = asyncio.run(watch(url, BrowserSettings(wiring.browser_path(), headless=False)))
    try:
        data, lost = draft(seen, known, invented, name, url)
    except RecordingIncompleteError as error:
        raise Stop(f"{error} もう一度記録してください。") from error
    path = output or Path(f"{name}.yaml")
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(data, file)
    for label in lost:
        say(f"△ 「{label}」の値はどの欄にもありませんでした。打ち間違いなら、もう一度記録してください。")
    say(f"{path} を書きました。設定フォルダーの targets/{name}.yaml に置き、title をシステムの名前に直し、")
    say(f"環境変数 {' と '.join(data['credentials'].values())} を設定して、次の順に確かめてください。")
    say(f"  tenki target show {name}")
    say(f"  tenki target check {name}")
    say(f"  tenki target dry-run {name}")
    raise typer.Exit(NEEDS_A_PERSON if lost else DONE)


def _tell_the_job(form: FormDefinition, number: str, values: Mapping[str, str]) -> None:
    """What the person does, and the values to type."""
    from forms.kinds import show as shown

    say("ブラウザーが開きます。次の順に、いつもどおり操作してください。")
    say("  1. サインインする")
    say(f"  2. 受付番号 {number} で照会し、「該当なし」を確かめる")
    say("  3. メニューから入力画面を開き、受付番号と下の値をすべて入力して登録する")
    say(f"  4. もう一度 {number} で照会し、一覧から登録した1件を開く")
    say("  5. ブラウザーの窓を閉じる")
    say("打ち間違えたら、その画面で直すか、戻って直してください。最後に入力した値が記録に残ります。")
    say(f"受付番号: {number}")
    for name, value in values.items():
        one = form.field(name)
        say(f"{one.label}: {shown(one, value)}")


def _pages(run: DryRun, target: TargetDefinition, form: FormDefinition, place: Path) -> Path:
    from flows.target_pages import dry_page

    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, page in enumerate(run.pages, start=1):
        (place / f"{number:02d}-{page.screen}.png").write_bytes(page.picture)
    path = place / "index.html"
    path.write_text(dry_page(run, target, form), encoding="utf-8")
    return path


def _form(wanted: str | None, known: tuple[str, ...]) -> FormDefinition:
    if wanted is None and len(known) != 1:
        raise Stop(f"the target takes several forms; name one with --form: {', '.join(known)}")
    name = wanted or known[0]
    if name not in known:
        raise Stop(f"the target does not take form {name!r}; it takes {', '.join(known)}")
    return wiring.form_library().get(name)
