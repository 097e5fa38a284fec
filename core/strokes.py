"""Writing lines as SVG: smooth paths in few letters, and the document around them. Pure."""

from collections.abc import Iterator
from html import escape

Point = tuple[float, float]


def smooth(points: tuple[Point, ...], *, closed: bool = True) -> str:
    """A smooth path near the points: quadratic arcs through the middles, each control point the mirror of the last.

    The mirror would carry every rounding on to the end of the path, so each middle is chosen from the control point
    that a reader of the rounded path arrives at: no point is ever more than a tenth of a unit away.
    """
    first, *rest = points
    start = _middle(points[-1] if closed else first, first)
    end = [first, start] if closed else []
    letters = [f"M{short(start[0])} {short(start[1])}"]
    control, here = first, _rounded(start)
    for number, target in enumerate((*rest, *end[:1])):
        middle = _rounded(_middle(control, target))
        shift = f"{short(middle[0] - here[0])} {short(middle[1] - here[1])}"
        lead = f"{short(control[0] - here[0])} {short(control[1] - here[1])} " if number == 0 else ""
        letters.append(f"q{lead}{shift}" if number == 0 else f"t{shift}" if number == 1 else f" {shift}")
        control, here = (2 * middle[0] - control[0], 2 * middle[1] - control[1]), middle
    return "".join(letters).replace(" -", "-") + ("z" if closed else "")


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def short(number: float) -> str:
    """One decimal, or two below one, without zeros that say nothing."""
    text = f"{number:.1f}" if abs(number) >= 1 else f"{number:.2f}"
    text = text.rstrip("0").rstrip(".") or "0"
    return "0" if text == "-0" else text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def document(body: str, size: tuple[int, int], view: tuple[int, int, int, int], label: str | None) -> str:
    """An SVG document: with a label it is a picture of that title, without one decoration."""
    box = " ".join(map(str, view))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" viewBox="{box}"'
    if label is None:
        return f'{head} aria-hidden="true">{body}</svg>'
    return f'{head} role="img"><title>{escape(_printable(label))}</title>{body}</svg>'


def _printable(text: str) -> str:
    """Only letters that XML 1.0 allows; the first two hundred are enough for a title."""
    return "".join(_allowed(text[:200]))


def _allowed(text: str) -> Iterator[str]:
    for letter in text:
        if letter in "\t\n\r" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter >= "\U00010000":
            yield letter
