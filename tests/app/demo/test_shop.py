"""The demo's shop: pages of a site with the widget's tag, served while the demo runs, whose assistant knows the page."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.app.running import command, up
from tests.doubles.http_client import Answer, HttpClient, http_client
from tests.program import until

PRODUCTS = ("premium-wireless-headphones", "skerry-earbuds", "tarn-speaker")


@dataclass(frozen=True)
class Place:
    folder: Path
    client: HttpClient


@asynccontextmanager
async def running(folder: Path, *options: str) -> AsyncIterator[Place]:
    async with up(folder, *options) as url, http_client(url) as client:
        yield Place(folder, client)


def text(page: Answer) -> str:
    return page.body.decode()


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with running(tmp_path_factory.mktemp("shop"), "--demo") as found:
        yield found


@pytest.fixture(scope="module")
async def told(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await command(place.folder, "demo", "--json")).out)
    return found


async def test_the_demo_says_where_its_shop_is(place: Place, told: dict[str, Any]) -> None:
    assert told["shop_url"] == f"{place.client.base_url}/shop"
    answer = await place.client.get("/shop")
    assert answer.status == 200
    assert all(f'href="/shop/products/{each}"' in text(answer) for each in PRODUCTS)


async def test_each_product_has_the_tag_and_says_what_page_it_is(place: Place, told: dict[str, Any]) -> None:
    for product in PRODUCTS:
        page = await place.client.get(f"/shop/products/{product}")
        (tag,) = re.findall(r'<script src="/embed.js" [^>]*>', text(page))
        assert f'data-assistant-id="{told["shop_assistant_id"]}"' in tag
        assert 'data-page-context="product-page"' in tag
        assert f'data-page-url="{told["shop_url"]}/products/{product}"' in tag


async def test_its_pages_allow_nothing_inline_and_nothing_from_elsewhere(place: Place) -> None:
    for path in ("", *(f"/products/{each}" for each in PRODUCTS), "/support", "/checkout"):
        page = await place.client.get(f"/shop{path}")
        assert page.status == 200
        assert "unsafe-inline" not in page.headers["content-security-policy"]
        assert not re.search(r"<style|style=|<script>|\son\w+=|https?://(?!127\.0\.0\.1)", text(page))
        for named in re.findall(r'(?:src|href)="(/[^"]*)"', text(page)):
            assert (await place.client.get(urlsplit(named).path)).status == 200, named


async def test_what_is_not_sold_is_not_there_and_the_checkout_takes_nothing_of_strangers(
    place: Place,
) -> None:
    assert (await place.client.get("/shop/products/..%2f..%2fetc")).status == 404
    assert (await place.client.get("/shop/products/horse")).status == 404
    assert (await place.client.get("/shop/assets/base.html")).status == 404
    page = await place.client.get("/shop/checkout?item=%3Cscript%3E&colour=%3Cb%3E")
    assert page.status == 200
    assert "<b>" not in text(page)
    assert "There is nothing in your bag." in text(page)


async def test_the_page_decides_what_is_answered(place: Place, told: dict[str, Any]) -> None:
    """S004-46."""
    path = f"/widget/{told['shop_assistant_id']}"
    token = (await place.client.post(f"{path}/session")).json()["token"]

    async def ask(product: str, number: int) -> str:
        body = {
            "id": f"question-{number}",
            "text": "is it waterproof?",
            "page": {"url": f"{told['shop_url']}/products/{product}", "kind": "product-page"},
        }
        answer = await place.client.post(
            f"{path}/messages", json=body, headers={"authorization": f"Bearer {token}"}
        )
        parts = [part for line in answer.json()["lines"] if line["by"] == "ai" for part in line["parts"]]
        # Where it stands is said once: below it.
        assert "Source:" not in parts[-1]["text"]
        assert [each["title"] for each in parts[-1]["sources"]]
        return str(parts[-1]["text"])

    async def indexed() -> bool:
        listed = (await place.client.get("/api/v1/articles", key=told["api_key"])).json()["data"]
        return len(listed) >= 4 and not any(each["waits"] for each in listed)

    # Articles are findable a moment after the demo was made.
    await until(indexed)
    assert "Tarn is waterproof" in await ask("tarn-speaker", 0)
    assert "Fjord is not waterproof" in await ask("premium-wireless-headphones", 1)
    assert "Skerry is waterproof enough for rain" in await ask("skerry-earbuds", 2)


async def test_without_the_demo_there_is_no_shop(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with running(tmp_path_factory.mktemp("plain")) as place:
        assert (await place.client.get("/shop")).status == 404
