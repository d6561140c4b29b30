"""What went wrong -> status and code, in one table, and the shape that API errors have (RFC 9457).

Called by the registrar for every error that leaves an endpoint; a wire with an envelope of its own hands the
registrar another `ErrorShape`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.core.errors import CODES, FrontdeskError, HeldBack, NeedsReauth, Refused, Unavailable
from frontdesk.dialog.problems import BotInvalid
from frontdesk.store.connect import Stale
from frontdesk.web.faults import sentence

STATUS: dict[str, int] = {
    "already_taken": 409,
    "bad_request": 400,
    "body_too_large": 413,
    "bot_invalid": 422,
    "channel_taken": 409,
    "changed_hands": 409,
    "code_needed": 401,
    "conflict": 412,
    "conversation_moved_on": 409,
    "cursor_invalid": 400,
    "email_taken": 409,
    "forbidden": 403,
    "host_taken": 409,
    "idempotency_in_progress": 409,
    "idempotency_mismatch": 422,
    "in_bin": 409,
    "in_use": 409,
    "internal": 500,
    "invalid": 422,
    "last_owner": 409,
    "method_not_allowed": 405,
    "needs_reauth": 409,
    "not_found": 404,
    "other_contact": 409,
    "outbound_refused": 422,
    "plan_limit": 403,
    "precondition_required": 428,
    "rate_limited": 429,
    "sign_in_needed": 401,
    "sign_in_refused": 401,
    "taken_unanswered": 401,
    "asked_often": 429,
    "too_many_tries": 429,
    "task_incomplete": 409,
    "task_taken": 409,
    "unauthenticated": 401,
    "unavailable": 503,
    "unsupported_media_type": 415,
}
"""The status of every code of `core.errors.CODES`."""

DOCS = "/docs/errors#"
_HEADERS: dict[str, tuple[tuple[str, str], ...]] = {
    "sign_in_needed": (("www-authenticate", "Bearer"),),
    "sign_in_refused": (("www-authenticate", "Bearer"),),
    "taken_unanswered": (("www-authenticate", "Bearer"),),
    "unauthenticated": (("www-authenticate", "Bearer"),),
    # The rest of the body is not read; without this the connection would wait for it.
    "body_too_large": (("connection", "close"),),
}


class FieldProblem(msgspec.Struct, frozen=True):
    """One field at fault, by its dotted path."""

    field: str
    message: str


class FileProblem(msgspec.Struct, frozen=True):
    """One finding in a bot's files: where, what, and what to write instead; warnings keep nobody from publishing."""

    file: str
    line: int
    message: str
    fix: str
    severity: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error ready to be put into a wire's shape.

    Attributes:
        status: HTTP status.
        code: One of `CODES`.
        detail: What is wrong and what to do, for people; never what was sent.
        field: The field at fault, if it is one.
        fields: Every field at fault, when there are several; or every finding in a bot's files.
        headers: What the answer needs besides its body.
        details: What a program needs to go on, see `Refused`.
    """

    status: int
    code: str
    detail: str
    field: str | None = None
    fields: tuple[FieldProblem, ...] | tuple[FileProblem, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    details: Mapping[str, object] | None = None


ErrorShape = Callable[[Problem, str], Response]
"""Problem and request id -> the answer in a wire's own envelope."""


class WrongMethod(Refused):
    """The address is there, the method is not; `allowed` are those that are."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__("method_not_allowed", f"This address takes {', '.join(allowed)}.")
        self.allowed = allowed


class _Body(msgspec.Struct, omit_defaults=True):
    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    field: str | None = None
    errors: tuple[FieldProblem, ...] | tuple[FileProblem, ...] = ()
    details: Mapping[str, object] | None = None


def problem_json(problem: Problem, request_id: str) -> Response:
    """The API's own shape."""
    body = _Body(
        type=DOCS + problem.code,
        title=CODES[problem.code],
        status=problem.status,
        detail=problem.detail,
        code=problem.code,
        request_id=request_id,
        field=problem.field,
        errors=problem.fields,
        details=problem.details,
    )
    return Response(
        msgspec.json.encode(body), problem.status, dict(problem.headers), "application/problem+json"
    )


def explain(error: Exception) -> Problem:
    """What the caller is told; anything that is not theirs to know is `internal`."""
    if isinstance(error, HTTPException) and isinstance(error.__cause__, FrontdeskError):
        error = error.__cause__
    found = _problem("internal", CODES["internal"])
    match error:
        case WrongMethod():
            allow = ("allow", ", ".join(error.allowed))
            found = _problem("method_not_allowed", error.message, headers=(allow,))
        case BotInvalid():
            found = _bot_invalid(error)
        case Refused():
            found = replace(
                _problem(error.code, error.message, field=error.field, headers=_headers(error)),
                details=error.details,
            )
        case Unavailable():
            found = _problem("unavailable", error.message, headers=(_retry_after(error.retry_after_s),))
        case NeedsReauth():
            found = _problem("needs_reauth", error.message)
        case Stale():
            found = _problem("conflict", CODES["conflict"])
        case RequestValidationError():
            found = _invalid(error.errors())
        case HTTPException():
            found = _problem("bad_request", CODES["bad_request"])
    return found


def _headers(error: Refused) -> tuple[tuple[str, str], ...]:
    if isinstance(error, HeldBack):
        return (_retry_after(error.retry_after_s),)
    return _HEADERS.get(error.code, ())


def _retry_after(wait_s: float) -> tuple[str, str]:
    return "retry-after", str(max(1, math.ceil(wait_s)))


def _problem(
    code: str, detail: str, *, field: str | None = None, headers: tuple[tuple[str, str], ...] = ()
) -> Problem:
    return Problem(STATUS[code], code, detail, field=field, headers=headers)


def _invalid(errors: Sequence[Any]) -> Problem:
    # Of a value that may be of several kinds there is an error for each; the first one is told.
    by_field: dict[str, FieldProblem] = {}
    for error in errors:
        path = _path(error["loc"])
        by_field.setdefault(path, FieldProblem(path, sentence(error)))
    fields = tuple(by_field.values())
    first = fields[0]
    return Problem(
        STATUS["invalid"],
        "invalid",
        f"{first.field}: {first.message}",
        field=first.field,
        fields=fields,
    )


def _bot_invalid(error: BotInvalid) -> Problem:
    found = tuple(
        FileProblem(each.file, each.line, each.message, each.fix, each.severity) for each in error.problems
    )
    first, *others = [problem for problem in error.problems if problem.severity == "error"]
    more = f" (and {len(others)} more)" if others else ""
    return Problem(STATUS[error.code], error.code, f"{first}{more}", field="files", fields=found)


def _path(location: Sequence[int | str]) -> str:
    parts = location[1:] if location and location[0] in {"body", "query", "path", "header"} else location
    # Of a value that may be of several kinds, the library adds which kind it tried; no field is called so.
    named = [part for part in map(str, parts) if "[" not in part]
    return ".".join(named) or "body"
