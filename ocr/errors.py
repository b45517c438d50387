"""Why a file or a sheet could not be read: one class per cause.

::

    ReadingError
    ├── FileProblem            the file itself
    │   ├── FileEmpty          file.empty
    │   ├── NotAnImage         file.not_an_image
    │   ├── FileEncrypted      file.encrypted
    │   ├── FileTruncated      file.truncated
    │   ├── FileTooLarge       file.too_large
    │   ├── NoPages            file.no_pages
    │   ├── NoPermission       file.no_permission
    │   ├── FileIncomplete     file.incomplete
    │   └── DiskFull           file.disk_full
    ├── SheetProblem           what lies on the page
    │   ├── BlankSheet         sheet.blank
    │   ├── ForeignSheet       sheet.foreign
    │   ├── OldVersion         sheet.old_version
    │   ├── SheetCut           sheet.cut
    │   ├── MarkMissing        sheet.mark_missing
    │   ├── PoorFit            sheet.poor_fit
    │   └── TwoForms           sheet.two_forms
    ├── ModelMissing           reader.model_missing
    └── WorkerLost             reader.worker_lost

Messages never hold a file's name or anything written on a sheet, since both may name a resident.
"""

from __future__ import annotations

from typing import ClassVar


class ReadingError(Exception):
    """Something that could not be read: a stable ``code``, what was ``seen``, and the remedy."""

    code: ClassVar[str]
    remedy: ClassVar[str]

    def __init__(self, seen: str) -> None:
        super().__init__(f"{seen} {self.remedy}")
        self.seen = seen

    def __reduce__(self) -> tuple[object, ...]:
        """So that it keeps its words on the way from one process to another."""
        return type(self), (self.seen,), self.__dict__


class FileProblem(ReadingError):
    """The file, or one of its pages, gives no picture."""


class FileEmpty(FileProblem):
    """The file holds no bytes."""

    code = "file.empty"
    remedy = "Scan the sheets again."


class NotAnImage(FileProblem):
    """The content is none of the kinds that we read, whatever the name says."""

    code = "file.not_an_image"
    remedy = "Hand in a PDF, TIFF, PNG or JPEG as the scanner wrote it."


class FileEncrypted(FileProblem):
    """The PDF asks for a password."""

    code = "file.encrypted"
    remedy = "Save the PDF without a password, or switch encryption off on the scanner."


class FileTruncated(FileProblem):
    """The file or page breaks off, or is damaged inside."""

    code = "file.truncated"
    remedy = "Copy the file again, or scan the sheet again."


class FileTooLarge(FileProblem):
    """The page has more pixels than we decode."""

    code = "file.too_large"
    remedy = "Scan at 200 to 400 dpi, one sheet a page."


class NoPages(FileProblem):
    """The document opens and has no page."""

    code = "file.no_pages"
    remedy = "Scan the sheets again."


class NoPermission(FileProblem):
    """This program may not read the file."""

    code = "file.no_permission"
    remedy = "Give the account under which Tenki runs the right to read the file."


class FileIncomplete(FileProblem):
    """The file changed while it was read: it is still being written."""

    code = "file.incomplete"
    remedy = "Wait until the scanner or the copy has finished; the file will then be read."


class DiskFull(FileProblem):
    """There was no room to keep the file or what was made of it."""

    code = "file.disk_full"
    remedy = "Make room on the disk, then hand the file in again."


class SheetProblem(ReadingError):
    """The picture is there, and no form can be read from it safely.

    ``form`` and ``version`` are what the QR said, or "" and 0.
    """

    form: str = ""
    version: int = 0


class BlankSheet(SheetProblem):
    """Nothing is printed or written on the page."""

    code = "sheet.blank"
    remedy = "Take the sheet out, or scan its other side."


class ForeignSheet(SheetProblem):
    """The page is none of the forms in the library."""

    code = "sheet.foreign"
    remedy = "Sort the sheet out, or add its form to the configuration."


class OldVersion(SheetProblem):
    """The QR names a version of our form that the library does not hold."""

    code = "sheet.old_version"
    remedy = "Type the sheet by hand, or put that version's definition back into the configuration."


class SheetCut(SheetProblem):
    """Part of the form lies outside the picture."""

    code = "sheet.cut"
    remedy = "Scan the whole sheet; check the paper guides and the size set on the scanner."


class MarkMissing(SheetProblem):
    """Corner marks are hidden or torn off, and the rulings cannot stand in for them."""

    code = "sheet.mark_missing"
    remedy = "Flatten the corners, take staples and notes off, and scan again."


class PoorFit(SheetProblem):
    """The marks are there and the printed rulings do not lie where the definition says."""

    code = "sheet.poor_fit"
    remedy = "Scan the sheet flat; if it persists, the print differs from the definition."


class TwoForms(SheetProblem):
    """Two forms lie on one page; reading one of them would lose the other silently."""

    code = "sheet.two_forms"
    remedy = "Scan the sheets one by one, one sheet a page."


class ModelMissing(ReadingError):
    """The recognition model is not installed, or cannot be loaded."""

    code = "reader.model_missing"
    remedy = "Install the pinned requirements again (make setup)."


class WorkerLost(ReadingError):
    """A reading process ended before it could read a page."""

    code = "reader.worker_lost"
    remedy = "See that enough memory is free, or read with fewer processes (--jobs 1)."
