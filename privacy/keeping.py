"""Joins what keeps the promises about keeping: versions under which data is given, wishes the gate asks for, what ends."""

from flask import Flask

from core import forgotten
from core.sealed import collected_under
from privacy import gate
from privacy.commands import privacy
from privacy.contact import calls, suppression
from privacy.policies import service as policies
from privacy.retention import commands, house, kinds, staff, views
from privacy.retention import service as retention

NAMED = (kinds,)


def install(app: Flask) -> None:
    """Join them."""
    for command in (commands.backup, commands.restore):
        app.cli.add_command(command)
    privacy.add_command(commands.sweep)
    collected_under(policies.version_given_under)
    gate.leave_alone("email", suppression.leaves_alone)
    gate.leave_alone("telephone", calls.leaves_alone)
    app.register_blueprint(views.pages)  # /privacy/discarded, /account/privacy/keeping
    app.register_blueprint(staff.pages)  # /staff/holds
    views.join()
    house.say_what_ends()
    forgotten.replays("key", lambda lines: retention.destroy_marked(line["mark"] for line in lines))
    forgotten.replays(suppression.LEDGER, suppression.say_again)
    forgotten.replays(calls.LEDGER, calls.stop_again)
