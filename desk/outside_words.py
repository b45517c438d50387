"""What the desk calls the rights of other systems."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.deliveries import ORDINARY, Event
from cases.tokens import Scope

Words = str | Promise

SCOPES: dict[Scope, tuple[Words, Words]] = {
    Scope.FILES_WRITE: (later("ファイルを渡す"), later("スキャンしたファイルを事業に渡す")),
    Scope.CASES_READ: (later("案件の状態を見る"), later("状態・受付番号・理由（届出の内容は含まない）")),
    Scope.RECORDS_READ: (later("承認された内容を取得する"), later("個人番号は伏せる")),
    Scope.MY_NUMBER_READ: (
        later("個人番号を伏せずに取得する"),
        later("上と組み合わせて使う。取得するたびに記録される"),
    ),
    Scope.RECEIPTS_READ: (
        later("登録の証跡を取得する"),
        later("登録番号・日時・項目ごとの一致。値は含まない"),
    ),
    Scope.METRICS: (later("監視"), later("プログラムの状態と件数。案件の内容は含まない。すべての事業に及ぶ")),
    Scope.WORKER: (
        later("別の機械のワーカー"),
        later("鍵を1回だけ受け取り、暗号化されたファイルを読み書きする。すべての事業に及ぶ"),
    ),
}
"""Each scope's name and what it opens."""


EVENTS: dict[Event, tuple[Words, Words]] = {
    Event.APPROVED: (later("承認"), later("承認され、内容を取得できるようになったとき")),
    Event.ENTERED: (later("登録の完了"), later("業務システムに登録され、照合されたとき")),
    Event.NEEDS_PERSON: (later("人の対応待ち"), later("確認・返戻・登録拒否など、だれかの対応が要るとき")),
    Event.CANCELLED: (later("案件の取消"), later("登録しないと決まったとき")),
    Event.TEST: (later("試し"), later("画面の指示で送る、内容のない通知")),
}
"""Each thing that can be told: its name, and when it is told."""


def events() -> tuple[tuple[str, str, str], ...]:
    return tuple((event.value, str(EVENTS[event][0]), str(EVENTS[event][1])) for event in ORDINARY)


def event(code: str) -> str:
    """``case.approved`` → 承認."""
    return str(EVENTS[Event(code)][0])


TROUBLES: dict[str, Words] = {
    "seal.broken": later("鍵が合わず署名できません"),
    "TimeoutError": later("応答がありません"),
    "ConnectionRefusedError": later("接続を拒否されました"),
    "gaierror": later("アドレスが見つかりません"),
    "SSLCertVerificationError": later("証明書を確かめられません"),
}


def trouble(code: str) -> str:
    """What the last try of a delivery met, in words."""
    if code.startswith("http."):
        return _("相手の応答：%(code)s") % {"code": code.removeprefix("http.")}
    return str(TROUBLES.get(code, _("接続できません（%(code)s）") % {"code": code}))


def scopes() -> tuple[tuple[str, str, str], ...]:
    return tuple((scope.value, str(name), str(opens)) for scope, (name, opens) in SCOPES.items())


def scope(code: str) -> str:
    """``files:write`` → ファイルを渡す."""
    return str(SCOPES[Scope(code)][0])
