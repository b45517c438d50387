"""systemd units: systemd itself finds nothing wrong with them, and they shut much out."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from flows import units
from flows.service_manager import READY, Manager
from tests.flows.conftest import Tenki

ANALYZE = shutil.which("systemd-analyze")
EXPOSURE_MOST = 5.0
"""Of 10; systemd calls less than 5 acceptable. A unit without any of our lines has 9.2."""


@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed here")
def test_systemd_finds_nothing_wrong(tenki: Tenki, tmp_path: Path) -> None:
    folder, site = tmp_path / "units", tmp_path / "my site"
    site.mkdir()
    (site / "site.toml").write_text(f'inbox_folder = "{tmp_path}/in box"\n', encoding="utf-8")
    common = ("units", folder, "--user", "root")
    said = tenki(*common, "--backup", tmp_path / "back up", TENKI_CONFIG=str(site))
    assert (said.status, said.err) == (0, "")
    assert tenki(*common, "--worker", "ido,kofu").status == 0
    made = sorted(path.name for path in folder.iterdir())
    assert made == ["tenki-backup.service", "tenki-backup.timer", "tenki-worker.service", "tenki.service"]
    paths = [str(folder / name) for name in made]
    checked = subprocess.run([str(ANALYZE), "verify", *paths], capture_output=True, text=True, check=False)
    ours = [line for line in checked.stderr.splitlines() if "tenki" in line]
    assert ours == [] and checked.returncode == 0, checked.stderr
    text = (folder / "tenki.service").read_text(encoding="utf-8")
    assert f'Environment="TENKI_CONFIG={site}"' in text
    assert f'ReadWritePaths={tenki.var} "{tmp_path}/in box"' in text


@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed here")
def test_much_is_shut_out(tmp_path: Path) -> None:
    install = units.Install("tenki", tmp_path, tmp_path / "var", "", None)
    (tmp_path / "tenki.service").write_text(units.service(install), encoding="utf-8")
    words = [str(ANALYZE), "security", "--offline=yes", "--no-pager", str(tmp_path / "tenki.service")]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    found = re.search(r"exposure level for tenki\.service: ([\d.]+)", said)
    assert found is not None, said
    assert float(found[1]) < EXPOSURE_MOST


@pytest.mark.parametrize(
    ("value", "word"),
    [("/srv/tenki", "/srv/tenki"), ("a b", '"a b"'), ("100%$", "100%%$"), ('a"b', '"a\\"b"'), ("", '""')],
)
def test_words_are_quoted(value: str, word: str) -> None:
    assert units.quoted(value) == word


def test_a_dollar_in_a_command_is_none_of_a_variable() -> None:
    assert units.argument("/mnt/a$b c") == '"/mnt/a$$b c"'


def test_what_no_unit_can_hold_is_refused() -> None:
    with pytest.raises(units.CannotStand):
        units.quoted("a\nUser=root")


def test_the_service_manager_is_told_and_never_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        manager = Manager()
        manager.tell(READY)
        manager.alive()
        manager.alive()
        listener.setblocking(False)
        assert [listener.recv(100), listener.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
        with pytest.raises(BlockingIOError):
            listener.recv(100)
        for _ in range(2000):
            manager.tell(READY)
    manager.tell(READY)
    assert "NOTIFY_SOCKET" not in os.environ, "children do not find it"
    Manager().tell(READY)
