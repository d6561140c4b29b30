"""Devices of people on a push service, and the notices that were written for them."""

from typing import Any

from tests.desk.people import Person, waiting
from tests.doubles.push_service import FakeBrowser, PushService
from tests.program import Desk, until

ME = "/api/v1/me"
DEVICES = f"{ME}/push-subscriptions"


async def turn_on(one: Person, service: PushService, name: str = "") -> tuple[str, FakeBrowser]:
    """The device's id, and its browser."""
    browser = service.browser(name)
    assert (await one.get(f"{DEVICES}/key"))["public_key"]
    answer = await one.send("POST", DEVICES, json=browser.subscription)
    assert answer.status == 201, answer.body
    return answer.json()["id"], browser


async def wish(one: Person, **settings: bool) -> None:
    answer = await one.send("PATCH", ME, json={"settings": settings})
    assert answer.status == 200, answer.body


async def ended(desk: Desk, count: int) -> list[dict[str, Any]]:
    """The deliveries of notices, when as many have ended."""

    async def all_ended() -> list[dict[str, Any]] | None:
        rows = await written(desk)
        done = [row for row in rows if row["status"] in {"sent", "failed"}]
        return rows if len(done) == len(rows) >= count else None

    found: list[dict[str, Any]] = await until(all_ended)
    assert len(found) == count
    return found


async def written(desk: Desk) -> list[dict[str, Any]]:
    return await desk.program.query(
        "SELECT * FROM deliveries WHERE workspace_id = $1 AND kind = 'webpush' ORDER BY seq", desk.workspace
    )


async def looked_at(desk: Desk, conversation: str) -> None:
    """The desk has done with it whatever was due."""

    async def done() -> bool:
        (row,) = await desk.program.query(
            "SELECT coalesce(desk_due_at > now(), true) AS done FROM conversations WHERE id = $1",
            conversation,
        )
        return bool(row["done"])

    await until(done)


async def devices(one: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await one.get(DEVICES))["data"]
    return found


async def mine(desk: Desk, one: Person, sender: str = "jo") -> str:
    """A conversation that somebody has taken, everything of it read."""
    conversation = await waiting(desk, sender)
    await looked_at(desk, conversation)
    await one.act(conversation, "take")
    lines = await one.lines(conversation)
    await one.act(conversation, "read", {"seq": max(line["seq"] for line in lines)})
    return conversation
