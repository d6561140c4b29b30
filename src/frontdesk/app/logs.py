"""Log lines: an event's name and fields, JSON when nobody watches, readable when somebody does.

A traceback shows where, never the values it had at hand: those are what customers wrote, and secrets.
"""

import logging
import sys

import structlog

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_WITHOUT_VALUES = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
_READABLE = structlog.dev.ConsoleRenderer(
    exception_formatter=structlog.dev.RichTracebackFormatter(show_locals=False)
)


def configure(level: str) -> None:
    readable = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if readable else [structlog.processors.ExceptionRenderer(_WITHOUT_VALUES)]),
            _READABLE if readable else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
