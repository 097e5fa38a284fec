"""Times on the forum's pages, in the reader's zone and language; the same minute is written once."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import request
from markupsafe import Markup

from core import web, wishes


def when(moment: datetime) -> Markup:
    """A time element: what people read in their zone, what programs read in UTC."""
    language, zone = _wished(request.cookies.get(web.PREFS_COOKIE, ""))
    return _written(int(moment.timestamp()) // 60, language, zone)


@lru_cache(maxsize=256)
def _wished(cookie: str) -> tuple[str, str]:
    wished = wishes.read(cookie)
    return wished.language, wished.zone


@lru_cache(maxsize=8192)
def _written(minute: int, language: str, zone: str) -> Markup:
    moment = datetime.fromtimestamp(minute * 60, tz=UTC)
    shown = format_datetime(moment, "d MMM y, HH:mm", tzinfo=ZoneInfo(zone), locale=language)
    return Markup('<time datetime="{}">{}</time>').format(moment.strftime("%Y-%m-%dT%H:%MZ"), shown)
