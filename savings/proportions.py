"""How sure a share is: the exact 95 % interval of a proportion (Clopper and Pearson, Biometrika 26, 1934)."""

from __future__ import annotations

import math
from collections.abc import Callable

from savings.sampling import Interval

TAIL = 0.025
STEPS = 60
"""Halvings of [0, 1]: far below what is ever shown."""


def exact_interval(wrong: int, n: int) -> Interval:
    """Between which shares (0..1) the true one lies, when ``wrong`` of ``n`` were; [0, 1] when n is 0."""
    if not 0 <= wrong <= n:
        raise ValueError(f"{wrong} of {n} cannot be wrong")
    low = 0.0 if wrong == 0 else _root(lambda share: 1 - _at_most(wrong - 1, n, share) > TAIL)
    high = 1.0 if wrong == n else _root(lambda share: _at_most(wrong, n, share) <= TAIL)
    return Interval(low, high)


def needed(wanted: float) -> int:
    """So many samples without an error show that fewer than ``wanted`` (0..1) are wrong."""
    return math.ceil(math.log(TAIL) / math.log1p(-wanted))


def _root(beyond: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if beyond(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _at_most(wrong: int, n: int, share: float) -> float:
    """The chance of at most so many errors in n, each with that chance."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 1.0 if wrong >= n else 0.0
    return math.fsum(
        math.exp(
            math.lgamma(n + 1)
            - math.lgamma(k + 1)
            - math.lgamma(n - k + 1)
            + k * math.log(share)
            + (n - k) * math.log1p(-share)
        )
        for k in range(wrong + 1)
    )
