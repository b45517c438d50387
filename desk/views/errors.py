"""Pages for what went wrong, each with the way on; what was refused leaves an audit line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import audit
from cases.models import AuditLine

STRANGER = "unknown"
STRANGERS_LINE_EVERY = timedelta(minutes=1)
"""Nobody outside may fill the audit trail: of refused strangers one line a minute is kept."""


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


NOT_UNDERSTOOD = Trouble(
    400,
    _("この操作は受け付けられません"),
    _("送られた内容が正しくないか、不完全です。前の画面に戻って、入力し直してください。"),
)
TOO_LARGE = Trouble(
    413,
    _("送られた内容が大きすぎます"),
    _(
        "計時の表は4MB、訂正のブックは30MBまでです。ファイルを分けるか、不要な内容を取り除いてから、もう一度操作してください。"
    ),
)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refused(request, NOT_UNDERSTOOD, "access.not_understood")


def no_right(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refused(request, NO_RIGHT, "access.refused")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page of ours asked for something that is not there: a stale link, or a forged id."""
    if request.resolver_match is not None:
        return _refused(request, NOT_FOUND, "access.not_found")
    return _page(request, NOT_FOUND)


def too_large(request: HttpRequest) -> HttpResponse:
    return _refused(request, TOO_LARGE, "access.too_large")


def fault(request: HttpRequest) -> HttpResponse:
    return _page(request, FAULT)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _refused(request, STALE_FORM, "access.foreign_form")


def _refused(request: HttpRequest, trouble: Trouble, what: str) -> HttpResponse:
    user = getattr(request, "user", None)
    who = user.get_username() if user is not None and user.is_authenticated else STRANGER
    since = timezone.now() - STRANGERS_LINE_EVERY
    if who != STRANGER or not AuditLine.objects.filter(who=who, what=what, at__gte=since).exists():
        match = request.resolver_match
        audit.write(who, what, view=(match.url_name if match else "") or "", method=request.method or "")
    return _page(request, trouble)


def _page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    return render(request, "desk/error.html", {"trouble": trouble}, status=trouble.status)
