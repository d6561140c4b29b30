"""The pages of the demo's shop, below `/shop`: a site of a customer's, with the widget's tag on it.

Served only while the demo runs. They need nothing of the program besides `embed.js`, and allow nothing inline; the
bag is what stands in the address of the checkout, so nothing is kept of who looks around.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.app.demo.shop.products import BRAND, PRODUCTS, Product
from frontdesk.core.permission import PUBLIC
from frontdesk.web.exchange import exchange_of
from frontdesk.web.panel.alone import alone_problem
from frontdesk.web.route import Route, not_found

PATH = "/shop"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "strict-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def routes(assistant_id: str) -> list[Route]:
    """The shop whose visitors are answered by this assistant."""

    def shown(request: Request, template: str, path: str, **values: object) -> Response:
        own = {
            "brand": BRAND,
            "shop": PATH,
            "path": f"{PATH}{path}",
            "base": exchange_of(request).program.public_url,
            "products": PRODUCTS,
            "assistant": assistant_id,
        }
        page = _environment().get_template(template).render({**own, **values})
        return Response(page, headers=_HEADERS, media_type="text/html")

    async def home(request: Request) -> Response:
        return shown(request, "home.html", "", kind="home", title=BRAND)

    async def product(request: Request) -> Response:
        one = _one(request.path_params["product"])
        path = f"/products/{one.slug}"
        return shown(request, "product.html", path, kind="product-page", title=one.name, one=one)

    async def support(request: Request) -> Response:
        return shown(request, "support.html", "/support", kind="support", title="Support")

    async def checkout(request: Request) -> Response:
        wanted = request.query_params.get("item", "")
        one = next((each for each in PRODUCTS if each.slug == wanted), None)
        given = request.query_params.get("colour", "")
        colour = next((name for name, _ in one.colours if name == given), "") if one is not None else ""
        values = {"kind": "checkout", "title": "Checkout", "one": one, "colour": colour}
        return shown(request, "checkout.html", "/checkout", **values)

    async def file(request: Request) -> Response:
        name = request.path_params["file"]
        kind = _TYPES.get(name.rpartition(".")[2])
        if kind is None or name not in _names():
            raise not_found()
        headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        return Response(_read(name), headers=headers, media_type=kind)

    return [
        _route("", home, "The demo's shop."),
        _route("/products/{product}", product, "A product of the demo's shop."),
        _route("/support", support, "The support page of the demo's shop."),
        _route("/checkout", checkout, "The checkout of the demo's shop, where no widget shows."),
        _route("/assets/{file}", file, "A style sheet, script or drawing of the demo's shop."),
    ]


def _route(below: str, handler: Callable[[Request], Awaitable[Response]], summary: str) -> Route:
    return Route(
        method="GET",
        path=PATH + below,
        handler=handler,
        permission=PUBLIC,
        summary=summary,
        operation_id=f"demo_shop_{handler.__name__}",
        raw=True,
        quiet=True,
        error_shape=alone_problem,
    )


def _one(slug: str) -> Product:
    found = next((each for each in PRODUCTS if each.slug == slug), None)
    if found is None:
        raise not_found()
    return found


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(lambda name: _read(name).decode()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _names() -> frozenset[str]:
    return frozenset(each.name for each in (files("frontdesk.app.demo.shop") / "files").iterdir())


@cache
def _read(name: str) -> bytes:
    return (files("frontdesk.app.demo.shop") / "files" / name).read_bytes()
