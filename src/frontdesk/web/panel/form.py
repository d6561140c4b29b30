"""HTML forms: read up to a limit, and only when they were sent from a page of ours."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from frontdesk.core.errors import Refused
from frontdesk.web.body import read_body

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 50
MOST_OF_SETTINGS = 500


class Sent:
    """The fields of a form, in their order; one name may stand several times."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __contains__(self, name: str) -> bool:
        return any(name == there for there, _ in self.pairs)

    def get(self, name: str, otherwise: str = "") -> str:
        """Of several with one name the last."""
        return next((value for there, value in reversed(self.pairs) if there == name), otherwise)

    def every(self, name: str) -> list[str]:
        return [value for there, value in self.pairs if there == name]


async def read_sent(request: Request, limit: int, most_fields: int = MOST_OF_SETTINGS) -> Sent:
    """The form; refuses anything that is not one."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise Refused("unsupported_media_type", f"Send the form as {MEDIA_TYPE}.")
    body = await read_body(request, limit)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=most_fields
        )
    except ValueError:
        raise Refused("bad_request", "The form cannot be read.") from None
    if any("\x00" in text for pair in pairs for text in pair):
        raise Refused("bad_request", "The form holds a NUL character.")
    # A browser ends lines in two characters, whatever was typed.
    return Sent([(name, value.replace("\r\n", "\n")) for name, value in pairs])


async def read_form(request: Request, limit: int) -> dict[str, str]:
    """The fields of a form; of several with one name the last. Refuses anything that is not one."""
    return dict((await read_sent(request, limit, MOST_FIELDS)).pairs)
