"""The forms of the checkout. What they hold is judged by rules.py; here they only carry it."""

from wtforms import BooleanField, HiddenField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from core.asking import SURE, kept, nothing
from core.forms import Form
from storefront.checkout.drafts import Typed
from storefront.checkout.rules import BuyerRefused
from storefront.checkout.service import Accepted
from storefront.orders.waivers import WAIVER_VERSION
from storefront.tax.rates import COUNTRIES


class DetailsForm(Form):
    """Who buys, from where."""

    ties = {
        "country": kept("order.country", "checkout_draft.country"),
        "company": kept("order.company", "checkout_draft.company"),
        "vat_id": kept("order.vat_id", "checkout_draft.vat_id"),
        "purchase_order": kept("order.purchase_order", "checkout_draft.purchase_order"),
        "phone": kept("order.phone", "checkout_draft.phone"),
        "wants_address": kept("checkout_draft.wants_address"),
        "address": kept("postal_address.text", "checkout_draft.address"),
    }
    country = SelectField(
        "Country",
        choices=[SelectChoice("", "Choose a country"), *(SelectChoice(*pair) for pair in COUNTRIES.items())],
        validators=[InputRequired()],
        validate_choice=False,
        render_kw={"autocomplete": "country"},
    )
    company = StringField("Company", render_kw={"autocomplete": "organization"})
    vat_id = StringField("VAT id", render_kw={"autocapitalize": "characters", "spellcheck": "false"})
    purchase_order = StringField("Purchase order number")
    phone = TelField("Telephone", render_kw={"autocomplete": "tel"})
    wants_address = BooleanField("I need a postal address on the invoice")
    address = TextAreaField("Postal address", render_kw={"rows": "4", "autocomplete": "street-address"})

    def typed(self) -> Typed:
        """The fields as they stand."""
        return Typed(
            country=self.country.data or "",
            company=self.company.data or "",
            vat_id=self.vat_id.data or "",
            purchase_order=self.purchase_order.data or "",
            phone=self.phone.data or "",
            wants_address=bool(self.wants_address.data),
            address=self.address.data or "",
        )

    def show(self, refused: BuyerRefused) -> None:
        """Put each sentence beside its field."""
        for name, sentence in refused.errors.items():
            self[name].errors = [sentence]


class ReviewForm(Form):
    """The last look before paying. `seen` stands for exactly what was shown."""

    ties = {
        "token": nothing("a word that places the order once"),
        "seen": nothing("what the page had said"),
        "changes": SURE,
        "terms": kept("order.terms_version"),
        "waiver": kept("order.waiver_version"),
    }
    token = HiddenField()
    seen = HiddenField()
    changes = BooleanField("I have seen what changed", validators=[InputRequired()])
    terms = BooleanField("", validators=[InputRequired()])
    waiver = BooleanField("")

    def accepted(self, terms_version: int) -> Accepted:
        """What was agreed to."""
        return Accepted(
            token=self.token.data or "",
            seen=self.seen.data or "",
            changes=bool(self.changes.data),
            terms_version=terms_version,
            waiver_version=WAIVER_VERSION if self.waiver.data else None,
        )
