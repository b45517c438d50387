"""Files and sheets that cannot be read, or only with care, made on demand.

Each names the problem code with which reading it should end (``read``: it is to be read all the same). What
depends on the machine (no permission, a file still being copied, a full disk) cannot lie in a file; tests
make it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from forms.definition import FormDefinition
from rehearsal.files import write_pages
from rehearsal.hands import hand
from rehearsal.incidents import Incidents
from rehearsal.paper import PX_PER_MM, Paper, blank_paper, empty_paper
from rehearsal.scanners import Mode, Scan
from rehearsal.scanning import Scanned, scan
from rehearsal.sheets import fill
from rehearsal.specimens import make_sheet, strokes_folder
from rehearsal.stories import Story, story

SEED: Final = 900
PLAIN: Final = Scan(dpi=200, mode=Mode.GREY, noise=1.5, specks=0, skew_deg=0.4)
HUGE_PX: Final = 20_000
TORN_PX: Final = 420
STICKER_PX: Final = 62


@dataclass(frozen=True)
class Damage:
    """One bad input: the file's name, how reading should end, and who makes it."""

    file: str
    expect: str
    make: Callable[[FormDefinition, Path], None]

    @property
    def name(self) -> str:
        return self.file.partition(".")[0]


# --- broken files ---


def _empty(form: FormDefinition, path: Path) -> None:
    path.write_bytes(b"")


def _text_as_pdf(form: FormDefinition, path: Path) -> None:
    path.write_text("これは PDF ではなく、名前を変えた文書です。\n" * 20, encoding="utf-8")


def _encrypted_pdf(form: FormDefinition, path: Path) -> None:
    canvas = Canvas(str(path), pagesize=A4, encrypt=StandardEncryption("himitsu", canPrint=0), invariant=1)
    canvas.drawString(72, 700, form.title_en)
    canvas.showPage()
    canvas.save()


def _truncated_tiff(form: FormDefinition, path: Path) -> None:
    page = scan(blank_paper(form), replace(PLAIN, mode=Mode.FAX), _rng())
    write_pages(path, [page])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 5])


def _truncated_jpeg(form: FormDefinition, path: Path) -> None:
    write_pages(path, [make_sheet(form, SEED, scan=PLAIN, mistake="").page])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])


def _huge_image(form: FormDefinition, path: Path) -> None:
    """Small on disk, 400 million dots when unpacked."""
    Image.new("1", (HUGE_PX, HUGE_PX), 1).save(path, "PNG", dpi=(300, 300))


def _zero_page_pdf(form: FormDefinition, path: Path) -> None:
    objects = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    entries = b"".join(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"xref\n0 3\n0000000000 65535 f \n" + entries)
    out.write(b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)
    path.write_bytes(out.getvalue())


# --- sheets that do not fit ---


def _rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def _story(form: FormDefinition) -> Story:
    return story(form, _rng())


def _filled(form: FormDefinition) -> Paper:
    folder = strokes_folder()
    return fill(form, _story(form), hand(SEED, folder), hand(SEED + 1, folder), _rng(), Incidents())


def _scanned(paper: Paper, how: Scan = PLAIN) -> Scanned:
    return scan(paper, how, _rng())


def _blank_sheet(form: FormDefinition, path: Path) -> None:
    write_pages(path, [_scanned(empty_paper())])


def _foreign_form(form: FormDefinition, path: Path) -> None:
    """Another office's form: rulings and a stamp-sized square, but neither our marks nor our code."""
    paper = empty_paper()
    for row in range(12):
        top = round((40 + row * 18) * PX_PER_MM)
        cv2.rectangle(paper.pixels, (240, top), (2240, top + round(18 * PX_PER_MM)), (0, 0, 0), 3)
        cv2.line(paper.pixels, (700, top), (700, top + round(18 * PX_PER_MM)), (0, 0, 0), 2)
    cv2.putText(
        paper.pixels, "APPLICATION FOR LIBRARY CARD", (420, 320), cv2.FONT_HERSHEY_SIMPLEX, 3, (0, 0, 0), 6
    )
    write_pages(path, [_scanned(paper)])


def _old_version(form: FormDefinition, path: Path) -> None:
    """Our form with version 0 in its code, which no library holds."""
    write_pages(path, [_scanned(_filled(form.model_copy(update={"version": 0})))])


def _cut_off(form: FormDefinition, path: Path) -> None:
    """The sheet lay so far to the right that a sixth of it is missing."""
    write_pages(path, [_scanned(_filled(form), replace(PLAIN, shift_x_mm=36.0))])


def _mark_missing(form: FormDefinition, path: Path) -> None:
    """A corner is torn off and its mark with it: the other three and the code are enough."""
    paper = _filled(form)
    height, width = paper.pixels.shape[:2]
    corner = np.array([[width, height], [width - TORN_PX, height], [width, height - TORN_PX]])
    cv2.fillPoly(paper.pixels, [corner], (255, 255, 255))
    write_pages(path, [_scanned(paper)])


def _marks_missing(form: FormDefinition, path: Path) -> None:
    """Stickers hide all marks, and the sheet is bent, so that the rulings cannot stand in for them."""
    paper = _filled(form)
    for x_mm, y_mm in form.page.mark_centres_mm():
        x, y = round(x_mm * PX_PER_MM), round(y_mm * PX_PER_MM)
        cv2.circle(paper.pixels, (x, y), STICKER_PX, (230, 225, 180), -1)
    write_pages(path, [_scanned(_bent(paper))])


def _bent(paper: Paper) -> Paper:
    """Pulled while it was being scanned: the middle is bent, the corners lie right."""
    pixels = paper.pixels
    rows, columns = np.indices(pixels.shape[:2], dtype=np.float32)
    swing = np.sin(rows / pixels.shape[0] * np.pi)
    pulled = cv2.remap(
        pixels, columns + 70 * swing, rows + 90 * swing, cv2.INTER_LINEAR, borderValue=(255,) * 3
    )
    return Paper(np.asarray(pulled, np.uint8))


def _poor_fit(form: FormDefinition, path: Path) -> None:
    write_pages(path, [_scanned(_bent(_filled(form)))])


def _wrong_dpi(form: FormDefinition, path: Path) -> None:
    """300 dots an inch, tagged 72: sizes must come from the marks, not from the tag."""
    write_pages(path, [_scanned(_filled(form), replace(PLAIN, dpi=300, tagged_dpi=72))])


DAMAGES: Final = (
    Damage("empty.pdf", "file.empty", _empty),
    Damage("text-renamed.pdf", "file.not_an_image", _text_as_pdf),
    Damage("encrypted.pdf", "file.encrypted", _encrypted_pdf),
    Damage("truncated.tiff", "file.truncated", _truncated_tiff),
    Damage("truncated-jpeg.jpg", "file.truncated", _truncated_jpeg),
    Damage("huge.png", "file.too_large", _huge_image),
    Damage("zero-pages.pdf", "file.no_pages", _zero_page_pdf),
    Damage("blank-sheet.jpg", "sheet.blank", _blank_sheet),
    Damage("foreign-form.jpg", "sheet.foreign", _foreign_form),
    Damage("old-version.jpg", "sheet.old_version", _old_version),
    Damage("cut-off.jpg", "sheet.cut", _cut_off),
    Damage("mark-missing.jpg", "read", _mark_missing),
    Damage("marks-missing.jpg", "sheet.mark_missing", _marks_missing),
    Damage("poor-fit.jpg", "sheet.poor_fit", _poor_fit),
    Damage("wrong-dpi.jpg", "read", _wrong_dpi),
)
BY_NAME: Final[Mapping[str, Damage]] = {damage.name: damage for damage in DAMAGES}


def make_damaged(form: FormDefinition, folder: Path, *names: str) -> dict[str, Path]:
    """Writes the named bad inputs (all without names) into the folder; returns their paths by name.

    Each gets a truth file beside it. LookupError for an unknown name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name in names or BY_NAME:
        damage = BY_NAME[name]
        path = folder / damage.file
        damage.make(form, path)
        _write_truth(form, damage, path)
        made[name] = path
    return made


def _write_truth(form: FormDefinition, damage: Damage, path: Path) -> None:
    values = _story(form).values if damage.expect == "read" else {}
    page = {
        "form": form.form,
        "version": form.version,
        "values": values,
        "hand": "",
        "scan": {},
        "mistakes": [],
    }
    truth = {"seed": SEED, "pages": [page | {"expect": damage.expect}]}
    path.with_suffix(".truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8"
    )
