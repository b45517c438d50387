"""What happened, as tables. Only the functions of this room write them (``cases.intake``, ``cases.review``
…).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.states import State


class Task(models.Model):
    """A department's automated task (事業), seeded from ``config/tasks/<name>.yaml``."""

    name = models.SlugField(primary_key=True)
    title = models.CharField(max_length=200)
    department = models.CharField(max_length=200)
    forms = models.JSONField(default=list)
    """Names of the forms that the task accepts."""

    target = models.CharField(max_length=100)
    policy = models.JSONField(default=dict)
    """What the department signed: ``version``, ``approve_unasked``, ``max_wrong``, ``signed_by``,
    ``signed_on`` (``cases.seed.SignedPolicy``)."""

    steps = models.JSONField(default=dict)
    """Timed minutes per sheet of the steps away from the screen, ``{step: {minutes, n, timed_on, …}}``. They
    stand in for the months in which nobody logged the step (``savings.collect``)."""

    introduced_on = models.DateField()
    key_task = models.BooleanField(default=False)
    annual_volume = models.PositiveIntegerField(null=True)
    """Cases a year as estimated before going live; once it runs, cases are counted instead."""

    schedule = models.JSONField(default=dict)
    """When its rounds are made (``cases.schedule.Schedule``); empty: as often as the site makes rounds."""

    limits = models.JSONField(default=dict)
    """What a run may do at most (``cases.schedule.Limits``)."""

    source = models.JSONField(default=dict)
    """Where its cases come from (``cases.row_source.RowSource``); empty: scans."""

    enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.title


class SourceFile(models.Model):
    """A file as it was handed in. Its bytes lie encrypted under ``var/files``; its name is kept only here
    (law 5).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    original_name = models.CharField(max_length=500)
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=150)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="files")
    scanner = models.CharField(max_length=200, blank=True)
    """The inbox's sub-folder in which the file lay: each scanner may have its own."""

    read_at = models.DateTimeField(null=True)
    """When every page of it had become a case; until then an intake that was killed goes on with it."""

    lease_owner = models.CharField(max_length=150, blank=True)
    lease_until = models.DateTimeField(null=True)
    """Until then the file is its reader's; a living one prolongs it (``cases.sources``)."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["task", "sha256"], name="same_file_once_per_task"),)
        indexes = (
            models.Index(
                fields=["task", "received_at"], condition=models.Q(read_at=None), name="file_unread"
            ),
            models.Index(fields=["lease_until"], condition=~models.Q(lease_until=None), name="file_held"),
        )

    def __str__(self) -> str:
        return str(self.id)


class Case(models.Model):
    """One sheet (or one electronic application) on its way to the register."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    """Short number to write on the paper and reception number in the target: ``T26-000123``."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="cases")
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="cases", null=True)
    page_index = models.PositiveIntegerField(default=0)
    """0-based page of the source file that holds this sheet."""

    form = models.CharField(max_length=100, blank=True)
    form_version = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.RECEIVED, db_index=True)
    reason = models.CharField(max_length=100, blank=True)
    """Stable code of why the case waits (``file.encrypted``, ``target.refused``); its Japanese sentence is
    the desk's.
    """

    reason_detail = models.TextField(blank=True)
    """Words for the operator, such as what the target said. May hold personal data: shown in the desk
    only.
    """

    lease_owner = models.CharField(max_length=150, blank=True)
    lease_until = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    """Counts every move; a conditional UPDATE on it makes two writers impossible."""

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["source", "page_index"],
                condition=models.Q(source__isnull=False),
                name="one_case_per_page",
            ),
        )
        indexes = (
            models.Index(fields=["task", "state", "created_at"]),
            # A month's volumes are counted by these.
            models.Index(fields=["created_at"], name="case_by_arrival"),
            # The case list is put in order, narrowed and paged within this one.
            models.Index(fields=["created_at", "number", "task", "state", "id"], name="case_in_order"),
            models.Index(fields=["updated_at"], name="case_by_last_move"),
        )

    def __str__(self) -> str:
        return self.number


class Page(models.Model):
    """The working page of a case: the scan after registration, My Number blacked out. Bytes lie encrypted in
    ``var/files``.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="page")
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    transform = models.JSONField()
    """3×3 row-major homography from mm on the form to px of the page image."""

    fit_mm = models.FloatField()
    """Root mean square distance (mm) between the landmarks found and those of the definition."""

    original_transform = models.JSONField(default=list)
    """The same to px of the page as it was scanned: the crop of a My Number is cut from there."""

    turned_degrees = models.PositiveSmallIntegerField(default=0)
    """By how much the sheet lay turned in the scanner: 0 or 180."""

    dpi = models.FloatField(default=0)
    """True resolution of the scan."""


class Reading(models.Model):
    """What the machine read in one field. Never overwritten (law 3): reading a sheet again adds an
    attempt.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="readings")
    attempt = models.PositiveIntegerField(default=1)
    """1 for the first reading of the sheet; the highest counts (``cases.values.readings``)."""

    field_id = models.CharField(max_length=100)
    raw = models.TextField(blank=True)
    value = models.TextField(blank=True)
    alternatives = models.JSONField(default=list)
    """``[[text, probability], …]``, best first."""

    confidence = models.FloatField()
    blank = models.BooleanField()
    findings = models.JSONField(default=list)
    """``[{code, severity, params}, …]``."""

    route = models.CharField(max_length=10)
    reader = models.CharField(max_length=20)
    box_px = models.JSONField()
    """Four corners of the field in px of the original page."""

    sealed = models.BinaryField(null=True)
    """My Number only: ``{raw, value, alternatives, findings}`` under its own key; the plain columns are then
    empty (law 5).
    """

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "attempt", "field_id"], name="one_reading_per_field"),
        )


class Entry(models.Model):
    """A value that a person gave or confirmed, beside the reading. The newest of a field counts; none is ever
    changed.
    """

    class How(models.TextChoices):
        CONFIRMED = "confirmed", _("確認")
        CORRECTED = "corrected", _("訂正")
        TYPED_BLIND = "typed_blind", _("独立入力")
        KEYED = "keyed", _("手入力")
        SECOND_CHECK = "second_check", _("再確認")
        DECIDED = "decided", _("相違の判定")
        """Of two different values, or instead of both, by somebody who saw them side by side."""

        ILLEGIBLE = "illegible", _("判読不能")
        """Nobody can read what stands there: no value, and the sheet waits until it is given or returned."""

        UNDONE = "undone", _("取り消し")
        """Takes back the field's newest entry that still counted; the value is the one that counts again."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    field_id = models.CharField(max_length=100)
    value = models.TextField(blank=True)
    sealed = models.BinaryField(null=True)
    how = models.CharField(max_length=20, choices=How.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["case", "field_id", "-at"]),)


class Confirmation(models.Model):
    """A person's word that a finding is right as it stands: nothing is refused by a rule alone (law 4)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="confirmations")
    field_id = models.CharField(max_length=100)
    code = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    """Keyed digest of the finding and the field's value: once either changes, the question is open again."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "fingerprint"], name="finding_confirmed_once"),
        )


class Approval(models.Model):
    """Who let the record through. Without one no robot gets it (law 1)."""

    class ApproverKind(models.TextChoices):
        PERSON = "person", _("担当者")
        POLICY = "policy", _("所管課の方針")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="approvals")
    kind = models.CharField(max_length=10, choices=ApproverKind.choices)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    """The case's revision that was approved; a later change needs a new approval."""

    values_seal = models.CharField(max_length=64)
    """Keyed digest of the values that were approved; a robot gets the record only while they are still the
    same.
    """


class Receipt(models.Model):
    """What the robot brought back: the proof of entry, or of its failing."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="receipts")
    target = models.CharField(max_length=100)
    outcome = models.CharField(max_length=30)
    """``entered``, ``already_there``, ``refused``, ``unavailable``, ``unknown`` or ``fault``; ``vouched``: a
    person's word.
    """

    receipt_number = models.CharField(max_length=100, blank=True)
    read_back = models.JSONField(default=list)
    """``[{field, expected, seen, same}, …]``; My Number appears masked."""

    message = models.TextField(blank=True)
    """The target's own words. May hold personal data."""

    steps = models.JSONField(default=list)
    """``[{step, seconds}, …]`` without values."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Who looked into the target instead of a robot: nothing was compared, and the receipt proves nothing."""

    has_picture = models.BooleanField(default=False)
    """A masked picture of the target's screen lies encrypted in ``var/files``."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "started_at"], name="one_receipt_per_attempt"),
        )
        indexes = (models.Index(fields=["finished_at"], name="receipt_by_end"),)


class TimeEvent(models.Model):
    """Staff or robot seconds spent. ``source`` says how they were obtained; a sample is labelled wherever it
    is shown.
    """

    class Step(models.TextChoices):
        PREPARE = "prepare", _("準備")
        SCAN = "scan", _("スキャン")
        FIRST_CORRECTION = "first_correction", _("確認・訂正")
        SECOND_CHECK = "second_check", _("再確認")
        COMPARE = "compare", _("突合")
        EXCEPTIONS = "exceptions", _("例外対応")
        RERUN = "rerun", _("再実行")
        FINAL_CHECK = "final_check", _("最終確認")
        UPKEEP = "upkeep", _("ロボット保守")
        ROBOT = "robot", _("ロボット稼働")

    class Source(models.TextChoices):
        MEASURED = "measured", _("実測")
        SAMPLE = "sample", _("見本値")
        LOGGED = "logged", _("記録")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="times")
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="times", null=True)
    step = models.CharField(max_length=20, choices=Step.choices)
    seconds = models.FloatField()
    elapsed_seconds = models.FloatField(null=True)
    """The same work by the clock on the wall, idle time included; empty where only the other is known."""

    source = models.CharField(max_length=10, choices=Source.choices)
    at = models.DateTimeField(db_index=True)


class BaselineSample(models.Model):
    """One run of the stopwatch over the old way: cases done by hand, by whom and when, never a guess (law 6).

    A wrong run is withdrawn with a reason and no longer counts; it is not changed.
    """

    class Kind(models.TextChoices):
        STAFF_BEFORE = "staff_before", _("職員（導入前）")
        CITIZEN_BEFORE = "citizen_before", _("市民（導入前）")
        CITIZEN_AFTER = "citizen_after", _("市民（導入後）")

    class Origin(models.TextChoices):
        FILE = "file", _("設定ファイル")
        STOPWATCH = "stopwatch", _("計時画面")
        IMPORT = "import", _("Excel取込")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="baseline")
    minutes = models.FloatField()
    timed_on = models.DateField()
    timed_by = models.CharField(max_length=150)
    method = models.CharField(max_length=200)
    source = models.CharField(max_length=10, choices=TimeEvent.Source.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.STAFF_BEFORE)
    elapsed_minutes = models.FloatField(null=True)
    """The same run by the clock on the wall; in ``minutes`` an interruption counts up to the idle limit only,
    as at the desk. Empty where nobody knows.
    """

    sheets = models.PositiveIntegerField(default=1)
    """Cases that were timed together in this run."""

    steps = models.JSONField(default=list)
    """``[[step, minutes], …]`` where the stopwatch was pressed between steps."""

    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    """Clock times of the run, where they were noted: two runs of one person cannot overlap."""

    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.FILE)
    noted_by = models.CharField(max_length=150, blank=True)
    noted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_for = models.CharField(max_length=200, blank=True)


class AuditLine(models.Model):
    """Who, when, what kind — never values (law 3). Append-only, each line bound to the one before by its
    hash.
    """

    id = models.PositiveBigIntegerField(primary_key=True)
    """Place in the chain: 1, 2, 3 … without gaps."""

    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    what = models.CharField(max_length=60)
    case_id = models.UUIDField(null=True, db_index=True)
    """Not a foreign key: audit lines outlive the data."""

    detail = models.JSONField(default=dict)
    """Codes and counts only."""

    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        # The sign-in asks for a person's last lines, the audit page for those of a kind or a day.
        indexes = (
            models.Index(fields=["who", "-id"], name="audit_by_person"),
            models.Index(fields=["what", "-id"], name="audit_by_kind"),
            models.Index(fields=["at"], name="audit_by_time"),
        )


class AuditHead(models.Model):
    """The end of the audit chain in one row: writers queue on it, and lines cut off the end are noticed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    lines = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")


class NumberSequence(models.Model):
    """The last case number given in a fiscal year."""

    fiscal_year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


from cases import batch_table as batch_table  # noqa: E402  # their tables belong to this app too, and name Case by its label
from cases import erased as erased  # noqa: E402  # the same
from cases import found as found  # noqa: E402  # the same
from cases import gate_table as gate_table  # noqa: E402  # the same
from cases import inbox_table as inbox_table  # noqa: E402  # the same
from cases import notice_table as notice_table  # noqa: E402  # the same
from cases import people as people  # noqa: E402  # the same
from cases import round_table as round_table  # noqa: E402  # the same
from cases import row_table as row_table  # noqa: E402  # the same
from cases import sampled as sampled  # noqa: E402  # the same
from cases import signed as signed  # noqa: E402  # the same
from cases import task_table as task_table  # noqa: E402  # the same
from cases import token_table as token_table  # noqa: E402  # the same
from cases import webhook_table as webhook_table  # noqa: E402  # the same
