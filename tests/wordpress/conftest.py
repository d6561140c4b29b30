"""A real WordPress for the tests in this folder, which `make test-wordpress` runs and `make test` leaves out."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from tests.browser.conftest import browser, open_page
from tests.wordpress.site import Reader, Site, missing, wordpress

__all__ = ["browser", "open_page"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "wordpress" in item.path.parts[:-1]:
            item.add_marker("wordpress")


@pytest.fixture(scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    if lacking := missing():
        pytest.fail(f"Not here: {', '.join(lacking)}. `make test-wordpress` says which packages have them.")
    async with wordpress(tmp_path_factory.mktemp("wordpress")) as made:
        yield made


@pytest.fixture
async def visitor(site: Site) -> AsyncIterator[Reader]:
    async with aiohttp.ClientSession() as session:
        yield Reader(session, site)


@pytest.fixture
async def admin(site: Site) -> AsyncIterator[Reader]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        reader = Reader(session, site)
        await reader.sign_in()
        yield reader
