"""HTML forms: read up to a limit, and only when they were sent from a page of ours."""

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from frontdesk.core.errors import Refused
from frontdesk.web.body import read_body

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


def is_from_here(request: Request, public_url: str) -> bool:
    """Whether a browser sent this from a page of ours: under the public address, or the one it asked just now."""
    origin = urlsplit(request.headers.get("origin", ""))
    public = urlsplit(public_url)
    if origin.scheme not in {"http", "https"}:
        return False
    # The proxy in front may speak TLS where we do not, so of our own address only the host is compared.
    return origin[:2] == public[:2] or origin.netloc == request.headers.get("host")
