"""Why a case waits: what was seen, and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

REASONS: dict[str, str | Promise] = {
    "file.empty": later("ファイルの中身が空です。もう一度スキャンしてください。"),
    "file.not_an_image": later("PDFや画像として開けないファイルです。元のファイルを確認してください。"),
    "file.encrypted": later("パスワード付きのPDFです。パスワードを外したファイルを入れ直してください。"),
    "file.truncated": later("ファイルが途中で切れています。もう一度スキャンしてください。"),
    "file.too_large": later("画像が大きすぎます。A4・300dpi程度でスキャンし直してください。"),
    "file.no_pages": later("ページのないPDFです。元のファイルを確認してください。"),
    "file.no_permission": later("ファイルを読む権限がありません。情報政策課に連絡してください。"),
    "file.incomplete": later("コピー中のファイルでした。コピーが終わってから入れ直してください。"),
    "file.disk_full": later("保存先の空き容量が足りません。情報政策課に連絡してください。"),
    "inbox.gone": later("受付フォルダーを開けません。ネットワークフォルダーの接続を確かめてください。"),
    "sheet.blank": later("白紙です。裏面や間紙でないか、原本を確認してください。"),
    "sheet.foreign": later("この事業の様式ではありません。該当する窓口へ回してください。"),
    "sheet.old_version": later("古い版の様式です。手入力するか、新しい様式で届け出直してもらってください。"),
    "sheet.cut": later("用紙の端が切れています。まっすぐ置いてスキャンし直してください。"),
    "sheet.mark_missing": later(
        "四隅の位置合わせマークが読めません。汚れや折れを確認し、スキャンし直してください。"
    ),
    "sheet.poor_fit": later("用紙のゆがみが大きく、位置が合いません。平らにしてスキャンし直してください。"),
    "sheet.two_forms": later("1ページに用紙が2枚写っています。1枚ずつスキャンし直してください。"),
    "reader.fault": later("読み取り中に不具合が起きました。情報政策課に連絡してください。"),
    "rows": later("表の行を読めません。元のファイルを確かめてください。"),
    "rows.not_a_table": later("ExcelかCSVの表として開けません。元のファイルを確かめてください。"),
    "rows.old_excel": later("古い形式のExcel（.xls）です。.xlsxかCSVで保存し直してください。"),
    "rows.encoding": later("文字コードが違います。UTF-8かシフトJISで保存し直してください。"),
    "rows.no_sheet": later("決められた名前のシートがありません。"),
    "rows.merged_header": later(
        "見出しのセルが結合されています。結合を解いて、1列に1つの見出しにしてください。"
    ),
    "rows.merged_cells": later(
        "結合されたセルがある行です。結合を解いて取り込み直すか、手入力してください。"
    ),
    "rows.column_missing": later("必要な見出しの列がありません。"),
    "rows.column_twice": later("同じ見出しの列が2つあります。"),
    "rows.column_unknown": later("知らない見出しの列があります。事業の定義に加えてください。"),
    "rows.column_untitled": later("見出しのない列があります。"),
    "rows.no_key": later("申込を見分ける列が空の行です。元のファイルを確かめてください。"),
    "rows.key_again": later(
        "同じ番号の申込が、違う内容で前に取り込まれています。どちらが正しいか確かめてください。"
    ),
    "rows.too_long": later("見出しより列の多い行です。区切りの文字がずれていないか確かめてください。"),
    "rows.too_short": later("見出しより列の少ない行です。区切りの文字がずれていないか確かめてください。"),
    "file.waits": later("取込ファイルに書きました。業務システムでの取込の確認を待っています。"),
    "file.unreadable": later(
        "取込ファイルを読み直せません。保存先を確かめて、情報政策課に連絡してください。"
    ),
    "file.titles": later("取込ファイルの見出しが定義と違います。情報政策課に連絡してください。"),
    "file.workbook": later("取込ファイルのExcelにシートを作れませんでした。情報政策課に連絡してください。"),
    "file.counts_differ": later(
        "業務システムで取り込んだ件数が合いません。業務システムを受付番号で検索してください。"
    ),
    "file.fetched": later(
        "取込ファイルを渡す途中で止まり、業務システムが取り込んだか確認できません。受付番号で検索してください。"
    ),
    "file.changed": later("取込ファイルの内容が変わっています。業務システムを受付番号で検索してください。"),
    "file.differs": later(
        "取込ファイルを読み戻した値が違うため、渡さずに止めました。情報政策課に連絡してください。"
    ),
    "file.layout_changed": later(
        "取込ファイルを作る途中で定義が変わりました。業務システムを受付番号で検索してください。"
    ),
    "file.no_look_up": later(
        "取込ファイルで渡したため、照合できません。業務システムの内容を確認してください。"
    ),
    "returned": later("届出人に確認中です。"),
    "marked_unreadable": later("担当者が読取不可にしました。原本を確認してください。"),
    "marked_wrong_sheet": later(
        "担当者が様式違いにしました。該当する窓口へ回すか、正しい様式で手入力してください。"
    ),
    "cancelled": later("担当者が取り消しました。"),
    "second_check.differs": later("2人の値が異なる項目があります。両方の値と画像を見比べて判定します。"),
    "approval.broken": later("承認後に値が変わったため、確認待ちに戻しました。もう一度確認してください。"),
    "target.refused": later("業務システムが登録を受け付けませんでした。内容を確認してください。"),
    "target.unavailable": later("業務システムにつながりませんでした。次回の自動入力でやり直します。"),
    "entry.unknown": later("登録できたか確認できません。業務システムを受付番号で検索してください。"),
    "entry.fault": later("入力の途中でロボットが止まりました。業務システムを受付番号で検索してください。"),
    "entry.differs": later("登録後の照合で値が異なりました。業務システムの内容を確認してください。"),
    "entry.not_read_back": later("登録後の照合ができませんでした。業務システムの内容を確認してください。"),
    "look_up.several": later("同じ受付番号の登録が複数あります。業務システムの内容を確認してください。"),
    "look_up.unproven": later(
        "業務システムに受付番号を記録できないため、同じ登録かどうか判断できません。確認してください。"
    ),
    "read_back.differs": later(
        "登録された内容が承認した値と異なります。業務システムの内容を確認してください。"
    ),
    "read_back.missing": later(
        "登録後の照会で見つかりませんでした。業務システムを受付番号で検索してください。"
    ),
    "submit.not_arrived": later("登録されなかったことを確認しました。次回の自動入力でやり直します。"),
    "target": later("業務システムにつながりませんでした。次回の自動入力でやり直します。"),
    "sign_in.refused": later(
        "業務システムがロボットのサインインを受け付けません。情報政策課に連絡してください。"
    ),
    "screen.changed": later(
        "業務システムの画面が定義と異なるため、登録せずに止めました。情報政策課に連絡してください。"
    ),
    "confirm.differs": later(
        "確認画面の値が承認した値と異なるため、登録せずに止めました。情報政策課に連絡してください。"
    ),
    "definition": later(
        "対象システムの定義に不足があり、登録せずに止めました。情報政策課に連絡してください。"
    ),
    "record": later("承認した値をそのままでは入力できません。値を確認してください。"),
    "step": later("画面に入力できない項目があり、登録せずに止めました。情報政策課に連絡してください。"),
    "robot": later("ロボットが途中で終了しました。業務システムを受付番号で検索してください。"),
    "browser": later("ロボットのブラウザが動きません。情報政策課に連絡してください。"),
    "window": later(
        "業務システムの別ウィンドウを扱えず、登録せずに止めました。情報政策課に連絡してください。"
    ),
    "download": later("業務システムからファイルを受け取れず、止めました。情報政策課に連絡してください。"),
    "hook": later("対象システム用の追加処理に失敗し、登録せずに止めました。情報政策課に連絡してください。"),
    "sign_in.nobody": later("業務システムへのサインインを待ちましたが、誰もサインインしませんでした。"),
    "record.unfit": later("業務システムの欄に入らない値があります。内容を確認してください。"),
    "dialog": later(
        "業務システムが知らないメッセージを出したため、止めました。情報政策課に連絡してください。"
    ),
    "gate.person": later("担当者が止めました。"),
    "resolved": later("担当者が業務システムを確認しました。"),
    "correction.approved": later(
        "訂正した値は承認済みです。業務システムを訂正してから、照合を依頼してください。"
    ),
    "proof.asked": later("ロボットによる照合を待っています。"),
    "proof.values_changed": later(
        "照合を依頼した後に値が変わりました。値を承認してから、もう一度照合を依頼してください。"
    ),
    "proof.not_there": later(
        "業務システムに、この受付番号の登録がありません。登録を直してから、もう一度照合してください。"
    ),
}
"""Reason codes in words. A code without a sentence of its own has the one of the part before its dot."""


def reason(code: str) -> str:
    """The Japanese sentence of a reason code; an unknown code is shown as it is, never hidden."""
    if not code:
        return ""
    words = REASONS.get(code) or REASONS.get(code.partition(".")[0])
    return str(words) if words is not None else _("理由コード：%(code)s") % {"code": code}
