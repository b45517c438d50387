"""Check digits of numbers that the state hands out. A pass is no proof: none finds every wrong digit."""

from __future__ import annotations


def my_number_check_digit(first_eleven: str) -> int:
    """The twelfth digit of an individual number (Ordinance 85 of 2014, art. 5)."""
    from_the_right = [int(digit) for digit in reversed(first_eleven)]
    weights = [n + 1 if n <= 6 else n - 5 for n in range(1, 12)]
    rest = sum(digit * weight for digit, weight in zip(from_the_right, weights, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def municipality_check_digit(first_five: str) -> int:
    """The sixth digit of a municipality code (全国地方公共団体コード)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_five, (6, 5, 4, 3, 2), strict=True))
    return (11 - total % 11) % 10
