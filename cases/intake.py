"""Intake: a file becomes a source, its pages become cases. Killed at any moment, it goes on where it was."""

from __future__ import annotations

import stat
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from os import stat_result
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cases import audit, files, found, sampling
from cases.errors import FileIncomplete, FileTooLarge, NoPermission
from cases.file_names import readable
from cases.files import FileKind
from cases.library import form_of
from cases.models import Approval, Case, Page, Reading, SourceFile, Task
from cases.moves import change, hold
from cases.numbers import next_number
from cases.questions import open_questions
from cases.review import let_through
from cases.second import awaiting_second
from cases.states import State
from cases.values import contents, reading_row
from forms.facts import SheetReading

PART_BYTES = 1 << 20
ORPHAN_AFTER_S = 3600
ORPHAN_KEPT_DAYS = 90


class WorkingPageLike(Protocol):
    """The upright page with My Number blacked out, as ``ocr.working`` makes it.

    ``transform`` is the 3×3 row-major homography from mm on the form to px of this image.
    """

    @property
    def image_bytes(self) -> bytes: ...
    @property
    def width_px(self) -> int: ...
    @property
    def height_px(self) -> int: ...
    @property
    def transform(self) -> tuple[tuple[float, float, float], ...]: ...


@dataclass(frozen=True)
class Received:
    """A file that is kept. ``duplicate``: the same bytes were handed in for this task before.

    ``complete``: every page has become a case already, so that there is nothing left to read.
    """

    source: SourceFile
    duplicate: bool
    complete: bool


def receive(task: Task, path: Path, by: str, scanner: str = "", watched: bool = False) -> Received:
    """Keep a file: encrypted under a new name, its own name in the database only. The file itself is left
    alone.

    ``scanner``: the inbox's sub-folder in which it lay. ``watched``: somebody has seen already that nobody
    writes to it; otherwise it is waited for.
    Raises NoPermission, FileIncomplete (gone, growing, or no file at all), FileTooLarge, ``files.DiskFull``.
    What is inside the file does not matter here: an empty one is kept too.
    """
    before = _looked_at(path) if watched else _settled(path)
    if before.st_size > settings.SITE.largest_file_mb * 1_000_000:
        raise _too_large()
    return keep(task, _parts(path, before), readable(path.name), by, scanner)


def keep(task: Task, parts: Iterable[bytes], name: str, by: str, scanner: str = "") -> Received:
    """Keep the bytes of a file, whoever brings them; those that are known for the task are recognised.

    Raises FileTooLarge and ``files.DiskFull``; what ``parts`` raises passes through. Nothing is kept then.
    """
    source_id = uuid.uuid4()
    stored = files.write(FileKind.ORIGINAL, source_id, _bounded(parts))
    facts = {
        "size_bytes": stored.size_bytes,
        "original_name": name,
        "scanner": scanner,
        "received_at": timezone.now(),
    }
    with transaction.atomic():
        source, new = SourceFile.objects.get_or_create(
            task=task, sha256=stored.sha256, defaults={"id": source_id, "received_by": by, **facts}
        )
        what = "file.received" if new else "file.same_again"
        audit.write(by, what, source=f"source-{source.pk}", bytes_kb=stored.size_bytes // 1000)
    if not new:
        files.delete(FileKind.ORIGINAL, source_id)
    return Received(source, duplicate=not new, complete=source.read_at is not None)


def _bounded(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts, as long as they do not make more than a site's largest file."""
    left_bytes = settings.SITE.largest_file_mb * 1_000_000
    for part in parts:
        left_bytes -= len(part)
        if left_bytes < 0:
            raise _too_large()
        yield part


def _too_large() -> FileTooLarge:
    return FileTooLarge(f"the file is larger than {settings.SITE.largest_file_mb} MB: hand it in in parts")


def original(source: SourceFile) -> AbstractContextManager[Path]:
    """The file as it was handed in, decrypted for the time of a ``with`` block; its name says nothing."""
    return files.opened(FileKind.ORIGINAL, source.pk)


@transaction.atomic
def open_case(source: SourceFile, page_index: int) -> Case:
    """The case of that page (0-based): a new one in RECEIVED, or the one that an earlier run has opened."""
    # Whoever opens a page of this file waits here; otherwise two could miss each other's new case.
    SourceFile.objects.select_for_update().get(pk=source.pk)
    known = Case.objects.filter(source=source, page_index=page_index).first()
    if known is not None:
        return known
    now = timezone.now()
    case = Case.objects.create(
        number=next_number(),
        task=source.task,
        source=source,
        page_index=page_index,
        created_at=now,
        updated_at=now,
    )
    audit.write("intake", "case.opened", case.pk, page=page_index)
    return case


@transaction.atomic
def record_sheet(case: Case, sheet: SheetReading, working_page: WorkingPageLike | None) -> State:
    """Store what was read on the page; the state afterwards.

    NEEDS_REVIEW, or APPROVED when the department's signed policy allows it and nothing asks for a person; a
    sheet with a problem becomes UNREADABLE. A case that an earlier run has recorded is left as it is. Raises
    CaseChanged when another reader has recorded it since it was loaded.
    """
    if case.state != State.RECEIVED:
        return State(case.state)
    if sheet.problem:
        return _unreadable(case, sheet.problem, "", form=sheet.form, form_version=sheet.version or None)
    hold(case)
    case.form, case.form_version = sheet.form, sheet.version
    _add_readings(case, sheet)
    if working_page is not None:
        _keep_page(case, sheet, working_page)
    named: dict[str, object] = {"form": sheet.form, "form_version": sheet.version}
    if signer := _policy_that_lets_through(case):
        Case.objects.filter(pk=case.pk).update(**named)
        let_through(case, Approval.ApproverKind.POLICY, signer)
    else:
        change(case, "intake", "case.read", to=State.NEEDS_REVIEW, columns=named, fields=len(sheet.readings))
    return State(case.state)


@transaction.atomic
def record_problem(case: Case, code: str, detail: str = "") -> State:
    """The page gave no reading: UNREADABLE with the code of why (``file.encrypted``, ``sheet.foreign`` …)."""
    return _unreadable(case, code, detail) if case.state == State.RECEIVED else State(case.state)


@transaction.atomic
def complete(source: SourceFile) -> None:
    """Note that every page of the file has become a case; the same file dropped again is then passed over."""
    if source.read_at is None:
        source.read_at = timezone.now()
        source.save(update_fields=["read_at"])
        audit.write("intake", "file.read", source=f"source-{source.pk}", pages=source.cases.count())


def sweep_orphans() -> int:
    """Lay originals aside that no source names: a process was killed between file and row; the drop is still
    there.

    Those younger than an hour are left, since their row may be about to be written. They are shredded only
    after ``ORPHAN_KEPT_DAYS``: where somebody put an older database back, they are all that is left of scans.
    """
    folder = files.path_of(FileKind.ORIGINAL, "x").parent
    aside = folder.with_name("orphans")
    known = {str(pk) for pk in SourceFile.objects.values_list("pk", flat=True)}
    young = time.time() - ORPHAN_AFTER_S
    left = [p for p in folder.glob("*.sealed") if p.stem not in known and p.stat().st_mtime < young]
    for path in left:
        aside.mkdir(mode=0o700, exist_ok=True)
        path.rename(aside / path.name)
    for path in aside.glob("*.sealed"):
        if path.stat().st_mtime < time.time() - ORPHAN_KEPT_DAYS * 86_400:
            files.shred_path(path)
    return len(left)


def _settled(path: Path) -> stat_result:
    """The file's size and times once nobody has written to it for ``settle_seconds``; waits that long at
    most.
    """
    first = _looked_at(path)
    young_s = settings.SITE.settle_seconds - (time.time() - first.st_mtime)
    if young_s <= 0:
        return first
    time.sleep(min(young_s, settings.SITE.settle_seconds))
    return _unchanged(first, _looked_at(path))


def _looked_at(path: Path) -> stat_result:
    try:
        seen = path.stat()
    except PermissionError as error:
        raise NoPermission(
            "the file's folder may not be entered: give Tenki's account the right to read it"
        ) from error
    except FileNotFoundError as error:
        raise FileIncomplete(
            "there is no such file: check its name, or hand it in once it is complete"
        ) from error
    if not stat.S_ISREG(seen.st_mode):
        raise FileIncomplete("this is not a file: hand in the files themselves")
    return seen


def _unchanged(before: stat_result, after: stat_result) -> stat_result:
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise FileIncomplete("the file is still being copied: it is taken in on the next round")
    return after


def _parts(path: Path, before: stat_result) -> Iterator[bytes]:
    """The file's bytes in parts; whoever writes to it meanwhile makes the whole copy void."""
    try:
        with path.open("rb") as file:
            while part := file.read(PART_BYTES):
                yield part
    except PermissionError as error:
        raise NoPermission("the file may not be read: give Tenki's account the right to read it") from error
    _unchanged(before, _looked_at(path))


def _unreadable(case: Case, code: str, detail: str, **columns: object) -> State:
    reasons: dict[str, object] = {"reason": code, "reason_detail": detail, **columns}
    change(case, "intake", "case.unreadable", to=State.UNREADABLE, columns=reasons, problem=code)
    return State.UNREADABLE


def _add_readings(case: Case, sheet: SheetReading) -> None:
    earlier = case.readings.order_by("-attempt").values_list("attempt", flat=True).first() or 0
    form = form_of(case)
    facts = sampling.draw(case, earlier + 1, form, sheet.readings)
    Reading.objects.bulk_create(reading_row(case, earlier + 1, fact, form) for fact in facts)
    names = found.name_fields(form)
    found.add(case.pk, [fact.value for fact in sheet.readings if fact.field_id in names])


def _keep_page(case: Case, sheet: SheetReading, working_page: WorkingPageLike) -> None:
    """The working page may be made again at any time from the original, so a new one replaces the old."""
    files.write(FileKind.PAGE, case.pk, [working_page.image_bytes])
    Page.objects.update_or_create(
        case=case,
        defaults={
            "width_px": working_page.width_px,
            "height_px": working_page.height_px,
            "transform": [list(row) for row in working_page.transform],
            "original_transform": [list(row) for row in sheet.transform],
            "fit_mm": sheet.fit_mm,
            "turned_degrees": sheet.turned_degrees,
            "dpi": sheet.dpi,
        },
    )


def _policy_that_lets_through(case: Case) -> str:
    """Name, version and signature of the policy that approves this sheet unasked; empty when a person is
    needed.
    """
    # Asked afresh: a department may have withdrawn its signature since the intake began.
    policy = Task.objects.get(pk=case.task_id).policy
    if not (policy.get("approve_unasked") and policy.get("signed_by") and policy.get("signed_on")):
        return ""
    if open_questions(case) or awaiting_second(contents(case)):
        return ""
    return f"{case.task_id} v{policy.get('version', 1)} {policy['signed_by']} {policy['signed_on']}"
