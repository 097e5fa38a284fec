"""What may be given, and how it is asked for."""

from dataclasses import dataclass

from core.errors import Conflict, Invalid

MOST = 100
SHORTEST_REASON, LONGEST_REASON = 8, 200


class GivingRefused(Invalid):
    """The wish cannot be carried out; `field` is where."""

    code = "giving_refused"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NobodyThere(Conflict):
    """Nothing is given to an account that was closed."""

    code = "account_closed"
    sentence = "This account is closed, so nobody could use the license. Nothing was given."


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What staff want to give: so many pieces of an edition (its seats, where it is sold per seat), and why.

    token: the form's own, so that a form that is sent twice gives once.
    """

    edition_id: int
    pieces: int
    reason: str
    token: str


def read(edition: str, pieces: str, reason: str, token: str) -> Wish:
    """A wish from what was typed. Raises GivingRefused."""
    if not (edition.isascii() and edition.isdigit() and len(edition) < 16):
        raise GivingRefused("edition", "Please choose what is given.")
    if not (pieces.isascii() and pieces.isdigit() and len(pieces) < 6 and 1 <= int(pieces) <= MOST):
        raise GivingRefused("pieces", f"Please give from 1 to {MOST} at once.")
    said = " ".join(reason.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise GivingRefused("reason", f"Please say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters.")
    if not 16 <= len(token) <= 40 or not token.isascii():
        raise GivingRefused("edition", "This page was too old to be sent. Please look it over and send it again.")
    return Wish(edition_id=int(edition), pieces=int(pieces), reason=said, token=token)
