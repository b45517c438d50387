"""Calls of workers on other machines: the keys once, then sealed files. The desk does not open them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from cases import files, stores, tokens, vault
from cases.files import DiskFull, FileKind
from cases.models import SourceFile
from desk.api import shapes
from desk.api.calls import Call, told
from desk.api.filing import body_of
from desk.api.problems import Problem

FILE_ID = re.compile(r"[0-9a-f-]{1,36}")


def keys(call: Call) -> HttpResponse:
    """The site's keys, to a worker that has not taken them yet."""
    tokens.take_keys(call.token)
    taken = {key.value: base64.b64encode(vault.read_key(key)).decode() for key in vault.Key}
    return told(shapes.Keys(keys=taken))


def fetch(call: Call, kind: str, file_id: str) -> HttpResponseBase:
    name = _name(kind, file_id)
    kept = stores.current().stat(name)
    if kept is None:
        raise Problem("file.missing")
    parts = () if call.request.method == "HEAD" else _parts(name)
    answer = StreamingHttpResponse(parts, content_type="application/octet-stream")
    answer.headers["Content-Length"] = str(kept.size_bytes)
    answer.headers[stores.CHANGED] = str(kept.changed_ns)
    return answer


def _parts(name: str) -> Iterator[bytes]:
    with stores.current().open(name) as file:
        while part := file.read(stores.PART_BYTES):
            yield part


def store(call: Call, kind: str, file_id: str) -> HttpResponse:
    """Take a sealed file in, whole or not at all."""
    name, kept = _name(kind, file_id), stores.current()
    beginning = kept.beginning(name)
    try:
        files.write_sealed(beginning, body_of(call.request))
        kept.keep(beginning, name)
    except OSError as error:
        if error.errno in files.FULL:
            raise DiskFull("no room left: free some space") from error
        raise
    finally:
        beginning.unlink(missing_ok=True)
    return HttpResponse(status=204)


def discard(call: Call, kind: str, file_id: str) -> HttpResponse:
    """Only what nobody needs goes this way: an original that came twice and has no row."""
    name = _name(kind, file_id)
    if kind != FileKind.ORIGINAL.value or SourceFile.objects.filter(pk=file_id).exists():
        raise Problem("file.in_use")
    stores.current().delete(name)
    return HttpResponse(status=204)


def _name(kind: str, file_id: str) -> str:
    if kind not in {known.value for known in FileKind} or not FILE_ID.fullmatch(file_id):
        raise Problem("call.not_found")
    return f"{kind}/{file_id}"
