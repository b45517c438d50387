"""What is kept of a target's screens, and how two looks at them are compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import targets, wiring
from robots.checking import Examination, Lack, Misfit
from robots.prints import Change, ScreenPrint, Thing

PICTURE = b"\x89PNG"


@pytest.fixture
def _var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENKI_VAR", str(tmp_path))


def seen(name: str, *misfits: Misfit) -> Examination:
    return Examination(list(misfits), [ScreenPrint("menu", (Thing("link", name),), PICTURE)])


@pytest.mark.usefixtures("_var")
def test_the_first_look_that_fits_is_what_is_known() -> None:
    target = wiring.target("rehearsal")
    targets.note(target, seen("異動届", Misfit(Lack.MISSING, "menu", "link 届出照会", "0")))
    assert targets.comparisons(target)[0].known is None
    assert "「届出照会」が見つかりません" in targets.misfits_seen("rehearsal")[0]
    targets.note(target, seen("異動届入力"))
    targets.note(target, seen("異動届の入力"))
    (one,) = targets.comparisons(target)
    assert [(d.change, d.name) for d in one.differences] == [
        (Change.GONE, "異動届入力"),
        (Change.NEW, "異動届の入力"),
    ]
    assert one.title == "業務メニュー"
    targets.accept(target)
    assert targets.comparisons(target)[0].differences == ()


@pytest.mark.usefixtures("_var")
def test_what_was_known_of_another_version_is_not_compared() -> None:
    target = wiring.target("rehearsal")
    targets.note(target, seen("異動届入力"))
    newer = target.model_copy(update={"version": 2})
    targets.note(newer, seen("異動届の入力"))
    assert targets.comparisons(newer)[0].differences == ()


@pytest.mark.usefixtures("_var")
@pytest.mark.parametrize(
    ("which", "screen"), [("known", "../../keys/django"), ("..", "menu"), ("known", "no")]
)
def test_only_pictures_of_screens_are_given_out(which: str, screen: str) -> None:
    target = wiring.target("rehearsal")
    targets.note(target, seen("異動届入力"))
    assert targets.picture("rehearsal", "known", "menu") == PICTURE
    assert targets.picture("rehearsal", which, screen) is None
