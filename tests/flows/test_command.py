"""The front door: help, exit status, clear words for a user's mistakes."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.models import CommandInfo
from typer.testing import CliRunner

from flows.command import app
from tests.flows.conftest import PROJECT, Tenki

VERBS = (
    "demo",
    "form list",
    "form show",
    "form print",
    "form fields",
    "form lint",
    "target list",
    "target show",
    "target check",
    "target dry-run",
    "target record",
    "target imported",
    "task list",
    "task show",
    "task check",
    "task run",
    "task pause",
    "task resume",
    "task export",
    "read",
    "intake",
    "desk",
    "enter",
    "run",
    "report",
    "up",
    "units",
    "user add",
    "user list",
    "user password",
    "doctor",
    "audit verify",
    "retention due",
    "retention run",
    "retention proof",
    "backup",
    "restore",
    "housekeeping",
    "workbook export",
    "workbook import",
    "retention due",
    "retention run",
    "retention proof",
    "inbox list",
    "inbox retry",
    "token make",
    "token list",
    "token revoke",
    "worker join",
    "worker run",
    "worker call",
    "worker list",
    "worker forget",
    "webhook make",
    "webhook list",
    "webhook try",
    "webhook end",
)


def _name(command: CommandInfo) -> str:
    assert command.callback is not None
    return command.name or command.callback.__name__


def test_the_list_of_verbs_is_complete() -> None:
    groups = {group.name: group.typer_instance for group in app.registered_groups if group.typer_instance}
    verbs = {_name(command) for command in app.registered_commands}
    for name, group in groups.items():
        verbs |= {f"{name} {_name(command)}" for command in group.registered_commands}
    assert verbs == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    result = CliRunner().invoke(app, [*verb.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


@pytest.mark.parametrize("verb", VERBS)
def test_the_reference_names_every_verb(verb: str) -> None:
    assert f"`tenki {verb}" in (PROJECT / "docs" / "command.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("form", "show", "nothing"), "no form called 'nothing'"),
        (("form", "print", "ido_todoke", "-o", "/nowhere/blank.pdf"), "/nowhere/blank.pdf: No such file"),
        (("form", "show"), "Missing argument"),
        (("fly",), "No such command"),
        (("read",), "Missing argument"),
        (("intake", "nothing", "README.md"), "no task 'nothing'"),
        (("enter", "nothing"), "no task 'nothing'"),
        (("user", "add", "aoki", "--role", "king"), "no role king"),
        (("user", "password", "nobody"), "no user nobody"),
        (("report", "--fy", "20266"), "--fy"),
        (("desk", "--demo"), "run `tenki demo` first"),
        (("worker", "run", "--tasks", "kofu"), "TENKI_DATABASE_URL names no PostgreSQL"),
        (("worker", "join", "http://tenki.city.example"), "no token"),
        (("desk", "--certificate", "a.pem"), "certificate and key go together"),
    ],
)
def test_a_users_mistake_is_told_in_one_sentence(tenki: Tenki, words: tuple[str, ...], said: str) -> None:
    result = tenki(*words)
    assert result.status == 2
    assert said in result.err
    assert "Traceback" not in result.err


def test_a_site_folder_that_is_not_there_is_named(tenki: Tenki) -> None:
    result = tenki("form", "list", TENKI_CONFIG="/nowhere")
    assert (result.status, "TENKI_CONFIG names /nowhere" in result.err) == (2, True)


def test_fields_are_listed_with_their_boxes(tenki: Tenki) -> None:
    listed = tenki("form", "fields", "ido_todoke", "--json").json
    assert (listed["form"], listed["version"]) == ("ido_todoke", 1)
    boxes = {field["id"]: field["box_mm"] for field in listed["fields"]}
    assert set(boxes["new_address"]) == {"x", "y", "width", "height"}
    assert len([name for name in boxes if name.startswith("persons.")]) % 5 == 0


def test_the_blank_is_a_pdf(tenki: Tenki, tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    assert tenki("form", "print", "juminhyo_kofu", "-o", path).status == 0
    assert path.read_bytes().startswith(b"%PDF-")


def test_the_report_writes_the_workbook_and_the_public_result(tenki: Tenki, tmp_path: Path) -> None:
    told = tenki(
        "report", "--fy", "2026", "-o", tmp_path / "r.xlsx", "--public", tmp_path / "p", "--json"
    ).json
    assert (tmp_path / "r.xlsx").read_bytes().startswith(b"PK")
    assert (tmp_path / "p" / "tenki-result-2026.pdf").read_bytes().startswith(b"%PDF-")
    assert "<style>" in (tmp_path / "p" / "tenki-result-2026.html").read_text(encoding="utf-8")
    assert set(told["results"]) == {"tasks", "average", "hours", "citizens", "forecast"}


def test_an_account_is_made_from_a_password_on_standard_input(tenki: Tenki) -> None:
    command = [sys.executable, "-m", "flows", "user", "add", "aoki", "--role", "operator"]
    status = [
        subprocess.run(command, input=password, cwd=PROJECT, env=tenki.environment(), text=True).returncode
        for password in ("password\n", "kirei-na-umi-2026\n")
    ]
    assert status == [2, 0]
    assert "aoki" in tenki("user", "list").out
    again = [*command[:4], "password", "aoki"]
    changed = subprocess.run(
        again, input="shiroi-suna-2026\n", cwd=PROJECT, env=tenki.environment(), text=True
    )
    assert changed.returncode == 0


@pytest.mark.parametrize("verb", ["desk", "up"])
def test_a_taken_port_is_told_in_one_sentence(tenki: Tenki, verb: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = tenki(verb, "--port", str(port))
    assert (result.status, result.out) == (2, "")
    assert f"cannot listen on 127.0.0.1:{port}" in result.err


def test_ctrl_c_is_answered(tenki: Tenki) -> None:
    command = [sys.executable, "-m", "flows", "user", "add", "aoki", "--role", "operator"]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env=tenki.environment(),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        # The database is there once the verb has begun; it then waits for the password.
        deadline = time.monotonic() + 60
        while not (tenki.var / "tenki.sqlite3").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=60)
    assert (waiting.returncode, said.strip()) == (130, "tenki: stopped.")


def test_the_doctor_finds_this_machine_fit(tenki: Tenki) -> None:
    result = tenki("doctor", "--json")
    assert [probe["what"] for probe in result.json if not probe["fit"]] == []
    assert result.status == 0


def test_the_doctor_names_what_is_missing_and_how_to_mend_it(tenki: Tenki) -> None:
    result = tenki("doctor", "--json", TENKI_BROWSER="/nowhere/chromium")
    wrong = {probe["what"]: probe["remedy"] for probe in result.json if not probe["fit"]}
    assert set(wrong) == {"Browser"}
    assert "apt-get install chromium" in wrong["Browser"]
    assert result.status == 2
