"""Connections to other programs: only to the address that the site has named."""

from __future__ import annotations

import urllib.request


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A secret and a resident's sheet go where the site said: a redirection is an error."""

    def redirect_request(self, *_: object) -> None:
        return None
