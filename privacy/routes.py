"""The site map of the privacy area."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from core import db, events, menus, outgoing, web
from core.accounts.service import Accepted
from privacy import commands as privacy_commands
from privacy import core_holdings, demo, keeping, receiving, work
from privacy.consent.service import PurposeSwitched
from privacy.contact import service as contact
from privacy.contact import staff as contact_staff
from privacy.contact import stopping, views, writing
from privacy.contact import work as contact_work
from privacy.cookies import Guard
from privacy.demo_mailbox import views as demo_mailbox
from privacy.erasure import views as erasure
from privacy.export import commands as export_commands
from privacy.export import own as export_own
from privacy.export import views as export
from privacy.export import work as export_work
from privacy.lately import browser
from privacy.lately import views as lately
from privacy.looks import views as looks
from privacy.mailbox import joining as mailbox
from privacy.newsletter import joining as newsletter
from privacy.notices import commands as notices_commands
from privacy.notices import service as notices_service
from privacy.notices import views as notices
from privacy.notices import work as notices_work
from privacy.pageviews import watching
from privacy.pageviews.counting import Counting
from privacy.panel import lines, reach, visits
from privacy.panel import views as panel
from privacy.policies import commands
from privacy.preferences import views as preferences
from privacy.proving import commands as proving_commands
from privacy.reading import views as reading
from privacy.receipts import rules as receipt_rules
from privacy.receipts import service as receipt_book
from privacy.receipts import views as receipts
from privacy.reports import staff as reports
from privacy.requests import routes as requests
from privacy.surveys import joining as surveys
from privacy.trying import views as trying

DECLARED = (core_holdings,)
JOBS = (
    work.sweep,
    contact_work.send_due,
    export_work.build,
    export_work.sweep,
    notices_work.tell,
    *newsletter.JOBS,
    *mailbox.JOBS,
    *surveys.JOBS,
)


def register(app: Flask) -> None:
    """Give the program the pages of this area."""
    app.register_blueprint(reading.pages)  # /privacy, versions, changes, cookies, lists, register.json, gpc.json
    app.register_blueprint(trying.pages)  # /privacy/try/<clause>
    app.register_blueprint(notices.pages)  # /privacy/changes/seen, and the banner on every page
    app.register_blueprint(preferences.pages)  # /privacy/preferences
    app.register_blueprint(lately.pages)  # /privacy/preferences/page-history, …/suggestions, …/looked-at/forget
    app.register_blueprint(views.pages)  # /privacy/unsubscribe/<token>, /privacy/phone-removal
    app.register_blueprint(export.pages)  # /account/privacy/export, /privacy/export/<token>
    app.register_blueprint(panel.pages)  # /account/privacy, …/held, …/cookies
    app.register_blueprint(reach.pages)  # /account/privacy/contact
    app.register_blueprint(visits.pages)  # /account/privacy/visits
    app.register_blueprint(looks.pages)  # /account/privacy/looked
    mailbox.join(app)  # /account/support, /privacy/was-it-you/<token>, /staff/tickets
    app.register_blueprint(contact_staff.pages)  # /staff/stops
    newsletter.join(app)  # /newsletter… /staff/newsletter…
    surveys.join(app)  # /surveys… /staff/surveys…
    app.register_blueprint(reports.pages)  # /staff/pages, /staff/pages.csv
    app.register_blueprint(receipts.pages)  # /account/privacy/receipts, /privacy/receipts/verify
    app.register_blueprint(demo_mailbox.pages)  # /demo/mailbox, in a demonstration only
    requests.install(app)  # /account/privacy/requests…, /staff/requests…
    erasure.install(app)  # /account/privacy/erase, /privacy/erased/<reference>
    app.cli.add_command(commands.policy)  # and what notices and proving add to it: publish, check
    app.cli.add_command(privacy_commands.privacy)
    privacy_commands.privacy.add_command(export_commands.export)
    privacy_commands.privacy.add_command(proving_commands.map_)
    export_own.tell()
    watching.install(app)
    browser.install(app)
    contact.write_with(writing.write)
    keeping.install(app)
    _listen()
    of = app.extensions["settings"]
    receipt_book.issued_by(
        receipt_rules.Shop(name=of.company_name, address=of.base_url.rstrip("/"), contact=of.support_email)
    )
    lines.fill()
    menus.fill("page.top", notices.banner)
    _fill_menus(demo=app.extensions["settings"].demo)


def _listen() -> None:
    """What happens elsewhere and concerns people's wishes; and who may receive what leaves the shop."""
    outgoing.ask(receiving.may_receive)
    events.on(PurposeSwitched, stopping.on_switched)
    events.on(contact.MailSent, notices_service.on_sent)
    events.on(PurposeSwitched, receipt_book.on_switched)
    events.on(Accepted, receipt_book.on_accepted)


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Post the next version of the policy, so that the demonstration shows how a change is announced."""
    with db.transaction():
        notices_commands.post_newest(web.settings().notice_days)
    progress("privacy policy", 1, 1)


def plant_letters(progress: Callable[[str, int, int], None]) -> None:
    """Plant what people were asked and wrote, once they are there."""
    demo.plant(progress)


def guard(app: Flask, inner: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The cookie guard and the page counter around everything, the page cache included."""
    settings: Any = app.extensions["settings"]
    return Guard(Counting(inner), strict=bool(app.config.get("TESTING")), secure=settings.secure)


def _fill_menus(*, demo: bool) -> None:
    """The footer itself names the policy, cookies and changes."""
    menus.add("staff", "Stops", contact_staff.HERE, rank=50, permission=contact_staff.CLERKS.value)
    menus.add("staff", "Pages read", reports.HERE, rank=20, permission=reports.READERS.value)
    menus.add("main", "Privacy", "/privacy", rank=50)
    menus.add("account", "Privacy", "/account/privacy", rank=60)
    menus.add("footer", "Lists", "/privacy/lists", rank=40)
    menus.add("footer", "Preferences", "/privacy/preferences", rank=50)
    if demo:
        menus.add("footer", "Demo mailbox", "/demo/mailbox", rank=90)
