"""A schedule in words."""

from __future__ import annotations

from datetime import time

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.schedule import Days, Limits, Schedule, Weekday, WhenClosed
from savings.words import listed

Words = str | Promise

DAYS: dict[Days, Words] = {
    Days.BUSINESS: later("開庁日"),
    Days.EVERY: later("毎日（閉庁日も）"),
    Days.MONTH_END: later("月末日"),
    Days.LAST_BUSINESS_DAY: later("月の最終開庁日"),
}
WEEKDAYS: dict[Weekday, Words] = {
    Weekday.MON: later("月"),
    Weekday.TUE: later("火"),
    Weekday.WED: later("水"),
    Weekday.THU: later("木"),
    Weekday.FRI: later("金"),
    Weekday.SAT: later("土"),
    Weekday.SUN: later("日"),
}
WHEN_CLOSED: dict[WhenClosed, Words] = {
    WhenClosed.SKIP: later("実行しない"),
    WhenClosed.BEFORE: later("直前の開庁日に実行する"),
    WhenClosed.AFTER: later("次の開庁日に実行する"),
}


def told(schedule: Schedule) -> str:
    """``開庁日の 9:00、13:30`` and what happens on closed days."""
    if schedule.cron:
        days, clock = "", _("cron式 %(cron)s") % {"cron": schedule.cron}
    else:
        days, clock = _days(schedule), _clock(schedule)
    first = _("%(days)sの %(clock)s") % {"days": days, "clock": clock} if days else clock
    return first + _moved(schedule)


def week() -> list[str]:
    """The heads of a calendar's columns, Sunday first."""
    names = [str(WEEKDAYS[day]) for day in Weekday]
    return [names[-1], *names[:-1]]


def limits_told(limits: Limits) -> str:
    """Empty where there are none."""
    parts = []
    if limits.sheets_per_run is not None:
        parts.append(_("1回に%(n)s件まで") % {"n": limits.sheets_per_run})
    if limits.latest is not None:
        parts.append(_("%(at)sを過ぎたら新しい件を始めない") % {"at": shown(limits.latest)})
    return listed(parts)


def shown(at: time) -> str:
    """``9:00``."""
    return f"{at.hour}:{at.minute:02d}"


def _days(schedule: Schedule) -> str:
    if isinstance(schedule.days, tuple):
        names = _("・").join(str(WEEKDAYS[day]) for day in Weekday if day in schedule.days)
        return _("毎週%(days)s曜日") % {"days": names}
    return str(DAYS[schedule.days])


def _clock(schedule: Schedule) -> str:
    if schedule.every_minutes is not None:
        told = {
            "first": shown(schedule.opens),
            "last": shown(schedule.closes),
            "n": schedule.every_minutes,
        }
        return _("%(first)s～%(last)sに%(n)s分ごと") % told
    return listed(shown(at) for at in schedule.at)


def _moved(schedule: Schedule) -> str:
    may_be_closed = schedule.cron or isinstance(schedule.days, tuple) or schedule.days is Days.MONTH_END
    if not may_be_closed or schedule.days is Days.EVERY:
        return ""
    return _("（閉庁日に当たれば%(what)s）") % {"what": WHEN_CLOSED[schedule.when_closed]}
