"""From a recording to a draft of a definition: screens, sign-in, look-up, pages, fields, receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forms.definition import FormDefinition, Kind
from forms.facts import Record
from forms.kinds import parse
from robots.course import RecordingIncompleteError, after, course
from robots.fields import Format
from robots.mapping import Mapped, mapped
from robots.plan import name_of
from robots.recording import Pressed, Recording, Shown


def draft(
    recording: Recording, form: FormDefinition, record: Record, name: str, url: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A definition as YAML data, and the labels of the form's fields that were not found in any box."""
    return _Draft(recording, form, record, name, url).made()


class _Draft:
    def __init__(
        self, recording: Recording, form: FormDefinition, record: Record, name: str, url: str
    ) -> None:
        self.recording, self.form, self.record = recording, form, record
        self.course = course(recording, record.reception_number)
        self.name, self.url = name, url
        self.screens: dict[str, dict[str, Any]] = {}
        self.taken: set[str] = set()
        self.date_parts: dict[str, str] | None = None

    def made(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        way = self.course
        detail, hits = self._after(way.opened), self._after(way.asked_again)
        nothing = self._after(way.asked)
        entry = {
            "begin": self._steps(way.home, way.begin),
            "pages": [self._page(p, detail) for p in way.pages],
        }
        entry |= self._end(way.pages[-1], way.rest, way.opened)
        _same_width(entry["pages"], self.form)
        texts = [text for text in nothing.texts if text not in hits.texts]
        if not texts:
            raise RecordingIncompleteError("照会で「該当なし」のときの文が見つかりません。")
        look_up = {
            "steps": [*self._steps(way.home, way.to_look_up), *self._ask(way.asked, nothing)],
            "nothing": {"text": texts[0]},
            "hits": hits.captions[0] if hits.captions else {"selector": "table:has(thead)"},
            "number": hits.heads[0],
            "detail": self._screen(detail.heading),
        }
        sign_in = way.sign_in
        operator = next(c for c in sign_in.controls if c.kind == "text")
        secret = next(c for c in sign_in.controls if c.kind == "password")
        upper = self.name.upper()
        data: dict[str, Any] = {
            "target": self.name,
            "version": 1,
            "title": self.name,
            "url": self.url,
            "credentials": {"operator": f"{upper}_OPERATOR", "password": f"{upper}_PASSWORD"},
            "screens": self.screens,
            "refusals": {"selector": ".refusals li, .error, .errors li, [role=alert] li"},
            "sign_in": [
                {"open": sign_in.path.lstrip("/")},
                {"arrive": self._screen(sign_in.heading)},
                {"fill": operator.place, "with": "operator"},
                {"fill": secret.place, "with": "password"},
                {"click": sign_in.place},
                {"arrive": self._screen(way.home.heading)},
            ],
            "look_up": look_up,
            "forms": {self.form.form: entry},
        }
        if self.date_parts:
            data["date_parts"] = self.date_parts
        lost = [
            one.label for one in self.form.fields if one.id in self.record.values and one.id not in self.taken
        ]
        return data, tuple(lost)

    def _after(self, event: Pressed) -> Shown:
        return after(self.recording, event)

    def _screen(self, heading: str) -> str:
        """The name of a screen; a new one is entered."""
        for name, screen in self.screens.items():
            if screen["heading"] == heading:
                return name
        name = f"screen_{len(self.screens) + 1}"
        self.screens[name] = {"heading": heading}
        return name

    def _steps(self, home: Shown, ways: Sequence[Pressed]) -> list[dict[str, Any]]:
        """From the page after the sign-in, by what was pressed."""
        steps: list[dict[str, Any]] = [
            {"open": home.path.lstrip("/")},
            {"arrive": self._screen(home.heading)},
        ]
        last = next((n for n, way in reversed(list(enumerate(ways))) if way.heading == home.heading), 0)
        for way in ways[last:]:
            steps.append({"click": way.place})
            if way is not ways[-1]:
                steps.append({"arrive": self._screen(self._after(way).heading)})
        return steps

    def _ask(self, asked: Pressed, nothing: Shown) -> list[dict[str, Any]]:
        return [
            {"arrive": self._screen(asked.heading)},
            {"fill": asked.controls[0].place, "with": "reception_number"},
            {"click": asked.place},
            {"arrive": self._screen(nothing.heading)},
        ]

    def _page(self, page: Pressed, detail: Shown) -> dict[str, Any]:
        number = next((c for c in page.controls if c.value == self.record.reception_number), None)
        controls = [control for control in page.controls if control is not number]
        found, _ = mapped(controls, self.form, self.record, self.taken)
        fields: dict[str, Any] = {}
        if number is not None:
            fields["reception_number"] = {"text": number.place.get("label") or number.place}
        tables: dict[str, dict[str, Any]] = {}
        for one in found:
            if one.parts and not self.date_parts:
                self.date_parts = one.parts
            says = self._with_shown(one, detail)
            if one.field.table is None:
                fields[name_of(one.field)] = says
            elif one.field.row == 1:
                self._in_table(tables, one, says, detail)
        made: dict[str, Any] = {"screen": self._screen(page.heading), "fields": fields}
        if tables:
            made["tables"] = tables
        made["next"] = page.place
        return made

    def _in_table(
        self, tables: dict[str, dict[str, Any]], one: Mapped, says: dict[str, Any], detail: Shown
    ) -> None:
        table = tables.setdefault(one.field.table or "", {"fields": {}})
        column = name_of(one.field).partition(".")[2]
        table["fields"][column] = counted(says)
        title = self._found(one, detail)[0]
        if title:
            table["shown_in"] = counted(title)

    def _with_shown(self, one: Mapped, detail: Shown) -> dict[str, Any]:
        """Where the target shows the value afterwards, if not beside the same label."""
        label = self._found(one, detail)[1]
        says = dict(one.says)
        named = next((says[key] for key in CONTROL_KEYS if key in says), "")
        if label and label != named:
            says["shown"] = label
        return says

    def _found(self, one: Mapped, detail: Shown) -> tuple[str, str]:
        """Title and label beside which the detail screen shows the value; by value, then by likeness."""
        value = self.record.values[one.field.id]
        options = {theirs: ours for ours, theirs in one.says.get("options", {}).items()}

        def same(text: str) -> bool:
            if one.field.options and one.field.kind.value != "date":
                text = ",".join(options.get(word, word) for word in text.split("、"))
            return bool(text) and parse(one.field, text).value == value

        places = [(title, label) for title, label, text in detail.pairs if same(text)]
        named = next((str(one.says[key]) for key in CONTROL_KEYS if key in one.says), "")
        like = [place for place in places if place[1] in named or (place[0] and place[0] in named)]
        return (like or places or [("", "")])[0]

    def _end(self, last: Pressed, rest: Sequence[Pressed], opened: Pressed) -> dict[str, Any]:
        """The confirmation, where there is one, and the receipt with the number that the list shows too."""
        submit = next((p for p in rest if not p.controls and "button" in p.place), None)
        receipt = self._after(submit or last)
        given = opened.place.get("link", "")
        label = next((label for _, label, text in receipt.pairs if given and text == given), None)
        end: dict[str, Any] = {"receipt": {"screen": self._screen(receipt.heading)}}
        if label:
            end["receipt"]["number"] = label
        if submit is None:
            return {"submit": last.place, **end}
        return {"confirm": {"screen": self._screen(submit.heading), "submit": submit.place}, **end}


CONTROL_KEYS = ("text", "drop_down", "radio", "checks", "date")
WORDY = {Kind.NAME, Kind.ADDRESS, Kind.TEXT, Kind.RELATION}


def _same_width(pages: Sequence[dict[str, Any]], form: FormDefinition) -> None:
    """Kanji do not tell which width a box wants: where others want full width, these do too."""
    kinds = {name_of(one): one.kind for one in form.fields}
    said = [
        (name, says)
        for page in pages
        for table, fields in [
            ("", page["fields"]),
            *((t, c["fields"]) for t, c in page.get("tables", {}).items()),
        ]
        for name, says in ((f"{table}.{n}" if table else n, s) for n, s in fields.items())
        if "text" in says and kinds.get(name) in WORDY
    ]
    if any(says.get("as") == Format.FULL_WIDTH.value for _, says in said):
        for _, says in said:
            says.setdefault("as", Format.FULL_WIDTH.value)


def counted(value: Any) -> Any:
    """A first row's words with ``{row}`` for its number."""
    if isinstance(value, str):
        return value.replace("1人目", "{row}人目").replace("1行目", "{row}行目").replace("_1_", "_{row}_")
    if isinstance(value, dict):
        return {key: counted(text) for key, text in value.items()}
    if isinstance(value, list):
        return [counted(text) for text in value]
    return value
