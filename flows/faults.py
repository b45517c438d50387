"""Which faults a user can mend: those are told in one sentence, all others with their traceback."""

from __future__ import annotations

TOLD = frozenset(
    {
        "cases.errors.CaseError",
        "cases.files.DiskFull",
        "cases.files.FileDamaged",
        "cases.snapshot.DatabaseCopyFailed",
        "cases.vault.KeysLost",
        "config.folders.ConfigurationMissing",
        "config.private_files.SecretFileExposed",
        "config.private_files.SecretFileMissing",
        "config.site.SiteSettingWrong",
        "django.db.utils.OperationalError",
        "flows.backup.BackupDamaged",
        "flows.console.Stop",
        "flows.guard.Fault",
        "flows.inbox_folder.InboxGone",
        "flows.prefect_api.ServerAway",
        "flows.processes.ProgramFailed",
        "flows.secret_store.KeyringUnavailable",
        "flows.state_files.RunsAlready",
        "flows.workers.JoinRefused",
        "forms.errors.FormError",
        "ocr.errors.ReadingError",
        "cases.seed.SeedWrong",
        "robots.errors.MissingCredentialError",
        "robots.errors.RobotError",
        "savings.errors.SavingsError",
    }
)
"""Base classes by name: naming them does not import their rooms."""


def can_be_mended(error: BaseException) -> bool:
    return isinstance(error, OSError) or any(_name(kind) in TOLD for kind in type(error).__mro__)


def sentence(error: BaseException) -> str:
    """What was seen and what to do, as the error's own message says it."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
