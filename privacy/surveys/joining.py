"""Where surveys meet the rest of the program."""

from flask import Flask

from core import menus
from privacy.panel import sections
from privacy.retention.service import Expiry, expires
from privacy.surveys import invitations, service, staff, views

JOBS = (invitations.invite, invitations.mix)


def join(app: Flask) -> None:
    """Pages, menus, the panel's line, and the day on which answers end."""
    app.register_blueprint(views.pages)
    app.register_blueprint(staff.pages)
    sections.add("Surveys", views.HERE, service.line, rank=55)
    menus.fill("account.cards", views.card)
    menus.add("staff", "Surveys", staff.HERE, rank=45, permission=staff.WRITERS.value)
    expires(
        Expiry(
            kind="survey_answers",
            title="Answers to surveys",
            after="on the day that stands beside each survey's questions",
            discard=service.discard,
        )
    )
