"""What the system refuses, item by item, in its own words. It names all that is wrong on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import jaconv

from rehearsal.target.calendar import ImpossibleDateError, held_date
from rehearsal.target.screens import EntryForm, Input, Item, Page

Values = dict[str, str]
SEPARATOR = "、"


class RefusedError(ValueError):
    """One item is not taken. The message is what the screen shows."""


def page_refusals(page: Page, given: Mapping[str, str]) -> tuple[str, ...]:
    """Every refusal of a page, in the order of its items; empty when the page is taken."""
    return tuple(refusal for item in _asked(page, given) for refusal in _refusal(item, given))


def held_values(form: EntryForm, given: Mapping[str, str]) -> Values:
    """What the database gets: every item that was filled in, as the system holds it."""
    held = {item.name: held_value(item, given) for page in form.pages for item in _asked(page, given)}
    return {name: value for name, value in held.items() if value}


def held_value(item: Item, given: Mapping[str, str]) -> str:
    """One item as the system holds it, "" when it was left empty. RefusedError says why it is not taken."""
    parts = _parts(item, given)
    if not parts:
        if item.required:
            raise RefusedError(f"E001 「{item.label}」を入力してください。")
        return ""
    return _CHECKS[item.input](item, given)


def _asked(page: Page, given: Mapping[str, str]) -> Iterator[Item]:
    """The items that count: a table row counts when something is in it, and the first row always does."""
    yield from page.items
    for number in range(1, page.rows + 1):
        row = page.row(number)
        if number == 1 or any(_parts(item, given) for item in row):
            yield from row


def _refusal(item: Item, given: Mapping[str, str]) -> list[str]:
    try:
        held_value(item, given)
    except RefusedError as refusal:
        return [str(refusal)]
    return []


def _parts(item: Item, given: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(text for name, _, _ in item.parts if (text := given.get(name, "").strip()))


def _date(item: Item, given: Mapping[str, str]) -> str:
    era, year, month, day = (given.get(name, "").strip() for name, _, _ in item.parts)
    try:
        return held_date(era, year, month, day, item.unknown_day)
    except ImpossibleDateError:
        raise RefusedError(f"E002 「{item.label}」の日付が正しくありません。") from None


def _kana(item: Item, given: Mapping[str, str]) -> str:
    text = _short_enough(item, given)
    if any(not ("\uff66" <= character <= "\uff9f" or character == " ") for character in text):
        raise RefusedError(f"E003 「{item.label}」は半角カナで入力してください。")
    return text


def _wide(item: Item, given: Mapping[str, str]) -> str:
    text = _short_enough(item, given)
    for character in text:
        try:
            width = len(character.encode("cp932"))
        except UnicodeEncodeError:
            words = f"E005 「{item.label}」に使用できない文字「{character}」が含まれています。"
            raise RefusedError(words) from None
        if width != 2:
            raise RefusedError(f"E008 「{item.label}」は全角で入力してください。")
    return text


def _digits(item: Item, given: Mapping[str, str]) -> str:
    texts = [given.get(name, "").strip() for name, _, _ in item.parts]
    if not all(text.isascii() and text.isdigit() for text in texts):
        raise RefusedError(f"E006 「{item.label}」は半角数字で入力してください。")
    if item.split and tuple(map(len, texts)) != item.split:
        raise RefusedError(f"E009 「{item.label}」の桁数が正しくありません。")
    if item.check_digit and not my_number_passes(texts[0]):
        raise RefusedError(f"E007 「{item.label}」が正しくありません。")
    return _limited(item, "-".join(texts))


def _letters(item: Item, given: Mapping[str, str]) -> str:
    text = _short_enough(item, given)
    if not all(character.isascii() and (character.isalnum() or character == "-") for character in text):
        raise RefusedError(f"E010 「{item.label}」は半角英数字で入力してください。")
    return text


def _choice(item: Item, given: Mapping[str, str]) -> str:
    chosen = given[item.name].split(SEPARATOR)
    if any(option not in item.options for option in chosen):
        raise RefusedError(f"E011 「{item.label}」の選択が正しくありません。")
    return SEPARATOR.join(chosen)


def _short_enough(item: Item, given: Mapping[str, str]) -> str:
    return _limited(item, given[item.name].strip())


def _limited(item: Item, text: str) -> str:
    if len(text.replace("-", "") if item.split else text) > item.size:
        raise RefusedError(f"E004 「{item.label}」は{item.size}文字以内で入力してください。")
    return text


def my_number_passes(digits: str) -> bool:
    """The check digit of an individual number (Ordinance 85 of 2014, article 5)."""
    if len(digits) != 12:
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(weight * int(digit) for weight, digit in zip(weights, digits[:11], strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def searchable_kana(text: str) -> str:
    """A kana name as it is held, so that a search may be typed in either width."""
    return str(jaconv.z2h(text.strip().replace("\u3000", " "), kana=True, ascii=False))


_CHECKS = {
    Input.DATE: _date,
    Input.KANA: _kana,
    Input.WIDE: _wide,
    Input.DIGITS: _digits,
    Input.LETTERS: _letters,
    Input.CHOICE: _choice,
    Input.LIST: _choice,
    Input.CHECKS: _choice,
}
