"""Template filters: codes to words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django import template
from django.template import defaultfilters
from django.utils import timezone
from django.utils.translation import gettext

from cases.models import AuditLine, TimeEvent
from cases.roles import Role
from cases.states import State
from desk import audit_words, naming, outside_words, people_words, state_words, words
from desk.reason_words import reason
from forms.definition import Field, FormDefinition
from savings import words as savings_words
from savings.forecast import Method
from savings.indicators import Gap, TaskMinutes
from savings.stoploss import Mend, Verdict

register = template.Library()


@register.filter
def state_label(state: str) -> str:
    """``NEEDS_REVIEW`` → 確認待ち."""
    return str(State(state).label)


@register.filter
def of(found: Mapping[object, object], key: object) -> object:
    """What a mapping holds for the key; nothing where it holds nothing."""
    return found.get(key, "")


WHEN = {
    "full_s": ("Y年n月j日 H:i:s", "j M Y H:i:s"),
    "full": ("Y年n月j日 H:i", "j M Y H:i"),
    "day_s": ("n月j日 H:i:s", "j M H:i:s"),
    "day_time": ("n月j日 H:i", "j M H:i"),
    "day": ("n月j日", "j M"),
    "month": ("Y年n月", "F Y"),
}
"""Formats of days and moments, Japanese and English, by the name that templates use."""


@register.filter(expects_localtime=True)
def when(moment: date | datetime | None, how: str) -> str:
    """A day or a moment in the language of the desk; nothing for nothing."""
    return str(defaultfilters.date(moment, WHEN[how][naming.is_english()]))


@register.filter
def being_words(code: str) -> str:
    """How a program is."""
    return state_words.being(code)


@register.filter
def being_tone(code: str) -> str:
    """The look of its chip, a CSS class."""
    return state_words.tone(code)


@register.filter
def ending_words(status: int) -> str:
    """How a program ended."""
    return state_words.ending(status)


@register.filter
def listed(parts: Iterable[str]) -> str:
    """``一、二``, in English one, two."""
    return savings_words.listed(str(part) for part in parts)


@register.filter
def title_words(form: FormDefinition) -> str:
    """The form's title in the language of the desk."""
    return naming.title_of(form)


@register.filter
def label_words(field: Field) -> str:
    """The field's label in the language of the desk."""
    return naming.label_of(field)


@register.filter
def state_tone(state: str) -> str:
    """The look of a state's chip, a CSS class."""
    return words.TONES.get(State(state), "")


@register.filter
def role_words(name: str) -> str:
    """``operator`` → 確認担当; a group that is no role keeps its name."""
    return people_words.role(Role(name)) if name in set(Role) else name


@register.filter
def scope_words(code: str) -> str:
    """``files:write`` → ファイルを渡す."""
    return outside_words.scope(code)


@register.filter
def event_words(code: str) -> str:
    """``case.approved`` → 承認."""
    return outside_words.event(code)


@register.filter
def trouble_words(code: str) -> str:
    """``http.503`` → 相手の応答：503."""
    return outside_words.trouble(code)


@register.filter
def particulars(line: AuditLine) -> tuple[tuple[str, str], ...]:
    """What an audit line says besides: names and values in words."""
    return audit_words.particulars(line)


@register.filter
def reason_words(code: str) -> str:
    return reason(code)


@register.filter
def action_words(state: str) -> str:
    return words.action(State(state))


@register.filter
def move_words(what: str) -> str:
    """``case.approved`` → 承認."""
    return audit_words.happened(what)


@register.filter
def gap_words(gap: Gap) -> str:
    """Why a task shows no rate."""
    return gettext(savings_words.GAPS[gap])


@register.filter
def hours_words(minutes: float | None) -> str:
    return savings_words.hours(minutes)


@register.filter
def rate_words(rate: float | None) -> str:
    return savings_words.percent(rate)


@register.filter
def share_words(share: float) -> str:
    """``0.0012`` → ``0.12%``: as many digits as a small share needs."""
    percent = share * 100
    if percent == 0:
        return "0%"
    return f"{percent:.2g}%" if 0 < percent < 1 else f"{percent:.1f}%" if percent < 10 else f"{percent:.0f}%"


@register.filter
def minutes_words(minutes: float | None) -> str:
    """``9.46`` → ``9.46 分``."""
    return savings_words.minutes(minutes)


@register.filter
def era_words(day: date | datetime | None) -> str:
    """``2026-02-03`` → ``令和8年2月3日``; a moment is the day at the city hall."""
    if day is None:
        return savings_words.NO_FIGURE
    return savings_words.era_day(timezone.localdate(day) if isinstance(day, datetime) else day)


@register.filter
def figure_words(value: float | None, unit: str) -> str:
    """A target or result in its unit: ``0.75`` in ``%`` → ``75.0 %``."""
    return savings_words.figure(unit, value)


@register.filter
def forecast_words(method: Method) -> str:
    return gettext(savings_words.FORECASTS[method])


@register.filter
def verdict_words(verdict: Verdict) -> str:
    return gettext(savings_words.VERDICTS[verdict])


@register.filter
def mend_words(mend: Mend) -> str:
    return gettext(savings_words.MENDS[mend])


@register.filter
def answers(minutes: TaskMinutes, names: bool) -> tuple[tuple[str, str], ...]:
    """The four questions about a task and their answers; who timed, only for those who may read names."""
    return savings_words.answers(minutes, names=names)


@register.filter
def times(value: float, factor: float) -> float:
    """For places in a picture."""
    return value * factor


@register.filter
def clock(seconds: float) -> str:
    """Seconds as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def minutes_of(seconds: float) -> str:
    """``600`` → ``10``."""
    return f"{seconds / 60:g}"


@register.filter
def step_words(step: str) -> str:
    """``first_correction`` → 確認・訂正."""
    return str(TimeEvent.Step(step).label)


@register.filter
def source_words(source: str) -> str:
    """``measured`` → 実測."""
    return str(TimeEvent.Source(source).label)


@register.filter
def outcome_words(outcome: str) -> str:
    return words.outcome(outcome)


@register.filter
def who_words(name: str) -> str:
    """``intake`` → 自動受付; people keep their names."""
    return audit_words.who(name)


@register.filter
def share(rate: float) -> str:
    """A rate as a place on a scale from 0 to 1: ``0.617`` → ``61.7%``; a negative one is nothing."""
    return f"{min(max(rate, 0.0), 1.0) * 100:.1f}%"


@register.filter
def target_words(rate: float) -> str:
    """``0.75`` → ``75 %``."""
    return f"{rate * 100:g} %"
