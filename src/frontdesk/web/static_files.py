"""The style sheets, scripts and pictures of pages: read once, each served at its own address.

Pages name a file with its version (`address`), so that browsers may keep it for good and still see a new release's.
"""

import base64
import gzip
import hashlib
from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.permission import PUBLIC
from frontdesk.web.route import Route, not_found

PREFIX = "/static/"
MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=300"
_READ_ANYWHERE = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
"""Of what pages of others load: they may, and may hold it to a sum of theirs."""


def _read() -> dict[str, bytes]:
    folder = files("frontdesk") / "web" / "static"
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.rpartition(".")[2] in MEDIA_TYPES
    }


FILES = _read()
VERSIONS = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in FILES.items()}
_SUMS = {
    name: base64.b64encode(hashlib.sha256(content).digest())[:12].decode() for name, content in FILES.items()
}
"""As scripts name the version of what they fetch: with the beginning of the sum that they hold it to."""

SMALL = {name: gzip.compress(content, mtime=0) for name, content in FILES.items()}


def _is_for_sites(name: str) -> bool:
    """The loader, the widget, its parts and its languages."""
    return name.endswith(".js") and name.startswith(("embed.", "widget.", "widget_"))


def address(name: str) -> str:
    return f"{PREFIX}{name}?v={VERSIONS[name]}"


PINNED = f"{PREFIX}embed.{VERSIONS['embed.js']}.js"
"""The script of the site widget under an address that no other content ever has."""


def _serving(name: str) -> Callable[[Request], Awaitable[Response]]:
    kind = MEDIA_TYPES[name.rpartition(".")[2]]

    beside = _READ_ANYWHERE if _is_for_sites(name) else {}
    unknown = _A_WHILE if name == "embed.js" else "no-cache"

    async def serve(request: Request) -> Response:
        # A plus sign stands for a space in a query.
        version = request.query_params.get("v", "").replace(" ", "+")
        known = version in {VERSIONS[name], _SUMS[name]}
        headers = {
            "cache-control": _FOREVER if known else unknown,
            "x-content-type-options": "nosniff",
            **beside,
        }
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
            return Response(SMALL[name], headers=headers, media_type=kind)
        return Response(FILES[name], headers={**headers, "vary": "accept-encoding"}, media_type=kind)

    return serve


async def _pinned(request: Request) -> Response:
    """A tag that is held to a sum, of this release; of another one there is nothing that the browser would take."""
    if request.url.path != PINNED:
        raise not_found()
    answer = await _EMBED(request)
    answer.headers["cache-control"] = _FOREVER
    return answer


def _route(path: str, name: str, summary: str, operation_id: str) -> Route:
    return Route(
        method="GET",
        path=path,
        handler=_serving(name),
        permission=PUBLIC,
        summary=summary,
        operation_id=operation_id,
        raw=True,
        quiet=True,
    )


_EMBED = _serving("embed.js")

ROUTES: list[Route] = [
    # Browsers ask for it by themselves, beside answers that are no pages of ours.
    _route("/favicon.ico", "icon.svg", "The icon of the pages.", "favicon"),
    _route("/embed.js", "embed.js", "The script of the site widget.", "embed"),
    *(
        _route(PREFIX + name, name, f"A file of the pages, {name}.", f"static_{name.replace('.', '_')}")
        for name in FILES
    ),
    Route(
        method="GET",
        path=PREFIX + "embed.{version}.js",
        handler=_pinned,
        permission=PUBLIC,
        summary="The script of the site widget in one version, for tags that are held to a sum.",
        operation_id="embed_pinned",
        raw=True,
        quiet=True,
    ),
]
