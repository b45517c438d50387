"""A small receiver of Tenki's webhooks: Python's own library and ``tenki_client.py`` beside it.

    TENKI_WEBHOOK_SECRET=… python tenki_receiver.py 8700

It takes what is signed, fresh and new, and prints it; put your own work where it prints. Answer within ten
seconds: whatever is not answered with 2xx is told again, for about two days, under the same id.
"""

from __future__ import annotations

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tenki_client import is_genuine

LARGEST_BYTES = 100_000


class Receiver(BaseHTTPRequestHandler):
    """One message from the desk."""

    secret = ""
    known: set[str] = set()  # noqa: RUF012  # keep yours in a database: a message may come twice

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LARGEST_BYTES))
        if not is_genuine(self.secret, self.headers.get("Tenki-Signature", ""), body):
            self.answer(401)
            return
        told = json.loads(body)
        if told["id"] not in self.known:
            print(told["event"], json.dumps(told.get("case")), flush=True)
            self.known.add(told["id"])
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing by itself."""


def main(port: str = "8700") -> None:
    Receiver.secret = os.environ["TENKI_WEBHOOK_SECRET"]
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
