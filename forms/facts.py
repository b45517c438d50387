"""The facts that travel between the rooms: readings, findings, routes, approved records.

Every value is text in its field kind's canonical form (see ``forms.kinds``); an empty string means
"left blank". All facts are frozen; a correction is a new fact beside the reading, never a change of it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class Severity(enum.Enum):
    """How much a finding weighs."""

    ERROR = "error"
    """The value cannot be right, or a required one is missing: a person must decide."""

    WARNING = "warning"
    """Unusual, and often right: shown, never refused."""

    NOTICE = "notice"
    """Worth knowing (an agent needs a letter of attorney): shown, asks nothing."""


class Route(enum.Enum):
    """What has to happen to a field before its sheet can be approved."""

    ACCEPT = "accept"
    """The risk is below what the policy asks for: shown, not asked."""

    CHECK = "check"
    """A person compares the value with the picture."""

    BLIND = "blind"
    """A person types the value without seeing the reading; both must agree."""


@dataclass(frozen=True)
class Finding:
    """Something about a value that a person should know. Bad data are findings, never exceptions.

    ``code`` is stable and English (``date.future``); ``params`` fill the Japanese sentence that
    ``forms.findings.sentence`` makes of it. Params may hold personal data, so findings stay in ``cases/``.
    """

    code: str
    field_id: str
    severity: Severity = Severity.ERROR
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Alternative:
    """Another way to read a field, with the probability (0..1) that it is what was written."""

    text: str
    probability: float


@dataclass(frozen=True)
class Reading:
    """What the machine read in one field, kept as it is for ever (design, law 3).

    ``raw`` is the text as decoded, ``value`` its canonical form ("" when it is blank or does not parse).
    ``confidence`` is the estimated probability (0..1) that ``value`` is right; 1 − confidence is the risk.
    ``residual`` is the share (0..1) of wrong ones to be expected among all readings of its kind that are at
    least as sure: what is left wrong when this one and all surer ones are accepted without a look.
    ``box_px`` holds the four corners (top left, top right, bottom right, bottom left) of the field's
    box in pixels of the original page image, origin top left.
    """

    field_id: str
    raw: str
    value: str
    confidence: float
    blank: bool
    box_px: tuple[tuple[float, float], ...]
    alternatives: tuple[Alternative, ...] = ()
    findings: tuple[Finding, ...] = ()
    route: Route = Route.CHECK
    residual: float = 1.0
    reader: str = ""
    """Which reader spoke: ``ppocr``, ``tesseract``, ``marks``, ``qr``, ``csv`` or ``keyboard``."""


@dataclass(frozen=True)
class Approval:
    """Who let a record through: a named person, or a policy that a department signed (design, law 1)."""

    kind: str
    """``person`` or ``policy``."""

    by: str
    """User name of the person, or name and version of the policy."""

    at: datetime

    def __post_init__(self) -> None:
        if self.kind not in {"person", "policy"}:
            raise ValueError(f"an approval is made by a person or a policy, not by {self.kind!r}")
        if not self.by:
            raise ValueError("an approval names who made it")
        if self.at.tzinfo is None:
            raise ValueError("an approval's time must be aware of its zone")


@dataclass(frozen=True)
class Record:
    """An approved sheet, the only thing that a robot takes (design, law 1).

    ``values`` maps field ids to canonical text. ``reception_number`` is written into the target with the
    record, so that a look-up can prove whether it arrived (design, law 2).
    """

    case_id: str
    reception_number: str
    form: str
    version: int
    values: Mapping[str, str]
    approval: Approval


@dataclass(frozen=True)
class SheetReading:
    """One page as it was read, or the reason why it could not be.

    ``transform`` is the 3×3 row-major homography from mm on the form to pixels of the page image as it was
    loaded (so it also turns an upside-down sheet); ``fit_mm`` the root mean square distance in mm between the
    landmarks found and those of the definition. ``problem`` is a stable code (``sheet.foreign``) and then
    there are no readings; what could be told (form, version) is still given.
    """

    page_index: int
    form: str = ""
    version: int = 0
    transform: tuple[tuple[float, float, float], ...] = ()
    fit_mm: float = 0.0
    turned_degrees: int = 0
    """By how much the sheet lay turned in the scanner: 0, 90, 180 or 270."""

    dpi: float = 0.0
    """True resolution of the scan as measured from the registered form, not as its tag says."""

    readings: tuple[Reading, ...] = ()
    problem: str = ""
