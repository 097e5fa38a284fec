"""`flask keys import PRODUCT/EDITION FILE`."""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from core import clock, db
from core.access import PROGRAM
from core.audit import service as audit
from core.errors import Invalid
from storefront.catalogue.models import Edition, Product
from storefront.pools import rules
from storefront.stockroom import importing, reading, service
from storefront.stockroom.importing import ImportRefused
from storefront.tax.rates import COUNTRIES

keys = AppGroup("keys", help="Pools of resold keys.")


@keys.command("import")
@click.argument("edition")
@click.argument("file", type=click.File("rb"))
@click.option("--regions", default="", help="Country codes, such as “AT DE”; without it the keys are sold everywhere.")
@click.option("--supplier", default="", help="From whom the keys were bought.")
@click.option("--cost", default="", help="What one key cost, such as 12.50.")
@click.option("--currency", default="EUR", show_default=True)
@click.option("--reference", default="", help="The number of the purchase.")
@click.option("--redeem-by", default="", help="The last day on which the keys can be redeemed, such as 2031-12-24.")
@with_appcontext
def import_file(edition: str, file: click.File, regions: str, supplier: str, **given: str) -> None:
    """Put the keys of FILE into the pool of EDITION (product/edition): all of them, or none.

    One key a line, or a table whose first line names its columns: key, cost, currency, reference, redeem_by.
    """
    db.use(current_app.extensions["database"])
    try:
        with db.transaction():
            pool = service.ensure_pool(_edition_id(edition), rules.read_regions(regions, COUNTRIES))
            bought_from = service.supplier_named(supplier, PROGRAM).id if supplier else None
            text = reading.decode(file.read())  # type: ignore[attr-defined]
            said = reading.read_given(today=clock.now().date(), **given)
            count = importing.take_in(pool, text, said, bought_from)
            audit.record(PROGRAM, "import keys", "key pool", pool.id, count=str(count))
    except ImportRefused as refused:
        raise click.ClickException("\n".join([refused.sentence, *refused.lines])) from None
    except Invalid as refused:
        raise click.ClickException(refused.sentence) from None
    click.echo(f"{count} keys are in the pool of {edition} now.")


def _edition_id(name: str) -> int:
    product, _, edition = name.partition("/")
    wanted = select(Edition.id).join(Product, Product.id == Edition.product_id)
    found = db.session.scalar(wanted.where(Product.slug == product, Edition.slug == edition, Product.source == "pool"))
    if found is None:
        raise click.ClickException(f"There is no resold edition {name}: write it as product/edition.")
    return found
