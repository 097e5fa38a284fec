"""Quotes in an erasure, and in the export."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from core.db import session
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rules import Fate, Leaving, Line, Share
from privacy.export import telling
from privacy.export.telling import Values
from storefront.money import Money
from storefront.quotes.models import Quote


def listen() -> None:
    """Take part in every erasure and export."""
    on_erase(Part(name="quotes", tables=("quote",), preview=preview, erase=erase, rank=42))
    telling.chapter("quotes", "Quotes", ("quote",), sentence="What you asked the price of, frozen.", rank=22)
    telling.describe(
        "quote",
        reading=_told,
        also=("currency",),
        unprinted=("frozen", "number", "currency"),
        words={"frozen": "Everything that the quote says, as JSON.", "order_number": "The order that it became."},
    )


def preview(account_id: int) -> Share:
    """They all go; what was ordered has papers of its own."""
    count = session.scalar(select(func.count()).where(Quote.account_id == account_id)) or 0
    return Share(lines=(Line(title="Quotes", count=count, fate=Fate.GOES, sentence="Deleted.", weighs=False),))


def erase(leaving: Leaving) -> None:
    """Delete them."""
    session.execute(delete(Quote).where(Quote.account_id == leaving.account_id))


def _told(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    return [{"title": f"Quote {row['number']}", "total": Money(row["total"], row["currency"]).format()} for row in rows]
