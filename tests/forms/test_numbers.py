"""Check digits, against published examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.checkdigits import municipality_check_digit, my_number_check_digit

digits = st.text("0123456789", min_size=11, max_size=11)


def test_my_number_of_the_ministrys_example() -> None:
    assert my_number_check_digit("98320567321") == 4


@given(digits, st.integers(0, 10), st.integers(1, 9))
def test_most_wrong_digits_change_the_check_digit(number: str, place: int, by: int) -> None:
    """Only where both remainders are 0 or 1 may a wrong digit stay unseen (1.65 % of them)."""
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    same = my_number_check_digit(number) == my_number_check_digit(wrong)
    assert not same or my_number_check_digit(number) == 0


@pytest.mark.parametrize("code", ["011002", "131016", "141003", "141305", "141500", "141526", "271004"])
def test_municipality_codes(code: str) -> None:
    assert municipality_check_digit(code[:5]) == int(code[5])
