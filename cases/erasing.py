"""Deleting what is due, and proving it: files shredded, rows emptied, one sealed record for each batch.

Audit lines stay (law 3); so do a case's number, state and times, its minutes and its receipts' outcomes,
which hold nothing of a resident. Each record is bound to the one before by a keyed digest and named in the
audit trail. A run that is killed goes on where it was: what is not recorded is due again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases import audit, files, scrubbing, vault
from cases.audit import Verdict
from cases.erased import Erased, Erasure, Hold
from cases.files import FileKind
from cases.found import SheetNames
from cases.models import AuditLine, Case, Confirmation, Entry, Page, Reading, Receipt, SourceFile
from cases.retention import Due
from cases.states import ENDED
from forms.retention import Kept

BATCH = 100
"""Cases in one transaction: other writers wait for it."""

WHAT = "retention.erased"
"""The audit line that names a record."""

Counts = Counter[str]


def run(found: Iterable[Due], who: str) -> tuple[Erasure, ...]:
    """Delete what ``retention.due`` has found; the records of it."""
    kinds: dict[UUID, set[Kept]] = {}
    for one in found:
        kinds.setdefault(one.case_id, set()).add(one.kind)
    records = list[Erasure]()
    waiting = iter(sorted(kinds))
    if kinds:
        scrubbing.begin()
    while batch := list(islice(waiting, BATCH)):
        record = _erase({case_id: kinds[case_id] for case_id in batch}, who)
        records += [record] if record else []
    return tuple(records)


@transaction.atomic
def _erase(wanted: Mapping[UUID, set[Kept]], who: str) -> Erasure | None:
    held = Hold.objects.filter(lifted_at__isnull=True).values("case")
    cases = Case.objects.select_for_update().filter(pk__in=list(wanted), state__in=ENDED)
    cases = cases.exclude(pk__in=held)
    rows = [(case.pk, case.number, sorted(wanted[case.pk])) for case in cases.order_by("pk")]
    if not rows:
        return None
    counts: Counts = Counter({"cases": len(rows), "files": 0, "rows": 0})
    for kind in Kept:
        ids = [pk for pk, _, kinds in rows if kind in kinds]
        if ids:
            ERASE[kind](ids, counts)
    record = _recorded(who, rows, counts)
    Erased.objects.bulk_create(
        Erased(case_id=pk, kind=kind.value, erasure=record) for pk, _, kinds in rows for kind in kinds
    )
    for pk, _, kinds in rows:
        audit.write(who, "case.erased", pk, kinds=[kind.value for kind in kinds], proof=record.pk)
    audit.write(who, WHAT, proof=record.pk, digest=f"sha256-{record.digest}", **dict[str, Any](counts))
    return record


def _my_numbers(ids: list[UUID], counts: Counts) -> None:
    for model in (Reading, Entry):
        counts["rows"] += model.objects.filter(case__in=ids, sealed__isnull=False).delete()[0]


def _originals(ids: list[UUID], counts: Counts) -> None:
    sources = SourceFile.objects.filter(cases__in=ids).distinct()
    for pk in list(sources.values_list("pk", flat=True)):
        counts["files"] += files.shred(FileKind.ORIGINAL, pk)
        counts["rows"] += SourceFile.objects.filter(pk=pk).update(original_name="")


def _pages(ids: list[UUID], counts: Counts) -> None:
    counts["files"] += sum(files.shred(FileKind.PAGE, pk) for pk in ids)
    counts["rows"] += Page.objects.filter(case__in=ids).delete()[0]
    receipts = Receipt.objects.filter(case__in=ids)
    # Of every receipt: a robot that was killed can have left a picture that its receipt does not name.
    counts["files"] += sum(
        files.shred(FileKind.PICTURE, pk) for pk in list(receipts.values_list("pk", flat=True))
    )
    counts["rows"] += receipts.filter(has_picture=True).update(has_picture=False)


def _readings(ids: list[UUID], counts: Counts) -> None:
    read = Reading.objects.filter(case__in=ids, sealed__isnull=True)
    counts["rows"] += read.update(raw="", alternatives=[], findings=[])


def _values(ids: list[UUID], counts: Counts) -> None:
    for model in (Reading, Entry, Confirmation, SheetNames):
        counts["rows"] += model._default_manager.filter(case__in=ids).delete()[0]
    said = Receipt.objects.filter(~Q(message="") | ~Q(read_back=[]), case__in=ids)
    counts["rows"] += said.update(message="", read_back=[])
    counts["rows"] += Case.objects.filter(pk__in=ids).exclude(reason_detail="").update(reason_detail="")


ERASE: Mapping[Kept, Callable[[list[UUID], Counts], None]] = {
    Kept.MY_NUMBER: _my_numbers,
    Kept.ORIGINAL: _originals,
    Kept.PAGE: _pages,
    Kept.READINGS: _readings,
    Kept.VALUES: _values,
}


def _recorded(who: str, rows: Sequence[tuple[UUID, str, list[Kept]]], counts: Counts) -> Erasure:
    """The record of one batch, as the next link of the chain. Writers of it have queued on their cases."""
    last = Erasure.objects.select_for_update().order_by("-pk").first()
    listed = [[str(pk), number, [kind.value for kind in kinds]] for pk, number, kinds in rows]
    record = Erasure(
        id=last.pk + 1 if last else 1,
        at=timezone.now(),
        who=who,
        cases=listed,
        counts=dict(counts),
        digest=hashlib.sha256(json.dumps(listed).encode()).hexdigest(),
        previous_seal=last.seal if last else "",
    )
    record.seal = _seal(record)
    record.save(force_insert=True)
    return record


def _seal(record: Erasure) -> str:
    facts = [
        record.pk,
        record.at.isoformat(timespec="microseconds"),
        record.who,
        record.cases,
        record.counts,
        record.digest,
        record.previous_seal,
    ]
    return vault.digest(vault.Key.AUDIT, json.dumps(facts, sort_keys=True, ensure_ascii=False).encode())


def verify() -> Verdict:
    """Follow the chain of records and find the first that was changed, taken out or put in."""
    count, previous = 0, ""
    for record in Erasure.objects.order_by("pk").iterator(chunk_size=200):
        whole = hashlib.sha256(json.dumps(record.cases).encode()).hexdigest() == record.digest
        if record.pk != count + 1 or record.previous_seal != previous:
            return Verdict(count, count + 1, f"record {count + 1} is missing")
        if not whole or record.seal != _seal(record):
            return Verdict(count, count + 1, f"record {record.pk} was changed")
        count, previous = count + 1, record.seal
    named = AuditLine.objects.filter(what=WHAT).count()
    if named != count:
        return Verdict(count, count + 1, f"the audit trail names {named} records and {count} are there")
    return Verdict(count, None)


@dataclass(frozen=True)
class Left:
    """Something that a record says is gone, and that is there: after a restore, say."""

    number: str
    kind: Kept


def left(record: Erasure) -> tuple[Left, ...]:
    """Look again at everything that the record says is gone."""
    return tuple(
        Left(str(number), Kept(kind))
        for pk, number, kinds in record.cases
        for kind in kinds
        if any(THERE[Kept(kind)](UUID(str(pk))))
    )


def _file_there(kind: FileKind, file_id: object) -> bool:
    return file_id is not None and files.is_there(kind, file_id)


def _my_number_there(pk: UUID) -> Iterator[bool]:
    yield Reading.objects.filter(case=pk, sealed__isnull=False).exists()
    yield Entry.objects.filter(case=pk, sealed__isnull=False).exists()


def _original_there(pk: UUID) -> Iterator[bool]:
    source = SourceFile.objects.filter(cases=pk).first()
    yield source is not None and (source.original_name != "" or _file_there(FileKind.ORIGINAL, source.pk))


def _page_there(pk: UUID) -> Iterator[bool]:
    yield _file_there(FileKind.PAGE, pk) or Page.objects.filter(case=pk).exists()
    for receipt in Receipt.objects.filter(case=pk).values_list("pk", flat=True):
        yield _file_there(FileKind.PICTURE, receipt)


def _readings_there(pk: UUID) -> Iterator[bool]:
    read = Reading.objects.filter(case=pk, sealed__isnull=True)
    yield read.exclude(raw="", alternatives=[], findings=[]).exists()


def _values_there(pk: UUID) -> Iterator[bool]:
    for model in (Reading, Entry, Confirmation, SheetNames):
        yield model._default_manager.filter(case=pk).exists()
    yield Receipt.objects.filter(~Q(message="") | ~Q(read_back=[]), case=pk).exists()
    yield Case.objects.filter(pk=pk).exclude(reason_detail="").exists()


THERE: Mapping[Kept, Callable[[UUID], Iterator[bool]]] = {
    Kept.MY_NUMBER: _my_number_there,
    Kept.ORIGINAL: _original_there,
    Kept.PAGE: _page_there,
    Kept.READINGS: _readings_there,
    Kept.VALUES: _values_there,
}
