"""The commands of docs/api.md and the client beside it, run against a desk that really listens."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from cases import review, tokens
from cases.models import Approval, Case, SourceFile
from cases.tokens import Scope
from tests.desk.sheets import make_case

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
SCOPES = tuple(scope for scope in Scope if scope not in {Scope.WORKER, Scope.MY_NUMBER_READ})

pytestmark = pytest.mark.django_db(transaction=True)

USING_THE_CLIENT = """
import json, sys
from tenki_client import Refused, Tenki
url, token, case_id = sys.argv[1:]
tenki = Tenki(url, token)
first, again = (tenki.hand_in("kofu", "転入届.png", key="k") for _ in range(2))
try:
    tenki.case("00000000-0000-0000-0000-000000000000")
except Refused as refused:
    code = refused.code
print(json.dumps({
    "known": [first["known_before"], again["known_before"]],
    "file": tenki.file(first["id"])["sha256"] == first["sha256"],
    "numbers": [case["number"] for case in tenki.cases(task="kofu", limit="1")],
    "values": tenki.record(case_id)["values"],
    "receipts": tenki.receipts(case_id),
    "code": code,
}))
"""


@pytest.fixture
def approved(tasks: None, tmp_path: Path) -> Case:
    case = make_case(tmp_path, "juminhyo_kofu", {"applicant_name": "山田　花子"})
    with transaction.atomic():
        review.let_through(case, Approval.ApproverKind.PERSON, "operator")
    return case


@pytest.fixture
def token(approved: Case) -> str:
    return tokens.make("test", "live", SCOPES, ["kofu"])[1]


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    return [block for block in blocks if "curl" in block]


def run(command: list[str], folder: Path, **more: str) -> Any:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **more}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_curl_lines_of_the_page_work(desk_url: str, token: str, approved: Case, tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(b"\x89PNG anything")
    where = {"DESK": desk_url.rstrip("/"), "TOKEN": token, "CASE": str(approved.pk)}
    where["FILE"] = str(approved.source_id)
    told = [line for block in commands() for line in block.replace("\\\n", "").splitlines() if line.strip()]
    answers: list[Mapping[str, Any]] = [
        json.loads(run(["bash", "-euc", line], tmp_path, **where)) for line in told
    ]
    handed_in, file, cases, case, record, receipts = answers
    assert SourceFile.objects.get(pk=handed_in["id"]).original_name == "scan.png"
    assert file["cases"][0]["case"] == case["id"] == record["case"] == receipts["case"] == str(approved.pk)
    assert [one["number"] for one in cases["cases"]] == [approved.number]
    assert record["values"]["applicant_name"] == "山田　花子"


def test_a_caller_that_breaks_off_has_handed_nothing_in(desk_url: str, token: str) -> None:
    before, (host, port) = SourceFile.objects.count(), desk_url.strip("/").rpartition("/")[2].split(":")
    head = f"POST /api/v1/tasks/kofu/files HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as caller:
        caller.sendall(f"{head}Content-Length: 900\r\n\r\nhalf".encode())
        caller.shutdown(socket.SHUT_WR)
        answer = caller.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 400 "), answer
    assert SourceFile.objects.count() == before


def test_the_client_does_the_same(desk_url: str, token: str, approved: Case, tmp_path: Path) -> None:
    (tmp_path / "転入届.png").write_bytes(b"\x89PNG something else")
    said = json.loads(
        run(
            [sys.executable, "-c", USING_THE_CLIENT, desk_url, token, str(approved.pk)],
            tmp_path,
            PYTHONPATH=str(DOCS / "examples"),
        )
    )
    assert said["known"] == [False, True]
    assert said["file"] is True
    assert said["numbers"] == [approved.number]
    assert said["values"]["applicant_name"] == "山田　花子"
    assert (said["receipts"], said["code"]) == ([], "call.not_found")
