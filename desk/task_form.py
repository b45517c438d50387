"""A task as it is written into the desk's form, read back into what ``cases.task_changes`` takes.

Every mistake is collected by the name of its box; nothing is guessed from a box that makes no sense.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import ValidationError

from cases.policy import EVERY_FIELD, Decider, SignedPolicy
from cases.schedule import Days, Limits, Schedule
from cases.task_changes import Wanted
from desk.ports import TargetView
from savings.words import listed

KINDS = ("none", "every", "at", "cron")
WEEKDAYS = "weekdays"
SEPARATORS = re.compile(r"[\s,、，・]+")
FULL_WIDTH = str.maketrans("０１２３４５６７８９：．％", "0123456789:.%")

Errors = dict[str, str]


@dataclass
class Box:
    """What was posted, box by box, and what is wrong with it."""

    posted: QueryDict
    errors: Errors = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Without blanks around it; full-width digits are what an input method makes of keys."""
        return self.posted.get(name, "").replace("\0", "").translate(FULL_WIDTH).strip()

    def number(self, name: str, low: int, high: int) -> int | None:
        """None where nothing was written, or nothing that is a number between both."""
        text = self.text(name)
        if not text:
            return None
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(high))
        if not plain or not low <= int(text) <= high:
            self.errors[name] = _("%(low)s～%(high)sの数字で書いてください。") % {"low": low, "high": high}
            return None
        return int(text)

    def percent(self, name: str) -> float | None:
        """A share written as per cent."""
        text = self.text(name).rstrip("%")
        try:
            return round(float(text) / 100, 12) if text else None
        except ValueError:
            self.errors[name] = _("0～100の数字（%%）で書いてください。") % {}
            return None


def initial(definition: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the boxes at first, from a definition as a version keeps it."""
    schedule, limits = definition.get("schedule") or {}, definition.get("limits") or {}
    policy = definition.get("policy") or {}
    days = schedule.get("days", Days.BUSINESS.value)
    return {
        "title": definition.get("title", ""),
        "forms": list(definition.get("forms", ())),
        "target": definition.get("target", ""),
        "key_task": definition.get("key_task", False),
        "annual_volume": definition.get("annual_volume") or "",
        "kind": _kind(schedule),
        "at": " ".join(schedule.get("at", ())),
        "every_minutes": schedule.get("every_minutes", 10),
        "from": schedule.get("from", "08:30"),
        "until": schedule.get("until", "17:15"),
        "cron": schedule.get("cron", ""),
        "days": WEEKDAYS if isinstance(days, list) else days,
        "weekday": days if isinstance(days, list) else [],
        "when_closed": schedule.get("when_closed", "skip"),
        "sheets_per_run": limits.get("sheets_per_run") or "",
        "latest": limits.get("latest") or "",
        "approve_unasked": policy.get("approve_unasked", False),
        "max_wrong": _percent(policy.get("max_wrong", SignedPolicy(version=1).max_wrong)),
        "sample_share": _percent(policy.get("sample_share", 0.0)),
        "second_check": " ".join(policy.get("second_check", ())),
        "second_check_decides": policy.get("second_check_decides", Decider.THIRD.value),
    }


def as_posted(posted: QueryDict) -> dict[str, Any]:
    """The same from what was posted, so that nothing typed is lost when something was wrong."""
    lists = {"forms": posted.getlist("forms"), "weekday": posted.getlist("weekday")}
    ticks = {name: name in posted for name in ("key_task", "approve_unasked")}
    return {**initial({}), **posted.dict(), **lists, **ticks}


def read(box: Box, targets: Sequence[TargetView], known_forms: Sequence[str]) -> Wanted | None:
    """None where something is wrong; ``box.errors`` says what."""
    title, target = box.text("title"), box.text("target")
    forms = tuple(dict.fromkeys(box.posted.getlist("forms")))
    if not 0 < len(title) <= 200:
        box.errors["title"] = _("事業の名前を200字までで書いてください。")
    if not forms or set(forms) - set(known_forms):
        box.errors["forms"] = _("様式を一つ以上選んでください。")
    found = next((one for one in targets if one.name == target), None)
    if targets and found is None:
        box.errors["target"] = _("業務システムを選んでください。")
    elif found is not None and (strange := [name for name in forms if name not in found.forms]):
        box.errors["forms"] = _("%(target)sに入力できない様式があります：%(forms)s") % {
            "target": found.title,
            "forms": listed(strange),
        }
    volume = box.number("annual_volume", 1, 100_000_000)
    schedule, limits = read_schedule(box), read_limits(box)
    if box.errors or limits is None:
        return None
    return Wanted(title, forms, target, "key_task" in box.posted, volume, schedule, limits)


def read_schedule(box: Box) -> Schedule | None:
    """None for a task without a schedule of its own, or one that makes no sense: see ``box.errors``."""
    kind = box.text("kind")
    if kind not in KINDS:
        box.errors["kind"] = _("予定の種類を選んでください。")
        return None
    if kind == "none":
        return None
    days: object = box.text("days")
    if days == WEEKDAYS:
        days = box.posted.getlist("weekday")
        if not days:
            box.errors["days"] = _("曜日を一つ以上選んでください。")
            return None
    said: dict[str, object] = {"days": days, "when_closed": box.text("when_closed") or "skip"}
    if kind == "cron":
        said |= {"cron": box.text("cron"), "days": "every" if days == "every" else "business"}
    elif kind == "at":
        said["at"] = tuple(part for part in SEPARATORS.split(box.text("at")) if part)
    else:
        minutes = box.number("every_minutes", 5, 24 * 60)
        said |= {"every_minutes": minutes, "from": box.text("from"), "until": box.text("until")}
        if "every_minutes" in box.errors:
            return None
    try:
        return Schedule.model_validate(said)
    except ValidationError as error:
        for detail in error.errors():
            box.errors.setdefault(*_schedule_mistake(kind, detail["type"], detail["loc"]))
        return None


def read_limits(box: Box) -> Limits | None:
    said = {
        "sheets_per_run": box.number("sheets_per_run", 1, 1_000_000),
        "latest": box.text("latest") or None,
    }
    try:
        return Limits.model_validate(said)
    except ValidationError:
        box.errors["latest"] = _clock_words()
        return None


def read_policy(box: Box, now: SignedPolicy, may_be_checked: Collection[str]) -> SignedPolicy | None:
    """The policy as it is wanted; version and signature are those of now until somebody signs.

    ``may_be_checked`` are the names of which a second check may be asked: another would be asked of nobody.
    """
    share, line = box.percent("sample_share"), box.percent("max_wrong")
    if line is None or not 0 < line < 1:
        box.errors.setdefault("max_wrong", _("0より大きく100より小さい数字（%%）で書いてください。") % {})
    if share is not None and not 0 <= share <= 0.5:
        box.errors["sample_share"] = _("0～50の数字（%%）で書いてください。") % {}
    decides = box.text("second_check_decides")
    if decides not in set(Decider):
        box.errors["second_check_decides"] = _("判定する人を選んでください。")
    fields = tuple(dict.fromkeys(part for part in SEPARATORS.split(box.text("second_check")) if part))
    if strange := [name for name in fields if name not in may_be_checked]:
        box.errors["second_check"] = _("様式にない項目です：%(names)s") % {"names": listed(strange)}
    if box.errors:
        return None
    return now.model_copy(
        update={
            "approve_unasked": "approve_unasked" in box.posted,
            "max_wrong": line,
            # A line that samples have moved away from the wish stays so; else both are the same number.
            "wanted_wrong": now.wanted_wrong,
            "sample_share": share or 0.0,
            "second_check": (EVERY_FIELD,) if EVERY_FIELD in fields else fields,
            "second_check_decides": Decider(decides),
        }
    )


def _schedule_mistake(kind: str, code: str, place: tuple[int | str, ...]) -> tuple[str, str]:
    """The box and the sentence for a mistake of ``Schedule``."""
    first = str(place[0]) if place else ""
    if code == "schedule_clock":
        return (first if first in {"from", "until"} else "at"), _clock_words()
    if code == "schedule_cron" or kind == "cron":
        return "cron", _(
            "cron式を読めません。分・時・日・月・曜日の五つを空白で区切ります（例：0 9 * * 1-5）。"
        )
    if code == "schedule_order":
        return "until", _("終わりの時刻は、始まりより後にしてください。")
    if code == "schedule_one":
        return (
            ("at", _("時刻を一つ以上書いてください。"))
            if kind == "at"
            else (
                "every_minutes",
                _("何分ごとに実行するかを書いてください。"),
            )
        )
    return ("when_closed" if first == "when_closed" else "days"), _("一つ選んでください。")


def _clock_words() -> str:
    return _("時刻は 8:30 のように書いてください。")


def _kind(schedule: Mapping[str, Any]) -> str:
    return next((kind for kind in ("cron", "at") if schedule.get(kind)), "every" if schedule else "none")


def _percent(share: float) -> str:
    return f"{share * 100:.10f}".rstrip("0").rstrip(".")
