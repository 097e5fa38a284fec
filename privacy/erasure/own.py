"""Privacy's own share: the account itself, mails, and the records that stay as proof."""

from sqlalchemy import ColumnElement, delete, select

from core.db import session
from core.outbox.models import Mail
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rest import count
from privacy.erasure.rules import Fate, Leaving, Line, Share
from privacy.export import service as exports
from privacy.newsletter import service as newsletter
from privacy.pageviews import service as pageviews
from privacy.panel.service import own_email
from privacy.tickets import service as tickets
from privacy.tickets.models import Ticket, TicketMessage

PROOF = {
    "consent_entry": ("What you said yes and no to", "We must be able to prove that we kept to it."),
    "access_entry": ("Who looked at your data", "Nobody may delete this record, so that nobody can hide a look."),
    "legal_hold": ("Legal holds", "It stays on record that there was one, and why."),
    "audit_entry": ("What you did as staff", "Nobody may delete this record."),
}
NAMELESS = "It stays without your name: from it, nothing leads to you but your customer number."


def install() -> None:
    """Take part in every erasure."""
    on_erase(Part(name="account", tables=("account", "erasure"), preview=_account, erase=_nothing, rank=10))
    on_erase(Part(name="mail", tables=("mail",), preview=_mails, erase=_delete_mails, rank=20))
    on_erase(Part(name="visits", tables=("visit", "visit_trail"), preview=_visits, erase=_delete_visits, rank=30))
    on_erase(Part(name="exports", tables=("data_export",), preview=_exports, erase=_discard_export, rank=40))
    on_erase(Part(name="newsletter", tables=(), preview=_newsletter, erase=_forget_reader, rank=40))
    on_erase(Part(name="letters", tables=(), preview=_letters, erase=_delete_letters, rank=40))
    on_erase(Part(name="keys", tables=("data_key",), preview=_keys, erase=_nothing, rank=80))
    on_erase(Part(name="proof", tables=tuple(PROOF), preview=_proof, erase=_nothing, rank=90))


def _account(account_id: int) -> Share:
    gone = "Your e-mail address, your name and your password are emptied, and every browser is signed out."
    left = "An empty row with your customer number and the day on which the account was opened, and the record of this erasure."
    return Share(
        lines=(
            Line(title="Your account", count=1, fate=Fate.GOES, sentence=gone),
            Line(
                title="Your customer number",
                count=1,
                fate=Fate.NAMELESS,
                sentence=left,
                remains={"account": 1, "erasure": 1},
            ),
        )
    )


def _nothing(_leaving: Leaving) -> None:
    """The account is closed last, by the service; records stay."""


def _mails(account_id: int) -> Share:
    sentence = "Our copies are deleted, and what is not sent yet is withdrawn. One last mail tells you that it is done; its copy goes as soon as it was sent."
    rows = count("mail", account_id)
    return Share(lines=(Line(title="Mails to you", count=rows, fate=Fate.GOES, sentence=sentence, weighs=False),))


def _delete_mails(leaving: Leaving) -> None:
    session.execute(delete(Mail).where(Mail.account_id == leaving.account_id))


def _visits(account_id: int) -> Share:
    rows = count("visit", account_id)
    line = Line(title="Pages you visited", count=rows, fate=Fate.GOES, sentence="Deleted.", weighs=False)
    return Share(lines=(line,))


def _delete_visits(leaving: Leaving) -> None:
    pageviews.end_trails(leaving.account_id)


def _exports(account_id: int) -> Share:
    line = Line(
        title="The file with your data",
        count=count("data_export", account_id),
        fate=Fate.GOES,
        sentence="Deleted, whether you have fetched it or not.",
        weighs=False,
    )
    return Share(lines=(line,))


def _discard_export(leaving: Leaving) -> None:
    exports.discard(leaving.account_id)


def _newsletter(account_id: int) -> Share:
    reads = newsletter.readings(own_email(account_id))
    sentence = "Your address is taken off the newsletter that you asked for without signing in."
    return Share(lines=(Line(title="The newsletter's list", count=reads, fate=Fate.GOES, sentence=sentence),))


def _forget_reader(leaving: Leaving) -> None:
    newsletter.forget_address(leaving.email)


def _letters(account_id: int) -> Share:
    rows = len(session.scalars(select(Ticket.id).where(*_unsigned(own_email(account_id)))).all())
    sentence = (
        "What came from your address while no account had it: letters, answers and what was enclosed are deleted."
    )
    return Share(lines=(Line(title="Letters from before", count=rows, fate=Fate.GOES, sentence=sentence),))


def _delete_letters(leaving: Leaving) -> None:
    """Those of the account itself go with it; answers to these were mailed to nobody we know."""
    own = select(Ticket.id).where(*_unsigned(leaving.email))
    mails = select(TicketMessage.mail_id).where(TicketMessage.ticket_id.in_(own))
    session.execute(delete(Mail).where(Mail.id.in_(mails), Mail.account_id.is_(None)))
    session.execute(delete(Ticket).where(*_unsigned(leaving.email)))


def _unsigned(email: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Ticket.account_id.is_(None), Ticket.address_hash == tickets.address_hash(email)


def _keys(account_id: int) -> Share:
    rows = count("data_key", account_id)
    line = Line(
        title="The keys to your data",
        count=rows,
        fate=Fate.NAMELESS,
        sentence="Each is destroyed, so that no older copy can be read either; the one to papers on their last day. "
        "That there was a key stays on record.",
        remains={"data_key": rows},
        weighs=False,
    )
    return Share(lines=(line,))


def _proof(account_id: int) -> Share:
    counted = [(table, title, why, count(table, account_id)) for table, (title, why) in PROOF.items()]
    return Share(
        lines=tuple(
            Line(
                title=title,
                count=rows,
                fate=Fate.NAMELESS,
                sentence=f"{why} {NAMELESS}",
                remains={table: rows},
                weighs=False,
            )
            for table, title, why, rows in counted
        )
    )
