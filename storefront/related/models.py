"""The table of what is bought together: sums only, and only those that hide every single buyer."""

from sqlalchemy import ForeignKey, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big


class ProductPair(Base):
    """How many customers bought both; a pair with fewer than `service.FEWEST` is in no row."""

    __tablename__ = "product_pair"
    __table_args__ = (PrimaryKeyConstraint("product_id", "other_id"),)

    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"), index=True)
    customers: Mapped[int]
