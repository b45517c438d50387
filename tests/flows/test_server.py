"""Prefect's server as we start it: a password, no foreign origin, loopback only; flows run as deployments."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.held_schedules import failing, order
from flows.prefect_api import Api, ServerAway
from flows.processes import Program, answers, free_port, running, stop
from flows.server import prefect_server
from flows.taking_up import take_up
from tests.flows.conftest import PROJECT, Tenki

START_TIMEOUT_S = 120
RUN_TIMEOUT_S = 90
QUICK = {"PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1"}
"""The scheduler looks at changed deployments every five seconds; here nobody wants to wait for it."""


@dataclass(frozen=True)
class Up:
    """`tenki up`, running."""

    tenki: Tenki
    url: str
    auth: tuple[str, str]


@pytest.fixture(scope="module")
def up(shared_tenki: Tenki) -> Iterator[Up]:
    """Everything together, as a service manager would start it."""
    command = [sys.executable, "-m", "flows", "up", "--every-minutes", "0", "--port", "0"]
    log = shared_tenki.var.parent / "up.log"
    with running(Program("tenki up", command, log, shared_tenki.environment(QUICK))) as process:
        address = shared_tenki.var / "prefect" / "address"
        ends = time.monotonic() + START_TIMEOUT_S
        while not address.exists():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < ends, log.read_text()
            time.sleep(0.2)
        user, password = (shared_tenki.var / "prefect" / "auth").read_text().split(":")
        yield Up(shared_tenki, address.read_text(), (user, password))


def test_without_the_password_nothing_is_told(up: Up) -> None:
    asked = [httpx.get(f"{up.url}/api/admin/version", auth=auth) for auth in (None, ("tenki", "wrong"))]
    assert [answer.status_code for answer in asked] == [401, 401]
    assert httpx.get(f"{up.url}/api/admin/version", auth=up.auth).status_code == 200


def test_the_password_is_its_owners(up: Up) -> None:
    path = up.tenki.var / "prefect" / "auth"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(up.auth[1]) >= 24


@pytest.mark.parametrize(("origin", "allowed"), [("http://evil.example", False), (None, True)])
def test_a_foreign_origin_is_turned_away(up: Up, origin: str | None, allowed: bool) -> None:
    headers = {"Origin": origin or up.url, "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"{up.url}/api/flows/", headers=headers)
    assert ("access-control-allow-origin" in answer.headers) is allowed


def test_nobody_outside_this_machine_reaches_it(up: Up) -> None:
    port = up.url.rpartition(":")[2]
    listening = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
    local = [line.split()[1] for line in listening.splitlines()[1:] if line.split()[3] == "0A"]
    assert [address.split(":")[0] for address in local if int(address.split(":")[1], 16) == int(port)] == [
        "0100007F"
    ]


def test_it_sends_nothing_home(up: Up) -> None:
    settings = httpx.get(f"{up.url}/api/admin/settings", auth=up.auth).json()
    assert settings["server"]["analytics_enabled"] is False


def test_a_deployed_flow_is_found_by_its_module_and_runs(up: Up) -> None:
    with httpx.Client(base_url=f"{up.url}/api/", auth=up.auth, timeout=30) as client:
        assert _wait_for(client, "deployments/name/enter/kofu")["entrypoint"] == "flows.entry.enter"
        deployment = _wait_for(client, "deployments/name/round/kofu")
        assert deployment["entrypoint"] == "flows.round.work_round"
        ordered = _order(client, deployment["id"])
        assert ordered.status_code == 201, ordered.text
        run = ordered.json()
        assert run["parameters"] == {"task": "kofu"}
        ends = time.monotonic() + RUN_TIMEOUT_S
        while run["state_type"] not in {"COMPLETED", "FAILED", "CRASHED"} and time.monotonic() < ends:
            time.sleep(0.5)
            run = client.get(f"flow_runs/{run['id']}").json()
        assert run["state_type"] == "COMPLETED", run["state"]
        left = {one["key"]: one["data"] for one in client.post("artifacts/latest/filter", json={}).json()}
    rows = re.findall(r"^\| ([a-z ]+) \| (.+) \|$", left["round-kofu"], re.MULTILINE)
    assert dict(rows) == {
        "sheets": "0",
        "fields": "0, of which 0 are asked",
        "files refused": "0",
        "entered": "0",
        "need a person": "0",
        "minutes saved this year": "0.0 (sample values)",
        "rate": "–",
    }
    assert re.search(r"\(http://127\.0\.0\.1:\d+/tasks/kofu\)", left["round-kofu"])


def _order(client: httpx.Client, deployment: str) -> httpx.Response:
    """503 is the server's word for a database that is busy just now."""
    for _ in range(20):
        answer = client.post(
            f"deployments/{deployment}/create_flow_run", json={"state": {"type": "SCHEDULED"}}
        )
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(0.5)
    return answer


def _deployed(api: Api, flow: str, task: str) -> dict[str, Any]:
    ends = time.monotonic() + START_TIMEOUT_S
    while (held := api.deployment(flow, task)) is None:
        assert time.monotonic() < ends, f"{flow}/{task} did not come up"
        time.sleep(0.5)
    return held


def _wait_for(client: httpx.Client, path: str) -> dict[str, str]:
    ends = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < ends:
        answer = client.get(path)
        if answer.status_code == 200:
            found: dict[str, str] = answer.json()
            return found
        time.sleep(0.5)
    raise AssertionError(f"{path} did not come up")


def test_another_verb_joins_the_running_server(up: Up) -> None:
    assert up.tenki("enter", "kofu", "--json").json == {"cases": {}}
    with httpx.Client(base_url=f"{up.url}/api/", auth=up.auth) as client:
        ran = {
            "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
            "flows": {"name": {"any_": ["enter"]}},
        }
        runs = client.post("flow_runs/filter", json=ran).json()
        held = client.post("deployments/filter", json={"flows": {"name": {"any_": ["housekeeping"]}}}).json()
    assert {run["parameters"]["task"] for run in runs} == {"kofu"}
    assert {one["name"]: len(one["schedules"]) for one in held} == {"quick": 1, "nightly": 1}


def test_a_run_that_failed_stands_until_one_ends_well(up: Up) -> None:
    api = Api(up.url, ":".join(up.auth))

    def ends(flow: str, task: str, state: str) -> frozenset[str]:
        held = _deployed(api, flow, task)
        run = api.ask("POST", f"deployments/{held['id']}/create_flow_run", {"state": {"type": "PENDING"}})
        for kind in ("RUNNING", state):
            api.ask("POST", f"flow_runs/{run['id']}/set_state", {"state": {"type": kind}, "force": True})
        return failing(api, ["ido", "kofu"])

    assert ends("enter", "ido", "FAILED") == {"ido"}
    assert ends("round", "ido", "CRASHED") == {"ido"}
    assert ends("enter", "ido", "COMPLETED") == {"ido"}, "an entry does not make up for a round"
    assert ends("round", "ido", "COMPLETED") == frozenset()


def test_of_two_runs_at_once_one_waits_for_the_account(up: Up) -> None:
    """Prefect holds the place: the second run has it when the first has left."""
    prefect = {"PREFECT_API_URL": f"{up.url}/api", "PREFECT_API_AUTH_STRING": ":".join(up.auth)}
    command = [sys.executable, "-m", "tests.flows.hold_place", "rehearsal", "1.5"]
    runs = [
        subprocess.Popen(
            command, cwd=PROJECT, env=up.tenki.environment(prefect), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    first, second = sorted([float(moment) for moment in run.communicate()[0].split()] for run in runs)
    assert first[1] <= second[0]
    limit = httpx.get(f"{up.url}/api/v2/concurrency_limits/target-rehearsal", auth=up.auth).json()
    assert (limit["limit"], limit["active_slots"]) == (1, 0)


@pytest.mark.proof
def test_a_killed_server_frees_the_places_of_killed_runs(tmp_path: Path) -> None:
    """What Prefect keeps in memory by default is lost with the server, and the place taken for good."""
    home, port = tmp_path / "prefect", free_port()
    held = {"name": "target-rehearsal", "limit": 1}
    taken = {"names": ["target-rehearsal"], "slots": 1, "lease_duration": 60}
    limit = "v2/concurrency_limits/target-rehearsal"
    with prefect_server(home, port) as server:
        api = Api(server.join(), server.auth)
        assert api.ask("POST", "v2/concurrency_limits/", held)["limit"] == 1
        assert api.ask("POST", "v2/concurrency_limits/increment-with-lease", taken)["lease_id"]
        server.process.kill()
    with prefect_server(home, port) as server:
        server.join()
        assert api.ask("GET", limit)["active_slots"] == 1
        ends = time.monotonic() + 150
        while api.ask("GET", limit)["active_slots"]:
            assert time.monotonic() < ends, "the place stays taken"
            time.sleep(1)


def test_what_a_killed_runner_had_in_hand_goes_on_once(up: Up) -> None:
    api = Api(up.url, ":".join(up.auth))
    held = _deployed(api, "enter", "ido")

    def killed(run: str) -> tuple[str, ...]:
        api.ask("POST", f"flow_runs/{run}/set_state", {"state": {"type": "RUNNING"}, "force": True})
        found = take_up(api, ["ido"])
        assert api.ask("GET", f"flow_runs/{run}")["state_type"] == "CRASHED"
        return found

    first = api.ask("POST", f"deployments/{held['id']}/create_flow_run", {"state": {"type": "PENDING"}})
    (again,) = killed(first["id"])
    api.ask("POST", f"flow_runs/{again}/set_state", {"state": {"type": "PENDING"}, "force": True})
    assert killed(again) == (), "it may be what kills"


def test_stopping_it_leaves_nothing_behind(tmp_path: Path) -> None:
    tenki = Tenki(tmp_path / "var")
    command = [sys.executable, "-m", "flows", "up", "--every-minutes", "0", "--port", "0"]
    with running(Program("tenki up", command, tmp_path / "up.log", tenki.environment())) as process:
        address = tenki.var / "prefect" / "address"
        for _ in range(START_TIMEOUT_S * 5):
            if address.exists():
                break
            time.sleep(0.2)
        url = address.read_text()
        stop(process, timeout_s=40)
    assert process.returncode == 128 + signal.SIGTERM
    assert not answers(f"{url}/api/health")
    assert not address.exists()


def test_prefect_holds_the_schedule_that_the_task_has(up: Up, tmp_path: Path) -> None:
    """A business-day schedule, its change, the switch and "run now", against the real server's scheduler."""
    site = tmp_path / "site"
    (site / "tasks").mkdir(parents=True)
    shipped = (PROJECT / "config" / "tasks" / "ido.yaml").read_text(encoding="utf-8")
    scheduled = f"{shipped}\nschedule: {{at: ['09:15']}}\n"
    (site / "tasks" / "ido.yaml").write_text(scheduled, encoding="utf-8")

    told = up.tenki("task", "show", "ido", "--json", TENKI_CONFIG=str(site)).json["next_rounds"]
    with httpx.Client(base_url=f"{up.url}/api/", auth=up.auth, timeout=30) as client:
        assert _wait_until(client, lambda held, runs: len(runs) == 5) == [_instant(text) for text in told]

        assert up.tenki("task", "pause", "ido", TENKI_CONFIG=str(site)).out == "ido: paused\n"
        assert _wait_until(client, lambda held, runs: held["paused"] and not runs) == []
        up.tenki("task", "resume", "ido", TENKI_CONFIG=str(site))
        assert _wait_until(client, lambda held, runs: len(runs) == 5) == [_instant(text) for text in told]

        (site / "tasks" / "ido.yaml").write_text(shipped, encoding="utf-8")
        up.tenki("task", "list", TENKI_CONFIG=str(site))
        assert _wait_until(client, lambda held, runs: not held["schedules"] and not runs) == []

    assert order(Api(up.url, ":".join(up.auth)), "kofu", once="pressed")
    assert not order(Api(up.url, ":".join(up.auth)), "nothing")
    with pytest.raises(ServerAway):
        order(Api("http://127.0.0.1:9"), "kofu")


def _wait_until(client: httpx.Client, fits: Callable[[Any, list[Any]], bool]) -> list[datetime]:
    """The moments of the scheduled rounds, once they and their deployment are as they should be."""
    ends = time.monotonic() + START_TIMEOUT_S
    while True:
        held = client.get("deployments/name/round/ido").json()
        asked = {
            "deployments": {"id": {"any_": [held["id"]]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        runs = client.post("flow_runs/filter", json=asked).json()
        if fits(held, runs):
            return [_instant(run["expected_start_time"]) for run in runs]
        assert time.monotonic() < ends, (held["paused"], held["schedules"], len(runs))
        time.sleep(0.5)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
