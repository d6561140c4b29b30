"""What the REST wire promises besides its form: a repeat has one effect, keys open their own, 503 takes nothing in."""

import asyncio
import dataclasses
from typing import Any

import pytest
from tests.database import Database
from tests.doubles.http_server import FaultServer, json_answer
from tests.doubles.postgres_proxy import PostgresProxy
from tests.program import Desk, Program, served, until
from tests.web.rasa_wire import (
    FIRST,
    WIRE,
    assert_shape,
    send,
)


@pytest.fixture(scope="module")
async def desk(program: Program) -> Desk:
    return await program.desk(WIRE, slug="wire")


# -- the same message again


@pytest.mark.parametrize(
    "same", [{"headers": {"Idempotency-Key": "k-1"}}, {"metadata": {"message_id": "m-1"}}], ids=str
)
async def test_the_same_id_again_gets_the_same_answer_once(program: Program, same: dict[str, Any]) -> None:
    desk = await program.desk(WIRE)
    first = await desk.post("jhon", "two", **same)
    before = await desk.counts()
    second = await desk.post("jhon", "two", **same)
    assert (second.status, second.json()) == (200, first.json())
    assert await desk.counts() == before
    assert before["inbound"] == 1


@pytest.mark.parametrize(
    "same", [{"headers": {"Idempotency-Key": "k-1"}}, {"metadata": {"message_id": "m-1"}}], ids=str
)
async def test_the_same_id_with_another_body_is_422(program: Program, same: dict[str, Any]) -> None:
    desk = await program.desk(WIRE)
    await desk.post("jhon", "two", **same)
    before = await desk.counts()
    assert_shape(await desk.post("jhon", "rate", **same), 422)
    assert await desk.counts() == before


async def test_message_ids_are_each_senders_own(program: Program) -> None:
    desk = await program.desk(WIRE)
    for sender, message_id in (("a", "7"), ("b", "7"), ("a:7", "1"), ("a", "7:1")):
        answer = await desk.post(sender, "two", metadata={"message_id": message_id})
        assert answer.json()[0]["recipient_id"] == sender
    assert len(await desk.rows("inbound")) == 4


async def test_ids_are_each_workspaces_own(program: Program) -> None:
    one, other = await program.desk(WIRE), await program.desk(WIRE)
    for desk in (one, other):
        assert (await desk.post("jhon", "two", headers={"Idempotency-Key": "k"})).status == 200
        assert len(await desk.rows("inbound")) == 1


async def test_a_repeat_without_a_sender_answers_under_the_name_first_given(program: Program) -> None:
    desk = await program.desk(WIRE)
    headers = {"Idempotency-Key": "nameless"}
    first, second = [(await send(desk, {"message": "rate"}, headers=headers)).json() for _ in range(2)]
    assert first == second
    assert len(await desk.rows("conversations")) == 1


async def test_without_an_id_two_equal_messages_are_two(program: Program) -> None:
    desk = await program.desk(WIRE)
    for _ in range(2):
        await desk.post("jhon", "two")
    assert len(await desk.rows("inbound")) == 2


@pytest.mark.parametrize("known", [True, False], ids=["known-customer", "new-customer"])
async def test_twenty_at_a_time_have_one_effect_and_one_answer(program: Program, *, known: bool) -> None:
    desk = await program.desk(WIRE)
    if known:
        await desk.say("jhon", "yes")
    before = len(await desk.rows("messages"))
    answers = await asyncio.gather(
        *(desk.post("jhon", "two", metadata={"message_id": "m"}) for _ in range(20))
    )
    assert [answer.status for answer in answers] == [200] * 20
    assert {answer.body for answer in answers} == {answers[0].body}
    assert len(answers[0].json()) == 2
    assert len(await desk.rows("messages")) == before + 3


async def test_a_repeat_while_the_first_is_at_work_waits_for_its_answer(program: Program) -> None:
    async with FaultServer() as api:
        api.answers(dataclasses.replace(json_answer({"word": "well"}), delay_s=0.5))
        desk = await program.desk(WIRE, env={"API": api.url("")})
        headers = {"Idempotency-Key": "slowly"}
        first = asyncio.create_task(desk.post("jhon", "slow", headers=headers))

        async def asked() -> bool:
            return len(api.received) == 1

        await until(asked)
        second = await desk.post("jhon", "slow", headers=headers)
        assert second.json() == (await first).json() == [{"recipient_id": "jhon", "text": "Done: well"}]
        assert len(api.received) == 1


async def test_a_turn_that_takes_too_long_is_told_to_whoever_asks_again(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("late")
    async with FaultServer() as api, served(database, folder, jobs=False, answer_within_s=0.3) as program:
        api.answers(dataclasses.replace(json_answer({"word": "well"}), delay_s=0.8))
        desk = await program.desk(WIRE, env={"API": api.url("")})
        same = {"metadata": {"message_id": "late"}}
        assert (await desk.post("jhon", "slow", **same)).json() == []

        async def told() -> list[dict[str, str]]:
            found: list[dict[str, str]] = (await desk.post("jhon", "slow", **same)).json()
            return found

        assert await until(told) == [{"recipient_id": "jhon", "text": "Done: well"}]
        assert len(api.received) == 1


# -- who may


async def test_without_the_setting_a_credential_is_not_looked_at(desk: Desk) -> None:
    body = {"sender": "jhon", "message": "tell me something about you"}
    assert (await send(desk, body, key="nonsense")).json() == [FIRST]


async def test_with_the_setting_a_key_is_asked_for_and_opens_its_own_workspace(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("closed")
    async with served(database, folder, jobs=False, rasa_key_required=True) as program:
        desk, other = await program.desk(WIRE), await program.desk(WIRE)
        key = await desk.key()
        before = await other.counts()
        body = {"sender": "jhon", "message": "two"}
        assert_shape(await send(desk, body), 401)
        assert_shape(await send(desk, body, key="nonsense"), 401)
        assert_shape(await send(desk, body, "?token=" + key), 401)  # not on this route
        assert_shape(await send(desk, body, key=await desk.key("setup")), 403)
        assert_shape(await send(other, body, key=key), 404)
        assert await other.counts() == before
        assert (await send(desk, body, key=key)).status == 200
        at_default = await program.client.post("/webhooks/rest/webhook", json=body, key=key)
        assert at_default.status == 200
        assert len(await desk.rows("inbound")) == 2
        assert (await program.client.get(f"{desk.path}/webhooks/rest/")).status == 200


# -- when we cannot


async def test_without_the_database_it_is_503_with_a_time_and_then_goes_on(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("away")
    async with (
        PostgresProxy(database.url, folder) as proxy,
        served(dataclasses.replace(database, url=proxy.url), folder, jobs=False) as program,
    ):
        desk = await program.desk(WIRE)
        await desk.say("jhon", "two")
        before = await desk.counts()
        await proxy.cut()
        for path in (desk.webhook, "/a/never-looked-up/webhooks/rest/webhook"):
            answer = await program.client.post(path, json={"sender": "jhon", "message": "two"})
            assert_shape(answer, 503)
            assert int(answer.headers["Retry-After"]) >= 1
        assert await desk.counts() == before
        await proxy.join()

        async def answered() -> bool:
            return (await desk.post("jhon", "two")).status == 200

        await until(answered)


async def test_below_the_disk_floor_it_is_503_and_leaves_no_row(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("full")
    async with served(database, folder, jobs=False, disk_floor_mb=10**9) as program:
        desk = await program.desk(WIRE)
        answer = await desk.post("jhon", "two")
        assert_shape(answer, 503)
        assert int(answer.headers["Retry-After"]) >= 1
        assert set((await desk.counts()).values()) == {0}


async def test_customers_without_a_name_never_share_a_message_id(desk: Desk) -> None:
    first = await desk.post("", "hello", metadata={"message_id": 1})
    second = await desk.post("", "hello", metadata={"message_id": 1})
    names = {first.json()[0]["recipient_id"], second.json()[0]["recipient_id"]}
    assert len(names) == 2
    assert names <= {row["external_id"] for row in await desk.rows("conversations")}
