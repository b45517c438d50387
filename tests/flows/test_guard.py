"""What may reach Prefect of an exception: its kind and place, never its words."""

from __future__ import annotations

import traceback

import pytest

from cases.files import DiskFull
from flows.guard import Fault, sealed
from forms.errors import UnknownFormError

SECRET = "高橋　花子"


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("kind", [ValueError, KeyError, OSError, RuntimeError])
def test_words_of_an_exception_do_not_pass(kind: type[Exception]) -> None:
    with pytest.raises(Fault) as caught, sealed():
        raise kind(f"cannot use {SECRET}")
    assert SECRET not in _told(caught.value)
    assert kind.__name__ in str(caught.value)


def test_words_of_a_cause_do_not_pass() -> None:
    with pytest.raises(Fault) as caught, sealed():
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError("no") from error
    assert SECRET not in _told(caught.value)


@pytest.mark.parametrize("error", [DiskFull("no room"), UnknownFormError("There is no form.", "Make it.")])
def test_what_speaks_of_the_machine_only_passes_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)), sealed():
        raise error


def test_a_stable_code_is_kept() -> None:
    class Coded(Exception):
        code = "case.changed"

    with pytest.raises(Fault) as caught, sealed():
        raise Coded(SECRET)
    assert caught.value.code == "case.changed"
