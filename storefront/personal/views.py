"""The blocks "Seen lately" and "Suggested for you" in the slots of pages; without a yes they are not there at all."""

from typing import Any

from flask import request

from core import web
from core.web import person
from privacy.lately import browser
from storefront.catalogue import service as catalogue
from storefront.personal import service


def blocks(besides: int = 0) -> str:
    """Both blocks, each if there is something in it."""
    lately, here = browser.lately(), person()
    shown = service.blocks_for(lately, here.id if here else None, besides)
    if not shown.seen:
        return ""
    return web.part("storefront/personal/blocks.html", shown=shown, is_known=here is not None, here=request.path)


def looked_at(looks: Any) -> str:
    """What this browser's cookie holds, by name and time, for the pages where it is seen and forgotten."""
    names = catalogue.product_names(look.thing for look in looks)
    known = [(names[look.thing], look.at) for look in looks if look.thing in names]
    return web.part("storefront/personal/looked_at.html", known=known, here=request.path)
