"""What each role does here, in a few steps: the tour of the first visit and the help page say the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from cases.roles import Role


@dataclass(frozen=True)
class Step:
    """One thing to know, with the name of the page where it is done."""

    title: str | Promise
    text: str | Promise
    page: str = ""


STEPS: dict[Role, tuple[Step, ...]] = {
    Role.OPERATOR: (
        Step(
            later("確認を始める"),
            later("「状況」で事業の「確認を始める」を押すと、最も長く待っている届出が開きます。"),
            "board",
        ),
        Step(
            later("キーだけで進む"),
            later(
                "画像と値を見比べ、正しければEnter、違えば入力してEnter。次の要確認項目へ自動で移ります。F1でキー一覧が出ます。"
            ),
        ),
        Step(
            later("取り消しはいつでも"),
            later("Alt+Zで直前の確定を取り消せます。承認はF9です。入力した値はそのつど保存されます。"),
        ),
        Step(
            later("読めない・足りないとき"),
            later("判読できない届出は「返戻」か「読取不可」へ。理由を書くと、次の届出へ進みます。"),
        ),
    ),
    Role.SECOND_CHECKER: (
        Step(
            later("再確認"),
            later("別の人が確認した届出だけが回ってきます。自分が確認した届出は開けません。"),
            "board",
        ),
        Step(later("値が違うとき"), later("2人の値が違うと第三者に回り、どちらの値かを伏せて決めます。")),
    ),
    Role.DEPARTMENT: (
        Step(
            later("担当事業を見る"),
            later("「事業」に、予定、待ち件数、判断が必要な案件と、それぞれ次にすることが並びます。"),
            "tasks",
        ),
        Step(
            later("自動入力を止める・始める"),
            later("事業の画面で、自動入力の停止・再開と「今すぐ実行」ができます。"),
            "tasks",
        ),
        Step(
            later("導入前の時間を計る"),
            later("「削減効果」の「計時」で、紙から入力する作業を計ります。効果は実測で示します。"),
            "savings",
        ),
        Step(
            later("残る誤りを見る"),
            later("確認せずに受け入れた項目の誤りを標本で測り、方針の変更に署名できます。"),
            "residual",
        ),
    ),
    Role.ICT: (
        Step(
            later("利用者を管理する"),
            later("「利用者」で追加・停止、役割と担当事業の割り当て、パスワードの再設定をします。"),
            "people",
        ),
        Step(
            later("ロボットを見守る"),
            later("「事業」で前回の実行と登録できなかった件数を確かめます。届出の内容は見えません。"),
            "tasks",
        ),
        Step(
            later("記録を確かめる"),
            later("「監査記録」で、だれが何をしたかを見て、改変がないことを検証します。"),
            "audit",
        ),
    ),
    Role.AUDITOR: (
        Step(
            later("記録をたどる"),
            later("「監査記録」を担当・種類・期間・受付番号で絞り込みます。値は記録されていません。"),
            "audit",
        ),
        Step(
            later("改変がないことを確かめる"),
            later("「全体の改変がないか検証する」を押すと、最初の行から連鎖を確かめます。"),
            "audit",
        ),
    ),
}
"""Steps by role, in the order in which they come up."""
