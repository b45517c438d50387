"""Backup and restore: all of it comes back, nothing is entered twice, nothing is overwritten by mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import postgresql
from flows import wiring
from rehearsal.target.proof import registered
from tests.flows.approved import quick_target
from tests.flows.conftest import PROJECT, Said, Tenki
from tests.leaks import find
from tests.robots.records import KOFU
from tests.target_process import RunningTarget, running


@dataclass(frozen=True)
class Site:
    """A city hall of its own: its configuration, its data, its backups, its target."""

    folder: Path
    tenki: Tenki
    target: RunningTarget
    database_url: str = ""

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def more(self) -> dict[str, str]:
        return {
            "TENKI_CONFIG": str(self.folder / "config"),
            "REHEARSAL_OPERATOR": "K0123",
            "REHEARSAL_PASSWORD": "himitsu-7",
            **({"TENKI_DATABASE_URL": self.database_url} if self.database_url else {}),
        }

    def verb(self, *words: str | Path) -> Said:
        return self.tenki(*words, **self.more)

    def work(self, what: str) -> Any:
        """What ``kept_work`` says after a piece of work."""
        return json.loads(self._run("tests.flows.kept_work", what, str(self.folder)))

    def enter(self) -> None:
        self._run("tests.flows.enter_once")

    def entered(self, number: str) -> int:
        forms = {form.form: form for form in wiring.form_library().newest()}
        return len(registered(self.target.database, number, forms))

    def _run(self, module: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=PROJECT,
            env=self.tenki.environment(self.more),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running(RunningTarget(tmp_path / "target.sqlite3", "K0123", "himitsu-7", "control")) as target:
        quick_target(tmp_path / "config", target.url)
        (tmp_path / "config" / "site.toml").write_text("largest_file_mb = 100\n", encoding="utf-8")
        yield Site(tmp_path, Tenki(tmp_path / "var"), target)


@pytest.mark.proof
def test_work_backup_more_work_disaster_restore(site: Site) -> None:
    keys = site.folder / "safe"
    number = site.work("case")["number"]
    before = site.work("state")
    made = site.verb("backup", site.backups, "--keys", keys, "--verify", "--json")
    assert made.status == 0, made.err
    assert "who has both can read everything" in made.err
    backup = Path(made.json["folder"])
    assert (backup / "site" / "site.toml").read_text() == "largest_file_mb = 100\n"
    told = [value for value in KOFU.values() if len(value) > 5]
    assert {leak.value for leak in find(site.tenki.var, told)} == set(told), "the search finds them"
    assert find(backup, told) == [], "it can be read with its keys only"

    later = site.work("case")["number"]
    site.enter()
    assert [site.entered(number), site.entered(later)] == [1, 1]
    database = site.tenki.var / "tenki.sqlite3"
    os.truncate(database, 4096)
    (site.tenki.var / "keys" / "mynumber.key").unlink()

    refused = site.verb("restore", backup, "--keys", keys)
    assert (refused.status, "--overwrite" in refused.err) == (2, True), refused.err
    done = site.verb("restore", backup, "--keys", keys, "--overwrite", "--json")
    assert done.status == 0, done.err
    assert list(Path(done.json["replaced"]).iterdir()), "what it replaced is laid aside"

    after = site.work("state")
    assert after["cases"] == before["cases"] == {number: "APPROVED"}
    assert (after["originals"], after["sources"], after["orphans"]) == (1, 1, 0)
    assert after["whole"]
    assert after["lines"] > before["lines"]
    site.enter()
    assert site.work("state")["cases"] == {number: "ENTERED"}
    assert site.entered(number) == 1, "the look-up by the reception number has found it"
    assert site.work("case")["number"] > later, "no reception number is given twice"


@pytest.mark.proof
def test_a_copy_made_while_others_write_holds_together(site: Site) -> None:
    site.work("case")
    command = [sys.executable, "-m", "tests.flows.kept_work", "write"]
    environment = site.tenki.environment(site.more)
    writer = subprocess.Popen(command, cwd=PROJECT, env=environment)
    try:
        time.sleep(2)
        made = site.verb("backup", site.backups, "--json")
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    assert made.status == 0, made.err
    assert "without them it is worth nothing" in made.err
    manifest = json.loads((Path(made.json["folder"]) / "manifest.json").read_text())
    assert manifest["audit"]["lines"] > 10
    running_on = site.verb("restore", made.json["folder"], "--overwrite", "--json")
    assert running_on.status == 0, running_on.err
    after = site.work("state")
    assert after["whole"]
    assert after["lines"] == manifest["audit"]["lines"] + 1


def test_what_cannot_be_restored_is_refused_and_nothing_touched(site: Site) -> None:
    site.work("case")
    first = Path(site.verb("backup", site.backups, "--json").json["folder"])
    time.sleep(1)
    second = site.verb("backup", site.backups, "--json").json
    assert (second["linked"], second["files"]) == (2, 5), "unchanged files are linked"
    beside = site.verb("backup", site.backups, "--keys", site.tenki.var / "here")
    assert (beside.status, "protect nothing" in beside.err) == (2, True)

    stranger = Tenki(site.folder / "elsewhere")
    assert "no secret file" in stranger("restore", first).err
    stranger("user", "list")
    assert "does not hold the keys" in stranger("restore", first, "--overwrite").err
    taken_over = stranger("restore", first, "--keys", site.tenki.var / "keys", "--overwrite")
    assert taken_over.status == 0, taken_over.err
    assert replace(site, tenki=stranger).work("state")["whole"], "a new machine's own keys gave way"

    code = "import sys, time; f = open(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, str(site.tenki.var / "tenki.sqlite3")]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    assert "stop Tenki first" in site.verb("restore", first, "--overwrite").err
    holder.kill()
    holder.wait()

    page = next((first / "files" / "originals").iterdir())
    with page.open("r+b") as file:  # It is linked to the second one: this changes both.
        file.seek(50)
        file.write(b"rot")
    assert "missing or changed" in site.verb("restore", first, "--overwrite").err
    time.sleep(1)
    third = site.verb("backup", site.backups, "--verify", "--json")
    assert (third.status, third.json["linked"]) == (0, 1), "what has rotted is copied anew"
    manifest = Path(second["folder"]) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"lines": ', '"lines": 1'))
    assert "was changed" in site.verb("restore", second["folder"], "--overwrite").err
    assert site.work("state")["whole"]
    assert not list(site.tenki.var.glob("replaced-*"))


@pytest.mark.proof
def test_the_same_on_postgresql(site: Site) -> None:
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here: apt-get install postgresql")
    with postgresql.server(programs) as url:
        large = replace(site, database_url=url)
        number = large.work("case")["number"]
        made = large.verb("backup", site.backups, "--verify", "--json")
        assert made.status == 0, made.err
        later = large.work("case")["number"]
        done = large.verb("restore", made.json["folder"], "--overwrite", "--json")
        assert done.status == 0, done.err
        assert (Path(done.json["replaced"]) / "database.pgdump").stat().st_size > 1000
        after = large.work("state")
        assert after["cases"] == {number: "APPROVED"}
        assert after["whole"]
        assert large.work("case")["number"] > later
