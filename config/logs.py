"""One JSON object per log line: when, how grave, where, what happened. Values of residents have no place in
it.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

QUERY = re.compile(r"\?[^\s\"']*")
"""What follows a question mark in an address: a search for a name stands there."""


class Formatter(logging.Formatter):
    """A record as JSON. Of an exception only its class and the places are kept: its text may quote a value
    (law 5).
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": QUERY.sub("", record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = f"{record.exc_info[0].__module__}.{record.exc_info[0].__qualname__}"
            frames = traceback.extract_tb(record.exc_info[2])
            line["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
        return json.dumps(line, ensure_ascii=False)
