"""Letters and requests of the demonstration's people. Pure data; days count back from the day of planting."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Letter:
    """person: which member writes, None for a stranger with `address`. answers: ours, each a day later."""

    days: int
    subject: str
    text: str
    person: int | None = None
    address: str = ""
    automatic: bool = False
    answers: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """verdict: granted, declined, withdrawn or "" where it waits. answer: what the person is told."""

    person: int
    days: int
    kind: str
    door: str
    text: str = ""
    proof: str = ""
    verdict: str = ""
    answer: str = ""


LETTERS = (
    Letter(
        days=6,
        person=3,
        subject="Two computers, one license",
        text="Hello,\n\nI work on a desktop in the week and on a laptop when I travel. Does one Studio license cover both?\n\nHakim",
    ),
    Letter(
        days=4,
        person=10,
        subject="フォントについて",
        text="日本語のフォントも入っていますか。体験版では見つかりませんでした。",
    ),
    Letter(
        days=3,
        person=11,
        subject="ترخيص ثانٍ",
        text="السلام عليكم،\nهل أستطيع شراء ترخيص ثانٍ بنفس الفاتورة؟",
    ),
    Letter(
        days=9,
        person=1,
        subject="Rechnung auf die Firma",
        text="Guten Tag,\n\nkann die Rechnung auf die Firma statt auf mich lauten?\n\nTobias",
        answers=(
            "Guten Tag Tobias,\n\nja: bitte stellen Sie in Ihrem Konto unter „Privacy → Requests“ einen Antrag auf Berichtigung. "
            "Sie erhalten dann eine Gutschrift und eine neue Rechnung.",
        ),
    ),
    Letter(
        days=21,
        person=5,
        subject="Where is my file?",
        text="I paid this morning and see the key, but no file to download.",
        answers=("It stands below the key, under “Files”. If the button is grey, reload the page once.",),
        closed=True,
    ),
    Letter(
        days=2,
        person=7,
        subject="Automatic reply: Your order",
        text="I am out of the office until Monday and do not read mail.",
        automatic=True,
    ),
    Letter(
        days=1,
        address="growth@rank-higher.example.net",
        subject="RE: RE: We can double your visitors",
        text="Dear webmaster, we noticed that your site is not on the first page. For a small fee we change that.",
    ),
    Letter(
        days=0,
        address="m.ferrand@example.org",
        subject="Before I buy",
        text="Good morning, do you also sell to schools, and can a school pay on account?",
    ),
)

REQUESTS = (
    Request(
        person=2,
        days=24,
        kind="correction",
        door="panel",
        text="My invoice says Calle Mayor 12, but the house is number 21.",
    ),
    Request(
        person=8,
        days=5,
        kind="access",
        door="letter",
        text="Please send me all that you keep about me.",
        proof="Letter of three lines, filed under 2026/114",
    ),
    Request(person=9, days=2, kind="correction", door="panel", text="The order of May names an edition I never had."),
    Request(
        person=12,
        days=17,
        kind="objection",
        door="telephone",
        proof="Called the support line; the number was not asked for",
        text="No more of anything but the orders.",
    ),
    Request(
        person=4,
        days=31,
        kind="correction",
        door="panel",
        text="Please put my company's VAT number on the invoice of last year.",
        verdict="declined",
        answer="The number was not valid on the day of that invoice, so the tax office would not take it. Your next one can carry it.",
    ),
    Request(
        person=6,
        days=12,
        kind="correction",
        door="panel",
        text="The name on my certificate lacks its second r.",
        verdict="granted",
        answer="The certificate has been issued anew with both of them.",
    ),
    Request(person=13, days=8, kind="access", door="panel", verdict="withdrawn"),
)
