"""Joins what keeps the promises about keeping: versions under which data is given, wishes the gate asks for, what ends."""

from core.sealed import collected_under
from privacy import gate
from privacy.contact import calls, suppression
from privacy.policies import service as policies
from privacy.retention import forgotten, house, kinds
from privacy.retention import service as retention

NAMED = (kinds,)


def install() -> None:
    """Join them."""
    collected_under(policies.version_given_under)
    gate.leave_alone("email", suppression.leaves_alone)
    gate.leave_alone("telephone", calls.leaves_alone)
    house.say_what_ends()
    forgotten.replays("key", lambda lines: retention.destroy_marked(line["mark"] for line in lines))
