"""Sheets of paper in the project's typeface: slips, labels, manifests, statements. One margin, and codes to scan."""

from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
FONT = "Be Vietnam Pro"
GREY, INK = (110, 110, 110), (20, 20, 20)
A4, A4_ACROSS, A5, A6 = (210, 297), (297, 210), (148, 210), (105, 148)
MARGIN = 12
Colour = tuple[int, int, int]


class Sheet(FPDF):
    """One format, one margin; text, tables and QR codes share its edges."""

    def __init__(self, size: tuple[int, int], margin: int, *, foot: int = 0) -> None:
        super().__init__(format=size)
        self.add_font(FONT, "", str(FONTS / "BeVietnamPro-Regular.ttf"))
        self.add_font(FONT, "B", str(FONTS / "BeVietnamPro-SemiBold.ttf"))
        self.set_margin(margin)
        self.c_margin = 0
        self.set_auto_page_break(True, margin=foot or margin)

    def line_of(
        self, text: str, size: float = 10, bold: bool = False, colour: Colour = INK, *, align: str = "L"
    ) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.52, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def code(self, text: str, left: float, top: float, side: float) -> None:
        """A QR code, drawn module by module: sharp on any printer."""
        code = segno.make_qr(text)
        step = side / code.symbol_size(border=0)[0]
        self.set_fill_color(*INK)
        for y, row in enumerate(code.matrix):
            for x, dark in enumerate(row):
                if dark:
                    self.rect(left + x * step, top + y * step, step, step, style="F")
        self.set_fill_color(255, 255, 255)


class Paper(Sheet):
    """Its first page open; each says at its foot what it belongs to. `alone`: all pages are of this, so their number is known."""

    def __init__(self, number: str, *, size: tuple[int, int] = A5, margin: int = MARGIN, alone: bool = True) -> None:
        super().__init__(size, margin, foot=16)
        self.number, self.before, self.of = number, 0, "/{nb}" if alone else ""
        self.add_page()

    def begin(self, number: str) -> None:
        """Another thing, on pages of its own."""
        before = self.page_no()
        self.add_page()  # draws the foot of the page before
        self.number, self.before = number, before

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FONT, "", 8)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"{self.number} · {self.page_no() - self.before}{self.of}", align="C")
