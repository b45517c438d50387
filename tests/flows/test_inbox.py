"""The inbox: what has settled is taken in, the rest stays, what cannot be is put aside with its reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from cases import access, refusals, roles, seed
from cases.errors import NotAllowed
from cases.files import FileKind, read_bytes
from cases.inbox_table import Refusal
from cases.models import AuditLine, SourceFile, Task
from cases.roles import Role
from flows import lookout
from flows.inbox_folder import DONE, REJECTED, InboxGone, folder_of
from flows.lookout import Look, Lookout
from tests.leaks import find

pytestmark = pytest.mark.django_db
NAME = "髙橋　健一の転入届"


@dataclass
class Watched:
    """An inbox with a clock that the test moves."""

    task: str
    now_s: float = 0.0
    lookout: Lookout = field(init=False)

    def __post_init__(self) -> None:
        self.lookout = Lookout(self.task, settle_s=2, patience_s=60, clock_s=lambda: self.now_s)

    @property
    def folder(self) -> Path:
        return folder_of(self.task).path

    def look(self, after_s: float = 0) -> Look:
        self.now_s += after_s
        return self.lookout.look()

    def settled(self) -> Look:
        self.look()
        return self.look(after_s=2)

    def lines(self) -> str:
        return "".join(path.read_text("utf-8-sig") for path in sorted((self.folder / DONE).glob("*.txt")))

    def names(self) -> set[str]:
        return {path.name for path in self.folder.rglob("*") if path.is_file() and path.parent.name != DONE}


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """An inbox below a ``var`` of its own."""
    monkeypatch.setenv("TENKI_VAR", str(tmp_path / "var"))
    found = Watched(seed.seed()[0].name)
    folder_of(found.task).ready()
    yield found


def test_what_stands_still_is_taken_in_and_leaves_a_line_without_its_name(inbox: Watched) -> None:
    path = inbox.folder / f"{NAME}.pdf"
    path.write_bytes(b"%PDF one")
    assert inbox.look().taken == ()
    assert inbox.look(after_s=1.9).taken == ()
    [arrival] = inbox.look(after_s=0.2).taken
    source = SourceFile.objects.get()
    assert (source.original_name, str(source.pk), source.scanner) == (path.name, arrival.source, "")
    assert read_bytes(FileKind.ORIGINAL, source.pk) == b"%PDF one"
    assert not path.exists()
    assert f"受付 {arrival.source[:8]}" in inbox.lines()
    assert find(inbox.folder, [NAME, NAME[:2]]) == []


def test_a_file_that_grows_is_left_until_it_stands_still_and_told_when_it_does_not(inbox: Watched) -> None:
    path = inbox.folder / "scan.pdf"
    for number in range(40):
        path.write_bytes(b"x" * (number + 1))
        look = inbox.look(after_s=1.5)
        assert look.taken == ()
        assert look.unfinished == (inbox.now_s - 1.5 > 60)
    assert len(inbox.settled().taken) == 1
    assert SourceFile.objects.get().size_bytes == 40


@pytest.mark.parametrize("name", ["a.pdf.part", "~$doc.xlsx", "B.TMP", "c.crdownload"])
def test_what_bears_a_name_of_unfinished_files_is_passed_over_and_told(inbox: Watched, name: str) -> None:
    (inbox.folder / name).write_bytes(b"half")
    assert inbox.settled() == Look(dropped=1)
    assert inbox.look(after_s=70).unfinished == 1
    (inbox.folder / name).rename(inbox.folder / "whole.pdf")
    assert inbox.look().unfinished == 0
    assert len(inbox.look(after_s=2).taken) == 1


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", ".DS_Store", ".~lock.a.pdf#"])
def test_what_machines_leave_in_folders_is_nobodys(inbox: Watched, name: str) -> None:
    (inbox.folder / name).write_bytes(b"x")
    assert inbox.settled() == Look()
    assert inbox.look(after_s=100) == Look()


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("山田が.pdf".encode(), "山田が.pdf"),
        ("山田か\u3099.pdf".encode(), "山田が.pdf"),
        ("﨑\ufa19.pdf".encode(), "﨑\ufa19.pdf"),
        ("Nguyễn Văn.pdf".encode(), "Nguyễn Văn.pdf"),
        ("転入届.pdf".encode("cp932"), "転入届.pdf"),
        (b"scan\x81 .pdf", "scan\\x81 .pdf"),
    ],
)
def test_names_in_any_script_and_any_bytes(inbox: Watched, raw: bytes, kept: str) -> None:
    (inbox.folder / os.fsdecode(raw)).write_bytes(raw)
    [arrival] = inbox.settled().taken
    assert arrival.problem == ""
    assert SourceFile.objects.get().original_name == kept


def test_each_scanner_has_its_folder(inbox: Watched) -> None:
    for place in ("3階スキャナー", "3階スキャナー/2026-11-25", "窓口"):
        (inbox.folder / place).mkdir()
        (inbox.folder / place / "0001.pdf").write_bytes(place.encode())
    assert len(inbox.settled().taken) == 3
    scanners = SourceFile.objects.order_by("scanner").values_list("scanner", flat=True)
    assert list(scanners) == ["3階スキャナー", "3階スキャナー", "窓口"]
    assert "フォルダー 窓口" in inbox.lines()


def test_links_are_not_followed(inbox: Watched, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (inbox.folder / "a.pdf").symlink_to(tmp_path / "secret")
    (inbox.folder / "b").symlink_to(tmp_path)
    assert inbox.settled() == Look()


def test_the_same_bytes_twice_are_said_to_be_known(inbox: Watched) -> None:
    for name in ("one.pdf", "two.pdf"):
        (inbox.folder / name).write_bytes(b"%PDF same")
        assert len(inbox.settled().taken) == 1
    assert SourceFile.objects.count() == 1
    first, second = inbox.lines().splitlines()
    assert "同じ内容" in second and "同じ内容" not in first
    assert inbox.names() == set()


def test_a_scan_written_under_a_name_just_taken_in_is_not_lost(inbox: Watched) -> None:
    path = inbox.folder / "0001.pdf"
    path.write_bytes(b"one")
    inbox.look()
    path.write_bytes(b"another resident's")
    assert inbox.look(after_s=2).taken == ()
    assert len(inbox.look(after_s=2).taken) == 1
    assert SourceFile.objects.get().size_bytes == len(b"another resident's")


@pytest.fixture
def small(settings: Settings) -> None:
    settings.SITE = replace(settings.SITE, largest_file_mb=0)


def test_what_cannot_be_taken_in_is_put_aside_with_its_reason_and_can_be_put_back(
    inbox: Watched, small: None, settings: Settings
) -> None:
    (inbox.folder / "窓口").mkdir()
    (inbox.folder / "窓口" / f"{NAME}.pdf").write_bytes(b"%PDF")
    assert [arrival.problem for arrival in inbox.settled().taken] == ["file.too_large"]
    row = Refusal.objects.get()
    assert (row.scanner, row.original_name, row.code) == ("窓口", f"{NAME}.pdf", "file.too_large")
    assert inbox.names() == {f"{row.pk}.pdf", f"{row.pk}-理由.txt"}
    reason = (inbox.folder / REJECTED / f"{row.pk}-理由.txt").read_text("utf-8-sig")
    assert "大きすぎます" in reason and "再受付" in reason
    assert find(inbox.folder, [NAME, NAME[:2]]) == []
    settings.SITE = replace(settings.SITE, largest_file_mb=200)
    assert inbox.look().taken == (), "it waits until somebody asks"
    refusals.ask_back(row.pk, _person(Role.OPERATOR))
    assert inbox.look().dropped == 1
    assert inbox.names() == {f"{NAME}.pdf"}
    assert len(inbox.look(after_s=2).taken) == 1
    source = SourceFile.objects.get()
    assert (source.original_name, source.scanner) == (f"{NAME}.pdf", "窓口")
    assert not refusals.waiting(inbox.task).exists()
    assert [line.what for line in AuditLine.objects.filter(what__startswith="file.")] == [
        "file.refused",
        "file.asked_back",
        "file.received",
    ]


def test_a_refused_file_that_a_person_took_away_is_over(inbox: Watched, small: None) -> None:
    (inbox.folder / "a.txt").write_bytes(b"x")
    inbox.settled()
    row = Refusal.objects.get()
    (inbox.folder / REJECTED / f"{row.pk}.txt").unlink()
    inbox.look()
    assert not refusals.waiting(inbox.task).exists()


def test_a_file_put_back_takes_no_other_ones_place(inbox: Watched, small: None) -> None:
    (inbox.folder / "a.pdf").write_bytes(b"x")
    inbox.settled()
    (inbox.folder / "a.pdf").write_bytes(b"newer")
    refusals.ask_back_from_console(Refusal.objects.get(), "root")
    inbox.look()
    assert {path.read_bytes() for path in inbox.folder.glob("a*.pdf")} == {b"x", b"newer"}


def test_a_name_too_long_for_a_folder_here_is_cut_when_it_is_put_back(inbox: Watched, small: None) -> None:
    (inbox.folder / "x.pdf").write_bytes(b"x")
    inbox.settled()
    # 120 kanji: a name of 244 bytes as old shares write it, 364 as this folder would.
    Refusal.objects.update(original_name="転" * 120 + ".pdf")
    refusals.ask_back_from_console(Refusal.objects.get(), "root")
    inbox.look()
    (name,) = inbox.names()
    assert name == "転" * 78 + ".pdf"


def test_who_may_ask_for_a_file_back(inbox: Watched, small: None) -> None:
    (inbox.folder / "a.pdf").write_bytes(b"x")
    inbox.settled()
    row = Refusal.objects.get()
    with pytest.raises(NotAllowed):
        refusals.ask_back(row.pk, _person(Role.AUDITOR))
    with pytest.raises(NotAllowed):
        refusals.ask_back(row.pk, _person(Role.OPERATOR, tied=False))


def test_thousands_at_once_are_taken_in_by_batches(inbox: Watched) -> None:
    inbox.lookout.watched, inbox.lookout.batch = 20, 8
    for number in range(50):
        (inbox.folder / f"{number:04}.pdf").write_bytes(f"{number}".encode())
        os.utime(inbox.folder / f"{number:04}.pdf", (1e9 + number, 1e9 + number))
    order: list[str] = []
    for _ in range(60):
        look = inbox.look(after_s=1)
        assert len(look.taken) <= 8
        order += [arrival.path.name for arrival in look.taken]
        if not look.left:
            break
    assert order == sorted(order) and len(order) == 50
    assert SourceFile.objects.count() == 50


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_leaves_the_file_and_goes_on_when_there_is_room(
    inbox: Watched, settings: Settings, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", disk], check=True)
    try:
        shutil.copytree(Path(settings.VAR) / "keys", disk / "keys")
        settings.VAR = disk
        (inbox.folder / "a.pdf").write_bytes(b"x" * 5_000_000)
        (inbox.folder / "b.pdf").write_bytes(b"behind it")
        look = inbox.settled()
        assert (look.full, look.left) == (True, 2)
        assert (inbox.folder / "a.pdf").exists() and not SourceFile.objects.exists()
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        look = inbox.look()
        assert (look.full, look.left, SourceFile.objects.count()) == (False, 0, 2)
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.fixture
def share(inbox: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """An inbox on a share, by a configuration of the site's own."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.toml").write_text(f'inbox_folder = "{tmp_path}/share"\n', encoding="utf-8")
    monkeypatch.setenv("TENKI_CONFIG", str(site))
    (tmp_path / "share" / inbox.task / DONE).mkdir(parents=True)
    return Watched(inbox.task)


def test_a_share_that_goes_is_told_and_work_goes_on_when_it_is_back(share: Watched) -> None:
    (share.folder / "a.pdf").write_bytes(b"a")
    share.look()
    away = share.folder.rename(share.folder.with_name("away"))
    with pytest.raises(InboxGone):
        share.look(after_s=2)
    share.folder.mkdir()
    (share.folder / "stranger.pdf").write_bytes(b"on the bare mount point")
    with pytest.raises(InboxGone, match=DONE):
        share.look(after_s=2)
    (share.folder / "stranger.pdf").unlink()
    share.folder.rmdir()
    away.rename(share.folder)
    assert len(share.look(after_s=2).taken) == 1
    assert SourceFile.objects.get().original_name == "a.pdf"


def test_a_verb_empties_the_inbox_and_names_what_is_still_written(
    inbox: Watched, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.toml").write_text("settle_seconds = 0.2\n", encoding="utf-8")
    monkeypatch.setenv("TENKI_CONFIG", str(site))
    (inbox.folder / "a.pdf").write_bytes(b"a")
    (inbox.folder / "b.pdf.part").write_bytes(b"b")
    ends = threading.Event()

    def write() -> None:
        with (inbox.folder / "c.pdf").open("ab") as file:
            while not ends.wait(0.02):
                file.write(b"c")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        arrivals = list(lookout.empty(inbox.task))
    finally:
        ends.set()
        writer.join()
    assert [arrival.problem for arrival in arrivals] == ["", "file.incomplete", "file.incomplete"]
    assert list(lookout.empty("kofu")) == []


def _person(role: Role, tied: bool = True) -> User:
    user = roles.add_user(f"{role}-{tied}", "naka-no-kotoba-12", [role], by="test")
    access.assign(user, "test", tasks=list(Task.objects.values_list("name", flat=True)) if tied else [])
    return user
