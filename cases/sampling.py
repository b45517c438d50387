"""Residual-error samples: a set share of what is accepted unseen is asked blind, and counted.

Which fields is decided by a keyed digest of case, attempt and field: nobody without the site's key can tell
beforehand, everybody with it can check afterwards, and the reader's confidence has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from cases import access, audit, roles, task_versions, vault
from cases.errors import BadLine, CaseChanged, NoSentence
from cases.history import sign
from cases.models import Case, Task
from cases.policy import SignedPolicy, policy_of
from cases.roles import Role
from cases.sampled import PolicyVersion, Sample
from cases.task_table import TaskVersion
from cases.values import contents as contents_of
from cases.values import reading_value, readings
from forms.definition import Field, FormDefinition, Kind
from forms.facts import Reading, Route

DIGEST_RANGE = 16**16


@dataclass(frozen=True)
class Measured:
    """What the samples of one group say; ``wrong`` of ``n`` readings that were accepted were wrong."""

    form: str
    field_id: str
    kind: str
    blank: bool
    n: int
    wrong: int


def drawn(case: Case, attempt: int, field_id: str, share: float) -> bool:
    """Whether this field of this sheet is in the sample; the same answer whenever it is asked."""
    digest = vault.digest(vault.Key.AUDIT, f"sample/{case.pk}/{attempt}/{field_id}".encode())
    return int(digest[:16], 16) < share * DIGEST_RANGE


def draw(case: Case, attempt: int, form: FormDefinition, facts: Iterable[Reading]) -> tuple[Reading, ...]:
    """The readings as they are stored: those drawn are asked blind, and noted. Inside a transaction."""
    policy, kept, samples = policy_of(case.task), list[Reading](), list[Sample]()
    for fact in facts:
        field = form.field(fact.field_id)
        if not (_may_be_drawn(field, fact) and drawn(case, attempt, field.id, policy.sample_share)):
            kept.append(fact)
            continue
        kept.append(replace(fact, route=Route.BLIND))
        samples.append(
            Sample(
                task=case.task,
                case=case,
                attempt=attempt,
                form=form.form,
                field_id=field.id,
                kind=field.kind.value,
                blank=fact.blank,
                policy_version=policy.version,
                max_wrong=policy.max_wrong,
                drawn_at=timezone.now(),
            )
        )
    Sample.objects.bulk_create(samples)
    return tuple(kept)


def settle(case: Case) -> None:
    """Note for each sample of the sheet whether the value that was approved is the one that was read."""
    samples = list(Sample.objects.filter(case=case))
    if not samples:
        return
    values, read = contents_of(case).plain, readings(case)
    for sample in samples:
        reading = read.get(sample.field_id)
        if reading is None or reading.attempt != sample.attempt:
            continue
        sample.wrong = values.get(sample.field_id, "") != reading_value(reading)
        sample.settled_at = timezone.now()
        sample.save(update_fields=["wrong", "settled_at"])


def measured(task: Task, version: int | None = None) -> tuple[Measured, ...]:
    """Counts by field, of one version of the policy or of all; open sheets are left out."""
    rows = Sample.objects.filter(task=task, settled_at__isnull=False)
    if version is not None:
        rows = rows.filter(policy_version=version)
    grouped = rows.values("form", "field_id", "kind", "blank").annotate(
        n=Count("pk"), wrong_count=Count("pk", filter=Q(wrong=True))
    )
    return tuple(
        Measured(row["form"], row["field_id"], row["kind"], row["blank"], row["n"], row["wrong_count"])
        for row in grouped.order_by("form", "field_id", "blank")
    )


@transaction.atomic
def sign_line(task: Task, by: User, max_wrong: float, reason: str, seen_version: int) -> PolicyVersion:
    """Draw the line anew from the next reading on, as a new version of the policy.

    What the department wants (``wanted_wrong``) stays. Raises NotAllowed, NoSentence, BadLine, or CaseChanged
    when the policy is not the one that the person saw.
    """
    roles.require(by, Role.DEPARTMENT)
    access.require(by, task.name)
    policy = policy_of(Task.objects.get(pk=task.pk))
    if policy.version == seen_version and not (0 < max_wrong < 1 and max_wrong != policy.max_wrong):
        raise BadLine("a share between 0 and 1, and another than now")
    changed = policy.model_copy(update={"max_wrong": max_wrong, "wanted_wrong": policy.wanted})
    return sign_policy(task, by, changed, reason, seen_version)


@transaction.atomic
def sign_policy(task: Task, by: User, wanted: SignedPolicy, reason: str, seen_version: int) -> PolicyVersion:
    """The next version of the policy, signed by this person today; it counts from the next reading on.

    Raises NotAllowed, NoSentence, or CaseChanged when the policy is not the one that the person saw.
    """
    roles.require(by, Role.DEPARTMENT)
    access.require(by, task.name)
    if not reason.strip():
        raise NoSentence("a policy is signed with a reason")
    # Two signers at once: the second waits here, and then finds another version.
    task = Task.objects.select_for_update().get(pk=task.pk)
    policy = policy_of(task)
    if policy.version != seen_version:
        raise CaseChanged(f"policy {policy.version} of {task.name} was signed meanwhile: look again")
    now = timezone.now()
    signature = {
        "version": policy.version + 1,
        "signed_by": by.get_full_name() or by.get_username(),
        "signed_on": timezone.localdate(now),
    }
    changed = wanted.model_copy(update=signature)
    counted = measured(task, policy.version)
    row = PolicyVersion(
        task=task,
        version=changed.version,
        policy=changed.model_dump(mode="json"),
        before=policy.max_wrong,
        after=changed.max_wrong,
        samples=sum(one.n for one in counted),
        wrong=sum(one.wrong for one in counted),
        reason=reason.strip()[:400],
        signed_by=by.get_username(),
        signed_at=now,
    )
    sign(row)
    Task.objects.filter(pk=task.pk).update(policy=row.policy)
    task_versions.note(task, row.signed_by, TaskVersion.Origin.DESK)
    audit.write(row.signed_by, "policy.signed", task=task.name, version=row.version)
    return row


def _may_be_drawn(field: Field, fact: Reading) -> bool:
    """What a person is never asked about is not sampled either."""
    stamp_for_show = field.kind is Kind.STAMP and field.target is None
    return fact.route is Route.ACCEPT and not field.office and not stamp_for_show
