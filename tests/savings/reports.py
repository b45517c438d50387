"""Reports to test with: invented tasks, months and timings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from savings.forecast import Forecast, Method
from savings.indicators import MonthVolume, Owner, Step, StepMinutes, TaskMinutes
from savings.periods import FiscalYear, Half
from savings.plan import Plan, load_plan
from savings.report import Judgement, Report, SignedChange
from savings.sampling import Source, Timing, baseline_of

CONFIG = Path(__file__).parents[2] / "config"
METHOD = "ストップウォッチで1件ずつ計測"
YEAR = FiscalYear(2026)
APRIL, MAY, JUNE, OCTOBER = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 10, 1)
MADE_AT = datetime(2026, 11, 23, 15, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


def plan() -> Plan:
    return load_plan(CONFIG / "plan" / "sagamihara.yaml")


def timings(*minutes: float, source: Source = Source.MEASURED) -> tuple[Timing, ...]:
    """One timing a day from 2 February on, by two roles in turn."""
    return tuple(
        Timing(value, date(2026, 2, 2 + number), f"区民課 入力担当{'AB'[number % 2]}", METHOD, source)
        for number, value in enumerate(minutes)
    )


def task(
    title: str = "住民異動届の入力",
    *,
    minutes: tuple[float, ...] = (9.0, 10.0, 11.0),
    entered: int = 100,
    staff: float = 200.0,
    robot: float = 50.0,
    source: Source = Source.MEASURED,
    introduced_on: date = APRIL,
    running: bool = True,
) -> TaskMinutes:
    """A task with its minutes in April and May."""
    half = entered // 2
    return TaskMinutes(
        name=title,
        title=title,
        department="市民局 区民課",
        introduced_on=introduced_on,
        running=running,
        baseline=baseline_of(timings(*minutes, source=source)),
        volumes=(MonthVolume(APRIL, half, half), MonthVolume(MAY, entered - half, entered - half)),
        steps=(
            StepMinutes(APRIL, Step.PREPARE, half * 0.5, half, source, per_sheet=0.5),
            StepMinutes(APRIL, Step.FIRST_CORRECTION, staff - half * 0.5, half, Source.MEASURED),
            StepMinutes(MAY, Step.ROBOT, robot, entered - half, Source.MEASURED),
        )
        if staff
        else (),
    )


def report(*tasks: TaskMinutes, year: FiscalYear = YEAR, made_at: datetime = MADE_AT) -> Report:
    return Report(year=year, made_at=made_at, plan=plan(), tasks=tasks)


def mixed_report() -> Report:
    """A good task, a negative one, one without a baseline, one of an earlier year that was stopped."""
    return report(
        task(minutes=(9.2, 10.4, 11.3, 8.8), entered=1200, staff=2300, source=Source.SAMPLE),
        task("税額通知の照合", minutes=(0.4, 0.6, 0.5), entered=200, staff=970),
        task("児童手当の現況届", minutes=(), entered=40, staff=30),
        task("介護保険の資格照会", entered=800, staff=1500, introduced_on=date(2025, 10, 1), running=False),
    )


def rich_report() -> Report:
    """A moved task, a bundle, a signed half-year with a correction, residents' time, judgements, earlier
    years, forecasts.
    """
    moved = replace(
        task("住民票の写し", entered=300, staff=500),
        department="南区役所 区民課",
        owners=(Owner(APRIL, "市民局 区民課"), Owner(MAY, "南区役所 区民課")),
        baseline=baseline_of((*timings(5.0, 6.0), bundle(33.0, 6), bundle(20.5, 4))),
        citizen_before=baseline_of(timings(21.0, 24.0)),
        citizen_after=baseline_of(timings(12.0, 13.5, 11.0)),
        volumes=(
            MonthVolume(APRIL, 150, 140, 5.5),
            MonthVolume(MAY, 160, 160, 5.5),
            MonthVolume(OCTOBER, 9, 8),
        ),
        closed=frozenset({Half(YEAR, 1)}),
    )
    moved = replace(
        moved, steps=(*moved.steps, StepMinutes(APRIL, Step.PREPARE, -12.0, 1, Source.CORRECTION))
    )
    good = task(minutes=(9.2, 10.4, 11.3, 8.8), entered=1200, staff=2300)
    earlier = task(entered=500, staff=1500, introduced_on=date(2024, 4, 1))
    period = "令和8年度上半期"
    return replace(
        report(moved, good, task("児童手当の現況届", minutes=(), entered=40, staff=30)),
        earlier={FiscalYear(2024): (earlier,), FiscalYear(2025): (earlier, task("丙", minutes=()))},
        forecasts={
            moved.name: Forecast(2400.0, Method.BUSINESS_DAYS),
            good.name: Forecast(20000.0, Method.SEASONAL),
            "児童手当の現況届": Forecast(None, Method.TOO_EARLY),
        },
        judgements=(
            Judgement(good.title, period, 1, "報告", "△", "確認に手間取った。", "tantou", date(2026, 10, 5)),
            Judgement(good.title, period, 1, "承認", "", "", "kacho", date(2026, 10, 7)),
        ),
        changes=(
            SignedChange(moved.title, APRIL, "準備", -12.0, "分", "二重に記録", "joho", date(2026, 11, 2)),
        ),
    )


def bundle(minutes: float, sheets: int) -> Timing:
    """Some sheets timed together."""
    return Timing(minutes, date(2026, 2, 9), "区民課 入力担当C", METHOD, Source.MEASURED, sheets)
