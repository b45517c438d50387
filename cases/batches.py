"""Files of records for targets that import files: each record in exactly one of them, over kills too (law 2).

A batch is committed with its cases before a byte is written. It goes INTENT → PROVEN → GIVEN → IMPORTED; what
of it may have left the building is told by its stage alone, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cases import access, audit, entry, roles
from cases.batch_table import BatchedCase, FileBatch
from cases.entry import FREED, Outcome, Proof
from cases.errors import MoveRefused, NotClaimed
from cases.models import Case
from cases.moves import change
from cases.roles import Role
from cases.states import State
from forms.facts import Record

Stage = FileBatch.Stage
WAITS = "file.waits"
"""The record stands in a file that the target has not imported yet, as far as anybody has said."""

COUNTS_DIFFER = "file.counts_differ"


@dataclass(frozen=True)
class Cover:
    """What the cover sheet says of a file."""

    sha256: str
    lines: int
    sums: Mapping[str, int]


@transaction.atomic(durable=True)
def begin(
    target: str, version: int, robot: str, records: Sequence[Record], named: Callable[[int], str]
) -> FileBatch:
    """Commit which records go into the next file of a target. All are of one form, held by this robot.

    ``named`` gives the file's name by its number. Raises NotClaimed when one of them is no longer held.
    """
    ids = [record.case_id for record in records]
    held = Case.objects.filter(pk__in=ids, state=State.ENTERING, lease_owner=robot)
    if held.count() != len(ids):
        raise NotClaimed(f"not all {len(ids)} cases are held by {robot} any more")
    last = FileBatch.objects.filter(target=target).aggregate(last=Max("number"))["last"] or 0
    batch = FileBatch.objects.create(
        target=target,
        target_version=version,
        number=last + 1,
        form=records[0].form,
        form_version=records[0].version,
        file_name=named(last + 1),
        begun_at=timezone.now(),
    )
    BatchedCase.objects.bulk_create(
        BatchedCase(batch=batch, case_id=case_id, place=place) for place, case_id in enumerate(ids)
    )
    audit.write(robot, "file.begun", target=target, number=batch.number, cases=len(ids))
    return batch


@transaction.atomic(durable=True)
def proven(batch: FileBatch, robot: str, cover: Cover) -> None:
    """The file is written, read back and compared, and from now on may be given out. Raises NotClaimed when
    another robot has taken the batch over.
    """
    _require_held(batch, robot)
    batch.stage, batch.sha256 = Stage.PROVEN, cover.sha256
    batch.lines, batch.sums = cover.lines, dict(cover.sums)
    batch.save(update_fields=["stage", "sha256", "lines", "sums"])
    audit.write(robot, "file.proven", target=batch.target, number=batch.number, lines=cover.lines)


@transaction.atomic
def given(batch: FileBatch, robot: str, proofs: Mapping[str, Proof], acknowledged: bool) -> State:
    """The file is in the outbox: every case gets its receipt. Without ``acknowledged`` that ends the entry;
    with it the cases wait, held by nobody, until a person has said what the target imported.
    """
    cases = _require_held(batch, robot)
    for case in cases:
        proof = entry.without_my_number(case, proofs[str(case.pk)])
        outcome = Outcome.WRITTEN if acknowledged else Outcome.ENTERED
        receipt = entry.store_receipt(case, replace(proof, outcome=outcome, receipt_number=batch.file_name))
        columns = {**FREED, "reason": WAITS if acknowledged else "", "reason_detail": proof.message}
        to = None if acknowledged else State.ENTERED
        change(case, robot, "entry.finished", to=to, columns=columns, outcome=outcome, receipt=receipt.pk)
    batch.stage = Stage.GIVEN if acknowledged else Stage.IMPORTED
    batch.given_at = timezone.now()
    batch.save(update_fields=["stage", "given_at"])
    audit.write(robot, "file.given", target=batch.target, number=batch.number)
    return State.ENTERING if acknowledged else State.ENTERED


@transaction.atomic
def doubt(batch: FileBatch, robot: str, reason: str) -> None:
    """Nobody can tell what became of the file: all its cases go to a person, none is written again."""
    cases = _require_held(batch, robot)
    _to_a_person(batch, cases, robot, reason)


def unfinished(target: str) -> tuple[FileBatch, ...]:
    """Batches whose robot died before the file was given out and recorded, oldest first."""
    now = timezone.now()
    open_ones = FileBatch.objects.filter(target=target, stage__in=[Stage.INTENT, Stage.PROVEN])
    return tuple(
        batch
        for batch in open_ones.order_by("number")
        if not Case.objects.filter(batches__batch=batch, lease_until__gt=now).exists()
    )


def waiting(targets: Sequence[str] | None = None) -> tuple[FileBatch, ...]:
    """Files of which nobody has said yet what the target imported, oldest first."""
    found = FileBatch.objects.filter(stage=Stage.GIVEN).order_by("given_at")
    return tuple(found if targets is None else found.filter(target__in=targets))


@transaction.atomic
def take_over(batch: FileBatch, robot: str, *, my_number: bool) -> tuple[Record, ...]:
    """Hold all cases of a batch whose robot died; their records in the order of the file.

    Raises CaseChanged or MoveRefused when another robot was faster.
    """
    return tuple(entry.take_over(case, robot, my_number=my_number) for case in cases_of(batch))


def cases_of(batch: FileBatch) -> tuple[Case, ...]:
    items = batch.items.select_related("case__task").order_by("place")
    return tuple(item.case for item in items)


@transaction.atomic
def acknowledge(batch: FileBatch, user: User, imported: int) -> bool:
    """A person says how many records the target has imported. Where that is all of them the cases are
    entered; else all of them go to a person, since nobody knows which are missing. Raises NotAllowed,
    MoveRefused when nothing is to be said of this file.
    """
    roles.require(user, Role.OPERATOR)
    batch = FileBatch.objects.select_for_update().get(pk=batch.pk)
    cases = cases_of(batch)
    for task in {case.task_id for case in cases}:
        access.require(user, task)
    if batch.stage != Stage.GIVEN:
        raise MoveRefused(f"file {batch.number} of {batch.target} is {batch.stage}: nothing to acknowledge")
    who = user.get_username()
    batch.imported, batch.by, batch.at = imported, who, timezone.now()
    whole = imported == len(cases)
    if not whole:
        _to_a_person(batch, cases, who, COUNTS_DIFFER)
        return False
    for case in cases:
        change(case, who, "file.imported", to=State.ENTERED, columns={**FREED, "reason": ""})
    batch.stage = Stage.IMPORTED
    batch.save(update_fields=["stage", "imported", "by", "at"])
    audit.write(who, "file.acknowledged", target=batch.target, number=batch.number, imported=imported)
    return True


def is_in_open_batch(case: Case) -> bool:
    """Whether a file that is not given out yet holds the case."""
    return case.batches.filter(batch__stage__in=[Stage.INTENT, Stage.PROVEN]).exists()


def _to_a_person(batch: FileBatch, cases: Sequence[Case], who: str, reason: str) -> None:
    for case in cases:
        columns = {**FREED, "reason": reason, "reason_detail": ""}
        change(case, who, "file.doubted", to=State.OUTCOME_UNKNOWN, columns=columns, reason=reason)
    batch.stage, batch.reason = Stage.DOUBTED, reason
    batch.save(update_fields=["stage", "reason", "imported", "by", "at"])
    audit.write(who, "file.doubted", target=batch.target, number=batch.number, reason=reason)


def _require_held(batch: FileBatch, robot: str) -> tuple[Case, ...]:
    cases = cases_of(batch)
    if any(case.state != State.ENTERING or case.lease_owner != robot for case in cases):
        raise NotClaimed(f"file {batch.number} of {batch.target} is no longer held by {robot}")
    return cases
