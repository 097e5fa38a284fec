"""Where the newsletter meets the rest of the program."""

from flask import Flask

from core import events, forgotten, menus
from privacy.consent.service import PurposeSwitched
from privacy.contact import service as contact
from privacy.contact.stopping import MailStopped
from privacy.newsletter import service, staff, views, work

JOBS = (work.ask, work.send, work.sweep)


def join(app: Flask) -> None:
    """Pages, menus, and what it hears."""
    app.register_blueprint(views.pages)
    app.register_blueprint(staff.pages)
    forgotten.replays(service.LEDGER, service.forget_again)
    contact.ask_strangers(service.PURPOSE, service.is_reader)
    events.on(MailStopped, service.on_stopped)
    events.on(PurposeSwitched, service.on_switched)
    menus.add("footer", "Newsletter", "/newsletter", rank=60)
    menus.add("staff", "Newsletter", staff.HERE, rank=40, permission=staff.WRITERS.value)
