"""Retention: what is due goes for good, nothing else does, and each deletion is proven."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from cases import audit, claims, erasing, files, found, intake, retention, review, values, vault
from cases.erased import Erased, Erasure
from cases.errors import CaseErased, HoldRefused, NotAllowed
from cases.files import FileKind
from cases.models import AuditLine, Case, Entry, Reading, Receipt, SourceFile, Task
from cases.moves import change
from cases.scrubbing import scrub
from cases.states import ENDED, State
from forms.retention import Kept, Retention
from tests.cases.conftest import sheet
from tests.leaks import find

NUMBER = "135792468018"
TOLD = {
    "name": "消尾　玲於奈",
    "name_kana": "キエオ　レオナ",
    "amount": "918273645",
    "note": "備考欄の秘密七八九",
    "my_number": NUMBER,
}
SAID = {"names": "消尾玲於奈", "file": "消尾家の届.pdf", "detail": "消尾様は不在", "message": "消尾様を拒否"}
KINDS = list(Kept)
LATER = {kind: timedelta(days=Retention().days(kind) + 1) for kind in Kept}


def scanned(task: Task, pages: int = 1) -> list[Case]:
    """Cases of one file, with every kind of data that a case can have."""
    source = SourceFile.objects.create(
        sha256=uuid.uuid4().hex * 2,
        original_name=SAID["file"],
        size_bytes=4,
        received_at=datetime.now(UTC),
        received_by="test",
        task=task,
        read_at=datetime.now(UTC),
    )
    files.write(FileKind.ORIGINAL, source.pk, [b"scan"])
    cases = [intake.open_case(source, index) for index in range(pages)]
    for case in cases:
        intake.record_sheet(case, sheet(None, **TOLD), None)
        files.write(FileKind.PAGE, case.pk, [b"page"])
    return cases


def end(case: Case, user: User, to: State = State.CANCELLED) -> Case:
    """The case as a person and a robot have left it, ended now."""
    given = claims.claim(case.pk, user)
    review.give_value(given, user, "my_number", NUMBER)
    review.give_value(given, user, "note", TOLD["note"] + "訂正")
    receipt = Receipt.objects.create(
        case=case,
        target="rehearsal",
        outcome="refused",
        message=SAID["message"],
        read_back=[{"field": "name", "expected": TOLD["name"], "seen": "", "same": False}],
        started_at=datetime.now(UTC),
        finished_at=datetime.now(UTC),
    )
    files.write(FileKind.PICTURE, receipt.pk, [b"a picture that the killed robot did not name"])
    case.refresh_from_db()
    change(case, "test", "case.cancelled", to=State.CANCELLED, columns={"reason_detail": SAID["detail"]})
    if to is not State.CANCELLED:
        Case.objects.filter(pk=case.pk).update(state=to)
    case.refresh_from_db()
    return case


def due_kinds(after: timedelta) -> dict[str, list[Kept]]:
    ready, _ = retention.due(datetime.now(UTC) + after)
    kinds: dict[str, list[Kept]] = {}
    for one in ready:
        kinds.setdefault(one.number, []).append(one.kind)
    return kinds


def erase(after: timedelta) -> tuple[Erasure, ...]:
    return erasing.run(retention.due(datetime.now(UTC) + after)[0], "housekeeping")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (0, []),
        (89, []),
        (90, [Kept.MY_NUMBER, Kept.ORIGINAL]),
        (365, [Kept.MY_NUMBER, Kept.ORIGINAL, Kept.PAGE, Kept.READINGS]),
        (1825, KINDS),
    ],
)
def test_what_is_due_depends_on_the_days_since_the_end(
    task: Task, aoki: User, days: int, kinds: list[Kept]
) -> None:
    case = end(scanned(task)[0], aoki)
    assert due_kinds(timedelta(days=days)).get(case.number, []) == kinds


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in State if state not in ENDED])
def test_a_case_that_has_not_ended_is_never_due(task: Task, aoki: User, state: State) -> None:
    end(scanned(task)[0], aoki, to=state)
    assert due_kinds(timedelta(days=36_000)) == {}


@pytest.mark.django_db
def test_a_scan_waits_for_all_of_its_sheets(task: Task, aoki: User) -> None:
    first, second = scanned(task, pages=2)
    end(first, aoki)
    later = LATER[Kept.ORIGINAL]
    assert due_kinds(later) == {first.number: [Kept.MY_NUMBER]}
    assert retention.due(datetime.now(UTC) + later)[1].same_file == 1
    end(second, aoki)
    assert due_kinds(later)[second.number] == [Kept.MY_NUMBER, Kept.ORIGINAL]
    (record,) = erase(later)
    assert record.counts["files"] == 1
    assert not files.path_of(FileKind.ORIGINAL, first.source_id).exists()


@pytest.mark.django_db
def test_the_days_of_a_form_count(task: Task, aoki: User, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (folder,) = settings.CONFIG_FOLDERS
    text = (folder / "forms" / "shiken.yaml").read_text(encoding="utf-8")
    text = text.replace("fields:", "retention: {my_number: 5, original: 3, page: 10, readings: 7}\nfields:")
    (tmp_path / "forms" / "shiken.yaml").write_text(text, encoding="utf-8")
    settings.CONFIG_FOLDERS = (tmp_path,)
    case = end(scanned(task)[0], aoki)
    due = {days: due_kinds(timedelta(days=days)).get(case.number, []) for days in (2, 3, 5, 7, 10)}
    assert [len(due[days]) for days in (2, 3, 5, 7, 10)] == [0, 1, 2, 3, 4]
    assert due[3] == [Kept.ORIGINAL]


@pytest.mark.django_db
def test_each_kind_goes_alone_and_in_its_time(task: Task, aoki: User) -> None:
    case = end(scanned(task)[0], aoki)
    told = values.plain_values(case)
    assert told["my_number"] == NUMBER
    erase(LATER[Kept.ORIGINAL])
    assert not files.path_of(FileKind.ORIGINAL, case.source_id).exists()
    assert files.path_of(FileKind.PAGE, case.pk).exists()
    left = values.plain_values(case)
    assert left == {**told, "my_number": ""}
    assert not Reading.objects.filter(sealed__isnull=False).exists()
    erase(LATER[Kept.READINGS])
    assert not files.path_of(FileKind.PAGE, case.pk).exists()
    assert values.plain_values(case) == left, "the case's values stay when the readings go"
    assert not Reading.objects.exclude(raw="").exists()
    erase(LATER[Kept.VALUES])
    assert not any(values.plain_values(case).values())
    case.refresh_from_db()
    assert (case.reason_detail, case.state, case.task_id) == ("", State.CANCELLED, task.pk)
    assert Receipt.objects.get(case=case).outcome == "refused", "what savings count stays"
    assert set(Erased.objects.values_list("kind", flat=True)) == {kind.value for kind in Kept}
    assert due_kinds(timedelta(days=36_000)) == {}


@pytest.mark.django_db(transaction=True)
def test_nothing_of_what_was_deleted_is_found_again(task: Task, aoki: User) -> None:
    """In the whole folder of data, free pages and log of the database included (SQLite)."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere")
    cases = [end(case, aoki) for _ in range(12) for case in scanned(task)]
    wanted = [*TOLD.values(), *SAID.values()]
    wanted.remove(NUMBER)
    assert {leak.value for leak in find(Path(settings.VAR), wanted)} == set(wanted), "the search finds them"
    assert len(erase(LATER[Kept.VALUES])) == 1
    assert scrub().complete
    assert [(leak.form, leak.value) for leak in find(Path(settings.VAR), [*wanted, NUMBER])] == []
    lines = AuditLine.objects.filter(case_id=cases[0].pk)
    assert lines.filter(what="value.given").exists(), "who did what stays"
    assert audit.verify().whole


@pytest.mark.django_db
def test_a_held_case_stays_until_the_auditor_lifts_it(
    task: Task, aoki: User, people: dict[str, User]
) -> None:
    case, other = end(scanned(task)[0], aoki), end(scanned(task)[0], aoki)
    held = retention.hold(case.number, "訴訟のため", people["chiba"])
    assert set(due_kinds(LATER[Kept.VALUES])) == {other.number}
    assert retention.due(datetime.now(UTC) + LATER[Kept.VALUES])[1].hold == len(KINDS)
    retention.lift(held.pk, people["chiba"])
    assert set(due_kinds(LATER[Kept.VALUES])) == {case.number, other.number}
    lines = AuditLine.objects.filter(case_id=case.pk, who="chiba").order_by("pk")
    assert list(lines.values_list("what", flat=True)) == ["case.held", "case.hold_lifted"]


@pytest.mark.django_db
def test_a_hold_that_comes_while_a_run_is_under_way_wins(
    task: Task, aoki: User, people: dict[str, User]
) -> None:
    case = end(scanned(task)[0], aoki)
    found, _ = retention.due(datetime.now(UTC) + LATER[Kept.VALUES])
    retention.hold(case.number, "訴訟のため", people["chiba"])
    assert erasing.run(found, "housekeeping") == ()
    assert files.path_of(FileKind.ORIGINAL, case.source_id).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "reason"), [("T00-999999", "訴訟"), ("", "訴訟"), (None, " ")])
def test_a_hold_without_case_or_reason_is_refused(
    task: Task, aoki: User, people: dict[str, User], number: str | None, reason: str
) -> None:
    case = scanned(task)[0]
    with pytest.raises(HoldRefused):
        retention.hold(case.number if number is None else number, reason, people["chiba"])
    with pytest.raises(NotAllowed):
        retention.hold(case.number, "訴訟", aoki)
    retention.hold(case.number, "訴訟", people["chiba"])
    with pytest.raises(HoldRefused, match="held already"):
        retention.hold(case.number, "訴訟", people["chiba"])


@pytest.mark.django_db
def test_a_case_without_its_values_goes_nowhere_any_more(task: Task, aoki: User) -> None:
    case = end(scanned(task)[0], aoki, to=State.ENTERED)
    erase(LATER[Kept.MY_NUMBER])
    with pytest.raises(CaseErased, match=case.number):
        change(case, "aoki", "entry.resolved", to=State.ENTERED_WRONG)


@pytest.mark.django_db
def test_every_record_is_chained_sealed_and_named_in_the_trail(task: Task, aoki: User) -> None:
    for _ in range(3):
        end(scanned(task)[0], aoki)
    records = [record for kind in (Kept.ORIGINAL, Kept.PAGE, Kept.VALUES) for record in erase(LATER[kind])]
    assert [record.pk for record in records] == [1, 2, 3]
    assert erasing.verify().whole
    assert records[0].counts == {"cases": 3, "files": 3, "rows": 3 * 3}
    assert [kinds for _, _, kinds in records[0].cases] == [["my_number", "original"]] * 3
    line = AuditLine.objects.get(what="retention.erased", detail__proof=2)
    assert line.detail["digest"] == f"sha256-{records[1].digest}"
    assert all(erasing.left(record) == () for record in records)
    assert audit.verify().whole
    for name in TOLD.values():
        assert name not in str(records[0].cases)


@pytest.mark.django_db
def test_what_is_there_again_after_a_restore_is_noticed(task: Task, aoki: User) -> None:
    case = end(scanned(task)[0], aoki)
    (record,) = erase(LATER[Kept.VALUES])
    files.write(FileKind.ORIGINAL, case.source_id, [b"from a backup"])
    Entry.objects.create(
        case=case,
        field_id="my_number",
        how=Entry.How.KEYED,
        by=aoki,
        at=datetime.now(UTC),
        sealed=vault.seal(vault.Key.MY_NUMBER, b"1", values.seal_place(case.pk, "my_number")),
    )
    assert {one.kind for one in erasing.left(record)} == {Kept.ORIGINAL, Kept.MY_NUMBER, Kept.VALUES}


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["changed", "taken out", "cut off"])
def test_a_record_that_was_tampered_with_is_noticed(task: Task, aoki: User, what: str) -> None:
    end(scanned(task)[0], aoki)
    for kind in (Kept.ORIGINAL, Kept.PAGE):
        erase(LATER[kind])
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("UPDATE cases_erasure SET who = 'nobody' WHERE id = 1")
        on = " ON cases_erasure" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER cases_erasure_no_update{on}")
        if what == "changed":
            cursor.execute("UPDATE cases_erasure SET cases = '[]' WHERE id = 1")
            assert erasing.verify().broken_at == 1
            return
        cursor.execute("DELETE FROM cases_erased")
        gone = 1 if what == "taken out" else 2
        cursor.execute(f"DELETE FROM cases_erasure WHERE id = {gone}")
    assert erasing.verify().broken_at == gone


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["raw = 'another'", "value = ''", "raw = '', confidence = 0"])
def test_a_reading_may_be_emptied_and_not_changed(task: Task, statement: str) -> None:
    scanned(task)
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"UPDATE cases_reading SET {statement}")
        cursor.execute("UPDATE cases_reading SET raw = '', alternatives = '[]', findings = '[]'")
    assert not Reading.objects.exclude(raw="").exists()


@pytest.mark.django_db
def test_names_are_found_no_more(task: Task, aoki: User) -> None:
    case = end(scanned(task)[0], aoki)
    assert found.SheetNames.objects.filter(text__contains=SAID["names"]).exists()
    erase(LATER[Kept.VALUES])
    assert not found.SheetNames.objects.filter(case=case).exists()
