"""Measures: counted where things happen, documented each, without a word of anybody, and closed to strangers."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.doubles.http_client import HttpClient
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.sse_client import listening
from tests.program import Desk, Program, served, until
from tests.web.socket_client import bare, operator_says

from frontdesk.core import meter
from frontdesk.core.meter import Counter, Histogram
from frontdesk.web.metrics import GAUGES

PAGE = (Path(__file__).parents[2] / "docs" / "operate" / "metrics.md").read_text("utf-8")
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? ([0-9.e+-]+)')


def read(text: str) -> dict[tuple[str, str], float]:
    """Name and labels -> number; every line is one of the format's."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("# "):
            match = SAMPLE.fullmatch(line)
            assert match, line
            found[match[1], match[2] or ""] = float(match[3])
    return found


async def scraped(client: HttpClient) -> dict[tuple[str, str], float]:
    answer = await client.get("/metrics")
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return read(answer.body.decode())


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


def test_every_measure_is_on_the_page_with_its_labels() -> None:
    declared = [(each.name, each.labels) for each in meter.MEASURES]
    for name, labels in [*declared, *((each.name, each.labels) for each in GAUGES)]:
        shown = ", ".join(f"`{label}`" for label in labels)
        assert f"| `{name}` | {shown}".rstrip() in PAGE, name


def test_every_declared_measure_is_written_out() -> None:
    declared = {each for each in vars(meter).values() if isinstance(each, Counter | Histogram)}
    assert declared == set(meter.MEASURES)


def test_a_label_that_grows_without_end_is_cut_off() -> None:
    counter = Counter("x_total", "X", ("who",))
    for number in range(meter.MOST_SERIES + 10):
        counter.add(str(number))
    lines = {values: number for _, _, values, number in counter.lines()}
    assert len(lines) == meter.MOST_SERIES + 1
    assert lines["other",] == 10


def test_a_histogram_counts_into_buckets() -> None:
    histogram = Histogram("x_seconds", "X")
    for seconds in (0.005, 0.2, 99.0):
        histogram.took(seconds=seconds)
    lines = {(suffix, more): number for suffix, more, _, number in histogram.lines()}
    assert lines["_bucket", 'le="0.005"'] == 1
    assert lines["_bucket", 'le="0.25"'] == 2
    assert lines["_bucket", 'le="30.0"'] == 2
    assert lines["_bucket", 'le="+Inf"'] == lines["_count", ""] == 3


async def test_a_turn_is_counted_with_its_request_and_its_messages(desk: Desk) -> None:
    client = desk.program.client
    before = await scraped(client)
    await desk.say("jo", "hello")
    after = await scraped(client)

    def more(name: str, labels: str = "") -> float:
        return after.get((name, labels), 0) - before.get((name, labels), 0)

    route = 'method="POST",route="/a/{assistant}/webhooks/rest/webhook"'
    assert more("frontdesk_http_requests_total", f'{route},status="200"') == 1
    assert more("frontdesk_http_request_seconds_count", route) == 1
    assert more("frontdesk_turns_total", 'outcome="answered"') >= 1
    assert more("frontdesk_messages_total", 'author="bot"') >= 1
    for name in ("frontdesk_lane_backlog", "frontdesk_deliveries_waiting", "process_cpu_seconds_total"):
        assert (name, "") in after
    assert after["frontdesk_backlog_known", ""] == 1
    assert after["frontdesk_db_connections_most", 'pool="turns"'] >= 2


async def test_what_people_say_is_counted_as_well(desk: Desk) -> None:
    client = desk.program.client
    await desk.say("jo", "hello")
    before = await scraped(client)
    await operator_says(desk, "I am a person")
    after = await scraped(client)
    said = ("frontdesk_messages_total", 'author="operator"')
    assert after[said] > before.get(said, 0)


async def test_open_sockets_and_streams_are_told_and_how_late_the_feed_is(desk: Desk) -> None:
    client = desk.program.client
    await desk.channel("socketio", {})
    desk.program.forget_entrances()
    before = await scraped(client)
    kinds = [("frontdesk_open_streams", f'kind="{kind}"') for kind in ("socket", "events")]
    async with listening(client.base_url, await desk.key("api", "read:conversations")) as feed, bare(desk):
        await desk.say("jo", "hello")
        await feed.next("message")
        during = await scraped(client)
        assert all(during[kind] > before.get(kind, 0) for kind in kinds)

        async def timed() -> bool:
            name = ("frontdesk_feed_seconds_count", "")
            return (await scraped(client))[name] > before.get(name, 0)

        await until(timed)

    async def closed() -> bool:
        now = await scraped(client)
        return all(now[kind] < during[kind] for kind in kinds)

    await until(closed)


async def test_every_pool_and_the_age_of_the_backlog_are_told(program: Program) -> None:
    found = await scraped(program.client)
    for pool in ("turns", "requests", "claims", "locks"):
        assert found["frontdesk_db_connections_most", f'pool="{pool}"'] >= 1
        assert found["frontdesk_db_connections", f'pool="{pool}",state="idle"'] >= 0
    assert found["frontdesk_delivery_oldest_seconds", ""] >= 0


async def test_an_address_of_nothing_is_no_label(program: Program) -> None:
    await program.client.get("/there/is/nothing-42")
    answer = await program.client.get("/metrics")
    assert b"nothing-42" not in answer.body
    assert b'route="none",status="404"' in answer.body


async def test_nobody_who_spoke_is_in_the_measures(desk: Desk) -> None:
    await desk.say("canary-sender", "my mail is canary@example.com")
    answer = (await desk.program.client.get("/metrics")).body.decode()
    for word in ("canary", str(desk.workspace), str(desk.assistant_id), str(desk.channel_id)):
        assert word not in answer


async def test_a_delivery_and_its_request_are_counted(desk: Desk) -> None:
    key = await desk.key("api", "admin")
    client = desk.program.client
    async with FaultServer() as server:
        server.answers(Answer(503))
        given = {"url": server.url("/hook"), "events": ["message.created"]}
        made = await client.post("/api/v1/webhooks", key=key, json=given)
        assert made.status == 201, made.body
        before = await scraped(client)
        await desk.say("jo", "hello")

        async def counted() -> bool:
            now = await scraped(client)
            tried = ("frontdesk_deliveries_total", 'kind="webhook",outcome="again"')
            asked = ("frontdesk_egress_requests_total", 'purpose="webhook",outcome="5xx"')
            return all(now.get(each, 0) > before.get(each, 0) for each in (tried, asked))

        await until(counted)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_what_a_proxy_hands_on_gets_nothing(program: Program, header: str) -> None:
    answer = await program.client.get("/metrics", headers={header: "127.0.0.1"})
    assert answer.status == 404


@pytest.fixture
async def guarded(database: Any, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Program]:
    async with served(database, tmp_path, jobs=False, **request.param) as program:
        yield program


@pytest.mark.parametrize("guarded", [{"metrics_from": "203.0.113.0/24"}, {"metrics_from": ""}], indirect=True)
async def test_another_network_gets_nothing(guarded: Program) -> None:
    assert (await guarded.client.get("/metrics")).status == 404


@pytest.mark.parametrize("guarded", [{"metrics_token": "s3cret"}], indirect=True)
async def test_with_a_token_it_takes_the_token(guarded: Program) -> None:
    client = guarded.client
    assert (await client.get("/metrics")).status == 404
    assert (await client.get("/metrics", headers={"Authorization": "Bearer wrong"})).status == 404
    assert (await client.get("/metrics", headers={"Authorization": "Bearer s3cret"})).status == 200
