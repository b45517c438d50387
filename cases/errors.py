"""What cannot be done with a case. Messages name case numbers, states and codes only (law 5).

::

    CaseError
    ├── MoveRefused        case.move_refused      no such move from this state
    ├── CaseErased         case.erased            its values are gone, their time being over
    ├── HoldRefused        hold.refused           no reason, or not what may be held
    ├── CaseChanged        case.changed           somebody else was faster
    │   └── NotAsShown     case.not_as_shown      what was confirmed is not what the page showed
    ├── NotClaimed         case.not_claimed       the case is not open with this person
    ├── NotAllowed         case.not_allowed       the person lacks the role
    ├── SameChecker        case.same_checker      the second check is another person's
    ├── QuestionsOpen      case.questions_open    approval before every question is answered
    ├── UnknownField       case.unknown_field     the form has no such field, or it is not to be given
    ├── UnknownForm        case.unknown_form      the task takes no such form
    ├── NotApproved        case.not_approved      values were corrected and nobody has approved them
    ├── NotProven          case.not_proven        only a look-up in the target ends a correction
    ├── NoReason           case.no_reason         what was seen in the target was not said
    ├── NotAsked           case.not_asked         both checkers agree on the field
    ├── NothingToUndo      case.nothing_to_undo   the person has given no value here that still counts
    ├── OwnAccount         user.own_account       nobody locks themselves out
    ├── TaskNameTaken      task.name_taken        there is such a task already
    ├── TargetInUse        task.target_in_use    records of the task are on their way into the target
    ├── NoPicture          case.no_picture        the case came without a scan
    ├── MeasureRefused     minutes that cannot have been worked, or may not be noted any more
    │   ├── BadMinutes     measure.minutes        none, more than a day, or longer than the clock says
    │   ├── BadSheets      measure.sheets         fewer than one sheet
    │   ├── FutureDay      measure.future         a day to come
    │   ├── DayTooLong     measure.day_too_long   more than 24 hours of one person in one day
    │   ├── Overlapping    measure.overlapping    one person at two things at once
    │   ├── AlreadyNoted   measure.already_noted  the same row of a time study a second time
    │   ├── Withdrawn      measure.withdrawn      it was taken back already
    │   └── HalfClosed     measure.half_closed    the half-year is signed: a correction is needed
    ├── SigningRefused     what cannot be signed
    │   ├── HalfRuns       signing.half_runs      the half-year is not over
    │   ├── ClosedAlready  signing.closed_already it was signed before
    │   ├── NoBaseline     signing.no_baseline    nobody timed the old way
    │   ├── HalfOpen       signing.half_open      there is nothing signed to correct
    │   ├── BelowZero      signing.below_zero     more would be taken away than there is
    │   ├── NoSentence     signing.no_sentence    no mark, or no sentence where one is due
    │   ├── OutOfTurn      signing.out_of_turn    another step comes first
    │   ├── SameSigner     signing.same_signer    who reported does not approve
    │   ├── BadLine        signing.bad_line       no share between 0 and 1, or the same as before
    │   └── BadMove        signing.bad_move       a task moves on the first day of a month, once
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


class CaseErased(CaseError):
    code = "case.erased"


class HoldRefused(CaseError):
    code = "hold.refused"


class CaseChanged(CaseError):
    code = "case.changed"


class NotAsShown(CaseChanged):
    code = "case.not_as_shown"


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


class UnknownForm(CaseError):
    code = "case.unknown_form"


class NotApproved(CaseError):
    code = "case.not_approved"


class NotProven(CaseError):
    code = "case.not_proven"


class NoReason(CaseError):
    code = "case.no_reason"


class NotAsked(CaseError):
    code = "case.not_asked"


class NothingToUndo(CaseError):
    code = "case.nothing_to_undo"


class NotTakenBack(CaseError):
    code = "case.not_taken_back"


class OwnAccount(CaseError):
    code = "user.own_account"


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


class MeasureRefused(CaseError):
    """Minutes that cannot have been worked, or may not be noted any more."""


class BadMinutes(MeasureRefused):
    code = "measure.minutes"


class BadSheets(MeasureRefused):
    code = "measure.sheets"


class FutureDay(MeasureRefused):
    code = "measure.future"


class DayTooLong(MeasureRefused):
    code = "measure.day_too_long"


class Overlapping(MeasureRefused):
    code = "measure.overlapping"


class AlreadyNoted(MeasureRefused):
    code = "measure.already_noted"


class Withdrawn(MeasureRefused):
    code = "measure.withdrawn"


class HalfClosed(MeasureRefused):
    code = "measure.half_closed"


class SigningRefused(CaseError):
    """What cannot be signed."""


class HalfRuns(SigningRefused):
    code = "signing.half_runs"


class ClosedAlready(SigningRefused):
    code = "signing.closed_already"


class NoBaseline(SigningRefused):
    code = "signing.no_baseline"


class HalfOpen(SigningRefused):
    code = "signing.half_open"


class BelowZero(SigningRefused):
    code = "signing.below_zero"


class NoSentence(SigningRefused):
    code = "signing.no_sentence"


class OutOfTurn(SigningRefused):
    code = "signing.out_of_turn"


class SameSigner(SigningRefused):
    code = "signing.same_signer"


class BadMove(SigningRefused):
    code = "signing.bad_move"


class TargetInUse(CaseError):
    code = "task.target_in_use"


class TaskNameTaken(CaseError):
    code = "task.name_taken"


class BadLine(SigningRefused):
    code = "signing.bad_line"
