"""The forms that bring goods onto the shelves."""

from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from core.asking import GOODS
from core.errors import Refusal
from core.forms import Form
from core.text import clean_line
from storefront import money
from storefront.backoffice.forms import TextsForm
from storefront.backoffice.rules import read_price
from storefront.catalogue.models import Edition, Source, Term
from storefront.catalogue.rules import PLATFORMS
from storefront.catalogue.service import ProductDraft
from storefront.money import EXPONENTS, Money
from storefront.shelving import rules, service
from storefront.shelving.editions import Said
from storefront.shelving.rules import Terms
from storefront.shelving.service import Place

WORD = "Stands in its address: small letters, digits and hyphens."
TERMS = {"perpetual": "To keep", "year": "By the year", "month": "By the month", "trial": "To try"}
PLACE = ("slug", "vendor", "category", "platforms", "keywords", "file_name", "seen")
SAID = ("seen", "met", "name", "term", "devices", "trial_days", "update_months", "per_seat", "includes")


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several of a few."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _at_most(most: int) -> Length:
    return Length(max=most, message=f"At most {most} characters, please.")


def _number(most: int, sentence: str) -> NumberRange:
    return NumberRange(min=1, max=most, message=sentence)


class PlaceForm(Form):
    """Where a product stands and is found."""

    ties = dict.fromkeys(PLACE, GOODS)
    seen = HiddenField()
    slug = StringField("Word in its address", [_at_most(60)], render_kw={"dir": "ltr"})
    vendor = SelectField("Made by", coerce=int)
    category = SelectField("Shelf", coerce=int)
    platforms = Ticks("Runs on", choices=PLATFORMS)
    keywords = StringField("Key words", description="With commas. Found by the search, not shown.")
    file_name = StringField(
        "Name of the file",
        [_at_most(120)],
        description="What holders download, if it is ours.",
        render_kw={"dir": "ltr"},
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        ours = {True: " (our own: keys are made here)", False: " (resold: keys come from a pool)"}
        self.vendor.choices = {one.id: one.name + ours[one.own] for one in service.makers()}
        self.category.choices = {one.id: one.name for one in service.shelves()}

    def validate_slug(self, field: Field) -> None:
        """It can stand in an address."""
        _readable(rules.read_slug, field.data or "", self._named())

    def validate_keywords(self, field: Field) -> None:
        """They fit."""
        _readable(rules.read_keywords, field.data or "")

    def validate_file_name(self, field: Field) -> None:
        """It is a name and no way through folders."""
        if "/" in (field.data or "") or "\\" in (field.data or "") or (field.data or "").startswith("."):
            raise ValidationError("A name without slashes, such as kiln-1.0.zip.")

    def place(self) -> Place:
        """What was typed, once it is valid."""
        return Place(
            slug=rules.read_slug(self.slug.data or "", self._named()),
            vendor_id=self.vendor.data,
            category_id=self.category.data,
            platforms=tuple(name for name in PLATFORMS if name in (self.platforms.data or ())),
            keywords=rules.read_keywords(self.keywords.data or ""),
            file_name=clean_line(self.file_name.data or ""),
        )

    def _named(self) -> str:
        name = self._fields.get("name")
        return str(name.data or "") if name is not None else ""


class NewForm(TextsForm, PlaceForm):
    """A new product: what is said about it, and where it stands."""

    ties = {**TextsForm.ties, **PlaceForm.ties}

    def draft(self) -> ProductDraft:
        """What was typed, once it is valid."""
        texts, place = self.texts(), self.place()
        return ProductDraft(
            **vars(texts),
            slug=place.slug,
            vendor_id=place.vendor_id,
            category_id=place.category_id,
            platforms=place.platforms,
            keywords=tuple(filter(None, place.keywords.split(", "))),
            file_name=place.file_name or f"{place.slug}-{texts.version.replace(' ', '-')}.zip"[:120],
            source=Source.OWN,
        )


class EditionForm(Form):
    """An edition and what somebody buys with it."""

    ties = dict.fromkeys(SAID, GOODS)
    seen = HiddenField()
    met = HiddenField()
    name = StringField("Name", [InputRequired("An edition needs a name."), _at_most(80)])
    term = SelectField("Sold", choices=TERMS)
    devices = IntegerField(
        "Devices", [InputRequired("On how many devices?"), _number(10_000, "From 1 to 10000 devices, please.")]
    )
    trial_days = IntegerField(
        "Days of a trial", [Optional(), _number(365, "From 1 to 365 days, please.")], description="For a trial only."
    )
    update_months = IntegerField(
        "Months of new versions",
        [Optional(), _number(120, "From 1 to 120 months, please.")],
        description="For one to keep. Empty: new versions for ever.",
    )
    per_seat = BooleanField("Sold by the seat: one license for so many seats as are bought")
    includes = TextAreaField("What it includes", description="One a line.", render_kw={"rows": "4"})

    def validate_trial_days(self, field: Field) -> None:
        """A trial has them, nothing else has."""
        if (self.term.data == Term.TRIAL) != (field.data is not None):
            raise ValidationError("A trial needs its days, and only a trial has them.")

    def validate_update_months(self, field: Field) -> None:
        """Something rented has new versions as long as it is paid."""
        if field.data is not None and self.term.data != Term.PERPETUAL:
            raise ValidationError("Only an edition to keep has months of new versions. Leave this empty.")

    def validate_includes(self, field: Field) -> None:
        """They fit."""
        _readable(rules.read_lines, field.data or "")

    def said(self) -> Said:
        """What was typed, once it is valid."""
        terms = Terms(
            term=self.term.data,
            devices=self.devices.data,
            trial_days=self.trial_days.data,
            update_months=self.update_months.data,
            per_seat=self.per_seat.data,
        )
        return Said(
            name=clean_line(self.name.data or ""),
            includes=tuple(rules.read_lines(self.includes.data or "")),
            terms=terms,
        )


class NewEditionForm(EditionForm):
    """An edition to be added, with its first price."""

    ties = dict.fromkeys((*SAID, "slug", "price", "currency"), GOODS)
    slug = StringField(
        "Word in addresses", [_at_most(60)], description="Empty: made of the name.", render_kw={"dir": "ltr"}
    )
    price = StringField("Price, tax included", [InputRequired("What does it cost?"), _at_most(20)])
    currency = SelectField("Currency", choices=sorted(EXPONENTS), default="EUR")

    def validate_slug(self, field: Field) -> None:
        """It can stand in an address."""
        _readable(rules.read_slug, field.data or "", self.name.data or "")

    def validate_price(self, field: Field) -> None:
        """It can be read in that currency, and costs something unless it is a trial."""
        if self.currency.data in EXPONENTS:
            _readable(self._read, field.data or "", self.currency.data)

    def cost(self) -> Money:
        """What it costs, once that is valid."""
        return self._read(self.price.data or "", self.currency.data)

    def _read(self, typed: str, currency: str) -> Money:
        is_free = self.term.data == Term.TRIAL and money.parse(typed, currency).amount == 0
        return Money(0, currency) if is_free else read_price(typed, currency)

    def word(self) -> str:
        """The word for addresses."""
        return rules.read_slug(self.slug.data or "", self.name.data or "")


def filled(edition: Edition, said: Said) -> EditionForm:
    """The form with what stands of an edition."""
    return EditionForm(
        formdata=None,
        seen=service.fingerprint(said),
        name=said.name,
        includes="\n".join(edition.includes),
        **vars(said.terms),
    )


def _readable(read: Any, *typed: str) -> None:
    try:
        read(*typed)
    except Refusal as refused:
        raise ValidationError(refused.sentence) from None
