"""The API as other systems meet it: rights, masks, audit lines, problems; the document tells the truth."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator
from pytest_django import Settings

from cases import files, review, tokens
from cases.files import FileKind
from cases.models import Approval, AuditLine, Case, Entry, Receipt, SourceFile
from cases.states import State
from cases.token_table import ApiToken
from cases.tokens import Scope, TooManyCalls
from desk.api import problems
from desk.api.document import document
from desk.api.routes import OPERATIONS
from tests.desk.sheets import make_case

MY_NUMBER = "983205673214"
NAME = "髙橋　健一"
OUTSIDERS = tuple(scope for scope in Scope if scope is not Scope.WORKER)
Api = Callable[..., HttpResponse]


def asking(scopes: tuple[Scope, ...], tasks: tuple[str, ...] = ("ido",), **more: Any) -> Api:
    """A caller with a token of these rights."""
    _, secret = tokens.make("test", f"t{uuid.uuid4().hex[:8]}", scopes, tasks, **more)

    def call(address: str, method: str = "get", **how: Any) -> HttpResponse:
        headers = {"Authorization": f"Bearer {secret}", **how.pop("headers", {})}
        answer: HttpResponse = getattr(Client(), method)(f"/api/v1/{address}", headers=headers, **how)
        return answer

    return call


def sent(api: Api, content: bytes = b"%PDF-1.7 x", task: str = "ido", **headers: str) -> HttpResponse:
    return api(
        f"tasks/{task}/files",
        "post",
        data=content,
        content_type="application/octet-stream",
        headers=headers,
    )


def code(answer: HttpResponse) -> str:
    assert answer.headers["Content-Type"] == problems.CONTENT_TYPE
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    assert re.search("[ぁ-ん]", body["title"]) and re.search("[ぁ-ん]", body["detail"])
    return str(body["code"])


@pytest.fixture
def case(tasks: None, tmp_path: Path) -> Case:
    return make_case(tmp_path, "ido_todoke", {"new_head": NAME, "persons.1.my_number": MY_NUMBER})


@pytest.fixture
def approved(case: Case) -> Case:
    with transaction.atomic():
        review.let_through(case, Approval.ApproverKind.PERSON, "operator")
    return case


def test_the_document_is_openapi_and_tells_every_call() -> None:
    told = document()
    OpenAPI.model_validate(told)
    calls = {(path, method) for path, item in told["paths"].items() for method in item}
    assert len(calls) == len(OPERATIONS)
    names = [item["operationId"] for paths in told["paths"].values() for item in paths.values()]
    assert len(names) == len(set(names))
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(told)))
    assert references <= set(told["components"]["schemas"])


def test_the_document_is_open_to_everybody(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.json() == document()


def test_a_wrong_document_would_be_noticed() -> None:
    told = document()
    del told["info"]["title"]
    with pytest.raises(ValueError, match="title"):
        OpenAPI.model_validate(told)


def schema_of(path: str, method: str, status: int) -> Mapping[str, Any]:
    content = document()["paths"][path][method]["responses"][str(status)]["content"]
    [(_, described)] = content.items()
    found: Mapping[str, Any] = described["schema"]
    return found


def fits(answer: HttpResponse, path: str, method: str = "get") -> bool:
    """Whether an answer is what the document says of it."""
    schema = {**schema_of(path, method, answer.status_code), "components": document()["components"]}
    validator = Draft202012Validator(schema)
    return bool(validator.is_valid(json.loads(answer.content)))


def test_answers_are_as_the_document_says(approved: Case) -> None:
    api = asking(OUTSIDERS)
    file = sent(api)
    assert (file.status_code, fits(file, "/api/v1/tasks/{task}/files", "post")) == (201, True)
    asked = {
        "me": "me",
        "tasks": "tasks",
        "cases": "cases",
        "cases/{case_id}": f"cases/{approved.pk}",
        "cases/{case_id}/record": f"cases/{approved.pk}/record",
        "cases/{case_id}/receipts": f"cases/{approved.pk}/receipts",
        "files/{file_id}": f"files/{approved.source_id}",
    }
    assert {fits(api(address), f"/api/v1/{path}") for path, address in asked.items()} == {True}
    assert fits(api(f"cases/{uuid.uuid4()}"), "/api/v1/cases/{case_id}")
    assert not fits(api("me"), "/api/v1/cases"), "another answer would not fit"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "token.missing"),
        ("Basic eDp5", "token.missing"),
        ("Bearer", "token.missing"),
        ("Bearer tenki_nobodys", "token.unknown"),
    ],
)
def test_without_a_token_nothing_is_told(db: None, header: str, expected: str) -> None:
    answer = Client().get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, code(answer)) == (401, expected)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_persons_session_is_no_token(people: Mapping[str, User], db: None) -> None:
    client = Client()
    client.force_login(people["ict"])
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_ends_when_it_is_revoked_or_expires(tasks: None) -> None:
    api = asking((Scope.CASES_READ,))
    assert api("me").status_code == 200
    token = ApiToken.objects.get()
    assert tokens.revoke("test", token)
    assert code(api("me")) == "token.unknown"
    assert not tokens.revoke("test", token), "a second time changes nothing"
    ApiToken.objects.update(revoked_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    assert code(api("me")) == "token.unknown"


def test_a_token_is_kept_as_a_digest_only(tasks: None) -> None:
    _, secret = tokens.make("test", "one", [Scope.CASES_READ], ["ido"])
    row = str(ApiToken.objects.values().get())
    assert secret not in row
    assert secret.removeprefix(tokens.BEGINNING) not in row
    assert len(secret) > 40


def test_each_scope_opens_its_own_calls_only(approved: Case) -> None:
    asked = {
        f"cases/{approved.pk}": Scope.CASES_READ,
        f"cases/{approved.pk}/record": Scope.RECORDS_READ,
        f"cases/{approved.pk}/receipts": Scope.RECEIPTS_READ,
        f"files/{approved.source_id}": Scope.CASES_READ,
        "cases": Scope.CASES_READ,
        "tasks": Scope.CASES_READ,
    }
    for scope in OUTSIDERS:
        api = asking((scope,))
        opened = {address for address in asked if api(address).status_code == 200}
        assert opened == {address for address, wanted in asked.items() if wanted is scope}
        assert (sent(api).status_code in {200, 201}) is (scope is Scope.FILES_WRITE)


def test_another_tasks_cases_are_not_there(approved: Case) -> None:
    api = asking(OUTSIDERS, ("kofu",))
    for address in ("", "/record", "/receipts"):
        assert code(api(f"cases/{approved.pk}{address}")) == "call.not_found"
    assert code(api(f"files/{approved.source_id}")) == "call.not_found"
    assert code(sent(api, task="ido")) == "call.not_found"
    assert json.loads(api("cases?task=ido").content)["cases"] == []
    assert [one["name"] for one in json.loads(api("tasks").content)["tasks"]] == ["kofu"]


def test_a_record_masks_my_number_unless_the_scope_says_otherwise(approved: Case) -> None:
    masked = asking((Scope.RECORDS_READ,))(f"cases/{approved.pk}/record").content.decode()
    assert MY_NUMBER not in masked
    record = json.loads(masked)
    assert record["values"]["persons.1.my_number"] == "********3214"
    assert (record["my_number_masked"], record["values"]["new_head"]) == (True, NAME)
    assert AuditLine.objects.latest("pk").what == "record.shown"
    assert not AuditLine.objects.filter(what="my_number.shown").exists()
    clear = json.loads(
        asking((Scope.RECORDS_READ, Scope.MY_NUMBER_READ))(f"cases/{approved.pk}/record").content
    )
    assert clear["values"]["persons.1.my_number"] == MY_NUMBER
    line = AuditLine.objects.get(what="my_number.shown")
    assert (line.case_id, line.detail) == (approved.pk, {"fields": ["persons.1.my_number"]})
    assert line.who.startswith("token-")
    assert NAME not in str(list(AuditLine.objects.values()))


@pytest.mark.parametrize("state", sorted(set(State) - {State.APPROVED, State.ENTERING, State.ENTERED}))
def test_nothing_but_what_is_approved_is_given(approved: Case, state: State) -> None:
    Case.objects.update(state=state)
    assert code(asking((Scope.RECORDS_READ,))(f"cases/{approved.pk}/record")) == "record.not_ready"


def test_values_that_are_no_longer_the_approved_ones_are_not_given(
    approved: Case, people: Mapping[str, User]
) -> None:
    api = asking((Scope.RECORDS_READ,))
    assert api(f"cases/{approved.pk}/record").status_code == 200
    how, by = Entry.How.CORRECTED, people["operator"]
    Entry.objects.create(case=approved, field_id="new_head", value="x", how=how, by=by, at=timezone.now())
    assert code(api(f"cases/{approved.pk}/record")) == "record.not_ready"


def test_a_receipt_tells_which_fields_agree_and_no_value(approved: Case) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    checks = [{"field": "new_head", "expected": NAME, "seen": NAME, "same": True}]
    Receipt.objects.create(
        case=approved,
        target="rehearsal",
        outcome="entered",
        receipt_number="R-1",
        read_back=checks,
        message=f"{NAME} を登録",
        started_at=now,
        finished_at=now,
    )
    told = asking((Scope.RECEIPTS_READ,))(f"cases/{approved.pk}/receipts").content.decode()
    assert NAME not in told
    (receipt,) = json.loads(told)["receipts"]
    assert (receipt["receipt_number"], receipt["fields"]) == ("R-1", [{"field": "new_head", "same": True}])
    assert AuditLine.objects.latest("pk").what == "receipt.shown"


def test_a_file_is_kept_encrypted_under_its_own_name_in_the_database_only(tasks: None) -> None:
    answer = sent(
        asking((Scope.FILES_WRITE,)),
        b"%PDF-1.7 hello",
        **{"Content-Disposition": "attachment; filename*=UTF-8''%E5%B1%B1%E7%94%B0.pdf"},
    )
    told = json.loads(answer.content)
    source = SourceFile.objects.get()
    assert answer.headers["Location"] == f"/api/v1/files/{source.pk}"
    assert (source.original_name, source.size_bytes, told["cases"]) == ("山田.pdf", 14, [])
    assert source.received_by.startswith("token-")
    assert files.read_bytes(FileKind.ORIGINAL, source.pk) == b"%PDF-1.7 hello"
    assert "山田" not in answer.content.decode()


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("", "api"),
        ("attachment; filename=../../etc/passwd", "passwd"),
        (r'x; filename="C:\scan.pdf"', "scan.pdf"),
    ],
)
def test_a_name_is_never_a_path(tasks: None, header: str, kept: str) -> None:
    sent(asking((Scope.FILES_WRITE,)), **{"Content-Disposition": header})
    assert SourceFile.objects.get().original_name == kept


def test_the_same_file_and_the_same_key_are_recognised(tasks: None) -> None:
    api = asking((Scope.FILES_WRITE,), ("ido", "kofu"))
    first = sent(api, **{"Idempotency-Key": "one"})
    again = sent(api, **{"Idempotency-Key": "one"})
    without = sent(api)
    assert [answer.status_code for answer in (first, again, without)] == [201, 200, 200]
    assert [json.loads(answer.content)["known_before"] for answer in (first, again, without)] == [
        False,
        True,
        True,
    ]
    assert code(sent(api, b"other", **{"Idempotency-Key": "one"})) == "file.other_content"
    assert code(sent(api, task="kofu", **{"Idempotency-Key": "one"})) == "file.other_content"
    assert SourceFile.objects.count() == 1
    other = asking((Scope.FILES_WRITE,))
    assert sent(other, b"other", **{"Idempotency-Key": "one"}).status_code == 201, "keys are each token's own"


def test_what_cannot_be_kept_is_refused_and_leaves_nothing(tasks: None, settings: Settings) -> None:
    api = asking((Scope.FILES_WRITE,))
    for length, expected in (("0", "file.empty"), ("", "file.no_length")):
        how = {"data": b"half", "content_type": "x/y", "CONTENT_LENGTH": length}
        assert code(api("tasks/ido/files", "post", **how)) == expected
    settings.SITE = type(django_settings.SITE)(largest_file_mb=0)
    assert code(sent(api)) == "file.too_large"
    assert not SourceFile.objects.exists()


@pytest.mark.parametrize(
    ("address", "method", "expected"),
    [
        ("nowhere", "get", "call.not_found"),
        ("cases/not-an-id", "get", "call.not_found"),
        ("cases", "post", "call.method"),
        ("cases?state=NOWHERE", "get", "call.parameter"),
        ("cases?limit=0", "get", "call.parameter"),
        ("cases?limit=9999", "get", "call.parameter"),
        ("cases?limit=x", "get", "call.parameter"),
        ("cases?after=x", "get", "call.parameter"),
        ("cases?changed_since=yesterday", "get", "call.parameter"),
        ("cases?changed_since=2026-01-01T00:00:00", "get", "call.parameter"),
        ("cases?changed_since=2026-13-01T00:00:00Z", "get", "call.parameter"),
        ("cases?task=%00", "get", "call.parameter"),
    ],
)
def test_nonsense_is_told_in_japanese(tasks: None, address: str, method: str, expected: str) -> None:
    assert code(asking(OUTSIDERS)(address, method)) == expected


def test_whoever_follows_next_is_told_every_case_once(case: Case, tmp_path: Path) -> None:
    others = [make_case(tmp_path, "ido_todoke", {}) for _ in range(4)]
    Case.objects.filter(pk__in=[one.pk for one in others[:3]]).update(updated_at=case.updated_at)
    api, seen, after = asking((Scope.CASES_READ,)), list[str](), ""
    while True:
        page = json.loads(api(f"cases?limit=2{after}").content)
        seen += [one["id"] for one in page["cases"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == sorted(map(str, Case.objects.values_list("pk", flat=True)))
    listed = json.loads(api("cases?state=NEEDS_REVIEW&limit=1").content)["cases"][0]
    assert (listed["state_label"], listed["needs_person"]) == ("確認待ち", True)
    assert NAME not in json.dumps(listed, ensure_ascii=False)


def test_calls_beyond_the_limit_wait(tasks: None) -> None:
    api = asking((Scope.CASES_READ,), per_minute=3)
    codes = [api("me").status_code for _ in range(5)]
    if codes != [200] * 3 + [429] * 2:  # the minute turned over in between
        codes = [api("me").status_code for _ in range(5)]
    assert 429 in codes
    refused = api("me")
    assert code(refused) == "token.limit"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


@pytest.mark.django_db(transaction=True)
def test_several_processes_count_together(tasks: None) -> None:
    token, _ = tokens.make("test", "one", [Scope.CASES_READ], ["ido"], per_minute=10)

    def calls(_: int) -> int:
        answered = 0
        try:
            for _ in range(5):
                try:
                    tokens.count_call(token)
                    answered += 1
                except TooManyCalls:
                    pass
        finally:
            connection.close()
        return answered

    with ThreadPoolExecutor(4) as pool:
        answered = sum(pool.map(calls, range(4)))
    assert answered in {10, 20}, "20 only when the minute turned over in between"


def test_every_problem_is_told_in_the_document() -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d{3}) \| (`.*?) \|", text, re.MULTILINE)
    told = {(int(status), code) for status, codes in rows for code in re.findall(r"`([a-z_.]+)`", codes)}
    assert told == {(said.status, code) for code, said in problems.SAID.items()}
    scopes = re.findall(r"^\| `([a-z_]+(?::[a-z]+)?)` \|", text.partition("## Calls")[0], re.MULTILINE)
    assert set(scopes) == set(Scope)
