"""How pages look and what a browser may keep: for everybody, signed in or not; cookies only after "Save"."""

from dataclasses import replace

from babel import Locale
from flask import Blueprint, Response, request
from wtforms import RadioField, SelectField

from core import wishes
from core.access import public
from core.asking import nothing, takes
from core.forms import Form
from core.limits import limited
from core.web import PREFS_COOKIE, drop_cookie, person, put_cookie, render, see_other
from privacy import register
from privacy.lately import browser
from privacy.pageviews import service as pageviews
from privacy.pageviews.watching import has_signal
from privacy.policies import service as policies

pages = Blueprint("privacy_preferences", __name__)

LABELS = {
    "auto": "As my device",
    "light": "Light",
    "dark": "Dark",
    "airy": "Airy",
    "compact": "Compact",
    "en": "English",
    "de": "Deutsch",
    "cards": "As cards, with their rosettes",
    "rows": "As a list, one below the other",
    "sign": "With its sign: €49.00",
    "code": "With its code: EUR 49.00",
    "house": "The shop’s own currency",
    "EUR": "Euro (EUR)",
    "USD": "US dollar (USD)",
    "GBP": "Pound sterling (GBP)",
    "JPY": "Japanese yen (JPY)",
    "CHF": "Swiss franc (CHF)",
    "KWD": "Kuwaiti dinar (KWD)",
    "any": "Not said",
    "outside": "Outside the European Union",
    "with": "With VAT, as consumers pay",
    "without": "Without VAT, for businesses",
    "front": "The front page",
    "shop": "The shop’s shelves",
    "forum": "The forum",
    "licenses": "My licenses, once I am signed in",
    "account": "My account, once I am signed in",
}


def _choices(name: str) -> dict[str, str]:
    countries = Locale("en").territories if name == "country" else {}
    return {value: str(LABELS.get(value) or countries.get(value, value)) for value in wishes.CHOICES[name]}


class PreferencesForm(Form):
    """What `core.wishes` knows."""

    ties = dict.fromkeys(wishes.CHOICES, nothing("a wish that stays in this browser, in the cookie lp_prefs"))
    theme = RadioField("Colors", choices=_choices("theme"))
    density = RadioField("Spacing", choices=_choices("density"))
    layout = RadioField("Products", choices=_choices("layout"))
    start = SelectField("Where the shop opens", choices=_choices("start"))
    language = SelectField("Dates and numbers", choices=_choices("language"))
    prices = SelectField("Prices in", choices=_choices("prices"))
    country = SelectField("Prices for", choices=_choices("country"))
    vat = RadioField("Tax", choices=_choices("vat"))
    currency = RadioField("Currency", choices=_choices("currency"))
    zone = SelectField("Time zone", choices=_choices("zone"))


@pages.get("/privacy/preferences")
@public
def preferences() -> Response:
    """The present wishes, and this browser's own list of pages."""
    return _page(PreferencesForm(obj=_present()))


@pages.post("/privacy/preferences")
@limited("form")
@public
@takes(PreferencesForm)
def preferences_submit() -> Response:
    """Save them in the preferences cookie, together with the policy version the reader could have seen."""
    form = PreferencesForm()
    if not form.validate():
        return _page(form, status=400)
    said = {name: str(form[name].data) for name in wishes.CHOICES}
    answer = see_other("/privacy/preferences", "Saved in this browser. Every page follows from now on.")
    _keep(answer, replace(_present(), policy_seen=_present().policy_seen or policies.current_version(), **said))
    return answer


@pages.post("/privacy/preferences/forget")
@public
def forget() -> Response:
    """Take every cookie back that is not needed, and delete this browser's own list of pages."""
    pageviews.end_trail(request.cookies.get(pageviews.COOKIE))
    answer = see_other("/privacy/preferences", "Forgotten. This browser keeps no optional cookie of ours any more.")
    for cookie in register.cookies.values():
        if not cookie.necessary:
            drop_cookie(answer, cookie.name, path=cookie.path)
    return answer


def _page(form: PreferencesForm, status: int = 200) -> Response:
    trail = pageviews.find_trail(request.cookies.get(pageviews.COOKIE)) if person() is None else None
    own = trail if trail is not None and trail.account_id is None else None
    return render(
        "privacy/preferences.html",
        status=status,
        form=form,
        signal=has_signal(),
        is_listed=own is not None,
        visits=pageviews.visits_on(own) if own else [],
        suggests=own is not None and browser.wants_suggestions_here(),
        looks=browser.lately().looks if own else (),
        saved=PREFS_COOKIE in request.cookies,
    )


def _present() -> wishes.Wishes:
    return wishes.read(request.cookies.get(PREFS_COOKIE, ""))


def _keep(answer: Response, wished: wishes.Wishes) -> None:
    put_cookie(answer, PREFS_COOKIE, wishes.write(wished), seconds=register.cookies[PREFS_COOKIE].seconds)
