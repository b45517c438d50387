"""Serves the desk for the browser tests in its own process, as ``tenki desk`` does; prints its address."""

from __future__ import annotations

from pathlib import Path

import django

django.setup()

from PIL import Image  # noqa: E402  # stands with the others

from desk.ports import Ports  # noqa: E402  # needs the applications that setup has loaded
from desk.serve import Address, serve  # noqa: E402  # the same


def load_page(original: object, page_index: int) -> Image.Image:
    """Every original of these tests is a picture of one page."""
    return Image.open(Path(str(original)))


if __name__ == "__main__":
    serve(Address(port=0), Ports(page_loader=load_page), on_ready=lambda url: print(url, flush=True))
