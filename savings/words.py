"""The Japanese words of the board, the workbook and the summary."""

from __future__ import annotations

from datetime import date

from forms.dates import era_parts
from savings.forecast import Method
from savings.indicators import Average, Gap, Step, TaskMinutes
from savings.periods import FiscalYear, Half
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
WHATS = {step.value: name for step, name in STEPS.items()} | {"received": "受付件数", "entered": "入力済件数"}
"""What a correction may be about."""

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


def era_month(month: date) -> str:
    """``2026-02-01`` → ``令和8年2月``."""
    return era_day(month).removesuffix("1日")


def period(year: FiscalYear, half: int) -> str:
    """``令和8年度上半期``; the whole year for half 0."""
    return Half(year, half).label if half else year.label


def percent(rate: float | None) -> str:
    """``0.7921`` → ``79.2 %``, with a true minus sign below zero; — when there is no figure."""
    return NO_FIGURE if rate is None else f"{rate * 100:,.1f} %".replace("-", "−")


def hours(minutes: float | None) -> str:
    """Minutes as hours: ``754.0`` → ``12.6 時間``; two decimals below ten hours; — without a figure."""
    if minutes is None:
        return NO_FIGURE
    value = minutes / 60
    return f"{value:,.{1 if abs(value) >= 10 else 2}f} 時間".replace("-", "−")


def figure(unit: str, value: float | None) -> str:
    """A target or a result in its unit (``%``: a share, ``時間``: hours, ``業務``: a count)."""
    if value is None:
        return NO_FIGURE
    if unit == "%":
        return percent(value)
    return hours(value * 60) if unit == "時間" else f"{value:,.0f} {unit}"


def labelled(text: str, *, sample: bool) -> str:
    """The text, marked when it rests on sample values."""
    return f"{text}（{SAMPLE_MARK}）" if sample else text


def how_many(task: TaskMinutes) -> str:
    """The task's hours in a sentence, or why there are none."""
    if task.gap:
        return f"削減率は出せません：{GAPS[task.gap]}。"
    sample = labelled("", sample=task.rests_on_samples)
    interval = task.rate_interval
    spread = f"、95％区間 {percent(interval.low)}〜{percent(interval.high)}" if interval else ""
    return (
        f"導入前 {hours(task.before_minutes)} → 導入後 {hours(task.after_minutes)}、"
        f"削減 {hours(task.saved_minutes)}（削減率 {percent(task.rate)}{spread}）{sample}。"
        f"入力済 {task.entered:,}件。ロボットの稼働 {hours(task.robot_minutes)}は含めません。"
    )


def compared_with(task: TaskMinutes) -> str:
    """The old way that the new one is compared with."""
    baseline = task.baseline
    if baseline is None:
        return "導入前の計時がないため、比べる相手がありません。"
    first, last = era_day(baseline.first_day), era_day(baseline.last_day)
    days = first if first == last else f"{first}〜{last}"
    interval = baseline.interval_minutes
    spread = (
        f"、95％区間 {interval.low:.2f}〜{interval.high:.2f}分" if interval else "、1回の計時のため区間なし"
    )
    sample = labelled("", sample=baseline.is_sample)
    return (
        f"導入前の方法を{days}に{baseline.n:,}件（{baseline.runs:,}回）計った"
        f"1件平均 {baseline.mean_minutes:.2f}分{spread}{sample} × 入力済件数。"
    )


def measured_how(task: TaskMinutes) -> str:
    """How both sides were measured: the method before, and the share of each source after."""
    before = f"導入前：{'／'.join(task.baseline.methods)}。" if task.baseline else ""
    after = task.after_minutes
    if not after:
        return f"{before}導入後：記録がありません。"
    found = {row.source: 0.0 for row in task.steps}
    for row in task.steps:
        if row.step is not Step.ROBOT:
            found[row.source] += row.minutes
    shares = "、".join(
        f"{SOURCES[source]} {percent(minutes / after)}" for source, minutes in found.items() if minutes
    )
    return f"{before}導入後：職員の全工程を月ごとに集計（時間の内訳：{shares}）。"


def by_whom(task: TaskMinutes, *, names: bool = True) -> str:
    """Who timed the old way, or how many; the new way is timed by the desk's clock and by those who log."""
    timed = task.baseline.persons if task.baseline else ()
    persons = "、".join(timed) if names else f"{len(timed)}人"
    persons = persons if timed else "計時なし"
    return f"導入前：{persons}。導入後：画面の工程は画面の時計、画面の外の工程は作業した職員の記録。"


def answers(task: TaskMinutes, *, names: bool = True) -> tuple[tuple[str, str], ...]:
    """How many hours, compared with what, measured how, by whom: in one sentence each."""
    return (
        ("何時間か", how_many(task)),
        ("何と比べたか", compared_with(task)),
        ("どう計ったか", measured_how(task)),
        ("誰が計ったか", by_whom(task, names=names)),
    )
