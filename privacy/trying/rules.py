"""What a reader can try beside each clause of the policy. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from core import logs
from core.access import PROGRAM, Actor, Permission


class Setting(StrEnum):
    """What is supposed about the person for the length of a try, and undone afterwards."""

    AS_IT_IS = "as it is"
    MAIL_STOPPED = "mail stopped"
    CALLS_STOPPED = "calls stopped"
    ORIGINAL_ONLY = "original only"


@dataclass(frozen=True, kw_only=True)
class Misuse:
    """An attempt to open a value at the gate. text: what stands in for it where the person has none."""

    button: str
    label: str
    purpose: str
    text: str = ""
    actor: Actor = PROGRAM
    setting: Setting = Setting.AS_IT_IS
    always_made_up: bool = False


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """An attempt to let a cookie leave that the register does not declare like this."""

    button: str
    cookie: str


EMAIL, PHONE, POSTAL = "account.email", "order.phone", "postal_address.text"
NUMBER = "+43 1 5550100"

MISUSES = {
    "P4b": Misuse(button="Look at me, not at sums, to improve pages", label=EMAIL, purpose="measurement"),
    "P4d": Misuse(button="Give my e-mail address to a partner", label=EMAIL, purpose="partners"),
    "P6": Misuse(
        button="Mail me after I said stop", label=EMAIL, purpose="policy_notice", setting=Setting.MAIL_STOPPED
    ),
    "P7": Misuse(
        button="Use my postal address for advertising", label=POSTAL, purpose="newsletter", text="1 Nowhere Lane"
    ),
    "P8": Misuse(button="Use my telephone number for a newsletter", label=PHONE, purpose="newsletter", text=NUMBER),
    "P9": Misuse(button="Put my telephone number on a list for others", label=PHONE, purpose="partners", text=NUMBER),
    "P10": Misuse(
        button="Call a number that was removed",
        label=PHONE,
        purpose="telephone_order",
        text=NUMBER,
        setting=Setting.CALLS_STOPPED,
        always_made_up=True,
    ),
    "P11": Misuse(button="Use my address in a new way", label=EMAIL, purpose="survey_invitations"),
    "P14": Misuse(
        button="Mail me news with “original purposes only” on",
        label=EMAIL,
        purpose="newsletter",
        setting=Setting.ORIGINAL_ONLY,
    ),
    "P15a": Misuse(
        button="Let a moderator read my e-mail address",
        label=EMAIL,
        purpose="support",
        actor=Actor(kind="staff", role=Permission.MODERATION.value),
    ),
    "P15b": Misuse(
        button="Let a moderator read my invoice address",
        label=POSTAL,
        purpose="invoice",
        text="1 Nowhere Lane",
        actor=Actor(kind="staff", role=Permission.MODERATION.value),
    ),
    "P15c": Misuse(
        button="Let a salesperson read my mail",
        label="mail.text",
        purpose="support",
        text="A letter",
        actor=Actor(kind="staff", role=Permission.SALES.value),
    ),
    "P16": Misuse(
        button="Ask for my address as somebody else", label=EMAIL, purpose="account", actor=Actor(kind="person")
    ),
}
"""By clause. The purpose "partners" is not in the register, and that is the point."""

FORGERIES = {
    "P5a": Forgery(
        button="Send my preferences to another site",
        cookie="lp_prefs=theme; Domain=example.com; Path=/; HttpOnly; SameSite=Lax",
    ),
    "P5b": Forgery(
        button="Set a cookie nobody declared", cookie="lp_tracker=1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"
    ),
    "P5c": Forgery(
        button="Follow me for ten years", cookie="lp_visit=1; Path=/; Max-Age=315360000; HttpOnly; SameSite=Lax"
    ),
    "P5d": Forgery(
        button="Send the forum's cookie everywhere", cookie="lp_forum=1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"
    ),
}

CHECKS = {
    "P1": "Where does my mail go?",
    "P2": "Write my address into the log",
    "P3a": "What was counted?",
    "P3b": "What is on my list?",
    "P3c": "Is every column declared?",
    "P4a": "Is anything read past its day?",
    "P4c": "What do my pages follow?",
    "P12": "Was any version altered?",
    "P13": "What have I seen?",
    "P17a": "What do I correct myself?",
    "P17b": "How is financial data corrected?",
    "P17c": "How is an order corrected?",
    "P18": "Which ways are open?",
    "P19": "Send a form without encryption",
}


def button(clause: str) -> str:
    """What the button beside that clause says; "" where there is none."""
    found = MISUSES.get(clause) or FORGERIES.get(clause)
    return found.button if found else CHECKS.get(clause, "")


def left_in_the_log(fields: dict[str, object]) -> dict[str, object]:
    """What remains of these fields when the program writes a line."""
    kept: dict[str, object] = logs.keep_allowed(None, "info", fields)
    return kept
