"""The words of the board, the workbook and the summary: Japanese, and English where the desk is shown in it.

What is only marked here (``later``) is Japanese until the desk translates it; what a function says comes in
the language that is active. The workbook and the public result are made in Japanese.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from forms.dates import era_parts
from savings.forecast import Method
from savings.indicators import Average, Gap, Step, TaskMinutes
from savings.periods import FiscalYear, Half, is_english
from savings.sampling import Source
from savings.stoploss import Mend, Verdict

SAMPLE_MARK = later("見本値")
NO_FIGURE = "—"

STEPS = {
    Step.PREPARE: later("準備"),
    Step.SCAN: later("スキャン"),
    Step.FIRST_CORRECTION: later("確認・訂正"),
    Step.SECOND_CHECK: later("再確認"),
    Step.COMPARE: later("突合"),
    Step.EXCEPTIONS: later("例外対応"),
    Step.RERUN: later("再実行"),
    Step.FINAL_CHECK: later("最終確認"),
    Step.UPKEEP: later("ロボット保守"),
    Step.ROBOT: later("ロボット稼働"),
}
WHATS = {step.value: name for step, name in STEPS.items()} | {
    "received": later("受付件数"),
    "entered": later("入力済件数"),
}
"""What a correction may be about."""

SOURCES = {
    Source.MEASURED: later("実測"),
    Source.LOGGED: later("記録"),
    Source.SAMPLE: SAMPLE_MARK,
    Source.CORRECTION: later("締め後訂正"),
}
AVERAGES = {
    Average.MEAN_OF_RATES: later("削減率の単純平均"),
    Average.POOLED: later("総時間による削減率"),
}
AVERAGE_DEFINITIONS = {
    Average.MEAN_OF_RATES: later(
        "業務ごとの削減率を足して業務数で割ったもの。どの業務も同じ重みになります。"
    ),
    Average.POOLED: later("削減時間の合計を導入前の時間の合計で割ったもの。時間の長い業務ほど重くなります。"),
}
GAPS = {
    Gap.NO_BASELINE: later("導入前の計時がありません"),
    Gap.NOTHING_ENTERED: later("期間内に入力済みの件がありません"),
    Gap.NO_MINUTES: later("導入後の職員の作業時間が記録されていません"),
}
FORECASTS = {
    Method.RESULT: later("実績（年度終了）"),
    Method.SEASONAL: later("前年度の月別件数による季節比"),
    Method.BUSINESS_DAYS: later("開庁日数による日割り"),
    Method.TOO_EARLY: later("算出前（開庁日20日未満、または削減率なし）"),
}
FORECAST_DEFINITIONS = {
    Method.SEASONAL: later("これまでの削減時間 × 前年度の年間件数 ÷ 前年度の同じ日までの件数。"),
    Method.BUSINESS_DAYS: later("これまでの削減時間 ÷ 経過した開庁日数 × 年度末までの開庁日数。"),
}
VERDICTS = {
    Verdict.WAIT: later("試行中（初回標本がそろうまで判定しません）"),
    Verdict.NO_BASELINE: later("本稼働できません：導入前の計時がありません"),
    Verdict.STOP: later("本稼働を見合わせてください：1枚当たりの時間が導入前を上回っています"),
    Verdict.GO: later("本稼働できます：1枚当たりの時間が導入前を下回っています"),
}
MENDS = {
    Mend.DIGIT_BOXES: later("数字の欄を1文字ずつの桁枠にする（問われた項目の多くが数字の欄です）"),
    Mend.FORM: later("様式を見直す（欄を広げる、記入例を印字する、罫線から離す、選択式にする）"),
    Mend.POLICY: later("確認の方針を見直す（再確認や目視の対象を、誤りの影響が大きい項目に絞る）"),
    Mend.HANDLING: later("準備とスキャンの手順を見直す（向きをそろえて受け付ける、ホチキスを使わない）"),
    Mend.TARGET: later("登録先の画面定義とロボットの見守り方を見直す（再実行と保守の原因を調べる）"),
}


def era_day(day: date) -> str:
    """``2026-02-03`` → ``令和8年2月3日``, in English 3 February 2026."""
    return dateformat.format(day, "j F Y") if is_english() else str(era_parts(day.isoformat()))


def era_month(month: date) -> str:
    """``2026-02-01`` → ``令和8年2月``, in English February 2026."""
    return dateformat.format(month, "F Y") if is_english() else era_day(month).removesuffix("1日")


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
    number = f"{value:,.{1 if abs(value) >= 10 else 2}f}".replace("-", "−")
    return _("%(n)s 時間") % {"n": number}


def minutes(spent: float | None) -> str:
    """``9.46`` → ``9.46 分``; — without a figure."""
    if spent is None:
        return NO_FIGURE
    return _("%(n)s 分") % {"n": f"{spent:,.2f}".replace("-", "−")}


def figure(unit: str, value: float | None) -> str:
    """A target or a result in its unit (``%``: a share, ``時間``: hours, ``業務``: a count)."""
    if value is None:
        return NO_FIGURE
    if unit == "%":
        return percent(value)
    return hours(value * 60) if unit == "時間" else amount(unit, value)


def amount(unit: str, value: float) -> str:
    """A whole number in its unit: hours (``時間``), tasks (``業務``) or what else is counted."""
    number = f"{value:,.0f}"
    if unit == "業務":
        return _("%(n)s 業務") % {"n": number}
    return _("%(n)s 時間") % {"n": number} if unit == "時間" else f"{number} {unit}"


def labelled(text: str, *, sample: bool) -> str:
    """The text, marked when it rests on sample values."""
    return _("%(text)s（見本値）") % {"text": text} if sample else text


def how_many(task: TaskMinutes) -> str:
    """The task's hours in a sentence, or why there are none."""
    if task.gap:
        return _("削減率は出せません：%(why)s。") % {"why": _(GAPS[task.gap])}
    interval = task.rate_interval
    told = {
        "before": hours(task.before_minutes),
        "after": hours(task.after_minutes),
        "saved": hours(task.saved_minutes),
        "rate": percent(task.rate) + _between(interval.low, interval.high)
        if interval
        else percent(task.rate),
        "sample": labelled("", sample=task.rests_on_samples),
        "entered": f"{task.entered:,}",
        "robot": hours(task.robot_minutes),
    }
    return (
        _(
            "導入前 %(before)s → 導入後 %(after)s、削減 %(saved)s（削減率 %(rate)s）%(sample)s。"
            "入力済 %(entered)s件。ロボットの稼働 %(robot)sは含めません。"
        )
        % told
    )


def _between(low: float, high: float) -> str:
    return _("、95％区間 %(low)s〜%(high)s") % {"low": percent(low), "high": percent(high)}


def compared_with(task: TaskMinutes) -> str:
    """The old way that the new one is compared with."""
    baseline = task.baseline
    if baseline is None:
        return _("導入前の計時がないため、比べる相手がありません。")
    first, last = era_day(baseline.first_day), era_day(baseline.last_day)
    interval = baseline.interval_minutes
    spread = _("、1回の計時のため区間なし")
    if interval:
        bounds = {"low": f"{interval.low:.2f}", "high": f"{interval.high:.2f}"}
        spread = _("、95％区間 %(low)s〜%(high)s分") % bounds
    told = {
        "days": first if first == last else _("%(first)s〜%(last)s") % {"first": first, "last": last},
        "n": f"{baseline.n:,}",
        "runs": f"{baseline.runs:,}",
        "mean": f"{baseline.mean_minutes:.2f}",
        "spread": spread + labelled("", sample=baseline.is_sample),
    }
    return (
        _("導入前の方法を%(days)sに%(n)s件（%(runs)s回）計った1件平均 %(mean)s分%(spread)s × 入力済件数。")
        % told
    )


def measured_how(task: TaskMinutes) -> str:
    """How both sides were measured: the method before, and the share of each source after."""
    before = (
        _("導入前：%(methods)s。") % {"methods": "／".join(task.baseline.methods)} if task.baseline else ""
    )
    after = task.after_minutes
    if not after:
        return before + _("導入後：記録がありません。")
    found = {row.source: 0.0 for row in task.steps}
    for row in task.steps:
        if row.step is not Step.ROBOT:
            found[row.source] += row.minutes
    shares = [f"{_(SOURCES[source])} {percent(spent / after)}" for source, spent in found.items() if spent]
    said = _("導入後：職員の全工程を月ごとに集計（時間の内訳：%(shares)s）。")
    return before + said % {"shares": listed(shares)}


def listed(parts: Iterable[str]) -> str:
    """``一、二``, in English one, two."""
    return (", " if is_english() else "、").join(parts)


def by_whom(task: TaskMinutes, *, names: bool = True) -> str:
    """Who timed the old way, or how many; the new way is timed by the desk's clock and by those who log."""
    timed = task.baseline.persons if task.baseline else ()
    persons = _("計時なし")
    if timed:
        persons = listed(timed) if names else _("%(n)s人") % {"n": len(timed)}
    said = _("導入前：%(persons)s。導入後：画面の工程は画面の時計、画面の外の工程は作業した職員の記録。")
    return said % {"persons": persons}


def answers(task: TaskMinutes, *, names: bool = True) -> tuple[tuple[str, str], ...]:
    """How many hours, compared with what, measured how, by whom: in one sentence each."""
    return (
        (_("何時間か"), how_many(task)),
        (_("何と比べたか"), compared_with(task)),
        (_("どう計ったか"), measured_how(task)),
        (_("誰が計ったか"), by_whom(task, names=names)),
    )
