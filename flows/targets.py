"""What is kept of a target's screens: how they looked when they were last found right, and how they look now.

Under ``var/targets/<target>/``: ``known`` and ``seen``, each a JSON file with a masked picture beside it for
every screen; no value of any record is in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows import wiring

if TYPE_CHECKING:
    from robots.checking import Examination, Misfit
    from robots.definition import TargetDefinition
    from robots.prints import Difference, ScreenPrint

KNOWN, SEEN = "known", "seen"


@dataclass(frozen=True)
class Comparison:
    """One screen: as it was known, as it is seen now, and what differs. Either may be missing."""

    screen: str
    title: str
    known: ScreenPrint | None
    seen: ScreenPrint | None
    differences: tuple[Difference, ...]


def folder(target: str) -> Path:
    return wiring.var() / "targets" / target


def note(target: TargetDefinition, seen: Examination) -> None:
    """Keep what was seen; where everything fits it is what is known from now on."""
    _write(target, SEEN, seen.screens, seen.misfits)
    if not seen.misfits and not _read(target.target, KNOWN, target.version):
        _write(target, KNOWN, seen.screens, ())


def accept(target: TargetDefinition) -> None:
    """The screens as they were seen last are right: a person has looked at what differs."""
    _write(target, KNOWN, tuple(_read(target.target, SEEN, target.version).values()), ())


def comparisons(target: TargetDefinition) -> tuple[Comparison, ...]:
    """Every screen that is known or was seen, those that differ first."""
    from robots.prints import differences

    known = _read(target.target, KNOWN, target.version)
    seen = _read(target.target, SEEN, target.version)
    found = []
    for screen in dict.fromkeys((*known, *seen)):
        old, new = known.get(screen), seen.get(screen)
        how = target.screens.get(screen)
        title = (how.heading if how else None) or screen
        changed = differences(old, new) if old and new else ()
        found.append(Comparison(screen, title, old, new, changed))
    return tuple(sorted(found, key=lambda one: not one.differences))


def misfits_seen(target: str) -> tuple[str, ...]:
    """What did not fit when the screens were last looked at, as it is told to people."""
    path = folder(target) / SEEN / "screens.json"
    return tuple(json.loads(path.read_text(encoding="utf-8"))["misfits"]) if path.exists() else ()


def seen_at(target: str) -> datetime | None:
    path = folder(target) / SEEN / "screens.json"
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None


def picture(target: str, which: str, screen: str) -> bytes | None:
    """The masked picture of a screen; None when there is none."""
    path = folder(target) / which / f"{screen}.png"
    inside = which in {KNOWN, SEEN} and path.resolve().is_relative_to(folder(target).resolve())
    return path.read_bytes() if inside and path.is_file() else None


def _write(
    target: TargetDefinition, which: str, screens: Sequence[ScreenPrint], misfits: Sequence[Misfit]
) -> None:
    from robots.seen_json import print_to
    from robots.telling import misfit_words

    place = folder(target.target) / which
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in place.glob("*.png"):
        old.unlink()
    data = {
        "version": target.version,
        "screens": [{**print_to(one), "picture": None} for one in screens],
        "misfits": [misfit_words(one, target) for one in misfits],
    }
    for one in screens:
        if one.picture:
            (place / f"{one.screen}.png").write_bytes(one.picture)
    (place / "screens.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def _read(target: str, which: str, version: int) -> Mapping[str, ScreenPrint]:
    """The prints by screen; none when they belong to another version of the definition."""
    from robots.seen_json import print_from

    path = folder(target) / which / "screens.json"
    if not path.exists():
        return {}
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["version"] != version:
        return {}
    found = {}
    for one in data["screens"]:
        png = path.parent / f"{one['screen']}.png"
        kept = print_from(one)
        found[kept.screen] = kept if not png.exists() else _with_picture(kept, png)
    return found


def _with_picture(kept: ScreenPrint, png: Path) -> ScreenPrint:
    from dataclasses import replace

    return replace(kept, picture=png.read_bytes())
