"""Orders to workers: what one machine does of them at a time."""

from __future__ import annotations

from flows import hands
from flows.intake import turn


def test_one_machine_reads_once_for_a_task() -> None:
    with turn("kofu") as first, turn("kofu") as again, turn("ido") as other:
        assert (first, again, other) == (True, False, True)
    with turn("kofu") as later:
        assert later


def test_a_reader_has_a_queue_of_its_own() -> None:
    names = {
        hands.queue(hands.READ, "kofu", "worker-1"),
        hands.queue(hands.READ, "kofu", "worker-2"),
        hands.queue(hands.READ, "kofu"),
        hands.queue(hands.ENTER, "kofu"),
    }
    assert len(names) == 4
