"""The audit trail: who, when, what kind, never values (law 3). Each line is bound to the one before by its
hash.

The hash is keyed (``vault.Key.AUDIT``): who can write the database alone cannot make a chain that verifies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases import vault
from cases.models import AuditHead, AuditLine

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,99}")
LARGEST_COUNT = 10**9
BATCH = 10_000
"""Lines that are followed at a time: well under a second."""


class AuditDetailRefused(ValueError):
    """A detail of an audit line is neither a code nor a count; it might be a value."""


@dataclass(frozen=True)
class Verdict:
    """What checking the chain showed: how many lines hold, and the first that does not (None: all hold)."""

    lines: int
    broken_at: int | None
    problem: str = ""

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def write(who: str, what: str, case_id: UUID | str | None = None, **detail: object) -> None:
    """Add a line. ``what`` is a code (``case.approved``); details are codes, counts or lists of codes.

    Inside the caller's transaction, so a move and its line stand or fall together; call it last there,
    because writers queue from here to their commit. Raises AuditDetailRefused.
    """
    refuse_values(what, detail)
    with transaction.atomic():
        AuditHead.objects.get_or_create(id=1)
        head = AuditHead.objects.select_for_update().get(id=1)
        line = AuditLine(
            id=head.lines + 1,
            at=timezone.now(),
            who=who,
            what=what,
            case_id=UUID(str(case_id)) if case_id else None,
            detail=detail,
            previous_hash=head.hash,
        )
        line.hash = _hash(line, vault.digests(vault.Key.AUDIT))
        line.save(force_insert=True)
        AuditHead.objects.filter(id=1).update(lines=line.id, hash=line.hash)


@dataclass(frozen=True)
class Walked:
    """How far the chain was followed: so many lines hold, the last one with this hash."""

    lines: int = 0
    hash: str = ""


def verify(on_way: Callable[[int, int], None] | None = None) -> Verdict:
    """Follow the whole chain and find the first line that was changed, taken out, put in or cut off.

    ``on_way`` is told after each batch how many lines hold and how many there are.
    """
    found: Walked | Verdict = Walked()
    while isinstance(found, Walked):
        found = follow(found)
        if on_way is not None:
            on_way(found.lines, written())
    return found


def written() -> int:
    """How many lines there ought to be."""
    return AuditHead.objects.filter(id=1).values_list("lines", flat=True).first() or 0


def follow(begin: Walked, most: int = BATCH) -> Walked | Verdict:
    """Follow the chain for one batch of lines from where it was left: how far, or the verdict at its end."""
    walked, digest = begin, vault.digests(vault.Key.AUDIT)
    # Whoever writes a line moves the head in the same transaction, so that the last line is asked for first.
    last = AuditLine.objects.order_by("id").values_list("id", flat=True).last() or 0
    head = AuditHead.objects.filter(id=1).first() or AuditHead()
    for line in AuditLine.objects.filter(id__gt=begin.lines).order_by("id")[:most].iterator(chunk_size=2000):
        problem = _problem(line, walked.lines + 1, walked.hash, digest)
        if problem:
            return Verdict(walked.lines, walked.lines + 1, problem)
        walked = Walked(walked.lines + 1, line.hash)
        if walked.lines == head.lines and walked.hash != head.hash:
            return Verdict(walked.lines - 1, walked.lines, f"line {walked.lines} is not the one written last")
    put_in = last > head.lines and walked.lines >= head.lines
    if put_in or (walked == begin and walked.lines < head.lines):
        whole = min(walked.lines, head.lines)
        return Verdict(whole, whole + 1, f"{head.lines} lines were written and {last} are there")
    return Verdict(walked.lines, None) if walked.lines >= head.lines else walked


def _problem(line: AuditLine, expected_id: int, previous: str, digest: Callable[[bytes], str]) -> str:
    if line.id != expected_id:
        return f"line {expected_id} is missing"
    if line.previous_hash != previous:
        return f"line {line.id} does not follow the line before it"
    if line.hash != _hash(line, digest):
        return f"line {line.id} was changed"
    return ""


def _hash(line: AuditLine, digest: Callable[[bytes], str]) -> str:
    facts = [
        line.id,
        _instant(line.at),
        line.who,
        line.what,
        str(line.case_id or ""),
        line.detail,
        line.previous_hash,
    ]
    return digest(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode())


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def refuse_values(what: str, detail: Mapping[str, object]) -> None:
    """Raises AuditDetailRefused unless ``what`` is a code and details are codes, counts or lists of codes."""
    if not CODE.fullmatch(what):
        raise AuditDetailRefused(
            f"an audit line's kind is a code such as case.approved, {len(what)} characters are not"
        )
    for name, value in detail.items():
        if not all(
            _is_code_or_count(item) for item in (value if isinstance(value, list | tuple) else [value])
        ):
            # The value is not quoted here: it may be a resident's.
            raise AuditDetailRefused(f"detail {name} of an audit line is neither a code nor a count")


def _is_code_or_count(value: object) -> bool:
    if isinstance(value, int | float):
        return abs(value) < LARGEST_COUNT
    return isinstance(value, str) and (value == "" or CODE.fullmatch(value) is not None)
