"""A small mail server and a small HTTP server that keep what they are sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Kept:
    """What came, and what is answered. ``fails``: it refuses everything."""

    address: str = ""
    letters: list[Message] = field(default_factory=list)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    fails: bool = False
    users: list[str] = field(default_factory=list)

    def said(self) -> list[Any]:
        return [json.loads(body) for _, body in self.posts]


@contextmanager
def mail_server() -> Iterator[Kept]:
    """Speaks as much SMTP as it takes to hand over a letter (RFC 5321)."""
    kept = Kept()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().strip():
                word = line[:4].upper()
                if word == b"EHLO":
                    self.say("250-here\r\n250 AUTH PLAIN")
                elif word == b"AUTH":
                    kept.users.append(line.split()[-1].decode())
                    self.say("235 welcome")
                elif word == b"DATA" and not kept.fails:
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    kept.letters.append(message_from_bytes(b"".join(lines), policy=default))
                    self.say("250 kept")
                elif word == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("451 not now" if kept.fails else "250 well")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk), kept, "{}:{}"):
        yield kept


@contextmanager
def web_server(moved_to: str = "") -> Iterator[Kept]:
    """``moved_to``: it takes nothing and says that it is elsewhere now."""
    kept = Kept()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if moved_to:
                self.send_response(307)
                self.send_header("Location", moved_to)
            elif kept.fails:
                self.send_response(500)
            else:
                kept.posts.append((dict(self.headers), body))
                self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Answer), kept, "http://{}:{}/notices"):
        yield kept


@contextmanager
def _served(server: socketserver.TCPServer, kept: Kept, shape: str) -> Iterator[None]:
    kept.address = shape.format(*server.server_address[:2])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
