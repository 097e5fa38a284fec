"""Carrying out what needs no decision: the person wants something stopped, through whatever door."""

from privacy.consent import service as consent
from privacy.consent.service import ORIGINAL_ONLY
from privacy.contact import stopping
from privacy.requests.service import Granted


def keep_to_original(granted: Granted) -> str:
    """Clause P14: each datum serves only what it was given for. The ledger says how it came."""
    consent.switch(granted.account_id, ORIGINAL_ONLY, True, how=granted.door)
    return "“Original purposes only” is on, effective at once."


def object_to_uses(granted: Granted) -> str:
    """Switch everything off that may be switched off, and stop all mail that can be stopped."""
    for purpose, on in consent.states(granted.account_id).items():
        if on and purpose != ORIGINAL_ONLY:
            consent.switch(granted.account_id, purpose, False, how=granted.door)
    stopping.stop_all(granted.account_id, how=granted.door)
    return "Every use that has a switch is off, and all mail that can be stopped is stopped, effective at once."
