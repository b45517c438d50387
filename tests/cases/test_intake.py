"""Intake: what is refused and left alone, what is kept, what a second run does, and what the case looks like
then.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from cases import files, intake, values
from cases.errors import FileIncomplete, FileTooLarge
from cases.files import FileKind
from cases.models import Approval, AuditLine, Case, Page, SourceFile, Task
from cases.states import State
from forms.facts import Route
from tests.cases.conftest import MY_NUMBER, NAME, VALUES, NewCase, sheet, unasked
from tests.leaks import find, plant

CONTENT = f"%PDF-1.7 {NAME} {MY_NUMBER}".encode()


@dataclass(frozen=True)
class WorkingPage:
    image_bytes: bytes = b"a picture"
    width_px: int = 2100
    height_px: int = 2970
    transform: tuple[tuple[float, float, float], ...] = ((10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (0.0, 0.0, 1.0))


@pytest.fixture
def drop(tmp_path: Path, settings: Settings) -> Path:
    """A dropped file that has been lying there for a while; its name is a resident's."""
    settings.SITE = replace(django_settings.SITE, settle_seconds=0.3)
    path = tmp_path / f"{NAME}_転入.pdf"
    path.write_bytes(CONTENT)
    os.utime(path, (time.time() - 60, time.time() - 60))
    return path


def test_a_file_is_kept_encrypted_under_a_new_name(task: Task, drop: Path) -> None:
    received = intake.receive(task, drop, "aoki")
    source = SourceFile.objects.get()
    assert received == intake.Received(source, duplicate=False, complete=False)
    assert (source.original_name, source.size_bytes, source.received_by) == (drop.name, len(CONTENT), "aoki")
    assert files.read_bytes(FileKind.ORIGINAL, source.pk) == CONTENT
    with intake.original(source) as path:
        assert path.read_bytes() == CONTENT
        assert path.name == str(source.pk)
    assert drop.read_bytes() == CONTENT, "the drop itself is left alone"


@pytest.mark.django_db(transaction=True)
def test_no_personal_data_lies_outside_the_database(task: Task, drop: Path) -> None:
    """The database file is where values live (law 5); everything else under ``var`` must be without them."""
    intake.receive(task, drop, "aoki")
    var = Path(django_settings.VAR)
    database = [path for path in var.iterdir() if path.name.startswith("test")]
    planted = plant(var / "planted", NAME)
    assert {leak.path for leak in find(var, [NAME], apart_from=database)} == set(planted)
    for path in planted:
        path.unlink()
    assert find(var, [NAME, MY_NUMBER, drop.name], apart_from=database) == []


def test_the_same_file_twice_is_recognised_per_task(task: Task, drop: Path) -> None:
    first = intake.receive(task, drop, "aoki")
    again = intake.receive(task, drop, "baba")
    assert (again.source, again.duplicate, again.complete) == (first.source, True, False)
    intake.complete(first.source)
    assert intake.receive(task, drop, "baba").complete
    assert AuditLine.objects.filter(what="file.same_again").count() == 2
    assert (
        len(list(files.path_of(FileKind.ORIGINAL, first.source.pk).parent.glob(f"{first.source.pk}*"))) == 1
    )
    other = Task.objects.create(
        name="other", title="x", department="x", target="x", introduced_on=task.introduced_on
    )
    assert not intake.receive(other, drop, "aoki").duplicate


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("転入届.pdf".encode(), "転入届.pdf"),
        ("転入届.pdf".encode("cp932"), "転入届.pdf"),
        (b"scan\x81 .pdf", "scan\\x81 .pdf"),
    ],
)
def test_a_file_name_in_any_encoding_is_kept(task: Task, drop: Path, raw: bytes, kept: str) -> None:
    path = drop.rename(drop.with_name(os.fsdecode(raw)))
    assert intake.receive(task, path, "aoki").source.original_name == kept


def test_an_empty_file_is_kept_too(task: Task, drop: Path) -> None:
    drop.write_bytes(b"")
    assert intake.receive(task, drop, "aoki").source.size_bytes == 0


def test_a_file_still_being_copied_is_left_for_the_next_round(task: Task, drop: Path) -> None:
    stop = threading.Event()

    def copy() -> None:
        while not stop.wait(0.02):
            with drop.open("ab") as file:
                file.write(b"more")

    copying = threading.Thread(target=copy)
    copying.start()
    try:
        time.sleep(0.1)
        with pytest.raises(FileIncomplete, match="still being copied"):
            intake.receive(task, drop, "aoki")
    finally:
        stop.set()
        copying.join()
    assert not SourceFile.objects.exists()
    time.sleep(0.3)
    assert intake.receive(task, drop, "aoki").source.size_bytes == drop.stat().st_size


def test_what_is_no_file_or_gone_or_too_large_is_refused(task: Task, drop: Path, settings: Settings) -> None:
    with pytest.raises(FileIncomplete, match="no such file"):
        intake.receive(task, drop.with_name("none.pdf"), "aoki")
    with pytest.raises(FileIncomplete, match="not a file"):
        intake.receive(task, drop.parent, "aoki")
    settings.SITE = replace(django_settings.SITE, largest_file_mb=0)
    with pytest.raises(FileTooLarge):
        intake.receive(task, drop, "aoki")


UNPRIVILEGED = """
import os, sys
from pathlib import Path
var = Path(sys.argv[1])
os.environ.update(TENKI_VAR=str(var), DJANGO_SETTINGS_MODULE="config.settings")
import django; django.setup()
from cases import intake, vault
from cases.errors import NoPermission
from cases.models import Task
vault.create_keys()
if os.geteuid() == 0:
    # After the imports: the interpreter itself may lie where only root can read.
    for path in [var, *var.rglob("*")]:
        os.chown(path, 65534, 65534)
    os.setgid(65534); os.setuid(65534)
try:
    intake.receive(Task(name="x"), Path(sys.argv[2]), "aoki")
except NoPermission as error:
    print(error.code)
"""


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_no_permission_is_said_to_an_unprivileged_account(closed: str) -> None:
    outside = Path(tempfile.mkdtemp(prefix="tenki-drop-"))
    var, drops = outside / "var", outside / "drops"
    outside.chmod(0o755)
    drops.mkdir()
    var.mkdir()
    (drops / "a.pdf").write_bytes(CONTENT)
    ((drops / "a.pdf") if closed == "file" else drops).chmod(0o000)
    command = [sys.executable, "-c", UNPRIVILEGED, str(var), str(drops / "a.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    drops.chmod(0o700)
    shutil.rmtree(outside)
    assert done.stdout.strip() == "file.no_permission", done.stderr


def test_a_page_becomes_one_case_however_often_it_is_opened(task: Task, drop: Path) -> None:
    source = intake.receive(task, drop, "aoki").source
    first, again, second = (intake.open_case(source, page) for page in (0, 0, 1))
    assert first.pk == again.pk != second.pk
    assert (first.number[:1], first.number[3:]) == ("T", "-000001")
    assert second.number[3:] == "-000002"


def test_a_second_run_goes_on_where_the_first_was_killed(task: Task, drop: Path) -> None:
    source = intake.receive(task, drop, "aoki").source
    intake.record_sheet(intake.open_case(source, 0), sheet(), WorkingPage())
    intake.open_case(source, 1)  # here the first run was killed
    again = intake.receive(task, drop, "aoki")
    assert (again.source, again.complete) == (source, False)
    states = [intake.record_sheet(intake.open_case(source, page), sheet(), WorkingPage()) for page in (0, 1)]
    assert states == [State.NEEDS_REVIEW, State.NEEDS_REVIEW]
    assert [case.readings.count() for case in Case.objects.order_by("number")] == [len(VALUES), len(VALUES)]
    assert AuditLine.objects.filter(what="case.read").count() == 2


def test_a_sheet_keeps_its_page_and_readings(task: Task, drop: Path) -> None:
    case = intake.open_case(intake.receive(task, drop, "aoki").source, 0)
    assert intake.record_sheet(case, sheet({"name": Route.CHECK}), WorkingPage()) == State.NEEDS_REVIEW
    page = Page.objects.get(case=case)
    assert (page.width_px, page.dpi, page.fit_mm, page.original_transform[0]) == (
        2100,
        254.0,
        0.2,
        [10.0, 0.0, 0.0],
    )
    assert files.read_bytes(FileKind.PAGE, case.pk) == b"a picture"
    assert (case.form, case.form_version) == ("shiken", 1)


def test_my_number_is_nowhere_in_clear(new_case: NewCase) -> None:
    case = new_case()
    rows = str(list(case.readings.values())) + str(values.current(case)) + str(values.field_states(case))
    assert MY_NUMBER not in rows
    assert values.current(case)["my_number"] == "********3214"
    assert values.plain_values(case)["my_number"] == MY_NUMBER


def test_a_problem_makes_the_case_wait_for_a_person(task: Task, drop: Path) -> None:
    source = intake.receive(task, drop, "aoki").source
    foreign = replace(sheet(), form="", version=0, readings=(), problem="sheet.foreign")
    case, other = intake.open_case(source, 0), intake.open_case(source, 1)
    assert intake.record_sheet(case, foreign, None) == State.UNREADABLE
    assert intake.record_problem(other, "file.truncated", "2ページ目") == State.UNREADABLE
    assert intake.record_problem(other, "file.empty") == State.UNREADABLE, "the first problem stays"
    assert [(row.reason, row.reason_detail) for row in Case.objects.order_by("number")] == [
        ("sheet.foreign", ""),
        ("file.truncated", "2ページ目"),
    ]


def test_reading_again_adds_an_attempt(new_case: NewCase) -> None:
    case = new_case(sheet(name="山囲　花子"))
    Case.objects.update(state=State.RECEIVED)
    case.refresh_from_db()
    intake.record_sheet(case, sheet(), None)
    assert list(
        case.readings.filter(field_id="name").order_by("attempt").values_list("value", flat=True)
    ) == [
        "山囲　花子",
        NAME,
    ]
    assert values.current(case)["name"] == NAME


SIGNED = {"version": 3, "approve_unasked": True, "signed_by": "試験課長", "signed_on": "2026-03-25"}


def test_a_signed_policy_approves_what_nobody_is_asked_about(task: Task, new_case: NewCase) -> None:
    Task.objects.update(policy=SIGNED)
    case = new_case(unasked())
    approval = Approval.objects.get(case=case)
    assert case.state == State.APPROVED
    assert (approval.kind, approval.by) == ("policy", "shiken v3 試験課長 2026-03-25")


@pytest.mark.parametrize(
    ("policy", "values_read", "routes"),
    [
        ({**SIGNED, "approve_unasked": False}, {}, {}),
        ({**SIGNED, "signed_by": ""}, {}, {}),
        ({**SIGNED, "signed_on": None}, {}, {}),
        ({}, {}, {}),
        (SIGNED, {}, {"name": Route.CHECK}),
        (SIGNED, {"my_number": MY_NUMBER}, {"my_number": Route.BLIND}),
        (SIGNED, {"moved_on": "2099-01-01"}, {}),
        (SIGNED, {"amount": "1500"}, {}),
        (SIGNED, {"name": ""}, {}),
    ],
)
def test_anything_else_waits_for_a_person(
    task: Task,
    new_case: NewCase,
    policy: dict[str, object],
    values_read: dict[str, str],
    routes: dict[str, Route],
) -> None:
    Task.objects.update(policy=policy)
    read = sheet({"my_number": Route.ACCEPT, **routes}, **{"amount": "", "my_number": "", **values_read})
    assert new_case(read).state == State.NEEDS_REVIEW
    assert not Approval.objects.exists()


def test_an_original_without_a_row_is_laid_aside_once_it_is_old_and_later_shredded(
    task: Task, drop: Path
) -> None:
    source = intake.receive(task, drop, "aoki").source
    orphan = "11111111-1111-1111-1111-111111111111"
    files.write(FileKind.ORIGINAL, orphan, [b"left by a killed process"])
    young = files.path_of(FileKind.ORIGINAL, orphan)
    intake.sweep_orphans()
    assert young.exists()
    for path in young.parent.iterdir():
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    assert intake.sweep_orphans() >= 1
    assert not young.exists()
    aside = young.parent.with_name("orphans") / young.name
    assert aside.exists(), "an older database may have been put back"
    os.utime(aside, (time.time() - 91 * 86_400,) * 2)
    intake.sweep_orphans()
    assert not aside.exists()
    assert files.read_bytes(FileKind.ORIGINAL, source.pk) == CONTENT
