"""Why something that a person asked for was not done."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.rows import Conflict

REFUSALS: dict[str, str | Promise] = {
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

WALL_REFUSALS: dict[str, str | Promise] = {
    "case.changed": later("その間に、ほかの担当者が開いたか値を変えています。"),
    "case.not_claimed": later(
        "開いてから時間がたち、確保が切れました。次のページに表示されたら、もう一度確認してください。"
    ),
    "case.not_asked": later("すでに確認されています。"),
    "case.nothing_to_undo": later("その後に、別の担当者が続けています。"),
}
"""The same, for one of the many sheets of a bulk check."""

ROW_CONFLICTS: dict[Conflict, str | Promise] = {
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
