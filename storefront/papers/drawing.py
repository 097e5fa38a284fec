"""Drawing a frozen invoice or credit note as a PDF: selectable text in embedded fonts, and the product's engraving."""

from datetime import datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from core.engraving import INKS, ink_name
from storefront.drawing import add_fonts, draw_rosette, rgb
from storefront.money import Money
from storefront.papers.service import Paper

INK, SOFT, LINE = (20, 33, 29), (73, 90, 83), (185, 198, 191)
LEFT, RIGHT, TOP = 22, 188, 22
TITLES = {"invoice": "Invoice", "credit_note": "Credit note"}


def draw(paper: Paper) -> bytes:
    """The paper as a PDF/1.x file. The same paper gives the same page at any time."""
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
        self.sign = -1 if paper.kind == "credit_note" else 1
        self.pdf = FPDF(format="A4")
        self.pdf.set_margins(LEFT, TOP, 210 - RIGHT)
        self.pdf.set_auto_page_break(True, margin=32)
        add_fonts(self.pdf, str(self.said))
        self.pdf.set_title(f"{TITLES[paper.kind]} {paper.number}")
        self.pdf.set_author(self.said["seller"]["name"])
        self.pdf.set_lang("en")
        self.pdf.set_creation_date(paper.issued_at)
        self.pdf.add_page()

    def head(self) -> None:
        """The seller's name, the engraving of the first product, the title and the numbers."""
        draw_rosette(self.pdf, self.said["engraving"], (RIGHT - 17, TOP + 15, 22))
        red, green, blue = rgb(INKS[ink_name(self.said["engraving"])][0])
        self._at(LEFT, TOP - 6, 11, (red, green, blue))
        self.pdf.cell(text=self.said["seller"]["shop"])
        self._at(LEFT, TOP + 6, 26, INK)
        self.pdf.cell(text=TITLES[self.paper.kind])
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
            self._at(left, top + 5, 10, INK)
            self.pdf.multi_cell(74, 5.2, text, align="L")
            bottoms.append(self.pdf.get_y())
        self.pdf.set_y(max(bottoms) + 10)

    def lines(self) -> None:
        """What was bought, as a table."""
        self._row(("Product", "Quantity", "Unit price", "VAT", "Amount"), 8.5, SOFT)
        self._rule(double=True)
        for line in self.said["lines"]:
            words = f"{line['title']}\n{line['edition']}"
            self._row(
                (
                    words,
                    str(line["quantity"]),
                    self._money(line["unit"], signed=False),
                    _percent(line["tax_permille"]),
                    self._money(line["amount"]),
                ),
                10,
                INK,
            )
            self._rule()

    def sums(self) -> None:
        """Net and tax for each rate, and the total."""
        self.pdf.ln(4)
        for group in self.said["groups"]:
            rate = _percent(group["rate_permille"])
            if group["rate_permille"]:
                self._sum(f"Net at {rate}", self._money(group["net"]), 9.5)
                self._sum(f"VAT {rate}", self._money(group["tax"]), 9.5)
            else:
                self._sum("VAT", "none", 9.5)
        self._sum("Total", self._money(self.said["total"]), 14)

    def foot(self) -> None:
        """What has to be said in words."""
        self.pdf.ln(10)
        self._at(LEFT, self.pdf.get_y(), 9, SOFT)
        for sentence in self._sentences():
            self.pdf.multi_cell(RIGHT - LEFT, 5, sentence, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def done(self) -> bytes:
        """The file."""
        return bytes(self.pdf.output())

    def _numbers(self) -> list[tuple[str, str]]:
        pairs = [
            ("Number", self.paper.number),
            ("Date", _day(self.paper.issued_at)),
            ("Order", self.said["order"]),
            ("Paid on", self.said["paid_on"]),
            ("Customer", self.said["buyer"]["customer"]),
        ]
        more = (
            ("Corrects", self.said.get("corrects", "")),
            ("Replaces", self.said.get("replaces", "") if self.paper.kind == "invoice" else ""),
            ("Corrected by", self.paper.corrected_by),
        )
        return [*pairs, *(pair for pair in more if pair[1])]

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

    def _sentences(self) -> list[str]:
        if self.said.get("because") == "correction":
            return [
                f"This credit note takes back invoice {self.said['corrects']} as a whole, because what it said about the "
                "buyer was corrected. A new invoice over the same amount replaces it: nothing is to be paid or paid back."
            ]
        if self.paper.kind == "credit_note":
            return [f"This credit note takes back invoice {self.said['corrects']} as a whole. The money is on its way."]
        taxed = any(group["rate_permille"] for group in self.said["groups"])
        tax = "" if taxed else "Not subject to value added tax in the European Union: the buyer is outside of it."
        return [text for text in ("Paid in full. Delivered by electronic means on the day of payment.", tax) if text]

    def _money(self, amount: int, *, signed: bool = True) -> str:
        return Money(amount * (self.sign if signed else 1), self.said["currency"]).format()

    def _at(self, x: float, y: float, size: float, color: tuple[int, int, int]) -> None:
        self.pdf.set_font("main", size=size)
        self.pdf.set_text_color(*color)
        self.pdf.set_xy(x, y)

    def _pair(self, term: str, value: str) -> None:
        self.pdf.set_text_color(*SOFT)
        self.pdf.cell(24, 5, term)
        self.pdf.set_text_color(*INK)
        self.pdf.cell(60, 5, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _row(self, cells: tuple[str, ...], size: float, color: tuple[int, int, int]) -> None:
        if self.pdf.get_y() > 250:
            self.pdf.add_page()
        top = self.pdf.get_y() + 1.5
        self._at(LEFT, top, size, color)
        self.pdf.multi_cell(70, 5, cells[0], align="L")
        bottom = self.pdf.get_y()
        for left, width, text in zip((92, 110, 138, 158), (18, 28, 20, 30), cells[1:], strict=True):
            self.pdf.set_xy(left, top)
            self.pdf.cell(width, 5, text, align="R")
        self.pdf.set_y(bottom + 1.5)

    def _rule(self, *, double: bool = False) -> None:
        self.pdf.set_draw_color(*LINE)
        self.pdf.set_line_width(0.15)
        for below in (0, 0.7) if double else (0,):
            self.pdf.line(LEFT, self.pdf.get_y() + below, RIGHT, self.pdf.get_y() + below)

    def _sum(self, term: str, value: str, size: float) -> None:
        height = size / 1.7
        self._at(110, self.pdf.get_y(), size, SOFT if size < 12 else INK)
        self.pdf.cell(38, height, term, align="R")
        self.pdf.set_text_color(*INK)
        self.pdf.cell(40, height, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _percent(permille: int) -> str:
    return f"{permille / 10:g} %"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
