"""What the desk calls roles and the acts around accounts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from cases.roles import Role

Words = str | Promise

ROLES: dict[Role, tuple[Words, Words]] = {
    Role.OPERATOR: (later("確認担当"), later("届出の内容を確認・訂正し、承認する")),
    Role.SECOND_CHECKER: (later("再確認担当"), later("別の人が確認した内容をもう一度確認する")),
    Role.DEPARTMENT: (later("所管課"), later("担当事業の案件と数値を見る、自動入力を始める")),
    Role.ICT: (later("情報政策課"), later("利用者・事業・自動入力を管理する（届出の内容は見えない）")),
    Role.AUDITOR: (later("監査"), later("だれが・いつ・何をしたかを見る（届出の内容は見えない）")),
}
"""Each role's name and what it may do."""

ACTS: dict[str, Words] = {
    "signin.done": later("サインイン"),
    "signin.confirmed": later("パスワードを再確認"),
    "signin.out": later("サインアウト"),
    "signin.failed": later("サインイン失敗"),
    "signin.locked": later("サインイン停止中の試み"),
    "user.created": later("利用者を追加"),
    "user.renamed": later("利用者の氏名を変更"),
    "user.roles_given": later("役割を変更"),
    "user.assigned": later("担当事業を変更"),
    "user.locked": later("利用を停止"),
    "user.opened": later("利用を再開"),
    "user.password_reset": later("パスワードを再設定"),
    "user.signs_in_outside": later("市の認証でのサインインに変更"),
    "user.password_set": later("パスワードをサーバーで設定"),
    "user.password_changed": later("パスワードを変更"),
    "user.second_factor_set": later("2要素認証を設定"),
    "user.second_factor_removed": later("2要素認証を解除"),
    "user.recovery_code_used": later("回復コードを使用"),
    "access.refused": later("権限のない操作を拒否"),
    "access.not_found": later("存在しない対象への操作を拒否"),
    "access.not_understood": later("正しくない内容を拒否"),
    "access.foreign_form": later("別の画面・サイトからの送信を拒否"),
    "access.too_large": later("大きすぎる送信を拒否"),
    "search.by_name": later("氏名で検索"),
    "audit.verified": later("監査記録を検証"),
    "notice.acknowledged": later("お知らせへの対応を開始"),
    "task.seeded": later("事業を登録"),
    "task.created": later("事業を作成"),
    "task.changed": later("事業を変更"),
    "task.run": later("自動入力を指示"),
    "task.paused": later("事業の自動入力を停止"),
    "task.resumed": later("事業の自動入力を再開"),
    "file.received": later("ファイルを受付"),
    "file.same_again": later("同じファイルを再び受付"),
    "file.refused": later("受け付けられないファイルを退避"),
    "file.asked_back": later("ファイルの再受付を指示"),
    "file.read": later("ファイルの読み取りを終了"),
    "token.made": later("トークンを作成"),
    "token.revoked": later("トークンを取り消し"),
    "webhook.made": later("他システムへの通知を作成"),
    "webhook.ended": later("他システムへの通知を終了"),
    "webhook.tried": later("他システムへ試しに通知"),
    "webhook.asked_again": later("他システムへの通知の再送を指示"),
    "worker.keys_given": later("ワーカーに鍵を引き渡し"),
    "api.cases_listed": later("他システムに案件の一覧を提供"),
    "api.file_shown": later("他システムにファイルの状態を提供"),
    "store.backed_up": later("バックアップを作成"),
    "store.restored": later("バックアップから復元"),
    "retention.erased": later("保存期間の終わったデータを消去"),
    "retention.verified": later("消去の証明を検証"),
    "timing.noted": later("計時を記録"),
    "timing.withdrawn": later("計時を取り消し"),
}
"""Audit codes of what is not about one case."""

KINDS: dict[str, Words] = {
    "signin.": later("サインイン"),
    "user.": later("利用者の管理"),
    "access.": later("拒否した操作"),
    "search.": later("氏名による検索"),
    "my_number.": later("個人番号の表示"),
    "case.": later("案件の状態"),
    "value.": later("値の確定"),
    "entry.": later("自動入力"),
    "task.": later("事業"),
    "notice.": later("お知らせ"),
    "timing.": later("計時"),
    "token.": later("他システム連携"),
    "webhook.": later("他システムへの通知"),
    "audit.": later("監査記録の検証"),
    "retention.": later("保存期間と消去"),
    "store.": later("バックアップと復元"),
}
"""Beginnings of audit codes that are looked for together."""


def role(name: Role) -> str:
    """``operator`` → 確認担当."""
    return str(ROLES[name][0])


def roles() -> tuple[tuple[str, str, str], ...]:
    """Every role: its code, its name, what it may do."""
    return tuple((code.value, str(name), str(may)) for code, (name, may) in ROLES.items())


def kinds_of_lines() -> tuple[tuple[str, str], ...]:
    """The kinds of audit lines: how their codes begin, and their name."""
    return tuple((code, str(name)) for code, name in KINDS.items())
