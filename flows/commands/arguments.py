"""Arguments that several verbs take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[
    list[Path],
    # One file that may not be read must not stop the others, so that it is not the command line's to refuse.
    typer.Argument(help="PDF, TIFF, PNG or JPEG.", metavar="FILE…", readable=False),
]
"""Scanned files, in any state."""
