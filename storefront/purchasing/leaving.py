"""Requisitions in an erasure, and in the export."""

from sqlalchemy import func, select

from core.db import session
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rules import Fate, Leaving, Line, Share
from privacy.export import telling
from storefront.purchasing import ordering
from storefront.purchasing.models import Requisition

TABLES = ("joint_purchase", "requisition")


def listen() -> None:
    """Take part in every erasure and export."""
    on_erase(Part(name="requisitions", tables=TABLES, preview=preview, erase=erase, rank=34))
    telling.chapter(
        "requisitions", "Bought together", TABLES, sentence="What you asked an organization to buy.", rank=33
    )
    telling.describe("requisition", unprinted=("state",), also=("edition_id",))
    telling.describe("joint_purchase", unprinted=("state",))


def preview(account_id: int) -> Share:
    """They all go."""
    count = session.scalar(select(func.count()).where(Requisition.asked_by == account_id)) or 0
    said = "Deleted. What was ordered has papers of its own."
    return Share(
        lines=(
            Line(title="What you asked an organization for", count=count, fate=Fate.GOES, sentence=said, weighs=False),
        )
    )


def erase(leaving: Leaving) -> None:
    """Delete them."""
    ordering.forget(leaving.account_id)
