"""What can be done with boards: open them."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.db import session
from core.errors import Invalid
from forum.boards.models import Board

RESERVED = frozenset({"t", "p", "search", "feed.atom", "preview", "view", "watching", "reports", "log"})
"""What stands right after /forum/ and therefore cannot be a board."""


@dataclass(frozen=True, kw_only=True)
class BoardDraft:
    """A board to be opened; small ranks come first, and a category stands where its first board does."""

    slug: str
    name: str
    sentence: str
    category: str
    product_id: int | None = None
    holders_only: bool = False
    rank: int = 0


def open_boards(drafts: Iterable[BoardDraft]) -> dict[str, int]:
    """Open boards; their numbers by slug. Raises Invalid for reserved addresses and for holders of no product."""
    boards = [_board(draft) for draft in drafts]
    session.add_all(boards)
    session.flush()
    return {board.slug: board.id for board in boards}


def _board(draft: BoardDraft) -> Board:
    if draft.slug in RESERVED:
        raise Invalid(f"A board cannot stand at /forum/{draft.slug}: the forum needs that address itself.")
    if draft.holders_only and draft.product_id is None:
        raise Invalid("A board for holders names the product whose license they hold.")
    return Board(**{name: getattr(draft, name) for name in draft.__dataclass_fields__})
