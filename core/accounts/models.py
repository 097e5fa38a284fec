"""Tables of people: accounts, their sessions, links mailed to them, and what staff may do."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText


class Account(Base):
    """A person who signed up. `name_shown` is the public name they chose; `number` is what they quote to the shop."""

    __tablename__ = "account"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    email: Mapped[Sealed | None] = mapped_column(SealedText("account.email"))
    email_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    name_shown: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(String(120))
    password_at: Mapped[datetime | None]
    policy_seen: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class AccountSession(Base):
    """One browser in which a person is signed in; the cookie holds a random text of which only the hash is kept.

    proved_at: when its person last showed that it is they; two_factors: by a password and by something that they have.
    """

    __tablename__ = "account_session"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    remembered: Mapped[bool]
    browser: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    two_factors: Mapped[bool] = mapped_column(default=False, server_default=false())


class KnownBrowser(Base):
    """A kind of browser in which a person has signed in, so that one of another kind is told to them."""

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("account_id", "browser"), {"info": {"public": False}})

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    browser: Mapped[str] = mapped_column(String(80))
    seen_at: Mapped[datetime] = mapped_column(index=True)


class SecondFactor(Base):
    """The secret that a person's authenticator shares with us; it counts from `confirmed_at` on.

    last_step: of the last code that was accepted, so that none counts twice; failed and wait_until: wrong codes in a row,
    and until when no further one is looked at.
    """

    __tablename__ = "second_factor"
    __table_args__ = (CheckConstraint("failed >= 0 and last_step >= 0", name="counts"), {"info": {"public": False}})

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[Sealed] = mapped_column(SealedText("second_factor.secret"))
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(Big, default=0, server_default="0")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    wait_until: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes that each stand in once for the second factor; kept as a keyed hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"), {"info": {"public": False}})

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MailedLink(Base):
    """A one-time link that was mailed: used once, within its time, or not at all. `address` is the one that it gives to
    the account, while the link is open."""

    __tablename__ = "mailed_link"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    address: Mapped[Sealed | None] = mapped_column(SealedText("mailed_link.address"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A token by which a program acts for a person, within `scopes` (separated by spaces). The token itself was shown
    once; its owner recognizes it by the name they gave it and by its last four letters."""

    __tablename__ = "api_token"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Sealed] = mapped_column(SealedText("api_token.name"))
    scopes: Mapped[str] = mapped_column(String(200))
    last_four: Mapped[str] = mapped_column(String(4))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_on: Mapped[date | None]


class StaffGrant(Base):
    """One permission of one member of staff."""

    __tablename__ = "staff_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "permission"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    permission: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime]


class Acceptance(Base):
    """Which version of a published text (terms, policy) a person accepted, when and where; never changed."""

    __tablename__ = "acceptance"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    place: Mapped[str] = mapped_column(String(40))
    accepted_at: Mapped[datetime]
