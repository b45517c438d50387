"""Template filters: codes to words."""

from __future__ import annotations

from django import template

from cases.models import TimeEvent
from cases.states import State
from desk import words
from savings import words as savings_words
from savings.indicators import Gap

register = template.Library()


@register.filter
def state_label(state: str) -> str:
    """``NEEDS_REVIEW`` → 確認待ち."""
    return str(State(state).label)


@register.filter
def state_tone(state: str) -> str:
    """The look of a state's chip, a CSS class."""
    return words.TONES.get(State(state), "")


@register.filter
def reason_words(code: str) -> str:
    return words.reason(code)


@register.filter
def action_words(state: str) -> str:
    return words.action(State(state))


@register.filter
def move_words(what: str) -> str:
    """``case.approved`` → 承認."""
    return words.happened(what)


@register.filter
def gap_words(gap: Gap) -> str:
    """Why a task shows no rate."""
    return savings_words.GAPS[gap]


@register.filter
def hours_words(minutes: float | None) -> str:
    return savings_words.hours(minutes)


@register.filter
def rate_words(rate: float | None) -> str:
    return savings_words.percent(rate)


@register.filter
def clock(seconds: float) -> str:
    """Seconds as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


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
    return words.who(name)


@register.filter
def share(rate: float) -> str:
    """A rate as a place on a scale from 0 to 1: ``0.617`` → ``61.7%``; a negative one is nothing."""
    return f"{min(max(rate, 0.0), 1.0) * 100:.1f}%"


@register.filter
def target_words(rate: float) -> str:
    """``0.75`` → ``75 %``."""
    return f"{rate * 100:g} %"
