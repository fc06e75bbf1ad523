"""A sheet to print: the project's typeface, one margin, and on each sheet what it belongs to."""

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
GREY, INK = (110, 110, 110), (20, 20, 20)
A4, A5 = (210, 297), (148, 210)


class Paper(FPDF):
    """A5 with its first page open, unless told otherwise."""

    def __init__(self, number: str, *, size: tuple[int, int] = A5, margin: int = 12) -> None:
        super().__init__(format=size)
        self.number = number
        self.add_font("Be Vietnam Pro", "", str(FONTS / "BeVietnamPro-Regular.ttf"))
        self.add_font("Be Vietnam Pro", "B", str(FONTS / "BeVietnamPro-SemiBold.ttf"))
        self.set_margin(margin)
        self.c_margin = 0  # text, table and QR code share the sheet's edges
        self.set_auto_page_break(True, margin=16)
        self.add_page()

    def line_of(self, text: str, size: float = 10, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        self.set_font("Be Vietnam Pro", "B" if bold else "", size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.52, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Be Vietnam Pro", "", 8)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"{self.number} · {self.page_no()}/{{nb}}", align="C")
