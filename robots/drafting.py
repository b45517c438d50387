"""From a recording to a draft of a definition: screens, sign-in, look-up, pages, fields, receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forms.definition import FormDefinition, Kind
from forms.facts import Record
from forms.kinds import parse
from robots.fields import Format
from robots.mapping import Mapped, mapped
from robots.plan import name_of
from robots.recording import Pressed, Recording, Shown


class RecordingIncompleteError(Exception):
    """The person did not do all of it; the message says in Japanese what is missing."""


def draft(
    recording: Recording, form: FormDefinition, record: Record, name: str, url: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A definition as YAML data, and the labels of the form's fields that were not found in any box."""
    return _Draft(recording, form, record, name, url).made()


class _Draft:
    def __init__(
        self, recording: Recording, form: FormDefinition, record: Record, name: str, url: str
    ) -> None:
        self.events, self.form, self.record = recording.events, form, record
        self.name, self.url = name, url
        self.screens: dict[str, dict[str, Any]] = {}
        self.taken: set[str] = set()
        self.date_parts: dict[str, str] | None = None

    def made(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        pressed = [event for event in self.events if isinstance(event, Pressed)]
        sign_in = next((p for p in pressed if any(c.kind == "password" for c in p.controls)), None)
        if sign_in is None:
            raise RecordingIncompleteError("サインインが記録されていません。")
        home = self._after(sign_in)
        number = self.record.reception_number
        asked = [p for p in pressed if len(p.controls) == 1 and p.controls[0].value == number]
        if len(asked) < 2:
            raise RecordingIncompleteError("入力の前と後に、受付番号で1回ずつ照会してください。")
        opened = next((p for p in pressed[pressed.index(asked[-1]) :] if p.listed), None)
        if opened is None:
            raise RecordingIncompleteError("照会結果の一覧から、登録した1件を開いてください。")
        between = pressed[pressed.index(asked[0]) + 1 : pressed.index(asked[-1])]
        pages = [p for p in between if p.controls]
        if not pages:
            raise RecordingIncompleteError("見本の値の入力が記録されていません。")
        begin = between[: between.index(pages[0])]
        rest = between[between.index(pages[-1]) + 1 :]
        detail, hits, nothing = self._after(opened), self._after(asked[-1]), self._after(asked[0])
        entry = {"begin": self._steps(home, begin), "pages": [self._page(p, detail) for p in pages]}
        entry |= self._end(pages[-1], rest, opened)
        _same_width(entry["pages"], self.form)
        texts = [text for text in nothing.texts if text not in hits.texts]
        if not texts:
            raise RecordingIncompleteError("照会で「該当なし」のときの文が見つかりません。")
        look_up = {
            "steps": [*self._steps(home, self._ways(pressed, asked[0])), *self._ask(asked[0], nothing)],
            "nothing": {"text": texts[0]},
            "hits": hits.captions[0] if hits.captions else {"selector": "table:has(thead)"},
            "number": hits.heads[0],
            "detail": self._screen(detail.heading),
        }
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
                {"arrive": self._screen(home.heading)},
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
        """The page that came up after something was pressed."""
        place = self.events.index(event)
        found = next((e for e in self.events[place + 1 :] if isinstance(e, Shown)), None)
        if found is None:
            raise RecordingIncompleteError("最後の画面が出る前に窓が閉じられました。")
        return found

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

    def _ways(self, pressed: Sequence[Pressed], asked: Pressed) -> list[Pressed]:
        before = [p for p in pressed[: pressed.index(asked)] if not p.controls]
        return before[-2:]

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
