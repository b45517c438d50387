"""What the residual-error samples say, for the page: groups with intervals, and where the line should be."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cases.library import forms_library
from cases.models import Task
from cases.policy import SignedPolicy, policy_of
from cases.sampling import Measured, measured
from desk.naming import label_of, title_of
from forms.definition import Kind
from forms.errors import UnknownFormError
from forms.listing import KIND_WORDS
from savings.proportions import exact_interval, needed
from savings.sampling import Interval

LOWEST = 1e-5
"""Where the chart begins: one in a hundred thousand. Its scale is logarithmic, up to one."""

DECADES = 5
MOST_LOOSER = 2.0
MOST_STRICTER = 0.1
"""No single signature moves the line further than that."""


class Advice(enum.StrEnum):
    """What the measurement says of the line."""

    TIGHTEN = "tighten"
    """Even the low end of the interval is more than the department wants."""

    LOOSEN = "loosen"
    """Even the high end is less: more could be accepted unseen."""

    KEEP = "keep"
    """The interval holds the wanted share, so that nothing is shown either way."""

    EMPTY = "empty"
    """Nothing has been sampled under this line yet."""


@dataclass(frozen=True)
class Group:
    """Samples that belong together, with the share found wrong and its interval."""

    title: str
    n: int
    wrong: int

    @property
    def share(self) -> float:
        return self.wrong / self.n

    @property
    def interval(self) -> Interval:
        return exact_interval(self.wrong, self.n)

    @property
    def bar(self) -> tuple[float, float, float]:
        """Left end, length and point on the chart, each 0 to 1; a share of none stands at the left edge."""
        low, high, point = (place(one) for one in (self.interval.low, self.interval.high, self.share))
        return low, high - low, point


@dataclass(frozen=True)
class Residual:
    """Everything about one task's samples."""

    task: Task
    policy: SignedPolicy
    total: Group | None
    kinds: tuple[Group, ...]
    fields: tuple[tuple[str, tuple[Group, ...]], ...]
    """Groups by field, under the title of their form."""

    earlier: Group | None
    """What was sampled under earlier versions of the policy."""

    advice: Advice
    proposed: float | None
    """A line for the department to sign; None where nothing speaks for another."""

    needed: int
    """Samples without an error that would show the wanted share."""


def residual(task: Task) -> Residual:
    policy = policy_of(task)
    counts, every = measured(task, policy.version), measured(task)
    total = _group("", counts)
    n, wrong = sum(one.n for one in every), sum(one.wrong for one in every)
    before = Group("", n - (total.n if total else 0), wrong - (total.wrong if total else 0))
    advice = advise(total, policy.wanted)
    return Residual(
        task=task,
        policy=policy,
        total=total,
        kinds=_groups(counts, lambda one: _kind_words(one.kind)),
        fields=tuple((title, _groups(own, _label)) for title, own in _by_form(counts)),
        earlier=before if before.n else None,
        advice=advice,
        proposed=propose(total, policy, advice),
        needed=needed(policy.wanted),
    )


def advise(total: Group | None, wanted: float) -> Advice:
    if total is None:
        return Advice.EMPTY
    if total.interval.low > wanted:
        return Advice.TIGHTEN
    return Advice.LOOSEN if total.interval.high < wanted else Advice.KEEP


def propose(total: Group | None, policy: SignedPolicy, advice: Advice) -> float | None:
    """The line moved by as much as the measured share misses the wanted one, and never far at once."""
    if total is None or advice in {Advice.KEEP, Advice.EMPTY}:
        return None
    if advice is Advice.TIGHTEN:
        factor = max(MOST_STRICTER, policy.wanted / total.share)
    else:
        factor = min(MOST_LOOSER, policy.wanted / total.interval.high)
    line = _two_digits(policy.max_wrong * factor)
    return None if line == policy.max_wrong else line


def place(share: float) -> float:
    """A share's place on the chart, 0 to 1."""
    return max(0.0, 1 + math.log10(max(share, LOWEST)) / DECADES)


def _two_digits(share: float) -> float:
    """Rounded down, so that rounding never lets more through."""
    power = 10.0 ** (math.floor(math.log10(share)) - 1)
    return round(math.floor(share / power + 1e-9) * power, 12)


def _by_form(counts: Iterable[Measured]) -> Iterable[tuple[str, Sequence[Measured]]]:
    rows = list(counts)
    for name in sorted({one.form for one in rows}):
        yield _form_title(name), [one for one in rows if one.form == name]


def _groups(counts: Iterable[Measured], key: Callable[[Measured], str]) -> tuple[Group, ...]:
    rows = list(counts)
    titles = dict.fromkeys(key(one) for one in rows)
    found = (_group(title, [one for one in rows if key(one) == title]) for title in titles)
    return tuple(sorted(filter(None, found), key=lambda group: (-group.wrong, -group.n)))


def _group(title: str, counts: Sequence[Measured]) -> Group | None:
    n = sum(one.n for one in counts)
    return Group(title, n, sum(one.wrong for one in counts)) if n else None


def _label(one: Measured) -> str:
    try:
        return label_of(forms_library().get(one.form).field(one.field_id))
    except (UnknownFormError, KeyError):
        return one.field_id


def _form_title(name: str) -> str:
    try:
        return title_of(forms_library().get(name))
    except UnknownFormError:
        return name


def _kind_words(kind: str) -> str:
    return KIND_WORDS[Kind(kind)] if kind in set(Kind) else kind
