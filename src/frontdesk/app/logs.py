"""Log lines: an event's name and fields, JSON when nobody watches, readable when somebody does.

What the database's driver says of an error quotes rows and bound values, so of it only the kind is written.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

# Without the values of variables, which structlog shows otherwise: keys and customers' texts are among them.
_TRACEBACKS = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
_DRIVERS = frozenset({"asyncpg", "sqlalchemy"})
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class _Lines(logging.Formatter):
    """For what libraries log by themselves."""

    def formatException(self, ei: Any) -> str:  # noqa: N802, ANN401  # the name and type that logging has
        return super().formatException(_told_info(ei))


def configure(level: str, *, told_already: frozenset[str] = frozenset()) -> None:
    """`told_already`: events left out, save at the level `debug`."""

    def without_told(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if level != "debug" and line.get("event") in told_already:
            raise structlog.DropEvent
        return line

    readable = sys.stderr.isatty()
    structlog.configure(
        processors=[
            without_told,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(WRITTEN[:-1] if readable else WRITTEN),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if readable
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Its pool tells of every connection that it fails to make again while the database is away; we say it once.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _without_values(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = line.get("exc_info")
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    elif given and not isinstance(given, tuple):
        given = sys.exc_info()
    if given and given[1] is not None:
        line["exc_info"] = _told_info(given)
    return line


def _told_info(info: _ExcInfo) -> _ExcInfo:
    """The same when no driver's error is in it; else stand-ins, called alike, that say what may be said."""
    quotes = {
        text: _kind(error) for error in _with_causes(info[1]) if _is_drivers(error) and (text := str(error))
    }
    if not quotes:
        return info
    stand_in = _stand_in(info[1], quotes)
    return type(stand_in), stand_in, info[2]


def _stand_in(error: BaseException, quotes: dict[str, str]) -> BaseException:
    said = _kind(error) if _is_drivers(error) else str(error)
    for text, kind in quotes.items():
        said = said.replace(text, kind)
    called = {"__module__": type(error).__module__, "__qualname__": type(error).__qualname__}
    if isinstance(error, BaseExceptionGroup):
        inner = [_stand_in(each, quotes) for each in error.exceptions]
        made: BaseException = BaseExceptionGroup(error.message, inner)
    else:
        made = type(type(error).__name__, (Exception,), called)(said)
    made.__cause__ = error.__cause__ and _stand_in(error.__cause__, quotes)
    if error.__cause__ is None and error.__context__ is not None and not error.__suppress_context__:
        made.__context__ = _stand_in(error.__context__, quotes)
    return made.with_traceback(error.__traceback__)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    if error is None:
        return
    yield error
    yield from _with_causes(error.__cause__ or error.__context__)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _with_causes(each)


def _is_drivers(error: BaseException) -> bool:
    return hasattr(error, "sqlstate") or type(error).__module__.partition(".")[0] in _DRIVERS


def _kind(error: BaseException) -> str:
    """All that is said of a driver's error: its type stands before it, and these quote no row."""
    within = list(_with_causes(getattr(error, "orig", None) or error))
    facts = {
        "sqlstate": next((found for each in within if (found := getattr(each, "sqlstate", None))), None),
        "constraint": next(
            (found for each in within if (found := getattr(each, "constraint_name", None))), None
        ),
    }
    return (
        ", ".join(f"{name} {value}" for name, value in facts.items() if value)
        or "the driver's words are left out"
    )


WRITTEN: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    _without_values,
    _TRACEBACKS,
)
"""What makes of a line and its error that which may be written; of terminals all but the last."""
