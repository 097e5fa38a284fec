"""Drawing a frozen certificate as a PDF: one page, engraved in the product's ink, with selectable text in any script."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from core.engraving import INKS, Curve, band_curves, ink_name, rosette_curves, seal_curves
from storefront.drawing import add_fonts, rgb
from storefront.licenses.certificates import Sheet

INK, SOFT, WARN = (20, 33, 29), (73, 90, 83), (176, 48, 40)
WIDTH, HEIGHT, EDGE, BAND = 297, 210, 9, 8
LEFT, RIGHT, MIDDLE = 34, 263, 148.5


def draw(sheet: Sheet, mark: str = "") -> bytes:
    """The certificate as a PDF file. mark: what has become of the license since, if it counts no longer."""
    page = _Page(sheet)
    page.engrave()
    page.words()
    page.foot()
    page.marks([f"Replaced by No. {sheet.replaced_by}" if sheet.replaced_by else "", mark])
    return bytes(page.pdf.output())


class _Page:
    """One certificate while it is drawn; positions are millimetres from the top left."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.said = sheet, sheet.said
        self.seed = self.said["engraving"]
        self.ink = rgb(INKS[ink_name(self.seed)][0])
        self.pdf = FPDF(orientation="landscape", format="A4")
        self.pdf.set_margins(LEFT, 20, WIDTH - RIGHT)
        self.pdf.set_auto_page_break(False)
        add_fonts(self.pdf, str(self.said))
        self.pdf.set_title(f"License certificate {sheet.number}")
        self.pdf.set_author(self.said["seller"])
        self.pdf.set_lang("en")
        self.pdf.set_creation_date(sheet.issued_at)
        self.pdf.add_page()

    def engrave(self) -> None:
        """A pale rosette behind the words, a woven border, and the seal."""
        self._lines(rosette_curves(self.seed), (MIDDLE, 89, 62), paler=0.84)
        self._border()
        body, left_out = seal_curves(self.seed)
        self.pdf.set_fill_color(*rgb(body.color))
        self.pdf.polygon(_placed(body, (RIGHT - 17, 164, 17)), style="F")
        self._lines(left_out, (RIGHT - 17, 164, 17))
        for radius, width in ((14.3, 0.2), (13.7, 0.08)):
            self.pdf.set_line_width(width)
            self.pdf.circle(RIGHT - 17, 164, radius)

    def words(self) -> None:
        """Who may use what, on how many devices, until when."""
        self._line(26, 11, self.said["shop"], self.ink)
        self._line(36, 30, "License certificate", INK)
        self._line(55, 11, "This certifies that", SOFT)
        below = self._name(63, self.said["holder"], 26)
        if self.said["company"]:
            below = self._name(below + 1, self.said["company"], 14)
        self._line(below + 4, 11, "may use", SOFT)
        below = self._name(below + 12, self.said["product"], 24, self.ink)
        below = self._name(below + 1, self.said["edition"], 13)
        self._line(below + 4, 12, f"on {self._devices()}, {self._term()}.", INK)

    def foot(self) -> None:
        """The numbers by which it is known. Of the key only the end by which its holder recognizes it."""
        pairs = [
            ("Certificate", f"No. {self.sheet.number}"),
            ("Issued on", _day(self.sheet.issued_at.date())),
            ("Order", self.said["order"]),
            ("License", self.said["license"]),
            ("Key ending in", self.said["last_five"]),
        ]
        replaces = [("Replaces", f"No. {self.said['replaces']}")] if "replaces" in self.said else []
        for count, (term, value) in enumerate([*pairs, *replaces]):
            x, y = LEFT + 62 * (count % 3), 154 + 14 * (count // 3)
            self._cell((x, y), 8, SOFT, term)
            self._cell((x, y + 4.6), 10, INK, value)
        self._cell((LEFT, 183), 8, SOFT, f"Issued by {self.said['seller']}")

    def marks(self, marks: list[str]) -> None:
        """What has to be seen before anything else."""
        self.pdf.set_draw_color(*WARN)
        for count, mark in enumerate(one for one in marks if one):
            self.pdf.set_line_width(0.5)
            self._at((LEFT, 24 + 11 * count), 11, WARN)
            self.pdf.cell(self.pdf.get_string_width(mark) + 8, 8, mark, border=1, align="C")

    def _border(self) -> None:
        length, tall = WIDTH - 2 * EDGE - 2 * BAND, HEIGHT - 2 * EDGE - 2 * BAND
        for curve in band_curves(self.seed, length, BAND):
            for y in (EDGE, HEIGHT - EDGE - BAND):
                self._strand(curve, [(EDGE + BAND + right, y + down) for right, down in curve.points])
        for curve in band_curves(self.seed, tall, BAND):
            for x in (EDGE, WIDTH - EDGE - BAND):
                self._strand(curve, [(x + down, EDGE + BAND + right) for right, down in curve.points])
        self.pdf.set_draw_color(*self.ink)
        self.pdf.set_line_width(0.25)
        for inset in (EDGE, EDGE + BAND, EDGE + BAND + 1.2):
            self.pdf.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
        for across in (EDGE + BAND / 2, WIDTH - EDGE - BAND / 2):
            for down in (EDGE + BAND / 2, HEIGHT - EDGE - BAND / 2):
                self._lines(seal_curves(self.seed)[1], (across, down, BAND / 2), color=self.ink)

    def _strand(self, curve: Curve, points: list[tuple[float, float]]) -> None:
        self.pdf.set_draw_color(*rgb(curve.color))
        self.pdf.set_line_width(curve.width * BAND)
        self.pdf.polyline(points)

    def _lines(
        self,
        curves: Iterable[Curve],
        place: tuple[float, float, float],
        *,
        paler: float = 0,
        color: tuple[int, int, int] | None = None,
    ) -> None:
        for curve in curves:
            red, green, blue = (round(one + (255 - one) * paler) for one in color or rgb(curve.color))
            self.pdf.set_draw_color(red, green, blue)
            self.pdf.set_line_width(max(place[2] * curve.width, 0.04))
            self.pdf.polyline(_placed(curve, place), polygon=True)

    def _name(self, y: float, text: str, size: float, color: tuple[int, int, int] = INK) -> float:
        """A name of any length, smaller until two lines hold it; where it ends."""
        self._at((LEFT, y), size, color)
        while size > 9 and len(self._broken(text, size)) > 2 - (size > 15):
            size -= 1
            self._at((LEFT, y), size, color)
        self.pdf.multi_cell(RIGHT - LEFT, size * 0.46, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        return self.pdf.get_y()

    def _broken(self, text: str, size: float) -> list[str]:
        lines = self.pdf.multi_cell(RIGHT - LEFT, size, text, dry_run=True, output=MethodReturnValue.LINES)
        return cast("list[str]", lines)

    def _line(self, y: float, size: float, text: str, color: tuple[int, int, int]) -> None:
        self._at((LEFT, y), size, color)
        self.pdf.cell(RIGHT - LEFT, size * 0.5, text, align="C")

    def _cell(self, place: tuple[float, float], size: float, color: tuple[int, int, int], text: str) -> None:
        self._at(place, size, color)
        self.pdf.cell(60, 4.5, text)

    def _at(self, place: tuple[float, float], size: float, color: tuple[int, int, int]) -> None:
        self.pdf.set_font("main", size=size)
        self.pdf.set_text_color(*color)
        self.pdf.set_xy(*place)

    def _devices(self) -> str:
        return "one device" if self.said["devices"] == "1" else f"{self.said['devices']} devices"

    def _term(self) -> str:
        begun = f"from {_day(date.fromisoformat(self.said['from']))}"
        if not self.said["until"]:
            return f"{begun} without an end"
        return f"{begun} until {_day(date.fromisoformat(self.said['until']))}"


def _placed(curve: Curve, place: tuple[float, float, float]) -> list[tuple[float, float]]:
    x, y, radius = place
    return [(x + radius * right, y - radius * up) for right, up in curve.points]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
