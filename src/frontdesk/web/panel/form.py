"""HTML forms: read up to a limit, and only when they were sent from a page of ours."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from frontdesk.core.errors import Refused
from frontdesk.web.body import read_body
from frontdesk.web.origin import is_from_here

__all__ = ["MEDIA_TYPE", "is_from_here", "read_form"]

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 50


async def read_form(request: Request, limit: int) -> dict[str, str]:
    """The fields of a form; of several with one name the last. Refuses anything that is not one."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise Refused("unsupported_media_type", f"Send the form as {MEDIA_TYPE}.")
    body = await read_body(request, limit)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise Refused("bad_request", "The form cannot be read.") from None
    return dict(pairs)
