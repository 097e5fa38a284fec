"""Tables of payments: what we asked of a gateway, what it said, and what has to go back."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.payments.rules import DisputeState, IntentState

QUIET = {"info": {"public": False}}


class PaymentIntent(Base):
    """One attempt to take an order's money, stored before the gateway is called.

    `method` is what the gateway is given instead of a card (its own token), `remote` what it calls the attempt, `keeps` that the buyer wants the card kept for renewals, `watermark` the highest sequence of its
    events that was seen, `asked` the last thing we wanted of it (asking again is harmless), `checked_at` when that was.
    """

    __tablename__ = "payment_intent"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt"),
        CheckConstraint(f"state in {tuple(state.value for state in IntentState)}", name="state"),
        Index("ix_payment_intent_state", "state", "checked_at"),
        QUIET,
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id"))
    attempt: Mapped[int]
    idempotency_key: Mapped[str] = mapped_column(String(40), unique=True)
    gateway: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(60))
    remote: Mapped[str | None] = mapped_column(String(80), index=True)
    keeps: Mapped[bool] = mapped_column(default=False, server_default=false())
    asked: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(20))
    watermark: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime]


class PaymentEvent(Base):
    """One message of a gateway, kept as it came; `effect` is what it did here. The same one twice does nothing."""

    __tablename__ = "payment_event"
    __table_args__ = (UniqueConstraint("provider", "event_id"), QUIET)

    id: Mapped[Key]
    provider: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(80))
    intent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("payment_intent.id"), index=True)
    raw: Mapped[dict[str, object]] = mapped_column(JSON)
    effect: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]


class PaymentReturn(Base):
    """Money on its way back: of a refund, or of a payment that arrived for a closed order. Sent by a job until done.

    `cause` is what it goes back for, once each: the whole, a dispute that was won, or the id of a partial refund.
    `refused_at` is set where the gateway does not send it: then somebody of our staff has to.
    """

    __tablename__ = "payment_return"
    __table_args__ = (UniqueConstraint("intent_id", "cause"), CheckConstraint("amount > 0", name="amount"), QUIET)

    id: Mapped[Key]
    intent_id: Mapped[int] = mapped_column(Big, ForeignKey("payment_intent.id"))
    amount: Mapped[int] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(40), server_default="whole")
    created_at: Mapped[datetime]
    refused_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None] = mapped_column(index=True)


class PaymentDispute(Base):
    """Money that the buyer's bank took back, for a while or for good. `remote` is the gateway's name of the dispute.

    `due_by` is until when the gateway takes evidence, `looked_at` when it was last asked how this stands. `wish` is what is to
    be said to it, "" for nothing, the `wishes`-th in all; `refusal` its word for not having taken the last one. `submitted_at`
    is when it got evidence, `decided_at` when one of our staff said which licenses end with a part that was lost.
    """

    __tablename__ = "payment_dispute"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in DisputeState)}", name="state"),
        CheckConstraint("wish in ('', 'submit', 'accept') and wishes >= 0", name="wish"),
        Index("ix_payment_dispute_state", "state", "due_by"),
        QUIET,
    )

    id: Mapped[Key]
    intent_id: Mapped[int] = mapped_column(Big, ForeignKey("payment_intent.id"), index=True)
    remote: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(24))
    amount: Mapped[int] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    due_by: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    wish: Mapped[str] = mapped_column(String(8), default="", server_default="")
    wishes: Mapped[int] = mapped_column(default=0, server_default="0")
    refusal: Mapped[str] = mapped_column(String(60), default="", server_default="")


class DisputeEvidence(Base):
    """What we write to a bank about a dispute, as JSON by the names of Stripe's fields; sent when one of our staff says so."""

    __tablename__ = "dispute_evidence"
    __table_args__ = (QUIET,)

    dispute_id: Mapped[int] = mapped_column(
        Big, ForeignKey("payment_dispute.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[Sealed] = mapped_column(SealedText("dispute_evidence.text", "communication"))
    saved_at: Mapped[datetime]


class SavedMethod(Base):
    """The card that a person let a gateway keep: opaque names that it gave, and what the card is called."""

    __tablename__ = "saved_method"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    gateway: Mapped[str] = mapped_column(String(20), server_default="stripe")
    customer: Mapped[str] = mapped_column(String(80))
    method: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(40))
    chosen_at: Mapped[datetime]


class PretendCharge(Base):
    """The remote side of the gateway `pretend`: what it would remember about a charge, by idempotency key.

    `happened` lists what befell the charge, one kind per sequence number; `returned` is the sum of its `returns`.
    """

    __tablename__ = "pretend_charge"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    idempotency_key: Mapped[str] = mapped_column(String(40), unique=True)
    card: Mapped[str] = mapped_column(String(30))
    amount: Mapped[int] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    happened: Mapped[list[str]] = mapped_column(JSON)
    returned: Mapped[int] = mapped_column(Big, default=0)
    returns: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    created_at: Mapped[datetime]


PAID = Holding(
    category="payment",
    collected_for="orders",
    keep="10 years, as tax law asks",
    read_by=("self", "staff:sales"),
    correct="request",
    erase="after the years for which tax law asks",
)

declare(
    "payment_intent",
    subject="order_id.account_id",
    title="Payments",
    attempt=PAID,
    gateway=PAID,
    keeps=PAID,
    amount=PAID,
    currency=PAID,
    state=PAID,
    created_at=PAID,
    nothing_personal=("idempotency_key", "method", "remote", "asked", "watermark", "checked_at"),
)
declare(
    "payment_event",
    subject="intent_id.order_id.account_id",
    title="What payment services said",
    received_at=PAID,
    effect=PAID,
    nothing_personal=("provider", "event_id", "raw"),
)
declare(
    "payment_return",
    subject="intent_id.order_id.account_id",
    title="Money sent back",
    amount=PAID,
    currency=PAID,
    reason=PAID,
    created_at=PAID,
    refused_at=PAID,
    done_at=PAID,
    nothing_personal=("cause",),
)
declare(
    "payment_dispute",
    subject="intent_id.order_id.account_id",
    title="Payments that your bank took back",
    state=PAID,
    amount=PAID,
    currency=PAID,
    reason=PAID,
    opened_at=PAID,
    due_by=PAID,
    closed_at=PAID,
    decided_at=PAID,
    submitted_at=PAID,
    nothing_personal=("remote", "looked_at", "wish", "wishes", "refusal"),
)
declare(
    "dispute_evidence",
    subject="dispute_id.intent_id.order_id.account_id",
    title="What we wrote to your bank",
    text=replace(
        PAID,
        category="communication",
        keep="two years from the end of the month, at most until the account ends",
        erase="at once",
    ),
    saved_at=PAID,
)
CHOSEN = Holding(
    category="payment",
    collected_for="orders",
    keep="until you take it back, or until the account ends",
    read_by=("self",),
    correct="self",
    erase="at once",
)
declare(
    "saved_method",
    subject="account_id",
    title="The card that is kept for your renewals",
    gateway=CHOSEN,
    customer=CHOSEN,
    method=CHOSEN,
    label=CHOSEN,
    chosen_at=CHOSEN,
)
