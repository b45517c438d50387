"""Postal code and address belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.facts import Finding, Severity
from forms.folding import folded_address
from forms.postal import Municipality, PostalArea, areas, divided
from forms.rules.base import Sheet


def postal_agrees(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """The code exists and names the municipality and the town of the address."""
    code, address = sheet.value(params["postal"]), sheet.value(params["address"])
    if not code:
        return
    known = areas(code)
    if not known:
        yield Finding("postal.unknown", params["postal"], params={"seen": code})
    elif address:
        yield from _compared(known, address, params)


def _compared(known: tuple[PostalArea, ...], address: str, params: Mapping[str, str]) -> Iterator[Finding]:
    places, rest = divided(address)
    if not places:
        return
    offered = {"seen": known[0].postal_code, "offered": "、".join(area.address for area in known[:3])}
    there = [area for area in known if any(_lies_in(area, place) for place in places)]
    if not there:
        yield Finding("postal.other_municipality", params["postal"], params=offered)
    elif not any(_names_town(rest, area) for area in there):
        yield Finding("postal.other_town", params["postal"], Severity.WARNING, offered)


def _lies_in(area: PostalArea, place: Municipality) -> bool:
    """A place given without its ward may be any ward of the city."""
    if area.prefecture != place.prefecture:
        return False
    return area.city == place.city or (place.code == "" and area.city.startswith(place.city))


def _names_town(rest: str, area: PostalArea) -> bool:
    """In Kyoto streets stand before the town; codes of tall buildings hold the building's name after it."""
    town = folded_address(area.town)
    return not town or town in rest or (len(town) > 2 and rest.startswith(town[:3]))
