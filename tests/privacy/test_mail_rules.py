"""Reading mails: whatever bytes come, nothing raises and nothing is lost; and what their words ask for."""

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.mailbox import rules
from privacy.tickets import rules as tickets
from privacy.tickets.meaning import Wish, is_bare_stop, meaning_of
from privacy.tickets.rules import State, Verb

HEADS = st.sampled_from(
    [
        b"From: a@b.example\r\n",
        b"From: \xff\xfe <x@y.example>, =?utf-8?b?!!!?=\r\n",
        b"Subject: =?klingon?q?=FF?= =?utf-8?b?4pyT?=\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: text/html; charset=punycode\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Disposition: attachment; filename*=utf-7''%ff\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"References: <<<>> <a@b>\r\n",
        b"\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"<![x[<p>&#xD800;</a><script>\r\n",
        b"Final-Recipient: rfc822; a@b.example\r\n",
    ]
)
PIECES = st.lists(st.one_of(HEADS, st.binary(max_size=60)), max_size=14).map(b"".join)


@given(PIECES)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(raw: bytes) -> None:
    found = rules.read(raw, own="support@licensepal.example.com")
    found.text.encode(), found.subject.encode(), [file.name.encode() for file in found.files]
    assert len(rules.digest(raw)) == 64
    meaning_of(found.subject, found.text)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_words_raise(text: str) -> None:
    meaning_of(text, text)
    is_bare_stop(text, text)


def test_a_mail_nested_deeper_than_the_library_goes_is_kept_as_it_came() -> None:
    head = b"From: a@b.example\r\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000))
    found = rules.read(head + nested + b"\r\nhello")
    assert found.files[0].content or found.text


@pytest.mark.parametrize(
    ("charset", "text"),
    [("iso-8859-1", "Grüße"), ("koi8-r", "привет"), ("shift_jis", "こんにちは"), ("utf-16", "hi ü")],
)
def test_other_character_sets(charset: str, text: str) -> None:
    raw = f"From: a@b.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode() + text.encode(charset)
    assert rules.read(raw).text == text


def test_a_mail_of_html_alone_is_read_as_text() -> None:
    raw = (
        b"From: a@b.example\r\nContent-Type: text/html; charset=klingon\r\n\r\n<style>p{}</style><p>My <b>key</b></p>"
        b"<p>is <a href='https://x.example/y'>here</a></p><script>no()</script>"
    )
    assert rules.read(raw).text == "My key\n\nis here (https://x.example/y)"


def test_everything_enclosed_is_kept_up_to_a_number_and_beyond_it_as_a_whole() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("Words")
    message.add_alternative("<p>Words</p>", subtype="html")
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("inside")
    message.add_attachment(inner)
    message.add_attachment(b"\x00\xff", maintype="application", subtype="pdf", filename="a.pdf")
    found = rules.read(message.as_bytes())
    assert found.text == "Words"
    assert [file.name for file in found.files] == ["enclosed message.eml", "a.pdf"]
    assert b"inside" in found.files[0].content and found.files[1].content == b"\x00\xff"
    for number in range(30):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    many = rules.read(message.as_bytes())
    assert many.files[0].name == rules.ORIGINAL and len(many.files) == rules.MOST_FILES


@pytest.mark.parametrize(
    "words",
    [
        "unsubscribe",
        "STOP.",
        "Please unsubscribe me",
        "Please unsubscribe ada@example.com from your newsletter",
        "Please stop sending me e-mails.",
        "Please don't send me any more newsletters",
        "No more mail, please",
        "I do not want to receive your newsletter any more.",
        "Please take me off your mailing list",
        "Could you please stop mailing me?",
        "Hello, please stop all your marketing e-mails immediately. Thanks",
        "Abmelden",
        "Newsletter abbestellen",
        "Bitte keine Mails mehr",
        "Ich möchte keine Werbung mehr erhalten.",
        "Bitte senden Sie mir keine E-Mails mehr",
        "Bitte nehmen Sie mich aus dem Verteiler",
        "Schicken Sie mir bitte nichts mehr",
    ],
)
@pytest.mark.clause("P6")
def test_these_words_stop_mail(words: str) -> None:
    assert Wish.STOP in meaning_of("Hello", words).wishes
    assert Wish.STOP in meaning_of(words, "").wishes
    assert Wish.STOP not in meaning_of("Hello", f"On Monday, Ada wrote:\n> {words}\n{words}").wishes


@pytest.mark.parametrize(
    "words",
    [
        "Please stop my subscription renewal",
        "Please cancel my order",
        "The program stops sending e-mails since yesterday",
        "How do I unsubscribe a device from my license?",
        "How can I stop Kilnwatch from sending mails to my customers?",
        "Since yesterday no more e-mails arrive from my Querylark",
        "Stop code 0x7b in Kilnwatch",
        "I want to stop using the program",
        "Please don't send the invoice by post",
        "Keine Mails kommen mehr an",
        "Abmelden funktioniert im Programm nicht",
        "unsubscribe button in your program is broken",
        "I did not receive your e-mail with the key",
    ],
)
def test_these_words_are_for_a_person_to_read(words: str) -> None:
    assert Wish.STOP not in meaning_of("Hello", words).wishes


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("What data do you have about me?", Wish.SEE),
        ("Ich bitte um Auskunft, welche Daten Sie über mich gespeichert haben", Wish.SEE),
        ("Please correct my address", Wish.CORRECT),
        ("Please delete my account and all my data.", Wish.ERASE),
        ("Bitte löschen Sie mein Konto", Wish.ERASE),
        ("Use my data for original purposes only", Wish.ORIGINAL_ONLY),
        ("Bitte rufen Sie mich nicht mehr an", Wish.NO_CALLS),
    ],
)
def test_other_wishes(words: str, wish: Wish) -> None:
    assert wish in meaning_of("Hello", words).wishes


def test_a_number_is_read_wherever_it_stands_and_only_for_the_wish() -> None:
    assert meaning_of("Telephone", "Remove my number +43 1 234 5678.").numbers == ("+4312345678",)
    assert meaning_of("Signature", "Hello. Ada, +43 1 234 5678").numbers == ()


@given(st.lists(st.sampled_from(list(Verb)), max_size=12))
def test_a_ticket_can_always_be_written_to_and_answered(verbs: list[Verb]) -> None:
    state = State.OPEN
    for verb in verbs:
        if (state, verb) == (State.CLOSED, Verb.CLOSE):
            with pytest.raises(tickets.ClosedAlready):
                tickets.after(state, verb)
        else:
            state = tickets.after(state, verb)
    assert tickets.after(state, Verb.WRITE) in tickets.OURS
    assert tickets.after(state, Verb.ANSWER) is State.ANSWERED


@given(st.integers(0, 99_999_999), st.text("0123456789abcdef", min_size=16, max_size=16))
def test_the_address_of_a_ticket_is_read_back(number: int, proof: str) -> None:
    address = tickets.reply_address("support@licensepal.example.com", f"T-{number:08d}", proof)
    assert tickets.references_in([address.upper()]) == [(f"T-{number:08d}", proof)]
    assert tickets.number_in(f"Re: We have it [T-{number:08d}]") == f"T-{number:08d}"
