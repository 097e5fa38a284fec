"""What every paper of the shop is drawn with: embedded fonts for any script, and engravings as lines."""

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fpdf import FPDF

from core.engraving import rosette_curves

FONTS = {
    "main": ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf", ""),
    "arabic": ("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf", "\u0600-\u08ff\ufb50-\ufeff"),
    "hebrew": ("fontpkg_heebo", "files/Heebo[wght].ttf", "\u0590-\u05ff\ufb1d-\ufb4f"),
    "thai": ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf", "\u0e00-\u0e7f"),
    "cjk": ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf", "\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"),
}  # fmt: skip


def add_fonts(pdf: FPDF, text: str) -> None:
    """Only the fonts that the text needs are read and embedded: the largest takes half a second."""
    needed = [
        name for name, (_package, _file, letters) in FONTS.items() if not letters or re.search(f"[{letters}]", text)
    ]
    for name in needed:
        pdf.add_font(name, fname=_font_file(name))
    pdf.set_font("main", size=10)
    pdf.set_fallback_fonts([name for name in needed if name != "main"], exact_match=False)
    if _JOINED.search(text):
        pdf.set_text_shaping(True)


_JOINED = re.compile("[\u0590-\u0fff\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff]")
"""Letters that join, stack or run from right to left."""


@lru_cache
def _font_file(name: str) -> Path:
    package, file, _letters = FONTS[name]
    return Path(str(files(package).joinpath(file)))


def draw_rosette(pdf: FPDF, seed: str, place: tuple[float, float, float]) -> None:
    """The product's engraving as lines: `place` is the center and the radius."""
    x, y, radius = place
    for curve in rosette_curves(seed):
        pdf.set_draw_color(*rgb(curve.color))
        pdf.set_line_width(max(radius * curve.width, 0.05))
        pdf.polyline([(x + radius * right, y - radius * up) for right, up in curve.points], polygon=True)


def rgb(color: str) -> tuple[int, int, int]:
    """A color written as #rrggbb."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
