"""What the desk says about states and reasons: what was seen, and the one thing to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.rows import Conflict
from cases.states import State
from desk.people_words import ACTS
from forms.retention import Kept

Words = str | Promise

REASONS: dict[str, Words] = {
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

HAPPENED: dict[str, Words] = {
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

OUTCOMES: dict[str, Words] = {
    "entered": later("登録済み"),
    "already_there": later("登録済みを確認"),
    "written": later("取込ファイルに記入"),
    "refused": later("登録拒否"),
    "unavailable": later("接続できず"),
    "unknown": later("結果不明"),
    "fault": later("途中で停止"),
    "vouched": later("担当者の確認（照合なし）"),
}
"""A receipt's outcome in a word or two."""

ROBOT_STEPS: dict[str, Words] = {
    "sign_in": later("サインイン"),
    "look_up": later("照会"),
    "begin": later("入力画面を開く"),
    "type": later("入力"),
    "confirm": later("確認"),
    "submit": later("登録"),
    "settle": later("登録の確認待ち"),
    "read_back": later("読み戻し"),
    "picture": later("画面の写し"),
}
"""A robot's steps; what follows a dot is the screen on which it took them."""

ENTRY_FIELDS: dict[str, Words] = {"reception_number": later("受付番号")}
"""What a target holds beside the fields of the form."""

INTAKE = "intake"
ROBOT_PREFIX = "robot-"
TOKEN_PREFIX = "token-"  # noqa: S105  # how such names begin, no secret
"""Under these names programs write audit lines; a robot's goes on with its machine and process."""

REFUSALS: dict[str, Words] = {
    "case.move_refused": later("この案件は、今の状態では確認・訂正できません。"),
    "case.changed": later("ほかの担当者がこの案件を開いています。別の案件を確認してください。"),
    "case.not_as_shown": later(
        "表示した後に内容が変わりました。今の内容を表示したので、もう一度確かめてください。"
    ),
    "case.erased": later(
        "保存期間が終わり、この案件の内容は消去されています。業務システムで直接訂正してください。"
    ),
    "hold.refused": later("差し止められませんでした。受付番号と理由を確かめてください。"),
    "case.not_claimed": later("この案件の確保が切れました。開き直してから続けてください。"),
    "case.not_allowed": later("この操作を行う役割が割り当てられていません。"),
    "case.same_checker": later("再確認は、1人目とは別の担当者が行います。"),
    "case.questions_open": later("未確認の項目が残っています。すべて確認してから承認してください。"),
    "case.unknown_field": later("この様式にない項目です。画面を再読み込みしてください。"),
    "case.unknown_form": later("この事業の様式ではありません。様式を選び直してください。"),
    "case.not_approved": later(
        "訂正した値がまだ承認されていません。「値を訂正する」を開いて承認してから、照合してください。"
    ),
    "case.not_proven": later(
        "担当者の確認だけでは「入力済」に戻せません。業務システムとの照合を依頼してください。"
    ),
    "case.no_reason": later("業務システムで確認した内容・理由を書いてください。"),
    "case.not_asked": later("2人の値が一致している項目です。判定するのは、値が異なる項目だけです。"),
    "case.not_taken_back": later(
        "直前の案件はもう戻せません（自動入力が始まったか、ほかの担当者が開いています）。"
    ),
    "case.nothing_to_undo": later("取り消せる確定はありません。"),
    "task.target_in_use": later(
        "業務システムは、入力中・結果不明・入力後訂正の案件が片づくまで変えられません。"
    ),
    "task.name_taken": later("その名前の事業はすでにあります。別の名前にしてください。"),
    "user.own_account": later(
        "自分のアカウントの停止、役割の変更、再設定は、この画面ではできません。別の管理者が行います。"
    ),
    "case.no_picture": later("この案件には画像がありません。"),
    "measure.minutes": later(
        "時間が正しくありません。0分より長く24時間以内で、開始と終了の間に収まる必要があります。"
    ),
    "measure.sheets": later("件数は1以上にしてください。"),
    "measure.future": later("先の日付は記録できません。終わってから記録してください。"),
    "measure.day_too_long": later("同じ人のその日の合計が24時間を超えます。"),
    "measure.overlapping": later("同じ人の別の記録と時刻が重なっています。"),
    "measure.already_noted": later("同じ内容の計時がすでに取り込まれています。"),
    "measure.withdrawn": later("すでに取り消されています。"),
    "measure.half_closed": later(
        "その半期は締められています。情報政策課に「締め後訂正」を依頼してください。"
    ),
    "signing.half_runs": later("その半期はまだ終わっていません。"),
    "signing.closed_already": later("すでに締められています。"),
    "signing.no_baseline": later("導入前の計時がないため締められません。先に計時してください。"),
    "signing.half_open": later("締められていない半期です。記録そのものを追加するか取り消してください。"),
    "signing.below_zero": later("訂正すると0を下回るか、訂正として意味がありません。値を確かめてください。"),
    "signing.no_sentence": later("判定（○・△・×）か、理由・説明の文が足りません。"),
    "signing.out_of_turn": later("先に署名する段階があります。画面を開き直してください。"),
    "signing.same_signer": later("報告した人とは別の人が承認します。"),
    "signing.bad_line": later("受け入れる誤りの割合は、0より大きく1より小さい、今と異なる値にしてください。"),
    "signing.bad_move": later("所管課の変更は、前の変更より後の月の初日にしてください。"),
}
"""Why something could not be done with a case, by ``cases.errors`` code."""

WALL_REFUSALS: dict[str, Words] = {
    "case.changed": later("その間に、ほかの担当者が開いたか値を変えています。"),
    "case.not_claimed": later(
        "開いてから時間がたち、確保が切れました。次のページに表示されたら、もう一度確認してください。"
    ),
    "case.not_asked": later("すでに確認されています。"),
    "case.nothing_to_undo": later("その後に、別の担当者が続けています。"),
}
"""The same, for one of the many sheets of a bulk check."""

ROW_CONFLICTS: dict[Conflict, Words] = {
    Conflict.UNKNOWN_ROW: later("書き出したブックにない行です。行は追加できません。"),
    Conflict.IDENTIFIERS: later(
        "受付番号か隠れた列が書き換えられています。書き出したときの値に戻してください。"
    ),
    Conflict.TWICE: later("同じ項目の行が2つあります。どちらかを削除してください。"),
    Conflict.OTHER_TASK: later("別の事業の案件です。その事業の画面で読み込んでください。"),
    Conflict.CHANGED: later(
        "書き出した後に、画面で値が確認されたか変更されています。画面の値を確かめてください。"
    ),
    Conflict.STATE: later("書き出した後に、案件が「確認待ち」でなくなっています。"),
    Conflict.HELD: later("ほかの担当者が開いています。時間をおいて、もう一度読み込んでください。"),
    Conflict.MALFORMED: later("この項目の値として読めません。"),
    Conflict.NOT_TEXT: later(
        "Excelが数値・日付・数式に変えています。セルの表示形式を「文字列」にして入力し直してください。"
    ),
    Conflict.VERDICT: later("「確認」の欄は、一覧から選んでください。"),
    Conflict.CONTRADICTION: later("「確認」と「正しい値」が合っていません。どちらか一方にしてください。"),
    Conflict.UNSEEN: later("読取結果を伏せている項目です。画像を見て「正しい値」に入力してください。"),
    Conflict.REFUSED: later(
        "読み込んでいる間に変更があったか、同じ表の訂正で新しい指摘が出ました。書き出し直すか、画面で確かめてください。"
    ),
}
"""Why a row of a correction workbook is not taken in."""

ACTIONS: dict[State, Words] = {
    State.UNREADABLE: later("原本を確認し、スキャンし直すか手入力する"),
    State.RETURNED: later("届出人の回答を待つ"),
    State.REFUSED: later("拒否の理由を見て、値を直す"),
    State.OUTCOME_UNKNOWN: later("業務システムを受付番号で検索し、結果を確かめる"),
    State.ENTERED_WRONG: later("値が誤っていれば訂正して承認し、業務システムを訂正してから照合する"),
}
"""The states that wait for a person outside the usual way, and the one action that each needs."""

QUEUES = (
    State.RECEIVED,
    State.NEEDS_REVIEW,
    State.SECOND_CHECK,
    State.DISAGREED,
    State.APPROVED,
    State.ENTERING,
    State.ENTERED,
)
EXCEPTIONS = tuple(ACTIONS)

OTHER_WAYS: dict[State, tuple[Words, Words]] = {
    State.ENTERED: (
        later("登録後の誤りを見つけたとき"),
        later(
            "業務システムの登録内容に誤りを見つけたときは、何が誤っていたかを書いて「誤って登録されている」を押してください。"
            "この案件は「入力後訂正」になります。業務システムの内容は自動では変わりません。"
        ),
    ),
}
"""Title and explanation of the ways that are open but not wanted in the ordinary course."""

OTHERWISE: tuple[Words, Words] = (
    later("確認待ちに戻す・取り消すとき"),
    later(
        "承認した内容に誤りがあったときや、届出が取り下げられたときに使います。自動入力が始まると使えません。"
    ),
)

TONES: dict[State, str] = {
    State.NEEDS_REVIEW: "waits",
    State.SECOND_CHECK: "waits",
    State.DISAGREED: "waits",
    State.APPROVED: "runs",
    State.ENTERING: "runs",
    State.ENTERED: "good",
    State.UNREADABLE: "bad",
    State.REFUSED: "bad",
    State.OUTCOME_UNKNOWN: "bad",
    State.ENTERED_WRONG: "bad",
}
"""How a state's chip looks; states without an entry look neutral."""


LET_THROUGH: dict[State, Words] = {
    State.ENTERED_WRONG: later(
        "%(number)s の訂正を承認しました。業務システムを訂正してから、照合を依頼してください。"
    ),
    State.SECOND_CHECK: later("%(number)s の1人目の確認を終えました。別の担当者が再確認します。"),
    State.DISAGREED: later("%(number)s は2人の値が異なるため、判定待ちになりました。"),
}
"""What is said after an approval that did not end the checking."""


def let_through(state: State) -> str:
    """What is said when a person has approved a sheet, which then stands in that state."""
    return str(LET_THROUGH.get(state, _("%(number)s を承認しました。")))


def reason(code: str) -> str:
    """The Japanese sentence of a reason code; an unknown code is shown as it is, never hidden."""
    if not code:
        return ""
    words = REASONS.get(code) or REASONS.get(code.partition(".")[0])
    return str(words) if words is not None else _("理由コード：%(code)s") % {"code": code}


def action(state: State) -> str:
    """What a person does next with a case in that state; empty when nothing waits for a person."""
    return str(ACTIONS.get(state, ""))


KEPT: dict[Kept, Words] = {
    Kept.MY_NUMBER: later("個人番号"),
    Kept.ORIGINAL: later("元のファイル"),
    Kept.PAGE: later("画像"),
    Kept.READINGS: later("読取結果"),
    Kept.VALUES: later("届出の内容"),
}
"""Kinds of data that go when their time is over."""


def kept(kind: Kept) -> str:
    return str(KEPT[kind])


def refusal(code: str) -> str:
    """Why something could not be done, by the code of the error."""
    return str(REFUSALS.get(code, _("操作できませんでした（%(code)s）。") % {"code": code}))


def wall_refusal(code: str) -> str:
    """Why a sheet of the wall was left out."""
    return str(WALL_REFUSALS.get(code, refusal(code)))


def line_refusal(code: str) -> str:
    """Why a policy was not signed."""
    if code == "case.changed":
        return _("その間に別の版が署名されました。表示し直したので、もう一度確かめてください。")
    return refusal(code)


def task_refusal(code: str) -> str:
    """Why a change of a task was not taken."""
    if code == "case.changed":
        return _("その間にほかの人が変更しました。「変更の履歴」を確かめてから、もう一度変更してください。")
    return refusal(code)


def happened(what: str) -> str:
    """An audit code in words; an unknown one is shown as it is."""
    return str(HAPPENED.get(what) or ACTS.get(what, what))


def outcome(code: str) -> str:
    """How a robot's attempt ended."""
    return str(OUTCOMES.get(code, code))


def robot_step(step: str) -> str:
    """``type.ido_2`` → 入力; an unknown step is shown as it is."""
    return str(ROBOT_STEPS.get(step.partition(".")[0], step))


def entry_field(name: str) -> str:
    """A field of the target that no form has; an unknown one is shown as it is."""
    return str(ENTRY_FIELDS.get(name, name))


def who(name: str) -> str:
    """People keep their names; programs are named for what they are: ``robot-pc7-12`` → ロボット pc7-12."""
    if name == INTAKE:
        return _("自動受付")
    if name.startswith(ROBOT_PREFIX):
        return _("ロボット %(where)s") % {"where": name.removeprefix(ROBOT_PREFIX)}
    if name.startswith(TOKEN_PREFIX):
        return _("他システム %(name)s") % {"name": name.removeprefix(TOKEN_PREFIX)}
    return name


def other_ways(state: State) -> tuple[str, str]:
    """Title and explanation of the ways on from a state that waits for nobody."""
    title, explained = OTHER_WAYS.get(state, OTHERWISE)
    return str(title), str(explained)
