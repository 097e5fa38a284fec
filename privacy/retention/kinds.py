"""The kinds of keeping: each person has keys of their own for each. Pure; named here, used by sealed columns."""

from core.datakeys import rules
from core.datakeys.rules import Kept, Period

KINDS = (
    Kept(
        name="invoice",
        title="Orders and invoices",
        sentence="ten years from the end of the year, as tax law asks",
        period=Period.YEAR,
        years=10,
    ),
    Kept(name="licenses", title="License keys", sentence="as long as the license can be used"),
    Kept(name="telephone", title="Telephone numbers", sentence="some days after the order closes"),
    Kept(name="draft", title="Checkout, as far as you came", sentence="until the order is placed, 30 days at most"),
    Kept(
        name="requests",
        title="Privacy requests",
        sentence="three years from the end of the year, as proof that they were answered",
        period=Period.YEAR,
        years=3,
    ),
)

for _kind in KINDS:
    rules.keep(_kind)
