"""The house as a whole: the names of its rooms, what the lock pins, what the repository may not hold."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "forms", "ocr", "robots", "cases", "savings", "desk", "rehearsal", "flows")


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_distribution_owns_the_name_of_a_room(room: str) -> None:
    owners = set(metadata.packages_distributions().get(room, []))
    assert owners <= {"tenki"}, f"{owners} would be imported in place of {room}/"


def test_opencv_is_installed_once() -> None:
    assert set(metadata.packages_distributions()["cv2"]) == {"opencv-python"}


def test_every_requirement_is_pinned_with_a_hash() -> None:
    asked = {
        _normal(re.split(r"[\[<>=~!]", line)[0])
        for line in (PROJECT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    assert asked <= _pinned(), f"run `make lock`: {asked - _pinned()}"


@pytest.mark.parametrize("python", ["3.11.2", "3.11.9"])
def test_the_lock_is_complete_on_debians_python(python: str) -> None:
    """Debian 12 has 3.11.2, for which some packages ask for more than for a newer 3.11 (tried)."""
    place = {"python_full_version": python, "extra": ""}
    asked = {
        _normal(requirement.name)
        for distribution in metadata.distributions()
        if _normal(distribution.name) in _pinned()
        for requirement in map(Requirement, distribution.requires or ())
        if requirement.marker is None or requirement.marker.evaluate(place)
    }
    assert asked - _pinned() == {"opencv-python-headless"}, "run `make lock`"


def test_no_registry_address_stands_in_the_repository() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"^\s*--(index-url|extra-index-url|find-links|trusted-host)", lock, re.MULTILINE)
    assert "://" not in lock


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _pinned() -> set[str]:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock)
    return {_normal(block.split("==")[0]) for block in blocks if "--hash=sha256:" in block}
