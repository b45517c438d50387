"""The base of what is read from a file: nothing unknown in it, nothing changed afterwards."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def said(self) -> dict[str, Any]:
        """What differs from the defaults, as plain values in the words of the file."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
