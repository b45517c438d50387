"""The day in words: docs/weekday.md."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.flows.weekday.count import Check
from tests.flows.weekday.site import TASKS, Day, HandedIn
from tests.flows.weekday.trouble import Tally

if TYPE_CHECKING:
    from cases.round_table import RoundReport

GOOD = "**Everything that was counted twice agrees.**"
BAD = "**NOT everything agrees.**"


@dataclass(frozen=True)
class Story:
    """What the day came to, as Tenki, Prefect and `tenki up` tell it."""

    lasted_s: float
    states: Mapping[str, Counter[tuple[str, str]]]
    rounds: Mapping[str, int]
    last_rounds: Mapping[str, RoundReport | None]
    runs: Counter[str]
    artifacts: Mapping[str, str]
    place: int
    """Places at the target's account that are still taken."""

    audit_whole: bool
    audit_said: str
    stuck: Counter[str]
    waits_s: Sequence[float]
    restarts: Counter[str]

    def checks(self) -> list[Check]:
        """What Prefect's page says is what the desk says; the chain is whole; nothing is left taken."""
        found = [
            Check("the audit chain is whole", True, self.audit_whole),
            Check("places still taken at the target's account", 0, self.place),
        ]
        for task, last in self.last_rounds.items():
            wanted = _told(last) if last else ("a round",)
            said = self.artifacts.get(f"round-{task}", "")
            agrees = all(line in said for line in wanted)
            found.append(Check(f"{task}: Prefect's page tells of the last round", True, agrees))
            lost = [state for (state, _), n in self.states[task].items() if state in ON_THE_WAY and n]
            found.append(Check(f"{task}: states in which nobody moves a case any more", [], lost))
        return found


def _told(last: RoundReport) -> tuple[str, ...]:
    return (
        f"| sheets | {last.sheets} |",
        f"| fields | {last.fields}, of which {last.asked} are asked |",
        f"| entered | {last.entered} |",
        f"| need a person | {last.exceptions} |",
        f"| minutes saved this year | {last.saved_minutes or 0.0:,.1f}",
        f"| rate | {last.rate or 0.0:.1%} of",
        f"/tasks/{last.task_id})",
    )


ON_THE_WAY = frozenset({"RECEIVED", "APPROVED", "ENTERING"})


def written(
    day: Day, handed_in: HandedIn, tally: Tally, story: Story, checks: Sequence[Check]
) -> tuple[str, bool]:
    """The page, and whether all is well."""
    good = all(check.good for check in checks)
    lines = [
        "# A weekday's work",
        "",
        "Written by `python -m tests.flows.weekday`. Three tasks ran on their schedules under `tenki up`,",
        "against the rehearsal target, while parts were killed (signal 9) and the target went away. A",
        "program that knows the truth worked at the desk's pages; its seconds are nobody's, so minutes are",
        "samples.",
        "",
        GOOD if good else BAD,
        "",
        "| | |",
        "|---|---|",
        f"| scans of notices, scans of applications | {day.notices}, {day.applications} |",
        f"| rows of one CSV file | {day.rows} |",
        f"| handed in twice, or broken | {handed_in.again}, {handed_in.damaged} |",
        f"| until the last case was at its end | {story.lasted_s / 60:.0f} min |",
        f"| each task's schedule | a round every {day.every_minutes} min |",
        f"| killed | {_counted(tally.kills)} |",
        f"| started again by `tenki up` | {_counted(story.restarts)} |",
        f"| the target was away | {tally.away_s:.0f} s |",
        f"| opened again by a person | {_counted(tally.opened)} |",
        f"| the operator's program ended early | {sum(story.stuck.values())} times |",
        f"| runs in Prefect | {_counted(story.runs)} |",
        f"| from the file's arrival to the proof | {_waits(story.waits_s)} |",
        f"| audit trail | {story.audit_said} |",
        "",
        "| task | cases, by state | rounds with figures |",
        "|---|---|---|",
        *(f"| {task} | {_states(story.states[task])} | {story.rounds[task]} |" for task in TASKS),
        "",
        "| counted twice | outside | by Tenki | |",
        "|---|---|---|---|",
        *(_line(check) for check in checks),
        "",
    ]
    return "\n".join(lines), good


def _line(check: Check) -> str:
    verdict = "ok" if check.good else "**differs**"
    return f"| {check.what} | {_shown(check.outside)} | {_shown(check.tenki)} | {verdict} |"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(len(value)) if isinstance(value, list) else str(value)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name or '–'} {n}" for name, n in sorted(counts.items())) or "none"


def _states(counts: Counter[tuple[str, str]]) -> str:
    return ", ".join(
        f"{state}{f' ({reason})' if reason else ''} {n}" for (state, reason), n in sorted(counts.items())
    )


def _waits(waits_s: Sequence[float]) -> str:
    if not waits_s:
        return "–"
    return f"median {statistics.median(waits_s) / 60:.1f} min, longest {waits_s[-1] / 60:.1f} min"
