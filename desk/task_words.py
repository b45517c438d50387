"""What a task's definition says, key by key, in words; for the differences between its versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.policy import Decider
from cases.schedule import Limits, Schedule
from cases.task_table import TaskVersion
from cases.task_versions import Definition, differences
from desk import schedule_words
from savings.words import listed

Words = str | Promise
NOTHING = "—"

LABELS: dict[str, Words] = {
    "title": later("事業の名前"),
    "department": later("所管課"),
    "forms": later("様式"),
    "target": later("業務システム"),
    "introduced_on": later("導入日"),
    "key_task": later("重点事業"),
    "annual_volume": later("年間の見込み"),
    "source": later("入力元"),
    "steps": later("画面外の作業の時間"),
    "schedule": later("予定"),
    "limits": later("1回の上限"),
    "policy": later("方針"),
    "policy.version": later("方針の版"),
    "policy.approve_unasked": later("要確認のない届出の自動承認"),
    "policy.max_wrong": later("受け入れの線"),
    "policy.wanted_wrong": later("望む誤りの割合"),
    "policy.sample_share": later("標本の割合"),
    "policy.second_check": later("二人目が確認する項目"),
    "policy.second_check_decides": later("相違の判定"),
    "policy.signed_by": later("署名した人"),
    "policy.signed_on": later("署名した日"),
}
DECIDERS: dict[str, Words] = {
    Decider.THIRD.value: later("第三者だけ"),
    Decider.EITHER.value: later("再確認の担当ならだれでも"),
}
SHARES = frozenset({"policy.max_wrong", "policy.wanted_wrong", "policy.sample_share"})


@dataclass(frozen=True)
class Difference:
    """One line of what a version changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionView:
    """A version with what it changed against the one before; the first changed nothing."""

    row: TaskVersion
    kinds: tuple[str, ...]
    changes: tuple[Difference, ...]


def views(rows: Sequence[TaskVersion]) -> list[VersionView]:
    """Versions, newest first, each against the one that follows it in the list."""
    return [
        VersionView(
            row,
            tuple(label(kind) for kind in row.kinds),
            told(before.definition, row.definition) if before else (),
        )
        for row, before in zip(rows, (*rows[1:], None), strict=False)
    ]


def label(key: str) -> str:
    """A key that has no word of its own keeps its name."""
    return str(LABELS.get(key, key))


def told(before: Definition, after: Definition) -> tuple[Difference, ...]:
    """The differences in words; schedules and limits as whole sentences."""
    whole = {name: (before.get(name) or {}, after.get(name) or {}) for name in WHOLE}
    found = [
        Difference(label(name), WHOLE[name](old), WHOLE[name](new))
        for name, (old, new) in whole.items()
        if old != new
    ]
    rest = differences({**before, **dict.fromkeys(WHOLE)}, {**after, **dict.fromkeys(WHOLE)})
    return (
        *(
            Difference(_inner(one.key), _value(one.key, one.before), _value(one.key, one.after))
            for one in rest
        ),
        *found,
    )


def _inner(key: str) -> str:
    first, _dot, second = key.partition(".")
    return label(key) if key in LABELS else f"{label(first)} {second}".strip()


def _value(key: str, value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if key in SHARES:
        return f"{value * 100:g}%"
    if key == "policy.second_check_decides":
        return str(DECIDERS.get(value, value))
    if isinstance(value, list):
        return listed(map(str, value))
    if isinstance(value, dict):
        return listed(f"{name}: {inner}" for name, inner in value.items())
    return str(value)


def _schedule(said: Mapping[str, Any]) -> str:
    return schedule_words.told(Schedule.model_validate(said)) if said else NOTHING


def _limits(said: Mapping[str, Any]) -> str:
    return schedule_words.limits_told(Limits.model_validate(said)) or NOTHING


WHOLE: dict[str, Callable[[Mapping[str, Any]], str]] = {"schedule": _schedule, "limits": _limits}
