"""Drawing a frozen paper as a PDF: selectable text in embedded fonts, as many pages as it takes, made to last (PDF/A-3)."""

from typing import Any

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from core.engraving import INKS, ink_name
from storefront.drawing import add_fonts, draw_rosette, rgb
from storefront.money import Money
from storefront.papers import sentences
from storefront.papers.embedding import attach
from storefront.papers.rules import TITLES, Kind, Said
from storefront.papers.service import Paper

INK, SOFT, LINE = (20, 33, 29), (73, 90, 83), (185, 198, 191)
LEFT, RIGHT, TOP, BOTTOM = 22, 188, 22, 268
COLUMNS = (("Quantity", 92, 16), ("Unit price", 108, 32), ("VAT", 140, 14), ("Amount", 154, 34))


def draw(paper: Paper) -> bytes:
    """The paper as a PDF file. The same paper gives the same pages at any time."""
    page = _Page(paper)
    page.head()
    page.parties()
    page.lines()
    page.sums()
    page.foot()
    return page.done()


class _Page:
    """One paper while it is drawn; positions are millimetres from the top left."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.said = paper, paper.said
        self.title = TITLES[Kind(paper.kind)]
        self.sign = -1 if paper.kind == Kind.CREDIT_NOTE else 1
        self.pdf = FPDF(format="A4", enforce_compliance="PDF/A-3B")
        self.pdf.set_margins(LEFT, TOP, 210 - RIGHT)
        self.pdf.set_auto_page_break(False)
        add_fonts(self.pdf, str(self.said))
        self.pdf.set_lang("en")
        self.pdf.set_creation_date(paper.issued_at)
        attach(self.pdf, paper, f"{self.title} {paper.number}")
        self.pdf.add_page()

    def head(self) -> None:
        """The seller's name, the engraving of the first product, the title and the numbers."""
        draw_rosette(self.pdf, self.said["engraving"], (RIGHT - 17, TOP + 15, 22))
        red, green, blue = rgb(INKS[ink_name(self.said["engraving"])][0])
        self._at(LEFT, TOP - 6, 11, (red, green, blue))
        self.pdf.cell(text=self.said["seller"]["shop"])
        self._at(LEFT, TOP + 6, 26, INK)
        self.pdf.cell(text=self.title)
        self._at(LEFT, TOP + 20, 9.5, SOFT)
        for term, value in self._numbers():
            self._pair(term, value)

    def parties(self) -> None:
        """Who sells to whom."""
        top = self.pdf.get_y() + 8
        bottoms = []
        for left, title, text in ((LEFT, "Seller", self._seller()), (112, "Buyer", self._buyer())):
            self._at(left, top, 8.5, SOFT)
            self.pdf.cell(text=title)
            self.pdf.set_y(top + 5)
            for line in text.split("\n"):
                self._at(left, self.pdf.get_y(), 10, INK)
                self.pdf.multi_cell(74, 5.2, line, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            bottoms.append(self.pdf.get_y())
        self.pdf.set_y(max(bottoms) + 10)

    def lines(self) -> None:
        """What was bought, as a table whose head is repeated on every page."""
        self._table_head()
        for line in self.said["lines"]:
            self._line(line)

    def sums(self) -> None:
        """Net and tax for each rate, and the total; kept together on one page."""
        self.pdf.ln(4)
        self._room(12 * len(self.said["groups"]) + 16)
        if self.said.get("discount"):
            self._sum("Discounts taken off", self._money(self.said["discount"]), 9.5)
        for group in self.said["groups"]:
            rate = _percent(group["rate_permille"])
            if group["rate_permille"]:
                self._sum(f"Net at {rate}", self._money(group["net"]), 9.5)
                self._sum(f"VAT {rate}", self._money(group["tax"]), 9.5)
            else:
                self._sum("VAT", "none", 9.5)
        self._sum("Total", self._money(self.said["total"]), 14)
        self._centres(self.said.get("cost_centres") or [])

    def foot(self) -> None:
        """What has to be said in words."""
        self.pdf.ln(10)
        for sentence in sentences.closing(self.paper.kind, self.said):
            self.pdf.set_font_size(9)
            self._room(self._height(RIGHT - LEFT, 5, sentence))
            self._at(LEFT, self.pdf.get_y(), 9, SOFT)
            self.pdf.multi_cell(RIGHT - LEFT, 5, sentence, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def done(self) -> bytes:
        """The file, each page with its number."""
        count = self.pdf.pages_count
        for page in range(1, count + 1):
            self.pdf.page = page
            self._at(LEFT, 280, 8, SOFT)
            self.pdf.cell(RIGHT - LEFT, 5, f"{self.title} {self.paper.number} · page {page} of {count}", align="R")
        return bytes(self.pdf.output())

    def _centres(self, centres: list[Said]) -> None:
        """What of the total belongs to which cost centre."""
        if not centres:
            return
        self.pdf.ln(6)
        self._room(18)
        self._at(LEFT, self.pdf.get_y(), 8.5, SOFT)
        self.pdf.cell(text="By cost centre, of the total")
        self.pdf.ln(6)
        for centre in centres:
            self.pdf.set_font_size(9.5)
            height = self._height(110, 5, centre["name"])
            self._room(height + 2)
            top = self.pdf.get_y()
            self._at(LEFT, top, 9.5, INK)
            self.pdf.multi_cell(110, 5, centre["name"], align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self._at(138, top, 9.5, INK)
            self._fitted(50, 5, self._money(centre["amount"]))
            self.pdf.set_xy(LEFT, top + height + 1)

    def _line(self, line: Said) -> None:
        words = [line["title"], line["edition"], *self._reckoned(line)]
        self.pdf.set_font_size(10)
        heights = [self._height(68, 5, text) for text in words]
        self._room(sum(heights) + 3, repeat=True)
        top = self.pdf.get_y() + 1.5
        self.pdf.set_y(top)
        for text, color in zip(words, (INK, SOFT, SOFT), strict=False):
            self._at(LEFT, self.pdf.get_y(), 10, color)
            self.pdf.multi_cell(68, 5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        bottom = self.pdf.get_y()
        cells = (
            str(line["quantity"]),
            self._money(line["unit"], signed=False),
            _percent(line["tax_permille"]),
            self._money(line["amount"]),
        )
        self._cells(top, cells, 10, INK)
        self.pdf.set_y(bottom + 1.5)
        self._rule()

    def _reckoned(self, line: Said) -> list[str]:
        """How a line comes to its amount, where quantity and price alone do not say it."""
        said = []
        if line.get("usual", line["unit"]) > line["unit"]:
            said.append(f"instead of {self._money(line['usual'], signed=False)} each")
        if line.get("discount"):
            before = self._money(line["unit"] * line["quantity"], signed=False)
            said.append(f"{before} less a discount of {self._money(line['discount'], signed=False)}")
        if "part_of" in line:
            said.append(f"a part of {self._money(line['part_of'], signed=False)}")
        return [", ".join(said)] if said else []

    def _table_head(self) -> None:
        top = self.pdf.get_y() + 1.5
        self._at(LEFT, top, 8.5, SOFT)
        without = " without VAT" if self.said.get("net_prices") else ""
        self.pdf.cell(68, 5, f"Product{', prices' + without if without else ''}")
        self._cells(top, tuple(name for name, _left, _width in COLUMNS), 8.5, SOFT)
        self.pdf.set_y(top + 6.5)
        self._rule(double=True)

    def _room(self, height: float, *, repeat: bool = False) -> None:
        """Go on to the next page where this does not fit; it begins with whose paper it is, and the table's head."""
        if self.pdf.get_y() + height <= BOTTOM:
            return
        self.pdf.add_page()
        self._at(LEFT, TOP - 6, 9, SOFT)
        self.pdf.cell(text=f"{self.said['seller']['shop']} · {self.title} {self.paper.number}")
        self.pdf.set_y(TOP + 4)
        if repeat:
            self._table_head()

    def _height(self, width: float, line: float, text: str) -> float:
        height: Any = self.pdf.multi_cell(width, line, text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT)
        return float(height)

    def _numbers(self) -> list[tuple[str, str]]:
        pairs = sentences.numbers(self.paper.kind, self.paper.number, self.paper.issued_at, self.said)
        return [*pairs, *([("Corrected by", self.paper.corrected_by)] if self.paper.corrected_by else [])]

    def _seller(self) -> str:
        seller = self.said["seller"]
        return "\n".join(
            [seller["name"], *seller["address"].split(", "), f"VAT id {seller['vat_id']}", seller["email"]]
        )

    def _buyer(self) -> str:
        buyer = self.said["buyer"]
        vat = f"VAT id {buyer['vat_id']}" if buyer["vat_id"] else ""
        named = [buyer["company"], buyer["name"]] if not buyer["address"] else [buyer["company"], buyer["address"]]
        return "\n".join(text for text in [*named, buyer["country"], vat] if text)

    def _money(self, amount: int, *, signed: bool = True) -> str:
        return Money(amount * (self.sign if signed else 1), self.said["currency"]).format()

    def _at(self, x: float, y: float, size: float, color: tuple[int, int, int]) -> None:
        """Write here next. The font is named anew each time: another script or another page may have changed it."""
        self.pdf.set_font("main", size=size + 1)
        self.pdf.set_font("main", size=size)
        self.pdf.set_text_color(*color)
        self.pdf.set_xy(x, y)

    def _pair(self, term: str, value: str) -> None:
        self.pdf.set_text_color(*SOFT)
        self.pdf.cell(28, 5, term)
        self.pdf.set_text_color(*INK)
        self.pdf.multi_cell(96, 5, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _cells(self, top: float, texts: tuple[str, ...], size: float, color: tuple[int, int, int]) -> None:
        for (_name, left, width), text in zip(COLUMNS, texts, strict=True):
            self._at(left, top, size, color)
            self._fitted(width, 5, text)

    def _fitted(self, width: float, height: float, text: str) -> None:
        """A cell; what is too long for it is written smaller."""
        wide = self.pdf.get_string_width(text) + 2.5
        self.pdf.set_font_size(self.pdf.font_size_pt * min(1, width / wide))
        self.pdf.cell(width, height, text, align="R", new_x=XPos.RIGHT, new_y=YPos.TOP)

    def _rule(self, *, double: bool = False) -> None:
        self.pdf.set_draw_color(*LINE)
        self.pdf.set_line_width(0.15)
        for below in (0, 0.7) if double else (0,):
            self.pdf.line(LEFT, self.pdf.get_y() + below, RIGHT, self.pdf.get_y() + below)

    def _sum(self, term: str, value: str, size: float) -> None:
        height = size / 1.7
        self._at(92, self.pdf.get_y(), size, SOFT if size < 12 else INK)
        self.pdf.cell(46, height, term, align="R")
        self.pdf.set_text_color(*INK)
        self._fitted(50, height, value)
        self.pdf.set_xy(LEFT, self.pdf.get_y() + height)


def _percent(permille: int) -> str:
    return f"{permille / 10:g} %"
