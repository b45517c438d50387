"""Which file is read by whom: claimed by lease with one conditional UPDATE, so that several may read at once.

A reader that dies frees its file when the lease ends, at once where somebody on the same machine sees that it
is gone. Two that hold the same file after all (a reader that slept) harm nothing: a page is recorded once, by
the revision of its case.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from cases.models import Case, SourceFile
from cases.states import State

FREED: dict[str, object] = {"lease_owner": "", "lease_until": None}


def reader_name() -> str:
    """Who holds the files that this process reads."""
    return f"{_here()}{os.getpid()}"


def claim_next(task: str, reader: str, passed_over: Collection[UUID] = ()) -> SourceFile | None:
    """The oldest unread file that nobody else reads, held for this reader; None when there is none."""
    free_the_dead()
    while True:
        source = _oldest(task, passed_over)
        if source is None:
            return None
        mine = {"lease_owner": reader, "lease_until": _lease_end()}
        if SourceFile.objects.filter(_free(), pk=source.pk).update(**mine):
            # Looked at once more: it may have been read, and freed, since it was found.
            held = SourceFile.objects.get(pk=source.pk)
            if held.read_at is None or held.cases.filter(state=State.RECEIVED).exists():
                return held
            release(source, reader)


def _oldest(task: str, passed_over: Collection[UUID]) -> SourceFile | None:
    """Of files of which some page is no case yet, and of those with a case that is to be read (again).

    Asked for apart: each has an index of its own, and with both in one question all files that ever came
    would be looked at.
    """
    free = SourceFile.objects.filter(_free(), task=task).exclude(pk__in=passed_over)
    again = Case.objects.filter(task=task, state=State.RECEIVED).values("source")
    asked = (free.filter(read_at=None), free.filter(pk__in=again))
    found = [first for one in asked if (first := one.order_by("received_at", "pk").first()) is not None]
    return min(found, key=lambda source: (source.received_at, source.pk), default=None)


def renew(source: SourceFile, reader: str) -> bool:
    """Hold the file longer; False when the lease has ended and somebody else has taken it over."""
    mine = SourceFile.objects.filter(pk=source.pk, lease_owner=reader)
    return bool(mine.update(lease_until=_lease_end()))


def release(source: SourceFile, reader: str) -> None:
    SourceFile.objects.filter(pk=source.pk, lease_owner=reader).update(**FREED)


def free_the_dead() -> int:
    """Free what readers of this machine held that are gone; how many files it was."""
    held = SourceFile.objects.filter(lease_until__isnull=False, lease_owner__startswith=_here())
    gone = {name for name in held.values_list("lease_owner", flat=True).distinct() if not _alive(name)}
    return SourceFile.objects.filter(lease_owner__in=gone).update(**FREED) if gone else 0


def _free() -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=timezone.now())


def _lease_end() -> object:
    return timezone.now() + timedelta(seconds=settings.SITE.read_lease_seconds)


def _here() -> str:
    return f"reader-{socket.gethostname()}-"


def _alive(reader: str) -> bool:
    try:
        os.kill(int(reader.rpartition("-")[2]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # Somebody else's process; perhaps another account's reader.
    return True
