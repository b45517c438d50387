"""What runs inside a page, one JavaScript function a file."""

from __future__ import annotations

from pathlib import Path


def script(name: str) -> str:
    """The function in ``<name>.js``; without its comment, since the browser wants an expression."""
    lines = (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//"))
