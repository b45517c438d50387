"""An address: digits, Latin and hyphens half-width, characters otherwise as written."""

from __future__ import annotations

import re

from forms.definition import Field
from forms.kinds import text
from forms.kinds.base import Parsed


def parse(field: Field, raw: str) -> Parsed:
    parsed = text.parse(field, raw)
    # Between two numbers a long vowel sign is a hyphen; within a word (センター) it is a letter.
    return Parsed(re.sub(r"(?<=\d)ー(?=\d)", "-", parsed.value), parsed.findings)


show = text.show
alphabet = text.alphabet
