"""What went wrong with a call, as problem details (RFC 9457): Japanese words, and a stable ``code``."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Said:
    """Status, what is the matter, and what the caller's programmer can do about it."""

    status: int
    title: str
    detail: str


SAID: dict[str, Said] = {
    "token.missing": Said(
        401, "トークンがありません。", "Authorization: Bearer … を付けて呼び出してください。"
    ),
    "token.unknown": Said(
        401,
        "このトークンは使えません。",
        "誤っているか、期限が切れたか、取り消されています。情報政策課に新しいトークンを依頼してください。",
    ),
    "token.scope": Said(
        403,
        "このトークンでは許可されていない操作です。",
        "必要な権限（スコープ）を付けたトークンを情報政策課に依頼してください。",
    ),
    "token.limit": Said(
        429,
        "呼び出しの回数が上限を超えました。",
        "Retry-After の秒数だけ待ってから、もう一度呼び出してください。",
    ),
    "token.keys_given": Said(
        409,
        "このトークンでの鍵の受け渡しは済んでいます。",
        "新しいワーカーには、新しいトークンを作ってください。",
    ),
    "call.not_found": Said(
        404,
        "見つかりません。",
        "アドレスかIDが誤っているか、このトークンの事業ではありません。",
    ),
    "call.method": Said(405, "この呼び出し方はできません。", "Allow にある方法で呼び出してください。"),
    "call.parameter": Said(
        400,
        "指定の値が正しくありません。",
        "APIの説明（openapi.json）にある形で指定してください。",
    ),
    "call.fault": Said(
        500,
        "システム内部で問題が発生しました。",
        "時刻を控えて情報政策課に連絡してください。同じ呼び出しを後でやり直してもかまいません。",
    ),
    "file.empty": Said(400, "ファイルの中身が空です。", "ファイルのバイト列を本文として送ってください。"),
    "file.no_length": Said(411, "長さがわかりません。", "Content-Length を付けて送ってください。"),
    "file.incomplete": Said(
        400,
        "ファイルが途中で切れました。",
        "何も保存していません。同じファイルをもう一度送ってください。",
    ),
    "file.too_large": Said(413, "ファイルが大きすぎます。", "ファイルを分けてから送ってください。"),
    "file.disk_full": Said(
        507,
        "保存先の空き容量が足りません。",
        "何も保存していません。情報政策課に連絡してください。",
    ),
    "file.other_content": Said(
        422,
        "同じ Idempotency-Key で別のファイルが送られました。",
        "ファイルごとに別のキーを付けてください。",
    ),
    "file.missing": Said(404, "そのファイルはありません。", "保存期間が過ぎて削除された可能性があります。"),
    "file.in_use": Said(409, "使われているファイルです。", "削除できるのは、二重に渡された原本だけです。"),
    "record.not_ready": Said(
        409,
        "承認された内容がありません。",
        "案件の state が APPROVED・ENTERING・ENTERED のときに取得できます。",
    ),
}


@dataclass
class Problem(Exception):
    """A call that is not answered; the code's words stand in ``SAID``."""

    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(code: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    said = SAID.get(code) or SAID["call.fault"]
    body = {
        "type": f"urn:tenki:problem:{code}",
        "title": said.title,
        "status": said.status,
        "detail": said.detail,
        "code": code,
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=said.status, content_type=CONTENT_TYPE
    )
    for name, value in {**_usual(code), **(headers or {})}.items():
        response.headers[name] = value
    return response


def _usual(code: str) -> dict[str, str]:
    """Headers that belong to a status."""
    if code == "token.limit":
        return {"Retry-After": str(60 - int(time.time()) % 60)}
    if SAID.get(code) and SAID[code].status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {}
