"""The address that a postal code names: taken by a key, then confirmed; nothing is filled in by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

from forms.definition import FormDefinition
from forms.folding import folded_address
from forms.postal import areas

AGREES = "postal_agrees"
"""The rule of the form that says which postal code belongs to which address."""

MOST = 4
NUMBERS = re.compile(r"\d.*", re.DOTALL)
"""From its first figure on, an address is block, house and building, which no postal code knows."""


def addresses(form: FormDefinition, values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By address field: what its postal code offers, with the numbers that stand in the field already.

    Nothing where the address lies in the area that the code names, or the code is unknown.
    """
    pairs = [rule.params for rule in form.rules if rule.rule == AGREES]
    offered = {
        pair["address"]: _offers(values.get(pair["postal"], ""), values.get(pair["address"], ""))
        for pair in pairs
    }
    return {name: offers for name, offers in offered.items() if offers}


def _offers(code: str, address: str) -> tuple[str, ...]:
    known = [area.address for area in areas(code)] if code else []
    if any(folded_address(address).startswith(folded_address(beginning)) for beginning in known):
        return ()
    numbers = NUMBERS.search(address)
    rest = numbers[0] if numbers else ""
    return tuple(dict.fromkeys(beginning + rest for beginning in known))[:MOST]
