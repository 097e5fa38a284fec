"""The one way to write to a person: declared purpose, their own switches, their wish for no more mail, then the outbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core import outgoing, tokens
from core.access import PROGRAM
from core.accounts import closing
from core.accounts import service as accounts
from core.errors import NotFound
from core.jobs.service import start
from core.outbox import service as outbox
from core.outbox.models import Mail
from privacy import receiving, register
from privacy.consent import service as consent
from privacy.contact import rules, suppression
from privacy.contact.rules import Facts, Way
from privacy.gate import Closed, disclose

JOB = "outbox.send"
TOKEN = "unsubscribe"
UNWANTED = ("stopped", "forgotten")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as its sender thinks of it: the folder under templates/mail, what the templates need (plain values), and
    the cause that must not mail twice."""

    name: str
    context: Mapping[str, object] = field(default_factory=dict)
    once: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter after its templates. unsubscribe_address is empty where the mail cannot be stopped."""

    subject: str
    text: str
    html: str
    unsubscribe_address: str


@dataclass(frozen=True, kw_only=True)
class MailSent:
    """The mail server took a mail: to whom, for which purpose, and the cause that it was for."""

    account_id: int | None
    purpose: str
    once: str


Writer = Callable[[Letter, str], Written]
_writers: list[Writer] = []
Check = Callable[[int, str], bool]
_checks: dict[str, Check] = {}
_strangers: dict[str, Callable[[str], bool]] = {}


def write_with(writer: Writer) -> None:
    """Name the function that fills templates; it receives the letter and the token for stopping ("" for none)."""
    _writers[:] = [writer]


def writer() -> Writer:
    """The function that fills templates."""
    return _writers[0]


def ask_before_sending(purpose: str, check: Check) -> None:
    """Let an area say at the moment of sending whether a mail may still go: it gets the account and the mail's cause."""
    _checks[purpose] = check


def ask_strangers(purpose: str, check: Callable[[str], bool]) -> None:
    """Name who knows whether somebody without an account said yes to a purpose: it gets the mail's cause."""
    _strangers[purpose] = check


def send(account_id: int, purpose: str, letter: Letter) -> bool:
    """Queue the letter with the present transaction; False if the person does not want it or has had it before.

    Raises NotFound for an unknown purpose or account, Closed if the gate keeps the address closed for it.
    """
    wanted = _declared(purpose)
    is_on = not wanted.optional or consent.is_given(account_id, purpose)
    sealed = accounts.get(account_id).email
    if sealed is None or not _may_mail(wanted, is_on=is_on):
        return False
    closing.stay(account_id)
    try:
        address = disclose(sealed, purpose=purpose, actor=PROGRAM)
    except Closed as closed:
        if closed.reason in UNWANTED:
            return False
        raise
    return _send_to(account_id, wanted, letter, address)


def send_to_stranger(address: str, purpose: str, letter: Letter) -> bool:
    """The same for somebody without an account; a purpose that needs a yes asks whoever keeps it (`ask_strangers`)."""
    wanted = _declared(purpose)
    if not _may_mail(wanted, is_on=_stranger_said_yes(purpose, letter.once)):
        return False
    return _send_to(None, wanted, letter, address)


def may_still_be_sent(mail: Mail, address: str) -> bool:
    """Asked again at the moment of sending: the switch is still on, nobody said stop, the area has no objection."""
    account_id, purpose = mail.account_id, mail.purpose
    wanted, check = register.purposes[purpose], _checks.get(purpose)
    if check is not None and not (account_id and check(account_id, mail.once)):
        return False
    return _may_mail(wanted, is_on=is_wanted(mail), hashes=suppression.hashes_of(address))


def is_wanted(mail: Mail) -> bool:
    """True if the yes that the mail needs still stands, with an account or without one."""
    if not register.purposes[mail.purpose].optional:
        return True
    if mail.account_id is None:
        return _stranger_said_yes(mail.purpose, mail.once)
    return consent.is_given(mail.account_id, mail.purpose)


def _declared(purpose: str) -> register.Purpose:
    if purpose not in register.purposes:
        raise NotFound(f"There is no purpose called {purpose}.")
    if not receiving.may_receive(outgoing.MAIL.recipient, purpose):
        raise NotFound(f"The register gives the mail server nothing for the purpose {purpose}.")
    return register.purposes[purpose]


def _may_mail(wanted: register.Purpose, *, is_on: bool, hashes: Sequence[str] = ()) -> bool:
    stopped = bool(hashes) and wanted.by_mail and suppression.is_suppressed(hashes, wanted.id)
    return rules.may_contact(Facts(way=Way.EMAIL, purpose=wanted, is_on=is_on, is_suppressed=stopped)).allowed


def _stranger_said_yes(purpose: str, once: str) -> bool:
    check = _strangers.get(purpose)
    return check is not None and check(once)


def _send_to(account_id: int | None, wanted: register.Purpose, letter: Letter, address: str) -> bool:
    hashes = suppression.hashes_of(address)
    if not _may_mail(wanted, is_on=True, hashes=hashes):
        return False
    token = tokens.sign(TOKEN, [account_id or 0, wanted.id, hashes]) if wanted.by_mail else ""
    return _queue(account_id, wanted.id, letter, _writers[0](letter, token), address)


def _queue(account_id: int | None, purpose: str, letter: Letter, written: Written, address: str) -> bool:
    draft = outbox.Draft(
        account_id=account_id,
        purpose=purpose,
        name=letter.name,
        address=address,
        subject=" ".join(written.subject.split()),
        text=written.text,
        html=written.html,
        once=letter.once,
        headers={**letter.headers, **_stop_headers(written.unsubscribe_address)},
    )
    if outbox.put(draft) is None:
        return False
    start(JOB)
    return True


def _stop_headers(address: str) -> dict[str, str]:
    """RFC 2369 and RFC 8058: mail programs show a button that stops these mails with one POST."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
