"""Which lists of topics there are beside the boards, and what they are called. Pure."""

from enum import StrEnum


class List(StrEnum):
    """A list of topics over all boards that exist for its reader. Each is the word in its address."""

    LATEST = "latest"
    UNREAD = "unread"
    UNANSWERED = "unanswered"
    SOLVED = "solved"
    HOT = "hot"
    MINE = "mine"

    @property
    def is_own(self) -> bool:
        """Whether it depends on what its reader did, so that strangers have none."""
        return self in (List.UNREAD, List.MINE)

    @property
    def address(self) -> str:
        """Where it stands."""
        return f"/forum/topics/{self.value}"


def tabs(*, signed_in: bool) -> tuple[List, ...]:
    """The lists that somebody is offered."""
    return tuple(one for one in List if signed_in or not one.is_own)
