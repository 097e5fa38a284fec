"""What a postal address may be given for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import Conflict, Invalid


class UnknownUse(Invalid):
    code = "unknown_use"
    sentence = "Please choose what the address is for."


class AskedBefore(Conflict):
    """A question is asked once: a no is an answer."""

    code = "asked_before"
    sentence = "The buyer was asked this before. Their answer, or their silence, stands."


@dataclass(frozen=True, kw_only=True)
class Use:
    """words: as the label's form says it; question: as the buyer is asked; purpose: of the register."""

    words: str
    question: str
    purpose: str


USES: Mapping[str, Use] = MappingProxyType(
    {
        "invoice": Use(
            words="The invoice of this order",
            question="May we send you the invoice of this order on paper?",
            purpose="invoice",
        ),
        "letter": Use(
            words="A letter that answers the buyer",
            question="May we use this address to answer you by letter?",
            purpose="support",
        ),
    }
)
COLLECTED = "invoice"
"""What the checkout says when it asks for an address."""


def use_of(name: str) -> Use:
    """The use by its name. Refuses with UnknownUse."""
    if name not in USES:
        raise UnknownUse
    return USES[name]
