"""Calls that hand files in, and ask what became of them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from email.message import Message

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from cases import audit, intake
from cases.errors import FileIncomplete
from cases.models import SourceFile, Task
from cases.token_table import HandIn
from desk.api import shapes
from desk.api.calls import Call, told
from desk.api.problems import Problem

LONGEST_KEY = 200
LONGEST_NAME = 500
UNNAMED = "api"


def hand_in(call: Call, task: str) -> HttpResponse:
    """The body goes straight into the encrypted store: no plain copy of it ever lies on a disk."""
    row = Task.objects.filter(pk=task).first() if task in call.token.tasks else None
    if row is None:
        raise Problem("call.not_found")
    key = _key(call.request)
    known = HandIn.objects.filter(token=call.token, key=key).select_related("source").first()
    if known is not None:
        return _again(known.source, row, body_of(call.request))
    received = intake.keep(row, body_of(call.request), _name(call.request), call.who)
    if key:
        HandIn.objects.get_or_create(token=call.token, key=key, defaults={"source": received.source})
    status = 200 if received.duplicate else 201
    answer = told(_told_of(received.source, received.duplicate), status)
    answer.headers["Location"] = f"/api/v1/files/{received.source.pk}"
    return answer


def file(call: Call, file_id: uuid.UUID) -> HttpResponse:
    source = SourceFile.objects.filter(pk=file_id, task__in=call.token.tasks).first()
    if source is None:
        raise Problem("call.not_found")
    audit.write(call.who, "api.file_shown", source=f"source-{source.pk}")
    return told(_told_of(source, known_before=True))


def _told_of(source: SourceFile, known_before: bool) -> shapes.File:
    return shapes.File(
        id=source.pk,
        task=source.task_id,
        sha256=source.sha256,
        size_bytes=source.size_bytes,
        received_at=source.received_at,
        known_before=known_before,
        read=source.read_at is not None,
        cases=[
            shapes.Sheet(case=case.pk, number=case.number, page=case.page_index, state=case.state)
            for case in source.cases.order_by("page_index")
        ],
    )


def _again(known: SourceFile, task: Task, parts: Iterator[bytes]) -> HttpResponse:
    """The key stands for these bytes; for others, or another task, it is a mistake of the caller's."""
    sha256 = hashlib.sha256()
    for part in parts:
        sha256.update(part)
    if (known.sha256, known.task_id) != (sha256.hexdigest(), task.pk):
        raise Problem("file.other_content")
    return told(_told_of(known, known_before=True))


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise Problem("call.parameter")
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def body_of(request: HttpRequest) -> Iterator[bytes]:
    """The body in parts as it comes; the Problem of one that has no length or no byte is raised at once."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise Problem("file.no_length")
    if int(length) == 0:
        raise Problem("file.empty")
    return _parts(request, int(length))


def _parts(request: HttpRequest, length: int) -> Iterator[bytes]:
    """The bytes that were announced. A caller that breaks off has handed nothing in."""
    left = length
    try:
        while part := request.read(min(intake.PART_BYTES, left)):
            left -= len(part)
            yield part
    except (UnreadablePostError, OSError) as error:
        raise FileIncomplete("the caller broke off") from error
    if left:
        raise FileIncomplete(f"{left} of {length} bytes did not come")


def _name(request: HttpRequest) -> str:
    """The file's own name, of ``Content-Disposition`` (RFC 6266, also ``filename*``)."""
    message = Message()
    message["Content-Disposition"] = request.headers.get("Content-Disposition", "")
    name = message.get_filename() or UNNAMED
    return name.replace("\0", "").replace("\\", "/").rpartition("/")[2][:LONGEST_NAME] or UNNAMED
