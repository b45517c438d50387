"""Two workers with nothing in common but database, Prefect and desk; kill -9 of a worker and of the database:
nothing is lost, nothing is there twice.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows import hands
from tests.flows.conftest import PROJECT
from tests.flows.machines import City, Machine, city
from tests.target_process import RunningTarget
from tests.target_process import running as target_running

sys.path.append(str(PROJECT / "docs" / "examples"))
from tenki_client import Tenki  # the file that other systems copy

pytestmark = pytest.mark.proof

SHEETS = sorted((PROJECT / "rehearsal" / "sheets").glob("juminhyo_kofu-*.[jp][pn]g"))
COPIES = 12
APPROVE = """
from flows import environment, wiring
environment.prepare()
wiring.start_django()
from django.db import transaction
from cases import audit, review
from cases.models import Approval, Case
for case in Case.objects.filter(state="NEEDS_REVIEW"):
    with transaction.atomic():
        review.let_through(case, Approval.ApproverKind.PERSON, "operator")
assert audit.verify().whole
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    with city(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", made.first.given["SSL_CERT_FILE"])
        yield made


def hand_in(site: City, folder: Path) -> int:
    """The shipped sheets, several times: what stands behind a picture's end makes each a file of its own."""
    token = site.first.do("token", "make", "scanner", "--scope", "files:write", "--task", "kofu").strip()
    tenki, folder = Tenki(site.desk_url, token), folder / "scans"
    folder.mkdir()
    for number in range(COPIES):
        for sheet in SHEETS:
            copy = folder / f"{number}-{sheet.name}"
            copy.write_bytes(sheet.read_bytes() + bytes([number]))
            assert not tenki.hand_in("kofu", copy)["known_before"]
    return COPIES * len(SHEETS)


def readers(site: City) -> set[str]:
    return {owner for (owner,) in site.rows("SELECT DISTINCT lease_owner FROM cases_sourcefile") if owner}


def count(site: City, where: str) -> int:
    (found,) = site.rows(f"SELECT count(*) FROM cases_case WHERE {where}") or [(-1,)]
    return int(found[0])


@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_is_there_twice(site: City, tmp_path: Path) -> None:
    target = RunningTarget(tmp_path / "target.sqlite3", "K0123", "himitsu-7", "control")
    with target_running(target):
        at = {
            "TENKI_TARGET_URL_REHEARSAL": target.url,
            "REHEARSAL_OPERATOR": "K0123",
            "REHEARSAL_PASSWORD": "himitsu-7",
        }
        workers = [site.worker(f"worker-{number}", "kofu", **at) for number in (1, 2)]
        for machine in workers:
            site.wait_for(lambda m=machine: "started" in m.log("worker"), 60, "a worker did not start")
        files = hand_in(site, tmp_path)
        _read_and_kill(site, workers, files, at)
        site.first.tenki.var.joinpath("approve.py").write_text(APPROVE, encoding="utf-8")
        _approve(site)
        _enter_and_kill(site, workers, files, at)
        _nothing_twice(site, target, files)
    last = workers.pop()
    site.wait_for(lambda: "started" in last.log("worker"), 60, "the last worker did not start")
    last.stop()
    known = {row["name"] for row in hands.workers(site.api)}
    assert known == {"worker-1", "worker-2", "worker-3"}, "who stops is not missed, who was killed is"
    for machine in site.machines[1:]:
        assert not list(machine.tenki.var.glob("files/**/*")), "no file stays on a worker"


def _read_and_kill(site: City, workers: list[Machine], files: int, at: dict[str, str]) -> None:
    seen = set[str]()

    def several() -> bool:
        seen.update(readers(site))
        return len(seen) >= 2 and count(site, "state <> 'RECEIVED'") >= 3

    assert "3 runs" in site.first.do("worker", "call", "kofu"), "both read, one enters"
    site.wait_for(several, 90, "two readers at once were not seen")
    assert site.read_by() == {"worker-1", "worker-2"}
    workers.pop(0).kill()
    workers.append(site.worker("worker-3", "kofu", **at))
    site.wait_for(lambda: count(site, "state <> 'RECEIVED'") >= files // 2, 120, "reading does not go on")
    site.cluster.kill()
    site.cluster.start()
    _call_until(site, lambda: not unread(site), "not everything is read")
    assert count(site, "TRUE") == files
    assert site.rows("SELECT max(attempt), min(attempt) FROM cases_reading") == [(1, 1)]


def unread(site: City) -> bool:
    (found,) = site.rows("SELECT count(*) FROM cases_sourcefile WHERE read_at IS NULL") or [(1,)]
    return bool(found[0]) or count(site, "state = 'RECEIVED'") != 0


def _approve(site: City) -> None:
    done = subprocess.run(
        [sys.executable, str(site.first.tenki.var / "approve.py")],
        cwd=PROJECT,
        env={**site.first.tenki.environment(site.first.given), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _enter_and_kill(site: City, workers: list[Machine], files: int, at: dict[str, str]) -> None:
    site.first.do("worker", "call", "kofu")
    site.wait_for(lambda: count(site, "state = 'ENTERED'") >= 3, 120, "nothing is entered")
    workers.pop(0).kill()
    workers.append(site.worker("worker-4", "kofu", **at))
    open_still = "state IN ('APPROVED', 'ENTERING')"
    _call_until(site, lambda: count(site, open_still) == 0, "not everything is entered")


def _call_until(site: City, done: Callable[[], bool], told: str) -> None:
    ends_s = time.monotonic() + 240
    while not done():
        assert time.monotonic() < ends_s, told
        # Beside readers on every core the server may be slow to answer: the next call does.
        site.first.tenki("worker", "call", "kofu", **site.first.given)
        time.sleep(3)


def _nothing_twice(site: City, target: RunningTarget, files: int) -> None:
    from flows import wiring
    from rehearsal.target.proof import registered

    forms = {form.form: form for form in wiring.form_library().newest()}
    found = Counter(
        (state, len(registered(target.database, number, forms)))
        for number, state in site.rows("SELECT number, state FROM cases_case")
    )
    entered = found.pop(("ENTERED", 1), 0)
    assert entered >= files * 2 // 3, found
    assert all(state in {"UNREADABLE", "REFUSED", "OUTCOME_UNKNOWN"} for state, _ in found), found
    assert all(times < 2 for _, times in found), found
