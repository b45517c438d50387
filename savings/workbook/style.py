"""How cells look: one font that every Windows desktop has, quiet colours, print set-up for A4 landscape."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FONT = "BIZ UDPゴシック"
"""A universal-design font that Windows 10 and later bring; public bodies ask for it."""

INK, NAVY, GREY, RED, GREEN, AMBER = "1A1A1A", "1F3A5F", "595959", "B00020", "1B6E3C", "8A5A00"
PALE, PALE_AMBER, RULE = "E8EEF5", "FFF4D6", "B8C2CC"

# ``_ `` leaves the width of a blank between the digits and the ruling.
HOURS = "#,##0.00_ ;[Red]-#,##0.00_ "
HOURS_OR_DASH = '[=0]"–"_ ;[<1]0.000_ ;#,##0.00_ '
"""For a table of steps: many take no time, and some very little. Never negative."""

MINUTES = "#,##0.00_ "
PERCENT = "0.0%_ ;[Red]-0.0%_ "
COUNT = "#,##0_ "
ERA_DAY = '[$-411]ggge"年"m"月"d"日"'
ERA_MONTH = '[$-411]ggge"年"m"月"'


@dataclass(frozen=True)
class Look:
    """The look of a cell. ``fill`` and ``colour`` are RGB in hex; sizes in points."""

    size: float = 10
    bold: bool = False
    colour: str = INK
    fill: str | None = None
    align: str = "left"
    valign: str = "center"
    wrap: bool = False
    framed: bool = True
    number_format: str = "General"

    def parts(self) -> dict[str, object]:
        """The openpyxl style objects by the names of a cell's attributes."""
        side = Side(style="thin", color=RULE)
        return {
            "font": Font(name=FONT, size=self.size, bold=self.bold, color=self.colour),
            "fill": PatternFill("solid", fgColor=self.fill) if self.fill else PatternFill(),
            "alignment": Alignment(
                horizontal=self.align,
                vertical=self.valign,
                wrap_text=self.wrap,
                indent=1 if self.framed and self.align == "left" else 0,
            ),
            "border": Border(side, side, side, side) if self.framed else Border(),
            "number_format": self.number_format,
        }


BODY = Look()
WRAPPED = Look(wrap=True)
CENTRED = Look(align="center")
HEAD = Look(bold=True, colour="FFFFFF", fill=NAVY, align="center", wrap=True)
NUMBER = Look(align="right", number_format=HOURS)
TITLE = Look(size=20, bold=True, colour=NAVY, framed=False)
SECTION = Look(size=12, bold=True, colour=NAVY, framed=False)
NOTE = Look(size=9, colour=GREY, framed=False, wrap=True, valign="top")
SAMPLE = Look(size=9, bold=True, colour=AMBER, fill=PALE_AMBER, align="center")
BANNER = Look(size=10, bold=True, colour=AMBER, fill=PALE_AMBER, wrap=True)


def print_setup(sheet: Worksheet, footer: str, *, repeat_rows: str | None, one_page: bool) -> None:
    """A4 landscape, one page wide, page numbers below; ``repeat_rows`` (``4:4``) stand on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(one_page)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom, margins.header, margins.footer = 0.6, 0.7, 0.3, 0.3
    below = sheet.oddFooter or HeaderFooterItem()
    sheet.oddFooter = below
    parts = (below.left, footer), (below.center, "&P / &N ページ"), (below.right, "&A")
    for part, text in parts:
        if part is not None:
            part.text, part.font, part.size = text, f"{FONT},標準", 9
    sheet.print_title_rows = repeat_rows
    sheet.sheet_view.showGridLines = False
