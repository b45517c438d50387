"""A city hall after three years: 100,000 cases with 4 million readings, written in the database's own words.

Cases are spread over tasks and days; the newest wait, a few need a person, the rest is entered. Names are
invented. Those that wait in one task have a working page, so that they can be corrected on the screen.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

CASES = 100_000
FIELDS = 40
TASKS = 12
WAITING = 600
EXCEPTIONS = 60
SHOWN_TASK = 0
"""The task whose waiting sheets have pages: fifty of them."""

VARIANTS = 997
"""A prime: which value a field has repeats in no pattern of tasks or days."""

FORM = "ido_todoke"
OPERATORS = 20
PASSWORD = "sagami-gawa-2026"
ASKED_EVERY = 9
LAST_DAY = datetime.now(UTC).date()
FIRST_DAY = LAST_DAY - timedelta(days=3 * 365)
PX_PER_MM = 8.0
CHUNK = 10_000

SURNAMES = {
    "佐藤": "サトウ",
    "鈴木": "スズキ",
    "髙橋": "タカハシ",
    "田中": "タナカ",
    "伊藤": "イトウ",
    "渡邉": "ワタナベ",
    "山本": "ヤマモト",
    "中村": "ナカムラ",
    "小林": "コバヤシ",
    "加藤": "カトウ",
    "吉田": "ヨシダ",
    "山田": "ヤマダ",
    "佐々木": "ササキ",
    "山口": "ヤマグチ",
    "松本": "マツモト",
    "井上": "イノウエ",
}
GIVEN = {
    "太郎": "タロウ",
    "花子": "ハナコ",
    "健一": "ケンイチ",
    "美咲": "ミサキ",
    "翔太": "ショウタ",
    "陽菜": "ヒナ",
    "大輔": "ダイスケ",
    "由美": "ユミ",
    "誠": "マコト",
    "恵子": "ケイコ",
    "和也": "カズヤ",
    "直美": "ナオミ",
    "拓海": "タクミ",
    "結衣": "ユイ",
    "隆": "タカシ",
    "幸子": "サチコ",
}

SQLITE = {
    "at": "strftime('%Y-%m-%d %H:%M:%S', '{first} 00:00:00', '+' || ({seconds}) || ' seconds')",
    "id": "printf('%032x', {n})",
    "false": "0",
}
POSTGRESQL = {
    "at": "timestamptz '{first} 00:00:00+00' + ({seconds}) * interval '1 second'",
    "id": "lpad(to_hex({n}), 32, '0')::uuid",
    "false": "false",
}


@dataclass(frozen=True)
class Size:
    """How much is written; a tenth of it for a quick look."""

    cases: int = CASES

    @property
    def readings(self) -> int:
        return self.cases * FIELDS


@dataclass(frozen=True)
class Effort:
    """How often each page is asked for, and how many sheets are worked off on the screen."""

    pages: int
    sheets: int


def fill(size: Size) -> None:
    """Everything into an empty database that has its tables."""
    from django.db import connection, transaction

    from cases import stale

    _people_and_tasks()
    words = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    # One transaction: on SQLite each commit would wait for the disk.
    with transaction.atomic(), connection.cursor() as cursor:
        # A bulk load by hand may leave the triggers out; they are put back, and nothing was summed yet.
        for name, _, table, _, _ in stale.TRIGGERS:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS stale_{name}{on}")
        _values(cursor)
        for statement in _rows(words, size):
            cursor.execute(statement)
    stale.protect(connection)
    _audit_head(size)
    _pages(size)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def case_id(number: int) -> str:
    """The id of the n-th case, 0 the oldest."""
    return f"{number:032x}"


def first_waiting(size: Size) -> int:
    return size.cases - WAITING


def _people_and_tasks() -> None:
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    from cases import access, roles
    from cases.models import Task
    from cases.roles import Role

    for number in range(TASKS):
        Task.objects.create(
            name=f"t{number}",
            title=f"住民異動届の入力{number + 1:02d}",
            department=f"区民課{number // 3 + 1:02d}",
            forms=[FORM],
            introduced_on=FIRST_DAY,
            target="rehearsal",
            policy={"version": 1},
        )
    password = make_password(PASSWORD)
    for number in range(OPERATORS):
        user = User.objects.create(username=f"op{number:02d}", password=password)
        roles.give(user, [Role.OPERATOR, Role.SECOND_CHECKER, Role.DEPARTMENT], by="bench")
        access.assign_everything(user, by="bench")


def _values(cursor: Any) -> None:
    """What fields say: one row for each kind and variant."""
    from cases.library import forms_library

    cursor.execute("CREATE TEMPORARY TABLE bench_field (k integer primary key, field text, kind text)")
    cursor.execute("CREATE TEMPORARY TABLE bench_value (of_kind text, v integer, said text)")
    cursor.execute("CREATE TEMPORARY TABLE bench_number (n integer primary key)")
    fields = [(k, field.id, field.kind.value) for k, field in enumerate(forms_library().get(FORM).fields)]
    cursor.executemany("INSERT INTO bench_field VALUES (%s, %s, %s)", fields)
    dice, kinds = random.Random(26), sorted({kind for _, _, kind in fields})
    values = [(kind, v, _said(kind, dice)) for kind in kinds for v in range(VARIANTS)]
    cursor.executemany("INSERT INTO bench_value VALUES (%s, %s, %s)", values)
    cursor.execute("CREATE INDEX bench_by_kind ON bench_value (of_kind, v)")


def _said(kind: str, dice: random.Random) -> str:
    surname, given = dice.choice(list(SURNAMES)), dice.choice(list(GIVEN))
    day = date(1940, 1, 1) + timedelta(days=dice.randrange(30_000))
    return {
        "name": f"{surname}　{given}",
        "kana": f"{SURNAMES[surname]}　{GIVEN[given]}",
        "date": day.isoformat(),
        "postal_code": f"{dice.randrange(2520000, 2529999)}",
        "address": f"神奈川県相模原市中央区中央{dice.randrange(1, 9)}-{dice.randrange(1, 30)}",
        "phone": f"042-{dice.randrange(100, 999)}-{dice.randrange(1000, 9999)}",
        "circle": "男",
        "relation": dice.choice(["世帯主", "妻", "子"]),
    }.get(kind, "")


JOINED = f"""FROM bench_number CROSS JOIN bench_field
        JOIN bench_value ON of_kind = kind AND v = (n * 7 + k) % {VARIANTS}"""
"""Every field of every case with what it says, found by the index on of_kind and v."""


def _rows(words: dict[str, str], size: Size) -> Iterator[str]:
    count, seconds = size.cases, (LAST_DAY - FIRST_DAY).days * 86_400
    yield f"""INSERT INTO bench_number WITH RECURSIVE numbers(n) AS
        (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {count}) SELECT n FROM numbers"""
    case = words["id"].format(n="n")
    moment = words["at"].format(first=FIRST_DAY, seconds=f"CAST(n AS bigint) * {seconds} / {count}")
    state = f"""CASE WHEN n >= {count - WAITING} THEN 'NEEDS_REVIEW'
        WHEN n >= {count - WAITING - EXCEPTIONS} THEN
            CASE n % 3 WHEN 0 THEN 'UNREADABLE' WHEN 1 THEN 'RETURNED' ELSE 'REFUSED' END
        ELSE 'ENTERED' END"""
    yield f"""INSERT INTO cases_case (id, number, task_id, page_index, form, form_version, state, reason,
        reason_detail, lease_owner, revision, created_at, updated_at)
        SELECT {case}, 'T26-' || {_padded(words)}, 't' || (n % {TASKS}), 0, '{FORM}', 1, {state}, '',
        '', '', 1, {moment}, {moment} FROM bench_number"""
    for first in range(0, count, CHUNK):
        yield _readings(words, f"n >= {first} AND n < {first + CHUNK} AND k < {FIELDS}")
    yield _readings(words, f"n >= {count - WAITING} AND k >= {FIELDS}")
    concat, line = ("string_agg", "chr(10)") if words is POSTGRESQL else ("group_concat", "char(10)")
    yield f"""INSERT INTO cases_sheetnames (case_id, text)
        SELECT case_id, {concat}(replace(value, '　', ''), {line}) FROM cases_reading
        WHERE field_id IN (SELECT field FROM bench_field WHERE kind IN ('name', 'kana')) GROUP BY case_id"""
    yield f"""INSERT INTO cases_receipt (case_id, target, outcome, receipt_number, read_back, message, steps,
        started_at, finished_at, has_picture)
        SELECT {case}, 'rehearsal', 'entered', 'R' || n, '[]', '', '[]', {moment}, {moment}, {words["false"]}
        FROM bench_number WHERE n < {count - WAITING - EXCEPTIONS}"""
    for place, what in enumerate(("case.opened", "case.read", "case.claimed", "case.approved")):
        yield f"""INSERT INTO cases_auditline (id, at, who, what, case_id, detail, previous_hash, hash)
            SELECT {_lines()} + n * 4 + {place + 1}, {moment}, 'op00', '{what}', {case}, '{{}}', '',
            'bench-' || n || '-{place}' FROM bench_number"""


def _padded(words: dict[str, str]) -> str:
    return "lpad(n::text, 6, '0')" if words is POSTGRESQL else "printf('%06d', n)"


def _readings(words: dict[str, str], where: str) -> str:
    case = words["id"].format(n="n")
    return f"""INSERT INTO cases_reading (case_id, attempt, field_id, raw, value, alternatives, confidence,
        blank, findings, route, reader, box_px)
        SELECT {case}, 1, field, said, said, '[]', 0.9, said = '', '[]',
        CASE WHEN (n + k) % {ASKED_EVERY} = 0 THEN 'check' ELSE 'accept' END, 'ppocr',
        '[]'
        {JOINED} WHERE {where}
        ORDER BY n, field"""


def _lines() -> int:
    from cases.models import AuditHead

    return AuditHead.objects.get(id=1).lines


def _audit_head(size: Size) -> None:
    """The chain goes on behind the rows that were written by hand."""
    from cases.models import AuditHead, AuditLine

    newest = AuditLine.objects.latest("pk")
    AuditHead.objects.filter(id=1).update(lines=newest.pk, hash=newest.hash)


def _pages(size: Size) -> None:
    """Blank sheets as working pages of the newest waiting cases."""
    import pypdfium2

    from cases import files
    from cases.files import FileKind
    from cases.library import forms_library
    from cases.models import Page
    from forms.printing import blank_pdf

    sheet = pypdfium2.PdfDocument(blank_pdf(forms_library().get(FORM)))[0]
    image = sheet.render(scale=PX_PER_MM * 25.4 / 72).to_pil().convert("L")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    upright = json.loads(f"[[{PX_PER_MM},0.0,0.0],[0.0,{PX_PER_MM},0.0],[0.0,0.0,1.0]]")
    waiting = range(first_waiting(size), size.cases)
    for number in (one for one in waiting if one % TASKS == SHOWN_TASK):
        Page.objects.create(
            case_id=case_id(number),
            width_px=image.width,
            height_px=image.height,
            transform=upright,
            original_transform=upright,
            fit_mm=0.1,
            dpi=PX_PER_MM * 25.4,
        )
        files.write(FileKind.PAGE, UUID(case_id(number)), [buffer.getvalue()])
