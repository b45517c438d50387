"""Entry into a target that imports files: approved records into one file each time, proven, given out once.

Whatever moment a kill strikes at, the batch's stage and the place of its file tell what the target can have
seen of it (``cases.batches``, ``robots.outbox``): it is taken up again with the same bytes, or a person is
asked.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from flows import wiring
from flows.outboxes import cover_sheet, outbox
from flows.settling import count_time
from flows.work_queue import may_begin, share_done, still_wanted

if TYPE_CHECKING:
    from cases.batch_table import FileBatch
    from cases.entry import Outcome, Proof
    from cases.schedule import Limits
    from cases.states import State
    from forms.definition import FormDefinition
    from forms.facts import Record
    from forms.library import FormLibrary
    from robots.file_lines import RecordLines
    from robots.file_target import FileTarget
    from robots.receipt import FieldCheck

logger = logging.getLogger("tenki.entry")

BEAT_CASES = 50
"""Leases are prolonged whenever so many further records have been taken."""

Ended = Iterator[tuple[str, "State"]]


@dataclass(frozen=True)
class FileQueue:
    """The approved cases of a task, on their way into files of one target."""

    task: str
    target: FileTarget
    robot: str
    limits: Limits

    @cached_property
    def _library(self) -> FormLibrary:
        """Read from its files once for a run."""
        return wiring.form_library()

    def run(self, *, look_ups_only: bool = False) -> Ended:
        """Case id and new state of each case: first what a dead robot left, then, unless only look-ups are
        wanted, new files.
        """
        if not self._may_begin():
            return
        yield from self._taken_up_again()
        yield from self._in_no_file()
        yield from self._not_to_be_looked_up()
        begun = 0
        while not look_ups_only and (records := self._next_records(begun)):
            begun += len(records)
            for form, same in self._by_form(records):
                yield from self._batch(form, same)

    def _taken_up_again(self) -> Ended:
        from cases import batches
        from cases.batches import Stage
        from cases.errors import CaseError

        for batch in batches.unfinished(self.target.target):
            form = self._library.get(batch.form, batch.form_version)
            try:
                records = batches.take_over(batch, self.robot, my_number=self._my_number(form))
            except CaseError:
                continue  # Another robot looks into it already.
            logger.warning("target %s: file %s is taken up again", self.target.target, batch.number)
            fit, unfit, gap = self._laid_out(form, records)
            if unfit or gap or batch.target_version != self.target.version:
                # What was committed under another definition is not quietly written by this one.
                yield from self._doubted(batch, "file.layout_changed")
            elif batch.stage == Stage.INTENT:
                yield from self._write(batch, form, fit)
            else:
                yield from self._give(batch, form, fit)

    def _in_no_file(self) -> Ended:
        """Cases that a robot held when it died before their batch was committed."""
        from cases import batches, entry
        from cases.errors import CaseError
        from cases.states import State

        for case in entry.stale():
            if case.task_id != self.task or batches.is_in_open_batch(case):
                continue
            try:
                entry.take_over(case, self.robot, my_number=False)
                entry.not_arrived(case, self.robot)
            except CaseError:
                continue
            yield str(case.pk), State.APPROVED

    def _not_to_be_looked_up(self) -> Ended:
        """Corrections whose look-up was asked for: a file cannot be looked into, so a person says it."""
        from django.utils import timezone

        from cases import proving
        from cases.entry import Outcome, Proof
        from cases.errors import CaseError

        for case in proving.asked(self.task):
            now = timezone.now()
            proof = Proof(self.target.target, Outcome.UNKNOWN, now, now, proving.NO_LOOK_UP)
            try:
                if proving.begin(case, self.robot, my_number=False) is not None:
                    yield str(case.pk), proving.finish(case.pk, self.robot, proof)
            except CaseError:
                continue

    def _next_records(self, begun: int) -> list[Record]:
        """Approved cases, taken one by one, as many as a file takes and the task's limits leave."""
        from cases import entry

        found: list[Record] = []
        wants_my_number = any(map(self._my_number, self._library.newest()))
        while len(found) < self.target.most_records and self._may_begin():
            if not still_wanted(self.task, self.target.target):
                break
            if share_done(self.task, self.limits, begun + len(found)):
                break
            record = entry.begin_next(self.task, self.robot, my_number=wants_my_number)
            if record is None:
                break
            found.append(record)
            if len(found) % BEAT_CASES == 0:
                for one in found:
                    entry.renew(one.case_id, self.robot)
        return found

    def _batch(self, form: FormDefinition, records: Sequence[Record]) -> Ended:
        """One new file: intent first, then the file."""
        from cases import batches, gates
        from cases.entry import Outcome

        fit, unfit, gap = self._laid_out(form, records)
        if gap:
            gates.stop(self.target.target, self.robot, "definition.field", gap)
            for record in records:
                yield record.case_id, self._ended(record, Outcome.FAULT, "definition.field", gap)
            return
        for record, words in unfit:
            yield record.case_id, self._ended(record, Outcome.REFUSED, "record.unfit", words)
        if fit:
            now = wiring.now()
            batch = batches.begin(
                self.target.target,
                self.target.version,
                self.robot,
                [one.record for one in fit],
                lambda number: file_name(self.target, number, now),
            )
            yield from self._write(batch, form, fit)

    def _write(self, batch: FileBatch, form: FormDefinition, fit: Sequence[RecordLines]) -> Ended:
        """Write the file where nobody looks, read it back, compare, and only then let it be given out."""
        from cases import batches
        from cases.batches import Cover
        from robots.file_bytes import to_bytes
        from robots.file_lines import control_sums

        layout = self.target.forms[form.form]
        place = outbox(self.target)
        place.stage(
            batch.file_name, to_bytes(self.target, layout, [line for one in fit for line in one.lines])
        )
        data = place.staged(batch.file_name)
        checks = self._read_back(form, fit, data)
        if not all(check.same for found in checks.values() for check in found):
            yield from self._doubted(batch, "file.differs")
            return
        sums = control_sums(layout, fit, data)
        batches.proven(batch, self.robot, Cover(sums.sha256, sums.lines, sums.sums))
        yield from self._give(batch, form, fit)

    def _give(self, batch: FileBatch, form: FormDefinition, fit: Sequence[RecordLines]) -> Ended:
        """Give out the proven file, unless it was given out before; one that was taken away meanwhile, with
        nothing recorded, may have been imported or not: a person looks.
        """
        from cases import batches
        from robots.outbox import Lies

        place = outbox(self.target)
        lies = place.lies(batch.file_name, batch.sha256)
        kept = place.staged if lies is Lies.STAGED else place.given
        data = None if lies in {Lies.FETCHED, Lies.CHANGED} else kept(batch.file_name)
        if data is None or hashlib.sha256(data).hexdigest() != batch.sha256:
            yield from self._doubted(batch, f"file.{Lies.CHANGED.value if data else lies.value}")
            return
        if lies is Lies.STAGED:
            place.give(batch.file_name)
        checks = self._read_back(form, fit, data)
        proofs = {one.record.case_id: self._proof(batch, one, checks) for one in fit}
        state = batches.given(batch, self.robot, proofs, self.target.acknowledged)
        cover_sheet(self.target, batch)
        for one in fit:
            yield one.record.case_id, state

    def _read_back(
        self, form: FormDefinition, fit: Sequence[RecordLines], data: bytes
    ) -> Mapping[str, tuple[FieldCheck, ...]]:
        from robots.errors import FaultError
        from robots.file_bytes import from_bytes
        from robots.file_lines import proven

        try:
            read = from_bytes(self.target, self.target.forms[form.form], data)
        except FaultError as error:
            logger.error("target %s: %s", self.target.target, error)
            read = []
        return proven(fit, read, form)

    def _proof(
        self, batch: FileBatch, one: RecordLines, checks: Mapping[str, tuple[FieldCheck, ...]]
    ) -> Proof:
        from django.utils import timezone

        from cases.entry import FieldCheck, Outcome, Proof

        return Proof(
            target=self.target.target,
            outcome=Outcome.WRITTEN,
            started_at=batch.begun_at,
            finished_at=timezone.now(),
            receipt_number=batch.file_name,
            read_back=tuple(
                FieldCheck(c.field, c.expected, c.seen, c.same) for c in checks[one.record.case_id]
            ),
            message=one.note,
        )

    def _doubted(self, batch: FileBatch, reason: str) -> Ended:
        from cases import batches
        from cases.states import State

        batches.doubt(batch, self.robot, reason)
        for case in batches.cases_of(batch):
            yield str(case.pk), State.OUTCOME_UNKNOWN

    def _ended(self, record: Record, outcome: Outcome, code: str, words: str) -> State:
        """A record that goes into no file."""
        from django.utils import timezone

        from cases import entry
        from cases.entry import Proof
        from cases.models import Case

        now = timezone.now()
        proof = Proof(self.target.target, outcome, now, now, code, message=words)
        count_time(Case.objects.get(pk=record.case_id), 0.0)
        return entry.finish(record.case_id, self.robot, proof)

    def _laid_out(
        self, form: FormDefinition, records: Sequence[Record]
    ) -> tuple[list[RecordLines], list[tuple[Record, str]], str]:
        """What fits, what does not and why, and what the definition lacks ("" when nothing)."""
        from robots.errors import DefinitionGapError, RecordUnfitError
        from robots.file_lines import laid_out

        fit: list[RecordLines] = []
        unfit: list[tuple[Record, str]] = []
        gap = ""
        for record in records:
            try:
                fit.append(laid_out(self.target, form, record))
            except RecordUnfitError as error:
                unfit.append((record, error.words))
            except DefinitionGapError as error:
                gap = error.detail
        return fit, unfit, gap

    def _by_form(self, records: Sequence[Record]) -> Iterator[tuple[FormDefinition, list[Record]]]:
        found: dict[tuple[str, int], list[Record]] = defaultdict(list)
        for record in records:
            found[(record.form, record.version)].append(record)
        for (name, version), same in found.items():
            yield self._library.get(name, version), same

    def _my_number(self, form: FormDefinition) -> bool:
        from robots.file_lines import holds_my_number

        return form.form in self.target.forms and holds_my_number(self.target, form)

    def _may_begin(self) -> bool:
        return may_begin(self.target.target, self.target.hours)


def file_name(target: FileTarget, number: int, now: datetime) -> str:
    """A name that says target, day and number, and nothing of anybody in the file (law 5)."""
    from robots.places import replaced

    words = {
        "target": target.target,
        "date": f"{now:%Y%m%d}",
        "time": f"{now:%H%M%S}",
        "number": f"{number:05d}",
    }
    return str(replaced(target.file_name, words)) + target.ending
