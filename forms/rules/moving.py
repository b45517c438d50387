"""Rules of a notice of moving (住民異動届, Basic Resident Register Act, arts. 22–25)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.dates import bounds, era_parts
from forms.facts import Finding, Severity
from forms.folding import folded_name
from forms.postal import Municipality, municipalities_in, municipality
from forms.rules.base import Context, Sheet

MOVES_WITHIN = ("転入", "転居")
DAYS_TO_NOTIFY = 14


def moving_date(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """転入 and 転居 are notified after the move, within 14 days; later is a warning, never a refusal."""
    moved, notified = sheet.value(params["moved"]), sheet.value(params["notified"])
    if not (moved and notified):
        return
    if bounds(moved)[0] > bounds(notified)[1]:
        if sheet.value(params["type"]) in MOVES_WITHIN:
            seen = {"seen": str(era_parts(moved)), "type": sheet.value(params["type"])}
            yield Finding("moving.before_it_happened", params["moved"], params=seen)
        return
    days = (bounds(notified)[0] - bounds(moved)[1]).days
    if days > DAYS_TO_NOTIFY:
        yield Finding("moving.late", params["moved"], Severity.WARNING, {"days": str(days)})


def municipalities(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """転入 comes from elsewhere, 転居 stays in the city, 転出 leaves it. A place in doubt is not judged."""
    wanted = {"転入": (True, False), "転居": (True, True), "転出": (False, True)}.get(
        sheet.value(params["type"])
    )
    home = municipality(sheet.context.municipality_code) if sheet.context.municipality_code else None
    if wanted is None or home is None:
        return
    for field_id, inside in zip((params["new"], params["old"]), wanted, strict=True):
        lies_inside = _inside(sheet.value(field_id), home, sheet.context)
        if lies_inside is not None and lies_inside != inside:
            code = "moving.address_inside" if lies_inside else "moving.address_outside"
            yield Finding(code, field_id, params={"type": sheet.value(params["type"]), "city": home.city})


def _inside(address: str, home: Municipality, context: Context) -> bool | None:
    """Whether an address lies in the home municipality; None when it does not say."""
    answers = {_same(known, home, context) for known in municipalities_in(address)}
    return answers.pop() if len(answers) == 1 else None


def _same(known: Municipality, home: Municipality, context: Context) -> bool | None:
    if not context.wards_are_municipalities:
        known, home = known.whole_city(), home.whole_city()
    elif known.city != home.city and home.city.startswith(known.city):
        return None  # The ward was left out, so the address may lie in this one or in another.
    return (known.prefecture, known.city) == (home.prefecture, home.city)


def agent_letter(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """An agent brings a letter of attorney."""
    if sheet.value(params["capacity"]) == "代理人":
        yield Finding("agent.letter", params["capacity"], Severity.NOTICE)


def notifier_is_listed(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """Whoever notifies for himself stands among the persons."""
    if sheet.value(params["capacity"]) != "本人" or not sheet.value(params["notifier"]):
        return
    rows = list(sheet.rows(params["table"]))
    names = {folded_name(row.value("name")) for row in rows if row.value("name")}
    unread = any(not row.value("name") for row in rows)
    if names and not unread and folded_name(sheet.value(params["notifier"])) not in names:
        yield Finding("notifier.not_listed", params["notifier"], Severity.WARNING)
