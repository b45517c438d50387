"""What the desk calls the rights of other systems."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

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
    Scope.WORKER: (
        later("別の機械のワーカー"),
        later("鍵を1回だけ受け取り、暗号化されたファイルを読み書きする。すべての事業に及ぶ"),
    ),
}
"""Each scope's name and what it opens."""


def scopes() -> tuple[tuple[str, str, str], ...]:
    return tuple((scope.value, str(name), str(opens)) for scope, (name, opens) in SCOPES.items())


def scope(code: str) -> str:
    """``files:write`` → ファイルを渡す."""
    return str(SCOPES[Scope(code)][0])
