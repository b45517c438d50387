"""What a person typed, as it was meant: the marks that an input method makes of keys while it is on.

With the method on, the keys ``. , - /`` give ``。 、 ー ・``. In a number or a date these can mean nothing
else; in a name or an address they are letters, and stay. A reading never comes here: what stands on paper is
not typed.
"""

from __future__ import annotations

import re

from forms.definition import Field, Kind
from forms.writing import one_width

NUMBERS = frozenset(
    {
        Kind.DATE,
        Kind.POSTAL_CODE,
        Kind.PHONE,
        Kind.DIGITS,
        Kind.AMOUNT,
        Kind.MY_NUMBER,
        Kind.RESIDENCE_CARD,
        Kind.MUNICIPALITY_CODE,
    }
)
KEYS = str.maketrans({"。": ".", "、": ",", "ー": "-", "・": "/", "｡": ".", "､": ",", "ｰ": "-", "･": "/"})
ERAS_BY_NUMBER = {"1": "M", "2": "T", "3": "S", "4": "H", "5": "R"}
"""How resident registers count the eras: ``3600517`` is 昭和60年5月17日, typed on the number pad alone."""


def as_meant(field: Field, text: str) -> str:
    """The text with the marks of its keys, for kinds made of numbers; any other text as it is."""
    if field.kind not in NUMBERS:
        return text
    meant = text.translate(KEYS)
    return _date(one_width(meant)) if field.kind is Kind.DATE else meant


def _date(text: str) -> str:
    """``s.60.5.17`` and ``s60 5 17`` with the usual dots; an era by its number as its letter."""
    if match := re.fullmatch(r"([1-5])(\d{6})", text):
        return ERAS_BY_NUMBER[match[1]] + match[2]
    text = re.sub(r"^([MTSHRmtshr])[. ]", r"\1", text)
    return re.sub(r"(?<=\d) (?=\d)", ".", text)
