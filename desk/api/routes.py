"""Every call of the API in one table: addresses, rights and the OpenAPI document are made of it."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLResolver, path
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt

from cases.tokens import Scope
from desk.api import filing, problems, reading, shapes, storing
from desk.api.calls import Operation, Parameter, answered

AFTER = Parameter("after", "Where the page before ended: its `next`.")
SINCE = Parameter("changed_since", "Moved at or after this moment (ISO 8601 with time zone).")
STATES = Parameter("state", "States, divided by commas.")
TASK = Parameter("task", "Name of a task.")
LIMIT = Parameter(
    "limit",
    "How many at most.",
    schema={"type": "integer", "minimum": 1, "maximum": reading.LONGEST_PAGE, "default": reading.PAGE_LENGTH},
)
NAME = Parameter(
    "Content-Disposition", "The file's own name: `attachment; filename*=UTF-8''…`.", where="header"
)
KEY = Parameter("Idempotency-Key", "The same key and bytes again bring the same answer.", where="header")

STORED = "store/<slug:kind>/<slug:file_id>"

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "me", reading.me, None, "このトークンでできること", shapes.Me),
    Operation("GET", "tasks", reading.tasks, Scope.CASES_READ, "事業の一覧", shapes.Tasks),
    Operation(
        "POST",
        "tasks/<slug:task>/files",
        filing.hand_in,
        Scope.FILES_WRITE,
        "ファイルを渡す（本文はファイルのバイト列）",
        shapes.File,
        status=201,
        parameters=(NAME, KEY),
        sends="application/octet-stream",
        problems=(
            "call.not_found",
            "file.empty",
            "file.no_length",
            "file.incomplete",
            "file.too_large",
            "file.disk_full",
            "file.other_content",
        ),
    ),
    Operation(
        "GET",
        "files/<uuid:file_id>",
        filing.file,
        Scope.CASES_READ,
        "渡したファイルと、その各ページの案件",
        shapes.File,
        problems=("call.not_found",),
    ),
    Operation(
        "GET",
        "cases",
        reading.cases,
        Scope.CASES_READ,
        "案件の一覧（最後に動いた順）",
        shapes.Cases,
        parameters=(TASK, STATES, SINCE, AFTER, LIMIT),
        problems=("call.parameter",),
    ),
    Operation(
        "GET",
        "cases/<uuid:case_id>",
        reading.case,
        Scope.CASES_READ,
        "案件の状態",
        shapes.Case,
        problems=("call.not_found",),
    ),
    Operation(
        "GET",
        "cases/<uuid:case_id>/record",
        reading.record,
        Scope.RECORDS_READ,
        "承認された内容（個人番号は my_number:read がなければ伏せる）",
        shapes.Record,
        problems=("call.not_found", "record.not_ready"),
    ),
    Operation(
        "GET",
        "cases/<uuid:case_id>/receipts",
        reading.receipts,
        Scope.RECEIPTS_READ,
        "業務システムへの登録の証跡",
        shapes.Receipts,
        problems=("call.not_found",),
    ),
    Operation(
        "POST",
        "worker/keys",
        storing.keys,
        Scope.WORKER,
        "鍵を1回だけ受け取る（転記のワーカー用）",
        shapes.Keys,
        problems=("token.keys_given",),
    ),
    Operation(
        "GET",
        STORED,
        storing.fetch,
        Scope.WORKER,
        "暗号化されたファイルを読む（転記のワーカー用）",
        brings="application/octet-stream",
        problems=("call.not_found", "file.missing"),
    ),
    Operation(
        "PUT",
        STORED,
        storing.store,
        Scope.WORKER,
        "暗号化されたファイルを書く（転記のワーカー用）",
        status=204,
        sends="application/octet-stream",
        problems=("call.not_found", "file.empty", "file.no_length", "file.incomplete", "file.disk_full"),
    ),
    Operation(
        "DELETE",
        STORED,
        storing.discard,
        Scope.WORKER,
        "二重に渡された原本を捨てる（転記のワーカー用）",
        status=204,
        problems=("call.not_found", "file.in_use"),
    ),
)


@csrf_exempt
def api(request: HttpRequest, address: str) -> HttpResponseBase:
    """Every address below ``/api/v1/``. A browser's session counts for nothing here: a token is needed."""
    try:
        found = _resolver().resolve(address)
    except Resolver404:
        return problems.answer("call.not_found")
    return answered(request, by_path()[found.route], found.kwargs)


@cache
def by_path() -> dict[str, dict[str, Operation]]:
    """The operations of each address by their method."""
    found: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in OPERATIONS:
        found[operation.path][operation.method] = operation
    return dict(found)


@cache
def _resolver() -> URLResolver:
    return URLResolver(RegexPattern(r""), [path(address, api) for address in by_path()])
