"""The desk as a WSGI application, for a server of the site's own; ``desk.serve`` starts one by itself."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
