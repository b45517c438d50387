"""What cannot be done with a case. Messages name case numbers, states and codes only (law 5).

::

    CaseError
    ├── MoveRefused        case.move_refused      no such move from this state
    ├── CaseChanged        case.changed           somebody else was faster
    ├── NotClaimed         case.not_claimed       the case is not open with this person
    ├── NotAllowed         case.not_allowed       the person lacks the role
    ├── SameChecker        case.same_checker      the second check is another person's
    ├── QuestionsOpen      case.questions_open    approval before every question is answered
    ├── UnknownField       case.unknown_field     the form has no such field, or it is not to be given
    ├── NothingToUndo      case.nothing_to_undo   the person has given no value here that still counts
    ├── NoPicture          case.no_picture        the case came without a scan
    └── FileRefused        the file cannot be taken in; it stays where it is
        ├── NoPermission   file.no_permission
        ├── FileIncomplete file.incomplete
        └── FileTooLarge   file.too_large

A full disk is ``cases.files.DiskFull`` (``file.disk_full``).
"""

from __future__ import annotations

from typing import ClassVar


class CaseError(Exception):
    """Something that cannot be done; ``code`` is stable, the desk has a Japanese sentence for it."""

    code: ClassVar[str]


class MoveRefused(CaseError):
    code = "case.move_refused"


class CaseChanged(CaseError):
    code = "case.changed"


class NotClaimed(CaseError):
    code = "case.not_claimed"


class NotAllowed(CaseError):
    code = "case.not_allowed"


class SameChecker(CaseError):
    code = "case.same_checker"


class QuestionsOpen(CaseError):
    code = "case.questions_open"


class UnknownField(CaseError):
    code = "case.unknown_field"


class NothingToUndo(CaseError):
    code = "case.nothing_to_undo"


class NoPicture(CaseError):
    code = "case.no_picture"


class FileRefused(CaseError):
    """The file stays where it is; the rest of the batch goes on."""


class NoPermission(FileRefused):
    code = "file.no_permission"


class FileIncomplete(FileRefused):
    code = "file.incomplete"


class FileTooLarge(FileRefused):
    code = "file.too_large"
