"""What a notice says: what was seen, and the one thing to do. Used by the desk, by mail and by webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.notices import Cause

Words = str | Promise


@dataclass(frozen=True)
class Sentence:
    """A cause as people read it. Fillings are ``subject`` and the notice's details."""

    title: Words
    seen: Words
    remedy: Words


SENTENCES: dict[Cause, Sentence] = {
    Cause.GATE_STOPPED: Sentence(
        later("ロボットの停止"),
        later("業務システム「%(subject)s」への自動入力が止まっています。"),
        later("「ロボット」画面で理由を確かめ、直してから再開してください。"),
    ),
    Cause.GATE_SHUT: Sentence(
        later("業務システムの不通"),
        later("業務システム「%(subject)s」につながらないため、自動入力を休んでいます。"),
        later("業務システムが動いているか確かめてください。つながれば自動で再開します。"),
    ),
    Cause.PART_FAILING: Sentence(
        later("プログラムの停止"),
        later("Tenkiの「%(subject)s」が繰り返し終了しています。"),
        later("「動作状況」画面とログを確かめてください。間隔をあけて起動を続けます。"),
    ),
    Cause.INBOX_GONE: Sentence(
        later("受付フォルダーの不通"),
        later("「%(subject)s」の受付フォルダーを開けません。"),
        later("ネットワークフォルダーの接続を確かめてください。つながれば自動で受付を再開します。"),
    ),
    Cause.INBOX_UNFINISHED: Sentence(
        later("受付フォルダーの書きかけのファイル"),
        later("「%(subject)s」の受付フォルダーに、書き込みが終わらないファイルが%(files)s件あります。"),
        later("スキャナーやコピーの状態を確かめてください。不要なファイルは削除してください。"),
    ),
    Cause.INBOX_REFUSED: Sentence(
        later("受け付けられないファイル"),
        later("「%(subject)s」の受付フォルダーで、%(files)s件を受け付けられませんでした。"),
        later("「受付フォルダー」画面で理由を確かめ、直してから再受付してください。"),
    ),
    Cause.INBOX_STUCK: Sentence(
        later("動かせないファイル"),
        later("「%(subject)s」の受付フォルダーに、受付も移動もできないファイルが%(files)s件あります。"),
        later("フォルダーの書き込み権限と空き容量を確かめてください。"),
    ),
    Cause.DISK_FULL: Sentence(
        later("空き容量の不足（受付停止）"),
        later("保存先に空きがなく、ファイルを受け付けられません。ファイルは受付フォルダーに残っています。"),
        later("空き容量を増やしてください。増えれば自動で受付を再開します。"),
    ),
    Cause.DISK_LOW: Sentence(
        later("空き容量の減少"),
        later("保存先の空き容量が%(free_mb)s MBになりました。"),
        later("いっぱいになる前に空き容量を増やしてください。"),
    ),
    Cause.CLOCK_JUMPED: Sentence(
        later("時計のずれ"),
        later("サーバーの時計が%(seconds)s秒動きました。"),
        later("時刻合わせ（NTP）を確かめてください。予定の実行や期限に影響します。"),
    ),
    Cause.SCHEDULE_MISSED: Sentence(
        later("予定の実行もれ"),
        later("「%(subject)s」の予定が%(minutes)s分過ぎても始まっていません。"),
        later("「動作状況」画面を確かめ、急ぐ場合は「事業」画面から実行してください。"),
    ),
    Cause.ROUND_FAILED: Sentence(
        later("実行の失敗"),
        later("「%(subject)s」の実行が途中で失敗しました。処理の済んだ案件はそのまま残っています。"),
        later("次の実行で続きを処理します。繰り返すときは、「動作状況」画面とログを確かめてください。"),
    ),
    Cause.CASES_WAITING: Sentence(
        later("確認待ちの滞留"),
        later("「%(subject)s」の%(cases)s件が、%(hours)s時間以上、確認を待っています。"),
        later("「案件一覧」画面で確かめ、担当を決めて確認してください。"),
    ),
    Cause.SERVER_GONE: Sentence(
        later("予定管理の不通"),
        later("予定を管理するPrefectサーバーが応答しません。"),
        later("「動作状況」画面とログを確かめてください。"),
    ),
    Cause.BACKUP_OLD: Sentence(
        later("バックアップの途切れ"),
        later("決められた日数を過ぎても、バックアップが作られていません。"),
        later("「tenki backup」を毎晩実行する設定と、保存先の空き容量を確かめてください。"),
    ),
    Cause.PREFECT_BIG: Sentence(
        later("予定管理のデータベースの肥大"),
        later("予定管理（Prefect）のデータベースが%(megabytes)s MBになりました。"),
        later("Prefectサーバーのログを確かめてください。古い実行の削除が止まっています。"),
    ),
    Cause.FILES_ORPHANED: Sentence(
        later("案件のない元のファイル"),
        later("どの案件のものでもない元のファイル%(files)s件を、別に置きました（90日で消去）。"),
        later("古いデータベースに戻した場合は、新しいバックアップから戻し直してください。"),
    ),
    Cause.HOUSEKEEPING_FAILED: Sentence(
        later("自動整理の失敗"),
        later("自動整理の一部「%(subject)s」ができませんでした。"),
        later("「tenki housekeeping」を実行し、表示とログを確かめてください。"),
    ),
    Cause.WORKER_GONE: Sentence(
        later("ワーカーの停止"),
        later("別の機械のワーカー「%(subject)s」が応答しません。処理は残りの機械で続きます。"),
        later("その機械を確かめて起動し直してください。使わない機械は「tenki worker forget」で外せます。"),
    ),
    Cause.WEBHOOK_UNSENT: Sentence(
        later("他システムへの通知の不通"),
        later("他システム「%(subject)s」が案件の通知を受け取りません。"),
        later("「連携」画面の送信履歴で理由を確かめてください。約2日のあいだ送信を繰り返します。"),
    ),
    Cause.UNSENT: Sentence(
        later("通知の送信失敗"),
        later("通知を送れませんでした（%(subject)s）。"),
        later("メールサーバーや送り先の設定を確かめてください。送れるまで繰り返します。"),
    ),
}


OVER, OVER_HEAD = later("解消しました。"), later("解消：")
DATABASE = later("データベースの不通")
DATABASE_GONE = later(
    "データベースに書き込めません。データベースのサーバーと空き容量を確かめてください。直れば自動で再開します。"
)


def title(cause: str) -> str:
    """The head of a notice; a cause of another version keeps its code."""
    return str(SENTENCES[Cause(cause)].title) if cause in set(Cause) else cause


def seen(cause: str, subject: str, detail: Mapping[str, object], name: str = "") -> str:
    """What was seen. ``name``: what people call the subject, such as the task's title."""
    if cause not in set(Cause):
        return _("「%(subject)s」") % {"subject": name or subject}
    left = ("files", "cases", "hours", "minutes", "seconds", "free_mb", "megabytes")
    filled = {**dict.fromkeys(left, ""), **detail}
    return str(SENTENCES[Cause(cause)].seen) % {**filled, "subject": name or part(subject)}


def remedy(cause: str) -> str:
    """What to do about it."""
    return str(SENTENCES[Cause(cause)].remedy) if cause in set(Cause) else ""


PARTS: dict[str, Words] = {
    "server": later("予定管理（Prefect）"),
    "runner": later("実行"),
    "watcher": later("受付と見張り"),
    "desk": later("転記デスク"),
    "mail": later("メール"),
    "webhook": later("Webhook"),
    "runs": later("実行の整理"),
    "statistics": later("データベースの統計"),
    "retention": later("保存期間の終わったデータの消去"),
    "leftovers": later("残りファイルの整理"),
    "prefect_database": later("予定管理のデータベースの整理"),
    "backups": later("バックアップの確認"),
}
"""What people call the parts of ``tenki up`` and the ways of sending."""


def part(name: str) -> str:
    return str(PARTS.get(name, name))
