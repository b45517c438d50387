"""What stands on the label of a sheet: its number as QR code. No name, no value: labels lie about openly."""

from __future__ import annotations

import segno

QUIET_MODULES = 2


def qr_svg(number: str) -> str:
    """The number as QR code, an SVG element without size of its own and without styles."""
    code = segno.make(number, error="m", micro=False, boost_error=False)
    return str(code.svg_inline(border=QUIET_MODULES, omitsize=True, svgclass="qr", lineclass=None))
