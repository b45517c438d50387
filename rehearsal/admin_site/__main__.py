"""``python -m rehearsal.admin_site``: starts the second target and prints its address.

The operator's id and password come from ADMIN_SITE_OPERATOR and ADMIN_SITE_PASSWORD.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Addresses carry what was searched for, so no access log is kept."""

    def log_message(self, *_args: object) -> None: ...


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rehearsal.admin_site", description=__doc__)
    parser.add_argument("--port", type=int, default=8802, help="0 lets the system choose (default: 8802)")
    parser.add_argument("--database", type=Path, required=True, help="its SQLite file; made when missing")
    given = parser.parse_args()
    operator, password = os.environ.get("ADMIN_SITE_OPERATOR"), os.environ.get("ADMIN_SITE_PASSWORD")
    if not operator or not password:
        sys.exit("No operator is known: set ADMIN_SITE_OPERATOR and ADMIN_SITE_PASSWORD, then start again.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "rehearsal.admin_site.settings"
    os.environ["ADMIN_SITE_DATABASE"] = str(given.database.resolve())
    os.environ.setdefault("ADMIN_SITE_SECRET", secrets.token_urlsafe(32))
    _ready(operator, password)
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    # Without DEBUG Django serves static files only when it is told to.
    handler = StaticFilesHandler(get_wsgi_application())
    with Server(("127.0.0.1", given.port), Quiet) as server:
        server.set_app(handler)
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()


def _ready(operator: str, password: str) -> None:
    """Tables and the operator."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    if not User.objects.filter(username=operator).exists():
        User.objects.create_superuser(operator, password=password)


if __name__ == "__main__":
    main()
