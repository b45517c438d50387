"""The tables behind ``cases.batches``: files of records for targets that import files."""

from __future__ import annotations

from django.db import models


class FileBatch(models.Model):
    """One file: which cases it holds, how far it has come, and what its cover sheet says."""

    class Stage(models.TextChoices):
        INTENT = "intent", "作成中"
        """Committed before anything is written; the target can have seen nothing of it."""

        PROVEN = "proven", "照合済み"
        """Written where the target does not look, read back and compared; it may be given out any moment."""

        GIVEN = "given", "取込待ち"
        """In the outbox. A person says how many records the target has imported."""

        IMPORTED = "imported", "取込済み"
        DOUBTED = "doubted", "要確認"
        """Counts differ, or nobody can tell what became of the file: its cases wait for a person."""

    target = models.SlugField(max_length=100)
    target_version = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    """Counts the files of the target; part of the file's name."""

    form = models.CharField(max_length=100)
    form_version = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.INTENT)
    sha256 = models.CharField(max_length=64, default="")
    lines = models.PositiveIntegerField(default=0)
    sums = models.JSONField(default=dict)
    """``{title of the column: sum}`` of the columns that the definition adds up."""

    begun_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    imported = models.PositiveIntegerField(null=True)
    """Records that the target has imported, as a person read it there."""

    by = models.CharField(max_length=150, default="")
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, default="")

    class Meta:
        app_label = "cases"
        constraints = (
            models.UniqueConstraint(fields=["target", "number"], name="one_number_per_file"),
            models.UniqueConstraint(fields=["target", "file_name"], name="one_name_per_file"),
        )


class BatchedCase(models.Model):
    """A case of a batch, at its place in the file."""

    batch = models.ForeignKey(FileBatch, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="batches")
    place = models.PositiveIntegerField()

    class Meta:
        app_label = "cases"
        constraints = (models.UniqueConstraint(fields=["batch", "case"], name="once_in_a_batch"),)
