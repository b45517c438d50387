"""The audit trail in words: what happened, who did it, and the particulars."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.deliveries import Event
from cases.models import AuditLine, Entry
from cases.roles import Role
from cases.states import State
from desk.outside_words import event
from desk.people_words import ACTS, role
from desk.words import outcome
from savings import words as savings_words

HAPPENED: dict[str, str | Promise] = {
    "case.opened": later("受付"),
    "case.read": later("読み取り"),
    "case.unreadable": later("読取不可と判定"),
    "case.claimed": later("確認を開始"),
    "case.released": later("確認を中断"),
    "value.given": later("値を確定"),
    "value.illegible": later("判読不能と記録"),
    "value.undone": later("確定を取り消し"),
    "value.differs": later("再確認で値が相違"),
    "finding.confirmed": later("指摘を確認のうえ確定"),
    "case.first_checked": later("1人目の確認を完了"),
    "case.second_checked": later("2人目の確認を完了（値の相違あり）"),
    "case.approved": later("承認"),
    "case.returned": later("返戻"),
    "case.letter_shown": later("返戻通知を表示"),
    "case.marked_unreadable": later("読取不可に変更"),
    "case.marked_wrong_sheet": later("様式違いに変更"),
    "case.taken_back": later("直前の処理を取り消して確認に戻す"),
    "finding.unconfirmed": later("指摘の確認を取り消し"),
    "case.cancelled": later("取消"),
    "case.reopened": later("確認待ちに戻す"),
    "case.keyed_in": later("手入力を開始"),
    "case.read_again": later("再読み取りを指示"),
    "approval.broken": later("承認の無効化"),
    "target.stopped": later("ロボットを停止"),
    "target.opened": later("ロボットを再開"),
    "target.shut": later("ロボットを休止"),
    "entry.begun": later("自動入力を開始"),
    "entry.finished": later("自動入力を終了"),
    "entry.taken_over": later("別のロボットが結果を確認"),
    "entry.not_arrived": later("未登録であることを確認"),
    "entry.vouched": later("登録されていることを担当者が確認"),
    "task.looked_up": later("ロボットの照合を開始"),
    "entry.resolved": later("業務システムの確認結果を記録"),
    "correction.approved": later("入力後の訂正を承認"),
    "proof.asked": later("業務システムとの照合を依頼"),
    "proof.refused": later("値が変わったため照合を中止"),
    "proof.begun": later("照合を開始"),
    "proof.finished": later("照合を終了"),
    "file.imported": later("業務システムでの取込を確認"),
    "file.doubted": later("取込ファイルの結果が不明"),
    "proof.vouched": later("照合の結果を見て確認"),
    "case.erased": later("保存期間の終了により消去"),
    "case.held": later("消去を差止め"),
    "case.hold_lifted": later("消去の差止めを解除"),
    "my_number.shown": later("個人番号を表示"),
    "my_number.crop_shown": later("個人番号の画像を表示"),
    "api.case_shown": later("他システムに状態を提供"),
    "record.shown": later("他システムに承認された内容を提供"),
    "receipt.shown": later("他システムに登録の証跡を提供"),
    "my_number.given_to_robot": later("個人番号をロボットに引き渡し"),
}
"""Audit codes of a case in words."""

INTAKE = "intake"
ROBOT_PREFIX = "robot-"
TOKEN_PREFIX = "token-"  # noqa: S105  # how such names begin, no secret
"""Under these names programs write audit lines; a robot's goes on with its machine and process."""


def happened(what: str) -> str:
    """An audit code in words; an unknown one is shown as it is."""
    return str(HAPPENED.get(what) or ACTS.get(what, what))


def who(name: str) -> str:
    """People keep their names; programs are named for what they are: ``robot-pc7-12`` → ロボット pc7-12."""
    if name == INTAKE:
        return _("自動受付")
    if name.startswith(ROBOT_PREFIX):
        return _("ロボット %(where)s") % {"where": name.removeprefix(ROBOT_PREFIX)}
    if name.startswith(TOKEN_PREFIX):
        return _("他システム %(name)s") % {"name": name.removeprefix(TOKEN_PREFIX)}
    return name


PARTICULARS: dict[str, str | Promise] = {
    "after": later("後の状態"),
    "before": later("前の状態"),
    "bytes_kb": later("大きさ（KB）"),
    "cases": later("件数"),
    "complete": later("全部"),
    "delivery": later("送信"),
    "departments": later("所管課"),
    "digest": later("要約値"),
    "differing": later("相違"),
    "events": later("知らせること"),
    "field": later("項目"),
    "fields": later("項目"),
    "files": later("ファイル"),
    "finding": later("指摘"),
    "form": later("様式"),
    "half": later("半期"),
    "how": later("入力の方法"),
    "kind": later("種別"),
    "kinds": later("データ"),
    "lines": later("行"),
    "known_before": later("前からあったもの"),
    "number": later("受付番号"),
    "outcome": later("結果"),
    "page": later("ページ"),
    "pages": later("ページ数"),
    "problem": later("理由"),
    "proof": later("証明"),
    "reason": later("理由"),
    "receipt": later("証跡"),
    "receipts": later("証跡"),
    "reception_number": later("登録番号"),
    "refusal": later("受け付けなかったファイル"),
    "roles": later("役割"),
    "rows": later("行"),
    "scopes": later("許可する操作"),
    "source": later("ファイル"),
    "step": later("工程"),
    "target": later("業務システム"),
    "task": later("事業"),
    "tasks": later("事業"),
    "token": later("トークン"),
    "tried": later("入力された名前の目印"),
    "user": later("利用者"),
    "version": later("版"),
    "view": later("画像"),
    "webhook": later("通知先"),
    "whole": later("改変なし"),
    "year": later("年度"),
}
"""The names of particulars; one without a name is shown as it is written."""

STATED = frozenset({"before", "after"})
SHORT = 8
"""So much of a file's number tells it from the others; the lists in ``done`` show the same."""


def particulars(line: AuditLine) -> tuple[tuple[str, str], ...]:
    """What an audit line says besides, each with its name; states and ways in words, codes as they are."""
    said = line.detail.items()
    return tuple((str(PARTICULARS.get(name, name)), _said(name, value)) for name, value in said)


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if name == "page" and isinstance(value, int):
        return str(value + 1)
    if isinstance(value, list):
        return savings_words.listed(_said(name, one) for one in value)
    text = str(value)
    if name in STATED and text in State.values:
        return str(State(text).label)
    if name == "how" and text in Entry.How.values:
        return str(Entry.How(text).label)
    if name == "roles" and text in set(Role):
        return role(Role(text))
    if name == "events" and text in set(Event):
        return event(text)
    if name == "outcome":
        return outcome(text)
    return text.removeprefix("source-")[:SHORT] if name == "source" else text
