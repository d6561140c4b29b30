"""Posts one stored delivery as JSON to an address that an operator named, and judges what came back.

2xx: done. 410: never again. Everything else, redirects included: again, later. The types are for settings models.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError

from frontdesk.core.errors import LedAstray, Refused
from frontdesk.kit import retry_after, signatures
from frontdesk.kit.outside import Outside
from frontdesk.kit.plugin_faults import Wrong
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest, HttpTimeout
from frontdesk.ports.outlet import Outgoing, Sent

TIMEOUT_S = 15.0
READ_BYTES = 20_000
_DETAIL_CHARS = 200
_GONE = 410
_ASKS_TO_WAIT = frozenset({429, 502, 503, 504})
_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}", re.ASCII)
_TAKEN = frozenset(
    {"content-type", "user-agent", "host", "content-length", "connection"}
    | {"webhook-id", "webhook-timestamp", "webhook-signature", "x-ai-assistant-signature"}
)
M = TypeVar("M", bound=BaseModel)
SIGNING = "signing_secrets"
"""Where a target's settings have the secrets that sign, the current one first; no setting of its own has this name."""


class SignedPosts(BaseModel):
    """Base of settings whose posts are signed by secrets that the program makes and keeps, beside what they say."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where to post, and what proves it is ours: a header, whose fields may both be empty, and keys that sign."""

    url: str
    header: str = ""
    secret: str = field(default="", repr=False)
    purpose: str = "action"
    keys: tuple[bytes, ...] = field(default=(), repr=False)


async def posted(outside: Outside, outgoing: Outgoing, model: type[M], post_of: Callable[[M], Post]) -> Sent:
    """Make one attempt.

    Args:
        outside: The world.
        outgoing: What was stored; its bytes go out unchanged.
        model: Of the target's settings.
        post_of: Says where to, by those settings.

    Returns:
        How it ended; trouble of the other side is never raised.
    """
    given = {name: value for name, value in outgoing.settings.items() if name != SIGNING}
    try:
        settings = model.model_validate(given)
    except ValidationError as error:
        # Names of fields only: an error's own text may quote a secret.
        fields = {".".join(map(str, found["loc"])) for found in error.errors(include_input=False)}
        return Sent(ok=False, detail=f"the settings are wrong: {', '.join(sorted(fields - {''}))}")
    try:
        post = post_of(settings)
        if issubclass(model, SignedPosts):
            post = replace(post, keys=_keys(outgoing.settings.get(SIGNING)))
        reply = await outside.http.send(_request(outside, outgoing, post))
    except (HttpTimeout, HttpFailed) as error:
        return Sent(ok=False, retry=True, detail=str(error))
    except Refused as error:
        return Sent(ok=False, retry=isinstance(error, LedAstray), detail=error.message)
    return _judge(outside, reply)


def _keys(secrets: object) -> tuple[bytes, ...]:
    return tuple(signatures.key_of(str(each)) for each in secrets) if isinstance(secrets, list) else ()


def _request(outside: Outside, outgoing: Outgoing, post: Post) -> HttpRequest:
    headers = [
        ("content-type", "application/json"),
        ("user-agent", outside.user_agent),
        ("webhook-id", outgoing.delivery_id),
    ]
    if post.keys:
        at_s = int(outside.clock.now().timestamp())
        headers += signatures.headers(post.keys, outgoing.delivery_id, at_s, outgoing.body)
    if post.header:
        headers.append((post.header, post.secret))
    return HttpRequest(
        method="POST",
        url=post.url,
        headers=tuple(headers),
        body=outgoing.body,
        timeout_s=TIMEOUT_S,
        max_bytes=READ_BYTES,
        purpose=post.purpose,
    )


def _judge(outside: Outside, reply: HttpReply) -> Sent:
    detail = f"{reply.status} {_head(reply.body)}".rstrip()
    if reply.ok:
        return Sent(ok=True, detail=detail, status=reply.status, answer=reply.body)
    wait_s = None
    if reply.status in _ASKS_TO_WAIT:
        wait_s = retry_after.seconds(reply.headers.get("retry-after", ""), outside.clock.now())
    return Sent(
        ok=False,
        retry=reply.status != _GONE,
        detail=detail,
        retry_after_s=wait_s,
        status=reply.status,
        answer=reply.body,
    )


def _head(body: bytes) -> str:
    # Control characters would break a log line, and NUL the row that keeps it.
    text = body[: 4 * _DETAIL_CHARS].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[:_DETAIL_CHARS]


def _web_address(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise Wrong("web_address", "write a whole address that begins with https:// or http://")
    return url


def _header_name(name: str) -> str:
    if name and (not _HEADER.fullmatch(name) or name.lower() in _TAKEN):
        raise Wrong(
            "header_name", "write a header name of letters, digits and hyphens that is not used already"
        )
    return name


def _header_value(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isprintable():
        raise Wrong("one_line", "the value has a line break or control character in it")
    return value


def both_or_neither(header: str, secret: SecretStr) -> None:
    """For a settings model's own check.

    Args:
        header: The name of the header that proves a post.
        secret: What it says.

    Raises:
        Wrong: One of the two is there without the other.
    """
    if bool(header) != bool(secret.get_secret_value()):
        raise Wrong("header_pair", "give the secret header a name and a value, or neither")


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""A whole http(s) URL."""
HeaderName = Annotated[str, AfterValidator(_header_name)]
"""The name of a header that a post does not have already, or nothing."""
HeaderValue = Annotated[SecretStr, AfterValidator(_header_value)]
"""What that header says."""
SecretHeader = Annotated[
    HeaderName,
    Field(
        title="Secret header",
        description="Name of a header that proves to your system that the post is ours. Optional.",
        examples=["X-Frontdesk-Key"],
    ),
]
"""The setting of a settings model that names it, as forms show it."""
SecretValue = Annotated[
    HeaderValue, Field(title="Secret value", description="What that header says.", max_length=4000)
]
"""The setting that goes with it."""
