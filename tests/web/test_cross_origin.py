"""Pages of other sites: a key says which may use it; sessions are never theirs."""

from typing import Any

import pytest
from tests.doubles.http_client import Answer
from tests.program import Desk, Program, until
from tests.web.people import Browser, signed_in

KEYS = "/api/v1/keys"
LABELS = "/api/v1/labels"
SHOP, OTHER = "https://shop.example", "https://other.example"


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def owner(program: Program, desk: Desk) -> Browser:
    return (await signed_in(program.running.store, desk.workspace, program.client))[0]


async def made(browser: Browser, *origins: str) -> dict[str, Any]:
    body = {"name": "Pages", "scopes": ["read:workspace"], "allowed_origins": list(origins)}
    answer = await browser.post(KEYS, json=body)
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.json()
    return found


async def preflight(program: Program, origin: str, path: str = LABELS) -> Answer:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return await program.client.send("OPTIONS", path, headers=headers)


def allows(answer: Answer) -> str | None:
    """The origin that may read it; never with what the browser keeps for us."""
    assert "Access-Control-Allow-Credentials" not in answer.headers
    found: str | None = answer.headers.get("Access-Control-Allow-Origin")
    return found


async def test_listed_pages_may_ask_and_read(program: Program, owner: Browser) -> None:
    mine, origin = program.client, "https://listed.example"
    key = (await made(owner, origin))["key"]
    before = await preflight(program, origin)
    assert (before.status, allows(before), before.headers["Vary"]) == (204, origin, "Origin")
    assert "Authorization" in before.headers["Access-Control-Allow-Headers"]
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert before.body == b""
    answer = await mine.get(LABELS, key=key, headers={"Origin": origin})
    assert (answer.status, allows(answer)) == (200, origin)
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    wrong = await mine.get("/api/v1/labels/nothing", key=key, headers={"Origin": origin})
    assert (wrong.status, allows(wrong)) == (404, origin), "a page may read what went wrong, too"
    assert allows(await mine.get(LABELS, key=key)) is None, "no page asked"


async def test_pages_that_no_key_lists_may_not(program: Program, owner: Browser) -> None:
    key = (await made(owner, SHOP))["key"]
    for origin in ("https://nobody.example", "https://shop.example.evil.example", "null", "x" * 400, ""):
        assert (await preflight(program, origin)).status == 405
    elsewhere = await preflight(program, SHOP, "/webhooks/rest/webhook")
    assert allows(elsewhere) is None
    refused = await program.client.get(LABELS, key=key, headers={"Origin": OTHER})
    assert (refused.status, allows(refused)) == (403, None)
    here = await program.client.get(LABELS, key=key, headers={"Origin": program.client.base_url})
    assert (here.status, allows(here)) == (200, None)


async def test_a_key_is_read_by_its_own_pages_alone(program: Program, owner: Browser) -> None:
    """The browser asks without the key, so it may go on; what it then gets says whose it is."""
    first, second = await made(owner, "https://one.example"), await made(owner)
    assert (await preflight(program, "https://one.example")).status == 204
    headers = {"Origin": "https://one.example"}
    assert (
        allows(await program.client.get(LABELS, key=first["key"], headers=headers)) == "https://one.example"
    )
    assert allows(await program.client.get(LABELS, key=second["key"], headers=headers)) is None


async def test_a_session_is_never_used_from_another_site(program: Program, owner: Browser) -> None:
    origin = "https://curious.example"
    await made(owner, origin)
    assert (await preflight(program, origin)).status == 204
    read = await owner.get(LABELS, headers={"Origin": origin})
    assert allows(read) is None
    written = await owner.post(LABELS, json={"name": "x"}, headers={"Origin": origin})
    assert (written.status, allows(written)) == (403, None)


async def test_what_is_taken_off_the_list_is_over(program: Program, owner: Browser) -> None:
    origin = "https://gone.example"
    key = await made(owner, origin)
    assert (await preflight(program, origin)).status == 204
    place = f"{KEYS}/{key['id']}"
    changed = await owner.patch(place, json={"allowed_origins": []}, headers={"If-Match": "*"})
    assert changed.json()["allowed_origins"] == []

    async def forgotten() -> bool:
        return (await preflight(program, origin)).status == 405

    await until(forgotten)
    answer = await program.client.get(LABELS, key=key["key"], headers={"Origin": origin})
    assert allows(answer) is None
