"""Where import files lie, and the cover sheet that goes with each: counts and control sums, nobody's data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from flows import wiring

if TYPE_CHECKING:
    from cases.batch_table import FileBatch
    from robots.file_target import FileTarget
    from robots.outbox import Outbox


def outbox(target: FileTarget) -> Outbox:
    """Where the target fetches its files."""
    from robots.outbox import Outbox

    said = os.environ.get(f"TENKI_OUTBOX_{target.target.upper()}") or target.folder
    return Outbox(Path(said) if said else wiring.var() / "outbox" / target.target)


def cover_sheet(target: FileTarget, batch: FileBatch) -> Path:
    """Write the sheet that goes with a file, to be printed and signed; not into the outbox itself."""
    path = wiring.var() / "covers" / target.target / f"{batch.file_name}.txt"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text("\n".join(cover_lines(target, batch)) + "\n", encoding="utf-8-sig")
    return path


def cover_lines(target: FileTarget, batch: FileBatch) -> list[str]:
    made = timezone.localtime(batch.given_at or batch.begun_at)
    sums = [f"合計 {title}: {total:,}" for title, total in batch.sums.items()]
    return [
        f"{target.title} 取込ファイル送付票",
        "",
        f"ファイル名: {batch.file_name}",
        f"作成日時: {made:%Y-%m-%d %H:%M}",
        f"件数: {batch.items.count():,}件({batch.lines:,}行)",
        *sums,
        f"SHA-256: {batch.sha256}",
        "",
        "業務システムで取り込んだ件数: ________件    確認者: ________________",
    ]
