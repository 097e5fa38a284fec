"""Rules of resold keys: the states of a key, where it may be sold, how long a pool lasts, when a dead one is replaced.

Pure. A key is never deleted: it only ever takes one of the named steps of TRANSITIONS.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid

EVERYWHERE = ""
FORECAST_DAYS = 28
SOON = timedelta(days=30)
SHORT_DAYS = 7
"""A pool that lasts fewer days than this counts as low, however many keys are in it."""


class PoolState(StrEnum):
    """Where a resold key is on its way."""

    IMPORTED = "imported"
    RESERVED = "reserved"
    DELIVERED = "delivered"
    REVEALED = "revealed"
    REDEEMED = "redeemed"
    DISPUTED = "disputed"
    REPLACED = "replaced"
    LAPSED = "lapsed"


class KeyVerb(StrEnum):
    """What can happen to a resold key."""

    RESERVE = "reserve"
    RELEASE = "release"
    DELIVER = "deliver"
    REVEAL = "reveal"
    REDEEM = "redeem"
    DISPUTE = "dispute"
    DECLINE = "decline"
    REPLACE = "replace"
    LAPSE = "lapse"
    RETURN = "return"


class DisputeState(StrEnum):
    """How it stands with "this key does not work"."""

    OPEN = "open"
    REPLACED = "replaced"
    DECLINED = "declined"


class KeyConflict(Conflict):
    """The key is in a state in which this cannot be done."""

    code = "key_conflict"


class WarrantyOver(Conflict):
    """The key was delivered too long ago to be replaced."""

    code = "warranty_over"
    title = "The time for a replacement is over"


class RegionsRefused(Invalid):
    code = "regions_refused"


TRANSITIONS: Mapping[tuple[PoolState, KeyVerb], PoolState] = MappingProxyType(
    {
        (PoolState.IMPORTED, KeyVerb.RESERVE): PoolState.RESERVED,
        (PoolState.IMPORTED, KeyVerb.LAPSE): PoolState.LAPSED,
        (PoolState.RESERVED, KeyVerb.RELEASE): PoolState.IMPORTED,
        (PoolState.RESERVED, KeyVerb.DELIVER): PoolState.DELIVERED,
        (PoolState.DELIVERED, KeyVerb.REVEAL): PoolState.REVEALED,
        (PoolState.DELIVERED, KeyVerb.RETURN): PoolState.IMPORTED,
        (PoolState.DELIVERED, KeyVerb.REDEEM): PoolState.REDEEMED,
        (PoolState.DELIVERED, KeyVerb.DISPUTE): PoolState.DISPUTED,
        (PoolState.REVEALED, KeyVerb.REDEEM): PoolState.REDEEMED,
        (PoolState.REVEALED, KeyVerb.DISPUTE): PoolState.DISPUTED,
        (PoolState.REDEEMED, KeyVerb.DISPUTE): PoolState.DISPUTED,
        (PoolState.DISPUTED, KeyVerb.DECLINE): PoolState.REVEALED,
        (PoolState.DISPUTED, KeyVerb.REPLACE): PoolState.REPLACED,
    }
)
"""Every step a key can take. A key that takes the place of another is mailed, so a delivered one may be redeemed or
disputed without a reveal; makers block keys later, so a redeemed one may still be disputed. A delivered one that nobody
saw may come back and be sold again. A replaced and a lapsed key take no step any more."""


def check_step(state: PoolState, verb: KeyVerb) -> PoolState:
    """The state after the verb. Refuses with KeyConflict."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise KeyConflict(f"A key that is {state} cannot take the step “{verb}”. Nothing was changed.") from None


def states_before(verb: KeyVerb) -> tuple[PoolState, ...]:
    """The states in which a key can take this step."""
    return tuple(state for state, one in TRANSITIONS if one is verb)


def state_after(verb: KeyVerb) -> PoolState:
    """The one state to which this step leads, wherever it began."""
    (after,) = {after for (_before, one), after in TRANSITIONS.items() if one is verb}
    return after


def read_regions(typed: str, known: Collection[str]) -> str:
    """Country codes in one written form: `at, de` is `AT DE`; nothing typed means everywhere. Refuses what is no country."""
    codes = sorted(set(re.findall(r"[^\s,;]+", typed.upper())))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise RegionsRefused(
            f"{unknown[0][:12]} is no country code. Write two letters for each country, such as “AT DE”, or nothing."
        )
    return " ".join(codes)


def covers(regions: str, country: str) -> bool:
    """Whether keys of these regions may be sold to a buyer whose bill goes to this country; "" is nobody's country yet."""
    return regions == EVERYWHERE or not country or country in regions.split()


def is_sold(redeem_by: date | None, today: date) -> bool:
    """Whether a key may still be sold: on its last day it can be redeemed."""
    return redeem_by is None or redeem_by >= today


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """How long a pool lasts. days: whole days of sales like those of the last 28 left, None where nothing was sold."""

    free: int
    sold: int
    low_at: int

    @property
    def days(self) -> int | None:
        """Days of stock left, rounded down."""
        return self.free * FORECAST_DAYS // self.sold if self.sold else None

    @property
    def is_low(self) -> bool:
        """Whether new keys should be bought: below the pool's threshold, or gone within a week."""
        return self.free < self.low_at or (self.days is not None and self.days < SHORT_DAYS)


def warranty_ends(delivered_at: datetime, days: int) -> datetime:
    """Until when a key that does not work is replaced."""
    return delivered_at + timedelta(days=days)


def check_warranty(delivered_at: datetime | None, days: int, now: datetime) -> None:
    """Refuse a dispute of a key that was delivered too long ago. Raises WarrantyOver."""
    if delivered_at is None or warranty_ends(delivered_at, days) <= now:
        raise WarrantyOver(
            f"Keys that do not work are replaced for {days} days after their delivery, and those are over. "
            "Please write to support: we ask the maker for you."
        )


def is_replaced_at_once(delivered_at: datetime, auto_days: int, earlier: int, now: datetime) -> bool:
    """Whether the pool's rule replaces without asking: the license's first dispute, soon after the delivery."""
    return not earlier and now < delivered_at + timedelta(days=auto_days)
