"""Pages for what went wrong, in plain Japanese, each with the way on."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Trouble:
    """What is said about one kind of failure: what was seen, and what to do."""

    status: int
    title: object
    advice: object


NO_RIGHT = Trouble(
    403,
    _("この画面を開く権限がありません"),
    _("担当の役割が割り当てられていません。必要な場合は、情報政策課に役割の追加を依頼してください。"),
)
NOT_FOUND = Trouble(
    404,
    _("お探しの画面は見つかりません"),
    _("URLに誤りがあるか、画面のアドレスが変わった可能性があります。一覧から選び直してください。"),
)
FAULT = Trouble(
    500,
    _("システム内部で問題が発生しました"),
    _("保存済みの内容は失われていません。時刻を控えて情報政策課に連絡し、トップ画面からやり直してください。"),
)
STALE_FORM = Trouble(
    403,
    _("画面の有効期限が切れました"),
    _(
        "サインインし直したか、長時間開いたままになっていた可能性があります。画面を再読み込みしてから、もう一度操作してください。"
    ),
)


def no_right(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, NO_RIGHT)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, NOT_FOUND)


def fault(request: HttpRequest) -> HttpResponse:
    return _page(request, FAULT)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, STALE_FORM)


def _page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    return render(request, "desk/error.html", {"trouble": trouble}, status=trouble.status)
