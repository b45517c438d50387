"""``python -m robots.process``: the robots of one account in a process of their own, told what to do by pipe.

It ends as soon as its input closes, in the middle of a record too: whoever asked is gone, and the record is
looked up before anyone tries it again. Its log (standard error) holds case ids, steps and codes only.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, BinaryIO

from playwright.async_api import Browser

from robots.browser import started
from robots.entry import Robot
from robots.errors import FaultError, RobotError
from robots.messages import line, record_from_json, start_from_json
from robots.receipt import to_json
from robots.seen_json import dry_to, examination_to
from robots.session import Account, Session

LONGEST_LINE_BYTES = 16 * 1024 * 1024
GOODBYE_S = 5.0
"""How long the browser may take to close once the input has ended."""

logger = logging.getLogger("tenki.robots")


def main() -> None:
    """Talk on the inherited standard output; anything that others print there goes to standard error."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.excepthook = _report_without_values
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asyncio.run(_serve(out))


async def _serve(out: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_without_values)
    commands: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
    reading = asyncio.create_task(_read(commands))
    working = asyncio.create_task(_work(commands, out))
    await asyncio.wait((reading, working), return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        reading.cancel()
        working.result()
        return
    working.cancel()
    await asyncio.wait((working,), timeout=GOODBYE_S)


async def _read(commands: asyncio.Queue[Mapping[str, Any]]) -> None:
    """Pass on what comes in until the input ends."""
    reader = asyncio.StreamReader(limit=LONGEST_LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    while text := await reader.readline():
        await commands.put(json.loads(text))


async def _work(commands: asyncio.Queue[Mapping[str, Any]], out: BinaryIO) -> None:
    start = start_from_json(await commands.get())
    try:
        async with started(start.browser) as browser:
            account = Account(start.credentials)
            robots = [
                Robot(Session(browser, start.target, account, start.downloads), start.target, start.by_name())
                for _ in range(start.target.contexts)
            ]
            out.write(line({"ready": True}))
            await asyncio.gather(*(_serve_one(robot, browser, commands, out) for robot in robots))
            await asyncio.gather(*(robot.close() for robot in robots))
    except FaultError as error:
        out.write(line({"failed": error.code, "detail": error.detail}))


async def _serve_one(
    robot: Robot, browser: Browser, commands: asyncio.Queue[Mapping[str, Any]], out: BinaryIO
) -> None:
    """Do commands, one after the other, beside the other contexts, until ``close``."""
    while (command := await commands.get())["do"] != "close":
        done = await _done(robot, command) if browser.is_connected() else {"browser_gone": True}
        out.write(line({"id": command["id"], **done}))
    # The word is for every context.
    commands.put_nowait(command)


async def _done(robot: Robot, command: Mapping[str, Any]) -> dict[str, Any]:
    try:
        if command["do"] == "check":
            return {"seen": examination_to(await robot.check())}
        record = record_from_json(command["record"])
        if command["do"] == "dry_run":
            return {"run": dry_to(await robot.dry_run(record))}
    except RobotError as error:
        return {"trouble": error.code, "detail": error.detail, "words": error.words}
    act = {"enter": robot.enter, "resolve": robot.resolve}[command["do"]]
    return {"receipt": to_json(await act(record))}


def _log_without_values(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Errors that nobody waited for: their text may hold what was typed, their kind does not."""
    logger.error("unwatched error: %s", type(context.get("exception")).__name__)


def _report_without_values(
    kind: type[BaseException], _error: BaseException, trace: TracebackType | None
) -> None:
    """A fault of the program: its kind and place without its text."""
    place = "unknown place"
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    logger.critical("stopped by %s at %s", kind.__name__, place)


if __name__ == "__main__":
    main()
