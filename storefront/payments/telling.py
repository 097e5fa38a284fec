"""What is said about a dispute, by a gateway to us and by us to it. Pure: nothing here knows the web or the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from storefront.payments.rules import DisputeState


class NotTaken(Exception):
    """The gateway did not take what we said about a dispute, and changed nothing. Its word for why is the text."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a gateway says about a dispute. `payment` is what it calls the payment; `due_by` until when it takes evidence,
    None where it says none."""

    event_id: str
    remote: str
    payment: str
    state: DisputeState
    amount: int
    currency: str
    reason: str
    due_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Contest:
    """A dispute as its gateway is asked about it."""

    remote: str
    payment: str
    state: DisputeState
    amount: int
    currency: str
    reason: str


class Contender(Protocol):
    """A gateway with which one can speak about disputes. Each verb raises AnswerLost or NotTaken; none may be called
    inside a transaction of ours. What has a key may be said again under it without being done twice."""

    def look(self, contest: Contest) -> Said | None:
        """How it stands now, None where nothing is new."""

    def latest(self) -> list[Said]:
        """The latest disputes of all."""

    def submit(self, contest: Contest, evidence: Mapping[str, str], key: str) -> Said | None:
        """Give the bank this evidence."""

    def accept(self, contest: Contest, key: str) -> Said | None:
        """Give in."""


class PretendDisputes:
    """The bank behind the gateway `pretend`: it looks at what it is given, and never ends by itself."""

    AFTER_EVIDENCE = {DisputeState.WARNING: DisputeState.WARNING_REVIEW, DisputeState.OPEN: DisputeState.REVIEW}

    def look(self, contest: Contest) -> Said | None:
        """Nothing is ever new."""
        return None

    def latest(self) -> list[Said]:
        """Nothing but what is known."""
        return []

    def submit(self, contest: Contest, evidence: Mapping[str, str], key: str) -> Said | None:
        """It looks at the evidence."""
        return _moved(contest, self.AFTER_EVIDENCE.get(contest.state, contest.state), key)

    def accept(self, contest: Contest, key: str) -> Said | None:
        """It keeps the money."""
        return _moved(contest, DisputeState.LOST, key)


def _moved(contest: Contest, state: DisputeState, key: str) -> Said:
    said = Said(
        event_id=key,
        remote=contest.remote,
        payment=contest.payment,
        state=contest.state,
        amount=contest.amount,
        currency=contest.currency,
        reason=contest.reason,
    )
    return replace(said, state=state)
