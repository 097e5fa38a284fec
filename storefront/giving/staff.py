"""The form by which staff give licenses to a customer."""

import secrets
from typing import Any

from flask import Blueprint, Response, render_template
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core import menus, web
from core.access import Permission, staff
from core.accounts.models import Account
from core.asking import GOODS, SURE, noted, takes
from core.forms import Form
from storefront.customers import service as customers
from storefront.giving import rules, service
from storefront.giving.rules import GivingRefused

pages = Blueprint("giving", __name__)
SALES = Permission.SALES


class GiveForm(Form):
    """What is given, how many, and why."""

    ties = {"edition": GOODS, "pieces": GOODS, "reason": noted("audit_entry.details"), "token": SURE}
    edition = SelectField("What", validate_choice=False, validators=[InputRequired("Please choose what is given.")])
    pieces = StringField(
        "How many",
        default="1",
        validators=[InputRequired("Please write how many."), Length(max=5)],
        render_kw={"inputmode": "numeric"},
    )
    reason = TextAreaField(
        "Why",
        validators=[InputRequired("Please say why.")],
        render_kw={"maxlength": rules.LONGEST_REASON, "rows": 2},
    )
    token = HiddenField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        known = [(str(edition.id), f"{product.name}, {edition.name}") for product, edition in service.editions()]
        self.edition.choices = [("", "Please choose"), *known]


@pages.get("/staff/customers/<number>/give")
@staff(SALES, fresh=True)
def give(number: str) -> Response:
    """The form."""
    return _show(customers.get(number).account, GiveForm(formdata=None, token=secrets.token_urlsafe(16)))


@pages.post("/staff/customers/<number>/give")
@staff(SALES, fresh=True)
@takes(GiveForm)
def give_submit(number: str) -> Response:
    """Give it; what was typed stays where something is wrong."""
    account, form = customers.get(number).account, GiveForm()
    if not form.validate():
        return _show(account, form, status=422)
    try:
        wish = rules.read(form.edition.data, form.pieces.data.strip(), form.reason.data, form.token.data or "")
        order = service.give(account, wish, web.acting_staff(SALES))
    except GivingRefused as refused:
        form[refused.field].errors = [refused.sentence]
        return _show(account, form, status=422)
    return web.see_other(f"/staff/orders/{order.number}", "Given. The customer has it in their account and by mail.")


def below_customer(account: Account) -> str:
    """The way to the form, on a customer's page."""
    return render_template("storefront/giving/_below_customer.html", account=account)


def install() -> None:
    """Where it is found."""
    menus.fill("staff.customer", below_customer)


def _show(account: Account, form: GiveForm, status: int = 200) -> Response:
    return web.render("storefront/giving/give.html", status=status, account=account, form=form, most=rules.MOST)
