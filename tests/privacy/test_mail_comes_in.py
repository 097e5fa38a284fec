"""Mail to the support address becomes a ticket, is acknowledged once, and stops what it asks to stop."""

import io
import smtplib
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.access import PROGRAM, Permission
from core.db import session
from core.settings import MissingSetting
from privacy.consent import service as consent
from privacy.contact import bounces, calls
from privacy.mailbox import listener
from privacy.mailbox.models import ReceivedMail
from privacy.requests import service as requests
from privacy.requests.models import Request
from privacy.retention import service as retention
from tests.privacy.builders import wants, write_news
from tests.privacy.mails import SUPPORT, all_tickets, arrives, letters_of, written
from tests.shop import Shop

ACKNOWLEDGED = "ticket_received"


@pytest.mark.clause("P1", "P16")
def test_a_mail_becomes_a_ticket_and_is_acknowledged_once(shop: Shop) -> None:
    ada = shop.member()
    arrives(shop, written("My Kilnwatch does not start.", subject="Re: AW: Help, please"))
    (ticket,) = all_tickets(shop)
    assert (ticket.account_id, ticket.state, ticket.kind) == (ada.account_id, "open", "question")
    assert letters_of(shop, ticket) == [("in", "My Kilnwatch does not start.")]
    (letter,) = shop.letters()
    assert (letter.name, letter.address) == (ACKNOWLEDGED, "ada@example.com")
    assert ticket.number in letter.subject and letter.headers["Auto-Submitted"] == "auto-replied"
    page = ada.get("/account/support").text
    assert "Help, please" in page and ticket.number in page
    assert "My Kilnwatch does not start." in ada.get(f"/account/support/{ticket.number}").text
    other = shop.member("bo@example.com", "Bo")
    assert other.get(f"/account/support/{ticket.number}").status_code == 404


def test_the_same_mail_given_twice_is_one_letter_and_its_text_leaves_the_door(shop: Shop) -> None:
    message = written("Once, please.")
    arrives(shop, message)
    arrives(shop, b"Received: by another hop\r\n" + message.as_bytes())
    (ticket,) = all_tickets(shop)
    assert len(letters_of(shop, ticket)) == 1 and len(shop.letters()) == 1
    with shop.transaction():
        kept = session.scalars(select(ReceivedMail)).all()
        assert [(one.state, one.raw) for one in kept] == [("done", None)]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"List_Id": "<list.example.com>"},
        {"sender": f"LicensePal <{SUPPORT}>"},
        {"sender": "MAILER-DAEMON@example.com"},
    ],
)
@pytest.mark.clause("P1")
def test_programs_get_no_acknowledgement_and_nothing_is_lost(sqlite_shop: Shop, headers: dict[str, str]) -> None:
    arrives(sqlite_shop, written("I am out of the office.", **headers))
    assert sqlite_shop.letters() == []
    assert letters_of(sqlite_shop, all_tickets(sqlite_shop)[0]) == [("in", "I am out of the office.")]


def test_a_mail_that_returns_nowhere_gets_no_acknowledgement(sqlite_shop: Shop) -> None:
    arrives(sqlite_shop, written("Hello"), returns_nowhere=True)
    assert sqlite_shop.letters() == [] and len(all_tickets(sqlite_shop)) == 1


def test_an_answer_finds_its_ticket_by_the_address_or_by_the_number_of_the_same_sender(shop: Shop) -> None:
    arrives(shop, written("First"))
    (ticket,) = all_tickets(shop)
    reply_to = shop.letters()[0].headers["Reply-To"]
    arrives(shop, written("Second", to=reply_to, sender="ada@elsewhere.example"))
    arrives(shop, written("Third", subject=f"Re: We have your message [{ticket.number}]"))
    assert [text for _way, text in letters_of(shop, ticket)] == ["First", "Second", "Third"]
    arrives(shop, written("Forged", subject=f"[{ticket.number}]", sender="mallory@example.net"))
    arrives(shop, written("Forged, too", to=reply_to.replace("-", "-0", 1), sender="mallory@example.net"))
    assert len(letters_of(shop, ticket)) == 3 and len(all_tickets(shop)) == 3
    assert len(shop.letters("ada@example.com")) == 1


def test_acknowledgements_to_one_address_are_few(sqlite_shop: Shop) -> None:
    for number in range(6):
        arrives(sqlite_shop, written(f"Question {number}"))
    assert len(all_tickets(sqlite_shop)) == 6 and len(sqlite_shop.letters()) == 3


@pytest.mark.clause("P6")
@pytest.mark.parametrize(
    ("subject", "text", "sender"),
    [
        ("unsubscribe", "", "ada@example.com"),
        ("Hello", "Please stop sending me e-mails.\n> earlier words", "ADA+shop@Example.COM"),
        ("Newsletter", "Guten Tag, bitte melden Sie mich vom Newsletter ab.", "ada@example.com"),
    ],
)
def test_a_stop_by_mail_is_honored_at_once_without_asking_who_it_is(
    sqlite_shop: Shop, subject: str, text: str, sender: str
) -> None:
    shop, ada = sqlite_shop, sqlite_shop.member()
    wants(shop, ada.account_id, "newsletter")
    arrives(shop, written(text, subject=subject, sender=sender))
    assert not write_news(shop, ada.account_id)
    (letter,) = shop.letters(name=ACKNOWLEDGED)
    assert "You asked for no more mail: done" in letter.text
    assert [ticket.kind for ticket in all_tickets(shop)] == ["stop"]
    assert "Only about your own orders and your account" in ada.get("/account/privacy").text


@pytest.mark.clause("P6")
def test_a_mail_programs_own_button_stops_and_is_not_answered(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    wants(sqlite_shop, ada.account_id, "newsletter")
    arrives(sqlite_shop, written("unsubscribe", subject="unsubscribe", Auto_Submitted="auto-generated"))
    assert not write_news(sqlite_shop, ada.account_id) and sqlite_shop.letters() == []


@pytest.mark.clause("P14")
def test_original_purposes_only_by_mail(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    arrives(sqlite_shop, written("Please use my data for original purposes only."))
    with sqlite_shop.transaction():
        assert consent.is_given(ada.account_id, consent.ORIGINAL_ONLY)
        assert consent.ledger(ada.account_id)[0].how == "e-mail"


@pytest.mark.clause("P9", "P10")
def test_a_telephone_number_is_removed_by_mail(sqlite_shop: Shop) -> None:
    arrives(sqlite_shop, written("Please remove my number +43 1 234 5678 from your lists.", sender="x@example.net"))
    with sqlite_shop.transaction():
        assert not calls.may_call("+4312345678")
    assert "whether or not we ever knew the number" in sqlite_shop.letters()[0].text


@pytest.mark.clause("P16")
def test_a_request_is_answered_to_the_address_on_file_alone_and_alike_to_strangers(shop: Shop) -> None:
    ada = shop.member()
    words = "Please delete my account and all my data."
    arrives(shop, written(words, Reply_To="mallory@example.net"))
    arrives(shop, written(words, sender="stranger@example.net"))
    assert shop.letters("mallory@example.net") == []
    (known,), (unknown,) = shop.letters("ada@", ACKNOWLEDGED), shop.letters("stranger@", ACKNOWLEDGED)
    mine, theirs = all_tickets(shop)
    assert known.text.replace(mine.number, "") == unknown.text.replace(theirs.number, "")
    (link,) = shop.letters(name="identity_link")
    assert link.address == "ada@example.com"
    path, stranger = link.link("/was-it-you/"), shop.visitor()
    assert "Nothing has happened yet" in stranger.get(path).text
    unsaid = stranger.submit(path)
    assert unsaid.status_code == 422 and "Please choose one of the two." in unsaid.text
    assert "it counts" in stranger.submit(path, {"posts": "remove"}).text
    with shop.transaction():
        (asked,) = session.scalars(select(Request))
        assert requests.wish_of(asked, PROGRAM) == {"posts": "remove"}
    assert stranger.get(path).status_code == 400
    assert all_tickets(shop)[0].verified_at is not None
    assert "In work" in ada.get("/account/privacy/requests").text
    assert "What you wrote to us" in ada.get("/account/privacy").text


def test_the_link_ends_after_fifteen_minutes_and_there_are_few_of_them(sqlite_shop: Shop) -> None:
    sqlite_shop.member()
    for number in range(5):
        arrives(sqlite_shop, written("Delete my account", subject=f"Again {number}"))
    links = sqlite_shop.letters(name="identity_link")
    assert len(links) == 3
    with clock.moved(timedelta(minutes=16)):
        assert sqlite_shop.visitor().get(links[0].link("/was-it-you/")).status_code == 400


@pytest.mark.clause("P16")
def test_a_mailed_request_to_see_ones_data_brings_the_exports_link_and_no_data(sqlite_shop: Shop) -> None:
    sqlite_shop.member()
    arrives(sqlite_shop, written("What data do you have about me?"))
    (link,) = sqlite_shop.letters(name="export_link")
    assert link.address == "ada@example.com"


def test_staff_answer_signed_by_the_shop_and_the_opening_is_logged(shop: Shop) -> None:
    ada = shop.member()
    clerk = shop.member("cleo@example.com", "Cleo", [Permission.SUPPORT])
    arrives(shop, written("Where is my key?"))
    (ticket,) = all_tickets(shop)
    page = f"/staff/tickets/{ticket.number}"
    assert ticket.number in clerk.get("/staff/tickets").text
    assert "Where is my key?" in clerk.get(page).text
    assert "Take it on" in clerk.get(page).text and "yours" in clerk.submit(page, action="/assign").text
    assert clerk.submit(page, {"text": " "}, action=f"{page}#answer").status_code == 422
    clerk.submit(page, {"text": "It is under your licenses."}, action=f"{page}#answer")
    (letter,) = shop.letters(name="ticket_answer")
    assert "It is under your licenses." in letter.text and "Cleo" not in letter.text + letter.html
    mine = ada.get(f"/account/support/{ticket.number}").text
    assert "It is under your licenses." in mine and "Cleo" not in mine
    assert "support" in ada.get("/account/privacy/looked").text
    ada.submit(f"/account/support/{ticket.number}", {"text": "Thank you!"}, action="#add")
    assert [one.state for one in all_tickets(shop)] == ["waiting"]
    ada.submit(f"/account/support/{ticket.number}", action="/close")
    assert "Nobody waits" in clerk.get("/staff/tickets").text
    assert shop.member("dan@example.com", "Dan", [Permission.SALES]).get(page).status_code == 403


def test_strangers_are_answered_at_their_own_address(shop: Shop) -> None:
    clerk = shop.member("cleo@example.com", "Cleo", [Permission.SUPPORT])
    arrives(shop, written("Do you sell to Norway?", sender="Nils <nils@example.no>", Reply_To="mallory@example.net"))
    page = f"/staff/tickets/{all_tickets(shop)[0].number}"
    assert "nils@example.no" in clerk.get(page).text
    clerk.submit(page, {"text": "We do."}, action=f"{page}#answer")
    assert [one.address for one in shop.letters(name="ticket_answer")] == ["nils@example.no"]


def test_the_support_page_takes_letters_and_answers_everybody_alike(shop: Shop) -> None:
    ada, words = shop.member(), {"subject": "A question", "text": "May I?"}
    for visitor, typed in (
        (ada, words),
        *((shop.visitor(), words | {"email": one}) for one in ("ada@example.com", "x@example.net")),
    ):
        assert "Your message arrived." in visitor.submit("/support", typed, action="/support").text
    wrong = shop.visitor().submit("/support", words | {"email": "nonsense"}, action="/support")
    assert wrong.status_code == 422 and "May I?" in wrong.text
    assert [ticket.door for ticket in all_tickets(shop)] == ["panel", "form", "form"]


def test_what_is_enclosed_is_a_download_and_in_the_export(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    message = written("See the picture.")
    message.add_attachment(b"<svg onload=alert(1)>", maintype="image", subtype="svg+xml", filename="../évil.svg")
    arrives(sqlite_shop, message)
    (ticket,) = all_tickets(sqlite_shop)
    page = ada.get(f"/account/support/{ticket.number}").text
    path = next(part for part in page.split('"') if "/files/" in part)
    answer = ada.get(path)
    assert answer.data == b"<svg onload=alert(1)>" and answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="..__vil.svg"')
    bo = sqlite_shop.member("bo@example.com", "Bo")
    assert bo.get(path).status_code == 404


def test_a_report_marks_our_mail_if_it_names_it_and_its_address(shop: Shop) -> None:
    arrives(shop, written("Hello", sender="gone@example.net"))
    for recipient in ("somebody@example.net", "gone@example.net"):
        arrives(shop, report(1, recipient), returns_nowhere=True)
        with shop.transaction():
            assert bounces.undelivered([1]) == ({1: "5.1.1"} if recipient == "gone@example.net" else {})
    assert len(shop.letters()) == 1, "nobody answers a report"


def report(number: int, recipient: str) -> bytes:
    """What a mail server writes about a mail that it could not deliver."""
    return (
        f"From: MAILER-DAEMON@mx.example.net\r\nTo: {SUPPORT}\r\nSubject: Undelivered\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <mail-{number}@licensepal.example.com>\r\n\r\n--x--\r\n"
    ).encode()


@pytest.fixture(params=["smtp", "lmtp"])
def door(request: pytest.FixtureRequest, sqlite_shop: Shop) -> Iterator[smtplib.SMTP]:
    """A mail server's conversation with the listener."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    before = sqlite_shop.app.extensions["settings"]
    sqlite_shop.app.extensions["settings"] = replace(before, mail_listen=f"{request.param}://127.0.0.1:{port}")
    server = listener.of_program(sqlite_shop.app)
    assert server is not None
    server.start()
    kind = smtplib.LMTP if request.param == "lmtp" else smtplib.SMTP
    with kind("127.0.0.1", port) as client:
        yield client
    server.stop()
    sqlite_shop.app.extensions["settings"] = before


@pytest.mark.clause("P1")
def test_a_real_mail_server_hands_mail_in(sqlite_shop: Shop, door: smtplib.SMTP) -> None:
    door.send_message(written("By the front door"))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        door.sendmail("a@example.com", ["somebody@else.example"], b"Subject: relay\r\n\r\nno")
    with pytest.raises(smtplib.SMTPException) as refused:
        door.sendmail("a@example.com", [SUPPORT], b"Subject: big\r\n\r\n" + b"x" * 76 * 150_000)
    assert "552" in str(refused.value)
    sqlite_shop.work()
    assert [letters_of(sqlite_shop, one) for one in all_tickets(sqlite_shop)] == [[("in", "By the front door")]]


def test_the_listener_stays_on_this_machine() -> None:
    assert listener.read_address("127.0.0.1:2525") == ("smtp", "127.0.0.1", 2525)
    for wrong in ("0.0.0.0:25", "mail.example.com:25", "127.0.0.1", "http://127.0.0.1:1"):
        with pytest.raises(MissingSetting):
            listener.read_address(wrong)


def test_the_command_takes_one_mail_from_standard_input(sqlite_shop: Shop) -> None:
    runner, raw = sqlite_shop.app.test_cli_runner(), written("By the pipe").as_bytes()
    assert runner.invoke(args=["mail", "ingest"], input=raw).output == "Taken.\n"
    assert "already" in runner.invoke(args=["mail", "ingest"], input=io.BytesIO(raw)).output
    assert runner.invoke(args=["mail", "ingest"], input=b"x" * (10 * 1024 * 1024 + 1)).exit_code == 65
    sqlite_shop.work()
    assert len(all_tickets(sqlite_shop)) == 1


def test_tickets_are_discarded_after_two_years_and_not_read_until_then(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    arrives(sqlite_shop, written("Long ago"))
    (ticket,) = all_tickets(sqlite_shop)
    with clock.moved(timedelta(days=731)):
        with sqlite_shop.app.app_context():
            ada.sign_in(ada.account_id)
            assert ada.get(f"/account/support/{ticket.number}").status_code == 404
            retention.sweep()
        assert all_tickets(sqlite_shop) == []
