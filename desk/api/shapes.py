"""The JSON of the API: what is answered, and the OpenAPI document's schemas."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Me(Shape):
    """What the token in use may do."""

    name: str
    scopes: list[str]
    tasks: list[str]
    calls_per_minute: int
    expires_at: datetime


class Task(Shape):
    name: str
    title: str
    department: str
    forms: list[str]


class Tasks(Shape):
    tasks: list[Task]


class Sheet(Shape):
    """A page of a file that was handed in."""

    case: uuid.UUID
    number: str
    page: int = Field(description="0-based")
    state: str


class File(Shape):
    """A file that was handed in."""

    id: uuid.UUID
    task: str
    sha256: str
    size_bytes: int
    received_at: datetime
    known_before: bool = Field(description="The same bytes were handed in for this task before.")
    read: bool = Field(description="Every page has become a case.")
    cases: list[Sheet]


class Case(Shape):
    """A sheet on its way to the register. Nothing of a resident."""

    id: uuid.UUID
    number: str = Field(description="Short number, also the reception number in the target.")
    task: str
    file: uuid.UUID | None
    page: int = Field(description="0-based")
    form: str
    form_version: int | None
    state: str
    state_label: str = Field(description="The state in Japanese.")
    needs_person: bool
    reason: str = Field(description="Stable code of why it waits; empty when it does not.")
    reason_text: str = Field(description="The same in Japanese.")
    created_at: datetime
    updated_at: datetime


class Cases(Shape):
    cases: list[Case]
    next: str | None = Field(description="Give it as `after` for what follows; null at the end.")


class Record(Shape):
    """What was approved: every field of the sheet by its id, in canonical text; "" is blank."""

    case: uuid.UUID
    number: str
    form: str
    form_version: int | None
    values: dict[str, str]
    my_number_masked: bool
    approved_by: str
    approved_at: datetime
    by_policy: bool = Field(description="Let through by the department's signed policy, not by a person.")


class Check(Shape):
    """One field as it was read back from the target."""

    field: str
    same: bool


class Receipt(Shape):
    """What a robot brought back from the target; no values."""

    id: int
    target: str
    outcome: str
    receipt_number: str
    started_at: datetime
    finished_at: datetime
    fields: list[Check]


class Receipts(Shape):
    case: uuid.UUID
    receipts: list[Receipt]


class Keys(Shape):
    """What a worker takes with it once: the site's keys, base64, by file name."""

    keys: dict[str, str]


class Problem(Shape):
    """RFC 9457. `code` is stable, title and detail are Japanese."""

    type: str
    title: str
    status: int
    detail: str
    code: str
