"""The states of a case and the moves between them (design, "The way of the data")."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a case stands. Waiting for a person is a state, never a paused program."""

    RECEIVED = "RECEIVED", _("受付済")
    """The file is kept; nothing has been read yet."""

    UNREADABLE = "UNREADABLE", _("読取不可")
    """Damaged, blank, cut off, foreign or outdated: a person decides what to do with the paper."""

    NEEDS_REVIEW = "NEEDS_REVIEW", _("確認待ち")
    SECOND_CHECK = "SECOND_CHECK", _("再確認待ち")
    DISAGREED = "DISAGREED", _("相違判定待ち")
    """Two checkers gave different values: a third person sees both, and not whose they are."""

    RETURNED = "RETURNED", _("返戻")
    """Returned to the resident with a note of what is missing."""

    APPROVED = "APPROVED", _("承認済")
    ENTERING = "ENTERING", _("入力中")
    """Committed before the first keystroke; after a crash the target is asked first (law 2)."""

    ENTERED = "ENTERED", _("入力済")
    """Entered, read back and compared."""

    ENTERED_WRONG = "ENTERED_WRONG", _("入力後訂正")
    """Found wrong after entry: a person corrects the target, a read-back proves it."""

    REFUSED = "REFUSED", _("登録拒否")
    """The target said no, and why."""

    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN", _("結果不明")
    """It could not be proven whether the record arrived: a person looks."""

    CANCELLED = "CANCELLED", _("取消")


MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.UNREADABLE, State.NEEDS_REVIEW, State.APPROVED, State.CANCELLED}),
    State.UNREADABLE: frozenset({State.RECEIVED, State.NEEDS_REVIEW, State.RETURNED, State.CANCELLED}),
    State.NEEDS_REVIEW: frozenset(
        {State.SECOND_CHECK, State.APPROVED, State.RETURNED, State.UNREADABLE, State.CANCELLED}
    ),
    State.SECOND_CHECK: frozenset(
        {State.APPROVED, State.DISAGREED, State.NEEDS_REVIEW, State.RETURNED, State.CANCELLED}
    ),
    State.DISAGREED: frozenset({State.APPROVED, State.NEEDS_REVIEW, State.RETURNED, State.CANCELLED}),
    State.RETURNED: frozenset({State.NEEDS_REVIEW, State.CANCELLED}),
    State.APPROVED: frozenset({State.ENTERING, State.NEEDS_REVIEW, State.CANCELLED}),
    State.ENTERING: frozenset({State.ENTERED, State.APPROVED, State.REFUSED, State.OUTCOME_UNKNOWN}),
    State.ENTERED: frozenset({State.ENTERED_WRONG}),
    State.ENTERED_WRONG: frozenset({State.ENTERED}),
    State.REFUSED: frozenset({State.NEEDS_REVIEW, State.CANCELLED}),
    State.OUTCOME_UNKNOWN: frozenset({State.ENTERED, State.APPROVED, State.ENTERED_WRONG, State.CANCELLED}),
    State.CANCELLED: frozenset(),
}
"""Every move that is allowed. ENTERING → APPROVED happens only after a look-up proved that nothing
arrived.
"""

NEEDS_PERSON = frozenset(
    {
        State.UNREADABLE,
        State.NEEDS_REVIEW,
        State.SECOND_CHECK,
        State.DISAGREED,
        State.RETURNED,
        State.ENTERED_WRONG,
        State.REFUSED,
        State.OUTCOME_UNKNOWN,
    }
)
"""States in which nothing moves until somebody has done something."""

WAITS_FOR_STAFF = NEEDS_PERSON - {State.RETURNED}
"""The same without what the resident has to complete: what should not be left lying in the office."""

ENDED = frozenset({State.ENTERED, State.CANCELLED})
"""Nobody waits for anything any more: from its last move on a case's retention runs."""
