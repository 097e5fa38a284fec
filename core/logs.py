"""Logs as JSON lines that hold no address, host, query, e-mail or name (clause P2): a short list of allowed fields."""

import json
import logging
import sys
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "request", "route", "method", "status", "milliseconds"}
    | {"job", "number", "count", "state", "error", "place", "attempt", "kind", "seconds"}
)


def configure(*, quiet: bool = False) -> None:
    """Write allowed fields to standard error; the libraries' own loggers speak from warnings upward."""
    logging.basicConfig(handlers=[Plain()], level=logging.ERROR if quiet else logging.WARNING, force=True)
    level = logging.ERROR if quiet else logging.INFO
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


class Plain(logging.Handler):
    """What a library says, by kind and place. Its own words and tracebacks carry values: a failed job's, a caller's."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line like our own; never the library's, not even where writing fails."""
        fields = {"event": "library", "kind": record.name, "place": f"{record.module}:{record.lineno}"}
        error = record.exc_info[1] if record.exc_info else None
        said = {"error": describe(error)} if error else {}
        sys.stderr.write(json.dumps({**fields, **said, "level": record.levelname.lower()}) + "\n")


def keep_allowed(_logger: Any, _method: str, fields: Any) -> Any:
    """Drop every field that is not on the list, so that nobody can log a personal datum by a slip."""
    return {name: value for name, value in fields.items() if name in ALLOWED}


def log() -> Any:
    """The program's logger."""
    return structlog.get_logger()


def describe(error: BaseException) -> str:
    """Where and what kind, never the text of an exception: texts carry values."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"
