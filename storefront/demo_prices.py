"""The demo's prices in other currencies: own prices as a shop would write them, not converted ones."""

from collections.abc import Mapping

CENTS = {"USD": 109, "GBP": 86, "CHF": 95}
"""What stands for a hundred euro cents."""
YEN, FILS = 165, 332
"""What stands for a euro: yen, and thousandths of a dinar."""


def others(known: Mapping[str, int], *, own: bool) -> dict[str, int]:
    """Prices besides euros in minor units, from those that are known; only our own programs are sold for yen and dinars."""
    euros = known["EUR"]
    found = {code: _below(euros * part // 100, 100) for code, part in CENTS.items()} | {
        code: amount for code, amount in known.items() if code != "EUR"
    }
    return found | ({"JPY": euros * YEN // 10_000 * 100, "KWD": euros * FILS // 50_000 * 500} if own else {})


def _below(amount: int, step: int) -> int:
    """The next whole unit, so that prices look like prices."""
    return max(step, (amount + step // 2) // step * step)
