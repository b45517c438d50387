"""The Japanese words of the board, the workbook and the summary."""

from __future__ import annotations

from datetime import date

from forms.dates import era_parts
from savings.forecast import Method
from savings.indicators import Average, Gap, Step
from savings.sampling import Source
from savings.stoploss import Mend, Verdict

SAMPLE_MARK = "見本値"
NO_FIGURE = "—"

STEPS = {
    Step.PREPARE: "準備",
    Step.SCAN: "スキャン",
    Step.FIRST_CORRECTION: "確認・訂正",
    Step.SECOND_CHECK: "再確認",
    Step.COMPARE: "突合",
    Step.EXCEPTIONS: "例外対応",
    Step.RERUN: "再実行",
    Step.FINAL_CHECK: "最終確認",
    Step.UPKEEP: "ロボット保守",
    Step.ROBOT: "ロボット稼働",
}
SOURCES = {
    Source.MEASURED: "実測",
    Source.LOGGED: "記録",
    Source.SAMPLE: SAMPLE_MARK,
    Source.CORRECTION: "締め後訂正",
}
AVERAGES = {
    Average.MEAN_OF_RATES: "削減率の単純平均",
    Average.POOLED: "総時間による削減率",
}
AVERAGE_DEFINITIONS = {
    Average.MEAN_OF_RATES: "業務ごとの削減率を足して業務数で割ったもの。どの業務も同じ重みになります。",
    Average.POOLED: "削減時間の合計を導入前の時間の合計で割ったもの。時間の長い業務ほど重くなります。",
}
GAPS = {
    Gap.NO_BASELINE: "導入前の計時がありません",
    Gap.NOTHING_ENTERED: "期間内に入力済みの件がありません",
    Gap.NO_MINUTES: "導入後の職員の作業時間が記録されていません",
}
FORECASTS = {
    Method.RESULT: "実績（年度終了）",
    Method.SEASONAL: "前年度の月別件数による季節比",
    Method.BUSINESS_DAYS: "開庁日数による日割り",
    Method.TOO_EARLY: "算出前（開庁日20日未満、または削減率なし）",
}
FORECAST_DEFINITIONS = {
    Method.SEASONAL: "これまでの削減時間 × 前年度の年間件数 ÷ 前年度の同じ日までの件数。",
    Method.BUSINESS_DAYS: "これまでの削減時間 ÷ 経過した開庁日数 × 年度末までの開庁日数。",
}
VERDICTS = {
    Verdict.WAIT: "試行中（初回標本がそろうまで判定しません）",
    Verdict.NO_BASELINE: "本稼働できません：導入前の計時がありません",
    Verdict.STOP: "本稼働を見合わせてください：1枚当たりの時間が導入前を上回っています",
    Verdict.GO: "本稼働できます：1枚当たりの時間が導入前を下回っています",
}
MENDS = {
    Mend.DIGIT_BOXES: "数字の欄を1文字ずつの桁枠にする（問われた項目の多くが数字の欄です）",
    Mend.FORM: "様式を見直す（欄を広げる、記入例を印字する、罫線から離す、選択式にする）",
    Mend.POLICY: "確認の方針を見直す（再確認や目視の対象を、誤りの影響が大きい項目に絞る）",
    Mend.HANDLING: "準備とスキャンの手順を見直す（向きをそろえて受け付ける、ホチキスを使わない）",
    Mend.TARGET: "登録先の画面定義とロボットの見守り方を見直す（再実行と保守の原因を調べる）",
}


def era_day(day: date) -> str:
    """``2026-02-03`` → ``令和8年2月3日``."""
    return str(era_parts(day.isoformat()))


def percent(rate: float | None) -> str:
    """``0.7921`` → ``79.2 %``, with a true minus sign below zero; — when there is no figure."""
    return NO_FIGURE if rate is None else f"{rate * 100:,.1f} %".replace("-", "−")


def hours(minutes: float | None) -> str:
    """Minutes as hours: ``754.0`` → ``12.6 時間``; two decimals below ten hours; — without a figure."""
    if minutes is None:
        return NO_FIGURE
    value = minutes / 60
    return f"{value:,.{1 if abs(value) >= 10 else 2}f} 時間".replace("-", "−")


def labelled(text: str, *, sample: bool) -> str:
    """The text, marked when it rests on sample values."""
    return f"{text}（{SAMPLE_MARK}）" if sample else text
