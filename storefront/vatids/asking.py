"""Asking whether a VAT id is valid: by job, after the commit, outside every transaction, so that nobody waits for it."""

from typing import Protocol

from core import db, outgoing, web
from core.events import on
from core.jobs.service import job
from core.settings import Settings
from storefront.papers.service import PaperWritten
from storefront.vatids import rules, service
from storefront.vatids.rules import Question, Said, Standing

MOST, PATIENCE = 200, 3
"""How many are asked about in one run, and after how many answers that said nothing the rest waits for the next."""


class Confirmer(Protocol):
    """Somebody who knows VAT ids."""

    def ask(self, question: Question) -> Said:
        """Valid, invalid or unknown; never raises for what goes wrong on the way."""
        ...


class Vies:
    """The European Commission's VAT Information Exchange System, at the address that the operator names."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def ask(self, question: Question) -> Said:
        """One question; no answer, a wrong one and one of a member state that is down are all unknown."""
        try:
            answer = outgoing.ask_vat_service(question.words, self._settings, purpose="invoice")
        except outgoing.NoAnswer:
            return rules.UNKNOWN
        return rules.read(answer, question)


def listen() -> None:
    """Hear of invoices."""
    on(PaperWritten, service.raise_question)


@job("vatids.ask", own_transactions=True, every=5)
def ask_due() -> None:
    """Ask about all ids that are due."""
    if not web.settings().vies_url:
        return
    who: Confirmer = Vies(web.settings())
    unknown = 0
    for _each in range(MOST):
        with db.transaction():
            due = service.take()
        if due is None or unknown == PATIENCE:
            return
        said = who.ask(due.question)
        unknown += said.standing is Standing.UNKNOWN
        with db.transaction():
            service.note(due, said)
