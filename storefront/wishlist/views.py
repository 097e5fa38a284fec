"""Pages of wishlists, and the heart on a product's page."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import public, signed_in
from core.asking import GOODS, NEXT, kept, takes
from storefront.catalogue import naming
from storefront.catalogue.showing import Beside, show_beside
from storefront.wishlist import service

pages = Blueprint("wishlist", __name__)
HERE = "/account/wishlist"
menus.add("account", "Wishlist", HERE, rank=40)
show_beside("wished", Beside(column=service.is_wished, read=bool))


@pages.get("/account/wishlist")
@signed_in
def mine() -> Response:
    """One's own list."""
    token = service.share_of(web.me().id)
    return web.render("storefront/wishlist/mine.html", wishes=service.wishes_of(web.me().id), token=token)


@pages.post("/account/wishlist/add")
@signed_in
@takes(product=GOODS, next=NEXT)
def add_submit() -> Response:
    """Mark a product."""
    product = naming.shown_product(request.form.get("product", ""))
    service.add(web.me().id, product)
    return web.see_other(_next(), f"{product.name} is on your wishlist.")


@pages.post("/account/wishlist/remove")
@signed_in
@takes(product=GOODS, next=NEXT)
def remove_submit() -> Response:
    """Take a product off."""
    product = naming.shown_product(request.form.get("product", ""))
    service.remove(web.me().id, product.id)
    return web.see_other(_next(), f"{product.name} is off your wishlist.")


@pages.post("/account/wishlist/share")
@signed_in
@takes(shared=kept("wish_share.token"))
def share_submit() -> Response:
    """Begin or stop to share the list."""
    if request.form.get("shared") == "yes":
        service.share(web.me().id)
        return web.see_other(HERE, "Whoever has the address below can see the list now, without your name.")
    service.stop_sharing(web.me().id)
    return web.see_other(HERE, "Nobody else can see the list any more, and its old address leads nowhere.")


@pages.get("/wishlist/<token>")
@public
def shared(token: str) -> Response:
    """Somebody's list, without their name, for whoever was given the address."""
    return web.render("storefront/wishlist/shared.html", wishes=service.shared(token))


def _next() -> str:
    return web.local_path(request.form.get("next"), HERE)
