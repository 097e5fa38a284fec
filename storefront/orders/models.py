"""Tables of orders: what was bought by whom, and the steps it took."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.money import Money
from storefront.orders.rules import Line, OrderKind, OrderState, TaxKind

QUIET = {"info": {"public": False}}


class Order(Base):
    """One purchase. `total` includes `tax`; both, `discount` and what was `refunded` are minor units of `currency`.

    `net_prices`: the lines' amounts are without tax, which comes on top; otherwise it is inside them.

    `placed_with` is the one-time token of the checkout that placed it, so that a double click finds the same order.
    The account stays behind its orders: a closed account is emptied, never deleted.
    """

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in OrderState)}", name="state"),
        CheckConstraint(f"tax_kind in {tuple(kind.value for kind in TaxKind)}", name="tax_kind"),
        CheckConstraint(f"kind in {tuple(kind.value for kind in OrderKind)}", name="kind"),
        CheckConstraint("tax between 0 and total and discount >= 0", name="sums"),
        CheckConstraint("refunded between 0 and total", name="refunded"),
        Index("ix_order_account_id", "account_id", "id"),
        Index("ix_order_open", "state", "expires_at"),
        Index("ix_order_state", "state", "id"),
        Index("ix_order_paid_at", "paid_at"),
        QUIET,
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    placed_with: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(10), server_default="purchase")
    state: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int] = mapped_column(Big)
    tax: Mapped[int] = mapped_column(Big)
    discount: Mapped[int] = mapped_column(Big, server_default="0")
    refunded: Mapped[int] = mapped_column(Big, server_default="0")
    net_prices: Mapped[bool] = mapped_column(server_default=false())
    tax_kind: Mapped[str] = mapped_column(String(16), server_default="standard")
    country: Mapped[str] = mapped_column(String(2))
    company: Mapped[Sealed | None] = mapped_column(SealedText("order.company", "invoice"))
    vat_id: Mapped[Sealed | None] = mapped_column(SealedText("order.vat_id", "invoice"))
    purchase_order: Mapped[Sealed | None] = mapped_column(SealedText("order.purchase_order", "invoice"))
    phone: Mapped[Sealed | None] = mapped_column(SealedText("order.phone", "telephone"))
    terms_version: Mapped[int]
    waiver_version: Mapped[int | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)


class OrderLine(Base):
    """One edition in an order, as it was sold: names, term and prices do not change later.

    `usual`: what one cost before it was cheaper; `discount`: what a voucher took off the whole line. All amounts include
    the tax unless the order's prices are net; `returned`, which went back of it, always does.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0 and unit >= 0", name="price"),
        CheckConstraint("returned >= 0 and pieces_returned between 0 and quantity", name="returned"),
        CheckConstraint(
            "amount = unit * quantity - discount and discount between 0 and unit * quantity", name="amount"
        ),
        QUIET,
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id", ondelete="CASCADE"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id"), index=True)
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    edition_title: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(10))
    term: Mapped[str] = mapped_column(String(10))
    usual: Mapped[int] = mapped_column(Big)
    unit: Mapped[int] = mapped_column(Big)
    quantity: Mapped[int]
    discount: Mapped[int] = mapped_column(Big, server_default="0")
    amount: Mapped[int] = mapped_column(Big)
    tax_permille: Mapped[int]
    returned: Mapped[int] = mapped_column(Big, server_default="0")
    pieces_returned: Mapped[int] = mapped_column(server_default="0")

    def priced(self, currency: str) -> Line:
        """The line as the rules know it."""
        return Line(
            unit_price=Money(self.unit, currency),
            quantity=self.quantity,
            tax_rate_permille=self.tax_permille,
            discount=Money(self.discount, currency),
        )


class OrderStep(Base):
    """One change of an order's state: by which verb, when, and who did it (person, staff or program)."""

    __tablename__ = "order_step"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    verb: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    actor_kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class PostalAddress(Base):
    """An address that was given for one thing only (clause P7); using it for another is a new row."""

    __tablename__ = "postal_address"
    __table_args__ = (UniqueConstraint("order_id", "given_for"), QUIET)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), index=True)
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id", ondelete="CASCADE"))
    given_for: Mapped[str] = mapped_column(String(20))
    text: Mapped[Sealed] = mapped_column(SealedText("postal_address.text", "invoice"))
    created_at: Mapped[datetime]


TAX_YEARS = "10 years, as tax law asks"
WITH_PERIOD = "after the years for which tax law asks"


def bought(category: str, *, read_by: tuple[str, ...] = ("self", "staff:sales")) -> Holding:
    return Holding(
        category=category,
        collected_for=("orders", "invoice"),
        keep=TAX_YEARS,
        read_by=read_by,
        correct="request",
        erase=WITH_PERIOD,
    )


declare(
    "order",
    subject="account_id",
    title="Orders",
    number=bought("transaction"),
    kind=bought("transaction"),
    state=bought("transaction"),
    total=bought("transaction"),
    tax=bought("transaction"),
    discount=bought("transaction"),
    refunded=bought("transaction"),
    tax_kind=bought("tax"),
    country=bought("country"),
    company=bought("company"),
    vat_id=bought("tax"),
    purchase_order=bought("company"),
    created_at=bought("time"),
    paid_at=bought("time"),
    closed_at=bought("time"),
    terms_version=bought("choice"),
    waiver_version=bought("choice"),
    phone=Holding(
        category="telephone",
        collected_for="telephone_order",
        keep="until some days after the order closes",
        read_by=("self", "staff:sales"),
        correct="request",
        erase="at once",
    ),
    nothing_personal=("placed_with", "currency", "expires_at", "net_prices"),
)
declare(
    "order_line",
    subject="order_id.account_id",
    title="What was ordered",
    columns={"title": bought("transaction"), "edition_title": bought("transaction")},
    quantity=bought("transaction"),
    usual=bought("transaction"),
    unit=bought("transaction"),
    discount=bought("transaction"),
    amount=bought("transaction"),
    returned=bought("transaction"),
    pieces_returned=bought("transaction"),
    nothing_personal=("position", "source", "term", "tax_permille"),
)
declare(
    "order_step",
    subject="order_id.account_id",
    title="What happened to orders",
    verb=bought("transaction"),
    state=bought("transaction"),
    at=bought("time"),
    nothing_personal=("actor_kind",),
)
declare(
    "postal_address",
    subject="account_id",
    title="Postal addresses",
    text=Holding(
        category="postal",
        collected_for="invoice",
        keep=TAX_YEARS,
        read_by=("self", "staff:sales"),
        correct="request",
        erase=WITH_PERIOD,
    ),
    given_for=bought("postal"),
    created_at=bought("time"),
)
