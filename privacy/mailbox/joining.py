"""How mail that comes in, and the tickets it becomes, join the program: pages, commands, the listener beside the worker."""

from flask import Flask

from core import menus
from core.access import Permission
from privacy.mailbox import commands, listener, work
from privacy.tickets import staff, views, words

JOBS = (work.read_waiting, work.sweep)


def join(app: Flask) -> None:
    """Add pages, command, menu lines, and the door for mail."""
    app.register_blueprint(views.pages)  # /account/support, /privacy/was-it-you/<token>
    app.register_blueprint(staff.pages)  # /staff/tickets
    app.cli.add_command(commands.mail)
    app.extensions.setdefault("beside_work", []).append(lambda: listener.of_program(app))
    words.tell()
    menus.add("account", "Messages", "/account/support", rank=50)
    menus.add("staff", "Tickets", "/staff/tickets", rank=30, permission=Permission.SUPPORT.value)
    menus.fill("account.cards", views.card)
