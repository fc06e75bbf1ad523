"""A sheet to print: the project's typeface, one margin, and on each sheet what it belongs to."""

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
FONT = "Be Vietnam Pro"
GREY, INK = (110, 110, 110), (20, 20, 20)
A4, A5 = (210, 297), (148, 210)
MARGIN = 12
Colour = tuple[int, int, int]


class Paper(FPDF):
    """A5 with its first page open, unless told otherwise. Each sheet says which paper it is of, for sheets get mixed up."""

    def __init__(self, number: str, *, size: tuple[int, int] = A5, margin: int = MARGIN) -> None:
        super().__init__(format=size)
        self.number = number
        self.add_font(FONT, "", str(FONTS / "BeVietnamPro-Regular.ttf"))
        self.add_font(FONT, "B", str(FONTS / "BeVietnamPro-SemiBold.ttf"))
        self.set_margin(margin)
        self.c_margin = 0  # text, table and QR code share the sheet's edges
        self.set_auto_page_break(True, margin=margin + 4)
        self.add_page()

    def line_of(
        self, text: str, size: float = 10, bold: bool = False, colour: Colour = INK, *, align: str = "L"
    ) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.52, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FONT, "", 8)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"{self.number} · {self.page_no()}/{{nb}}", align="C")
