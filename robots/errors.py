"""What can go wrong at a target. The kind of error decides what happens next; no message holds a typed value.

RobotError
├── RefusedError           the target said no: its words go to a person, nothing is retried
│   └── RecordUnfitError       it would: a value is too long, or holds a character that the target lacks
├── UnavailableError       no answer, maintenance, error page: later, after a new look-up
├── SessionExpiredError    sign in again, look up, start over only if the record is not there
├── DoubleError            the target holds this reception number already: look up, never confirm
├── DoubtError             something broke after the final submit: look up, never submit again
└── FaultError             ours: stop this target
    ├── ScreenChangedError     a screen is not the one that the definition knows
    ├── DefinitionGapError     the definition does not fit the form or the record
    ├── UnknownDialogError     a message box that the definition does not know
    └── SignInRefusedError     wrong id or password: tried once, never again by this robot
MissingCredentialError     no id or password given; raised before anything starts
"""

from __future__ import annotations

SIGN_IN_REFUSED = "sign_in.refused"
"""The code that bars a robot from trying again: most accounts are locked by the third wrong password."""

BROWSER_GONE = "browser.gone"
"""The code for a browser that ended by itself; a fresh process does the next command."""


class RobotError(Exception):
    """Base. ``code`` is stable; ``words`` is what the target's screen said, for the operator's eyes only."""

    def __init__(self, code: str, detail: str = "", words: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.words = words


class RefusedError(RobotError):
    """The target refused the record in ``words``."""


class RecordUnfitError(RefusedError):
    """The target cannot hold a value of the record; nothing was typed. ``words`` names the fields."""

    def __init__(self, words: str) -> None:
        super().__init__("record.unfit", words=words)


class UnavailableError(RobotError):
    """The target cannot be worked with now."""


class SessionExpiredError(RobotError):
    """The target signed the robot out."""


class DoubleError(RobotError):
    """The target warns that it holds this reception number already."""


class DoubtError(RobotError):
    """The submit was pressed and no receipt was seen."""


class FaultError(RobotError):
    """Something of ours is wrong; going on would type into the unknown."""


class ScreenChangedError(FaultError):
    """``missing`` names, in the definition's own words, what was not found exactly once."""

    def __init__(self, screen: str, missing: tuple[str, ...]) -> None:
        super().__init__("screen.changed", f"on screen {screen} not found exactly once: {', '.join(missing)}")
        self.screen = screen
        self.missing = missing


class DefinitionGapError(FaultError):
    """The definition has no place for something that the record holds."""


class UnknownDialogError(FaultError):
    """A message box of the browser that the definition does not know, in ``words``; it was dismissed."""

    def __init__(self, words: str) -> None:
        super().__init__("dialog.unknown", words=words)


class SignInRefusedError(FaultError):
    """The target did not accept the operator's id or password, in ``words``."""

    def __init__(self, words: str) -> None:
        super().__init__(SIGN_IN_REFUSED, words=words)


class MissingCredentialError(Exception):
    """An environment variable that the definition names is not set."""
