"""The stockroom: pools, their keys and terms, and suppliers."""

from flask import Blueprint, Response, request

from core import clock, web
from core.access import Permission, staff
from core.asking import GOODS, kept, nothing, takes
from core.errors import Invalid, Refusal
from storefront.backoffice.views import form_number, web_number
from storefront.money import EXPONENTS, Money
from storefront.pools import rules
from storefront.pools.rules import PoolState
from storefront.stockroom import importing, low, service
from storefront.tax.rates import COUNTRIES

pages = Blueprint("pools_staff", __name__)
CATALOGUE = Permission.CATALOGUE
AT_ONCE = 50
HOUSE = nothing("a house from which keys are bought, not a person")
TYPED = ("keys", "supplier", "currency", "cost", "reference", "redeem_by")

STATES = {
    PoolState.IMPORTED: ("Free", "good"),
    PoolState.RESERVED: ("Reserved", "accent"),
    PoolState.DELIVERED: ("Delivered", "neutral"),
    PoolState.REVEALED: ("Revealed", "neutral"),
    PoolState.REDEEMED: ("Redeemed", "neutral"),
    PoolState.DISPUTED: ("Disputed", "warn"),
    PoolState.REPLACED: ("Replaced", "bad"),
    PoolState.LAPSED: ("Lapsed", "bad"),
}
BATCHES = {
    "draft": ("Not confirmed", "warn"),
    "waiting": ("On its way", "accent"),
    "done": ("In the pool", "good"),
    "refused": ("Refused", "bad"),
    "discarded": ("Dropped", "neutral"),
}


@pages.get("/staff/pools")
@staff(CATALOGUE)
def overview() -> Response:
    """How many keys each resold edition has, and how long they last."""
    return _overview()


@pages.post("/staff/pools")
@staff(CATALOGUE)
@takes(edition=GOODS, regions=GOODS)
def open_submit() -> Response:
    """A new pool of an edition, for some countries."""
    typed = request.form.get("regions", "")
    try:
        made = service.open_pool(form_number("edition"), typed, COUNTRIES, web.acting_staff(CATALOGUE))
    except Refusal as refused:
        return _overview(status=refused.status, refused=refused.sentence, typed=typed[:800])
    return web.see_other(f"/staff/pools/{made.id}", "The pool is there. It is empty.")


@pages.post("/staff/pools/warnings")
@staff(CATALOGUE)
@takes(wanted=kept("stock_watch.asked_at"))
def warnings_submit() -> Response:
    """Ask to be mailed when a pool runs low, or no more."""
    wanted = request.form.get("wanted") == "yes"
    low.ask(web.acting_staff(CATALOGUE), wanted=wanted)
    say = "You get a mail when a pool begins to run low." if wanted else "You get no more mails about pools."
    return web.see_other("/staff/pools", say)


@pages.get("/staff/pools/<int:pool_id>")
@staff(CATALOGUE)
def pool(pool_id: int) -> Response:
    """One pool: its counts, its latest keys and imports, and where new keys come in."""
    return show_pool(pool_id)


@pages.get("/staff/pools/of/<int:edition_id>")
@staff(CATALOGUE)
def pool_of(edition_id: int) -> Response:
    """On to the pool of an edition, or to all of them where it has several, or none."""
    found = [one for one in service.pools() if one.kept.edition_id == edition_id]
    return web.see_other(f"/staff/pools/{found[0].id}" if len(found) == 1 else "/staff/pools")


@pages.post("/staff/pools/<int:pool_id>/terms")
@staff(CATALOGUE)
@takes(low_at=GOODS, warranty_days=GOODS, auto_days=GOODS)
def terms_submit(pool_id: int) -> Response:
    """When it counts as low, and how long a key that does not work is replaced."""
    try:
        service.set_terms(
            pool_id,
            low_at=form_number("low_at"),
            warranty_days=form_number("warranty_days"),
            auto_days=form_number("auto_days"),
            actor=web.acting_staff(CATALOGUE),
        )
    except Invalid as refused:
        return show_pool(pool_id, status=422, terms_refused=refused.sentence)
    return web.see_other(f"/staff/pools/{pool_id}", "The pool's terms are kept.")


@pages.get("/staff/pools/keys/<int:key_id>")
@staff(CATALOGUE)
def key(key_id: int) -> Response:
    """One key with its history; its text stays closed."""
    found = service.get_key(key_id)
    supplier = service.find_supplier(found.supplier_id) if found.supplier_id else None
    cost = Money(found.cost, found.cost_currency) if found.cost is not None and found.cost_currency else None
    return web.render(
        "storefront/stockroom/key.html",
        key=found,
        pool=service.get_pool(found.pool_id),
        word=STATES[PoolState(found.state)],
        supplier=supplier.name if supplier else "not known",
        cost=cost,
        steps=[(step, STATES[PoolState(step.state)]) for step in service.steps_of(key_id)],
    )


@pages.get("/staff/pools/suppliers")
@staff(CATALOGUE)
def suppliers() -> Response:
    """Where keys are bought."""
    return _suppliers()


@pages.post("/staff/pools/suppliers")
@staff(CATALOGUE)
@takes(supplier=HOUSE, name=HOUSE, note=HOUSE)
def supplier_submit() -> Response:
    """A new supplier, or another name or note."""
    name, note = request.form.get("name", ""), request.form.get("note", "")
    try:
        kept = service.keep_supplier(form_number("supplier"), name, note, web.acting_staff(CATALOGUE))
    except service.SupplierRefused as refused:
        return _suppliers(status=422, refused=refused.sentence, name=name[:200], note=note[:600])
    return web.see_other("/staff/pools/suppliers", f"{kept.name} is kept.")


def show_pool(pool_id: int, status: int = 200, **more: object) -> Response:
    """The page of a pool, with what was typed and what was wrong with it."""
    found, before = service.get_pool(pool_id), web_number("before")
    keys = service.keys_of(pool_id, before, AT_ONCE)
    given = {"refused": None, "terms_refused": "", "typed": dict.fromkeys(TYPED, ""), **more}
    return web.render(
        "storefront/stockroom/pool.html",
        status=status,
        pool=found,
        counts=[(STATES[state][0], found.counts.get(state.value, 0)) for state in PoolState],
        keys=[(key, name, STATES[PoolState(key.state)]) for key, name in keys[:AT_ONCE]],
        older=f"/staff/pools/{pool_id}?before={keys[AT_ONCE - 1][0].id}" if len(keys) > AT_ONCE else "",
        batches=[(batch, BATCHES[batch.state]) for batch in importing.batches_of(pool_id)],
        suppliers=[one for one, _count in service.suppliers()],
        currencies=sorted(EXPONENTS),
        today=clock.now().date(),
        **given,
    )


def _overview(status: int = 200, refused: str = "", typed: str = "") -> Response:
    service.ensure_pools()
    only_low = request.args.get("show") == "low"
    return web.render(
        "storefront/stockroom/overview.html",
        status=status,
        pools=service.pools(low=only_low),
        only_low=only_low,
        is_warned=low.is_asked(web.me().id),
        editions=service.resold_editions(),
        refused=refused,
        typed=typed,
        forecast_days=rules.FORECAST_DAYS,
    )


def _suppliers(status: int = 200, refused: str = "", name: str = "", note: str = "") -> Response:
    return web.render(
        "storefront/stockroom/suppliers.html",
        status=status,
        suppliers=service.suppliers(),
        refused=refused,
        name=name,
        note=note,
        edited=web_number("edit"),
    )
