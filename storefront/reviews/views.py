"""Reviews on a product's page, all of them on a page of their own, and the form in which holders write."""

from flask import Blueprint, Response, request

from core import web
from core.access import public, signed_in
from core.asking import kept, takes
from core.limits import limited
from storefront.catalogue import naming
from storefront.catalogue.models import Product
from storefront.catalogue.showing import Beside, show_beside
from storefront.reviews import reading, rules, service
from storefront.reviews.forms import ReviewForm

pages = Blueprint("reviews", __name__)
pages.add_app_template_filter(rules.average, "average")
pages.add_app_template_filter(reading.when, "day")
show_beside("reviews", Beside(column=lambda: reading.latest_of(Product.id), read=reading.read_latest))


@pages.get("/shop/<slug>/reviews")
@public(cached=True)
def index(slug: str) -> Response:
    """Everything that was written about a product."""
    product, reader, order = naming.shown_product(slug), web.person(), rules.read_order(request.args)
    place = rules.read_place(request.args.get("after", ""))
    seen = reading.page(product.id, reader.id if reader else 0, order, place)
    return web.render("storefront/reviews/index.html", product=product, seen=seen, order=order, orders=rules.ORDERS)


@pages.get("/shop/<slug>/review")
@signed_in
def write(slug: str) -> Response:
    """The form; what one wrote before stands in it."""
    product = naming.shown_product(slug)
    mine = service.own(web.me().id, product.id)
    if mine is None:
        service.check_holder(web.me().id, product)
    form = ReviewForm(data={"rating": str(mine.rating), "body": mine.body} if mine else None)
    return _form_page(product, form)


@pages.post("/shop/<slug>/review")
@signed_in
@limited("post")
@takes(ReviewForm)
def write_submit(slug: str) -> Response:
    """Store it."""
    product, form = naming.shown_product(slug), ReviewForm()
    if not form.validate():
        return _form_page(product, form, status=422)
    service.write(web.me().id, product, int(form.rating.data), form.body.data)
    return web.see_other(
        f"/shop/{slug}/reviews", "Your review stands here now. You can change or remove it at any time."
    )


@pages.post("/shop/<slug>/review/remove")
@signed_in
def remove_submit(slug: str) -> Response:
    """Take it back."""
    service.remove(web.me().id, naming.shown_product(slug).id)
    return web.see_other(f"/shop/{slug}/reviews", "Your review was removed, with its earlier versions.")


@pages.post("/shop/<slug>/reviews/<int:review_id>/helpful")
@signed_in
@limited("form")
@takes(helpful=kept("review_vote.voted_at"))
def helpful_submit(slug: str, review_id: int) -> Response:
    """Say that it helped, or take that back."""
    yes = request.form.get("helpful", "yes") != "no"
    service.find_helpful(web.me().id, review_id, yes=yes)
    return web.see_other(f"/shop/{slug}/reviews", "Thank you for saying so." if yes else "You took that back.")


def _form_page(product: Product, form: ReviewForm, status: int = 200) -> Response:
    mine = service.own(web.me().id, product.id)
    earlier = reading.revisions_of(mine.id) if mine else ()
    return web.render("storefront/reviews/write.html", status, product=product, form=form, mine=mine, earlier=earlier)
