"""What a check and a dry run saw, as JSON: for the way between processes and for files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from robots.checking import Examination, Lack, Misfit
from robots.dry import DryPage, DryRun
from robots.prints import ScreenPrint, thing_from, thing_to
from robots.receipt import FieldCheck


def examination_to(seen: Examination) -> dict[str, Any]:
    return {
        "misfits": [_misfit_to(one) for one in seen.misfits],
        "screens": [print_to(one) for one in seen.screens],
    }


def examination_from(data: Mapping[str, Any]) -> Examination:
    return Examination(
        [_misfit_from(one) for one in data["misfits"]], [print_from(one) for one in data["screens"]]
    )


def dry_to(run: DryRun) -> dict[str, Any]:
    return {
        "pages": [
            {
                "screen": page.screen,
                "acts": list(page.acts),
                "picture": encoded(page.picture),
                "seen": print_to(page.seen),
                "misfits": [_misfit_to(one) for one in page.misfits],
            }
            for page in run.pages
        ],
        "checks": [[check.field, check.expected, check.seen, check.same] for check in run.checks],
    }


def dry_from(data: Mapping[str, Any]) -> DryRun:
    pages = tuple(
        DryPage(
            page["screen"],
            tuple(page["acts"]),
            decoded(page["picture"]) or b"",
            print_from(page["seen"]),
            tuple(_misfit_from(one) for one in page["misfits"]),
        )
        for page in data["pages"]
    )
    return DryRun(pages, tuple(FieldCheck(*check) for check in data["checks"]))


def print_to(one: ScreenPrint) -> dict[str, Any]:
    things = [thing_to(thing) for thing in one.things]
    return {"screen": one.screen, "things": things, "picture": encoded(one.picture)}


def print_from(data: Mapping[str, Any]) -> ScreenPrint:
    things = tuple(thing_from(thing) for thing in data["things"])
    return ScreenPrint(data["screen"], things, decoded(data.get("picture")))


def encoded(picture: bytes | None) -> str | None:
    return base64.b64encode(picture).decode("ascii") if picture else None


def decoded(text: str | None) -> bytes | None:
    return base64.b64decode(text) if text else None


def _misfit_to(one: Misfit) -> list[str]:
    return [one.lack.value, one.screen, one.place, one.seen]


def _misfit_from(data: list[str]) -> Misfit:
    return Misfit(Lack(data[0]), *data[1:])
