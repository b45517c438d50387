"""``python -m rehearsal.target``: starts the rehearsal target and prints its address."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

import uvicorn

from rehearsal.target.app import application
from rehearsal.target.sessions import Sessions
from rehearsal.target.store import Store
from rehearsal.target.web import System


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal.target",
        description="The rehearsal target, a register system to train robots on.",
        epilog="The operator's id and password come from REHEARSAL_OPERATOR and REHEARSAL_PASSWORD; "
        "REHEARSAL_CONTROL_TOKEN, when set, opens the control page.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, default=8801, help="0 lets the system choose (default: 8801)")
    parser.add_argument("--database", type=Path, required=True, help="its SQLite file; made when missing")
    parser.add_argument("--port-file", type=Path, help="where to write the port once it listens")
    parser.add_argument("--session-timeout-s", type=float, default=1800, help="default: 1800")
    parser.add_argument("--latency-ms", type=float, default=0, help="added to every answer (default: 0)")
    return parser.parse_args()


def _system(arguments: argparse.Namespace) -> System:
    operator, password = os.environ.get("REHEARSAL_OPERATOR"), os.environ.get("REHEARSAL_PASSWORD")
    if not operator or not password:
        sys.exit("No operator is known: set REHEARSAL_OPERATOR and REHEARSAL_PASSWORD, then start again.")
    arguments.database.parent.mkdir(parents=True, exist_ok=True)
    store = Store(arguments.database)
    store.set_operator(operator, password)
    return System(
        store=store,
        sessions=Sessions(arguments.session_timeout_s),
        latency_s=arguments.latency_ms / 1000,
        control_token=os.environ.get("REHEARSAL_CONTROL_TOKEN", ""),
    )


def main() -> None:
    arguments = _arguments()
    system = _system(arguments)
    listener = socket.create_server((arguments.host, arguments.port))
    port = listener.getsockname()[1]
    print(f"http://{arguments.host}:{port}/", flush=True)
    if arguments.port_file:
        # Renamed into place, so that whoever waits for the file never reads half of it.
        unfinished = arguments.port_file.with_suffix(".part")
        unfinished.write_text(str(port), encoding="ascii")
        unfinished.replace(arguments.port_file)
    # Addresses of requests carry what was searched for, so no access log is kept.
    config = uvicorn.Config(application(system), log_level="warning", access_log=False, http="h11")
    uvicorn.Server(config).run(sockets=[listener])
    system.store.close()


if __name__ == "__main__":
    main()
