"""The words of the register: what a purpose, a recipient, a channel, a cookie, a holding and a clause say. Pure.

Legal bases and kinds of data carry the terms of W3C's Data Privacy Vocabulary (DPV 2) where one fits, so that
`/privacy/register.json` can be read by programs that know it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Basis(StrEnum):
    """Why a purpose is allowed at all."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LEGAL = "legal"
    INTEREST = "interest"


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One reason to use personal data.

    since: the policy version that named it first (P11). optional: needs a yes of the person and is off without one.
    by_mail: its mails carry a way to stop them, and a suppression stops them (P6). aggregates_only: nothing that
    identifies a person may serve it (P4b). commercial: done for the gain of somebody else; the gate refuses it (P4d).
    """

    id: str
    name: str
    sentence: str
    basis: Basis
    since: int = 1
    optional: bool = False
    by_mail: bool = False
    aggregates_only: bool = False
    commercial: bool = False
    dpv: str = ""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody who receives data from us, what for, and whether they may do business with it (none may)."""

    id: str
    name: str
    receives: str
    purpose: str
    also_for: tuple[str, ...] = ()
    commercial: bool = False
    since: int = 1
    dpv: str = "dpv:Recipient"

    @property
    def purposes(self) -> tuple[str, ...]:
        """All that they receive it for."""
        return (self.purpose, *self.also_for)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way to reach the shop. `setting` names where its address is set; `sentence` says it with {address}, and the
    substitute is printed instead where it is not set."""

    id: str
    setting: str
    sentence: str
    substitute: str
    dpv: str = "dpv:hasContact"


@dataclass(frozen=True, kw_only=True)
class Added:
    """Sentences that a later version of the policy put at the end of a clause, or of what it says about a cookie."""

    since: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """A cookie that may leave the program: nothing else may. seconds: the longest life it may be given.

    added: what later versions say beyond `sentence`, in their order. A published sentence never changes.
    """

    name: str
    clause: str
    path: str
    seconds: int
    lifetime: str
    necessary: bool
    sentence: str
    since: int = 1
    added: tuple[Added, ...] = ()

    def said_in(self, version: int) -> str:
        """What that version of the policy says of it."""
        later = [sentence for one in self.added if one.since <= version for sentence in one.sentences]
        return " ".join((self.sentence, *later))


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One column about a person.

    collected_for: the purpose(s) that were named when it was asked for; also_for: others, which "original purposes
    only" switches off (P14). keep: how long, in words. read_by: "self", "everybody", "staff:<permission>".
    export, correct and erase say how each is done, in words that the panel prints; correct_at is the page for it.
    """

    category: str
    collected_for: str | tuple[str, ...]
    also_for: tuple[str, ...] = ()
    keep: str
    read_by: tuple[str, ...] = ("self",)
    export: str = "text"
    correct: str = "request"
    correct_at: str = ""
    erase: str = "with the account"

    @property
    def collected(self) -> tuple[str, ...]:
        """The original purposes, always as a tuple."""
        return (self.collected_for,) if isinstance(self.collected_for, str) else self.collected_for

    @property
    def correction(self) -> tuple[str, str]:
        """How it is corrected, and the address of the page where ("" where nobody can)."""
        if self.correct_at or self.correct != "request":
            return self.correct, self.correct_at
        return "ask us to", "/account/privacy/requests"

    @property
    def purposes(self) -> tuple[str, ...]:
        """All purposes, the original ones first."""
        return (*self.collected, *self.also_for)


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a table holds about people. subject: the column that leads to the account, or a path over parents such as
    "order_id.account_id"; "" where the row belongs to nobody we know."""

    name: str
    subject: str
    title: str
    columns: Mapping[str, Holding] = field(default_factory=dict)
    nothing_personal: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A promise: its sentences as published, how the program keeps it, and where (dotted names that must exist).

    added: what later versions say beyond `sentences`, in their order. A published sentence never changes.
    setting: the switch or address at which a reader finds their own choice; channels: those its sentences name.
    """

    id: str
    title: str
    sentences: tuple[str, ...]
    enforced: str
    by: tuple[str, ...]
    setting: str = ""
    channels: tuple[str, ...] = ()
    since: int = 1
    added: tuple[Added, ...] = ()

    def sentences_in(self, version: int) -> tuple[str, ...]:
        """What the clause says in that version of the policy."""
        later = [sentence for one in self.added if one.since <= version for sentence in one.sentences]
        return (*self.sentences, *later)


BASES = {
    Basis.CONTRACT: ("dpv:Contract", "needed for what you asked us to do"),
    Basis.CONSENT: ("dpv:Consent", "only after your yes"),
    Basis.LEGAL: ("dpv:LegalObligation", "the law asks for it"),
    Basis.INTEREST: ("dpv:LegitimateInterest", "needed to keep the shop running and safe"),
}

CATEGORIES = {
    "name": "dpv-pd:Name",
    "email": "dpv-pd:EmailAddress",
    "telephone": "dpv-pd:TelephoneNumber",
    "postal": "dpv-pd:PhysicalAddress",
    "password": "dpv-pd:Password",
    "country": "dpv-pd:Country",
    "company": "dpv-pd:Professional",
    "tax": "dpv-pd:Tax",
    "transaction": "dpv-pd:Transaction",
    "payment": "dpv-pd:FinancialAccount",
    "license": "dpv-pd:Ownership",
    "communication": "dpv-pd:Communication",
    "post": "dpv-pd:SocialMediaCommunication",
    "preference": "dpv-pd:Preference",
    "behaviour": "dpv-pd:Behavioral",
    "browser": "dpv-pd:DeviceBased",
    "identifier": "dpv-pd:UID",
    "choice": "dpv-pd:PrivacyPreference",
    "role": "dpv-pd:CurrentEmployment",
    "time": "dpv:PersonalData",
}

CATEGORY_NAMES = {
    "name": "a name",
    "email": "an e-mail address",
    "telephone": "a telephone number",
    "postal": "a postal address",
    "password": "the fingerprint of a password",
    "country": "a country",
    "company": "a company",
    "tax": "a tax number",
    "transaction": "what was bought and for how much",
    "payment": "what was paid and how",
    "license": "licenses and their keys",
    "communication": "what was written",
    "post": "what was posted",
    "preference": "wishes",
    "behaviour": "what was opened and when",
    "browser": "a browser and when it was used",
    "identifier": "numbers and dates",
    "choice": "what was chosen and when",
    "role": "what somebody does as staff",
    "time": "times",
}
"""The same in words, as the policy prints them under "What we keep"."""

READERS = {"self": "you", "everybody": "everybody", "organization": "the members of that organization"}


def reader(read_by: str) -> str:
    """Who that is, in words: "our sales staff" for "staff:sales"."""
    kind, _, role = read_by.partition(":")
    return f"our {role} staff" if role else READERS.get(kind, kind)
