"""The service's wire on loopback: what is asked, what is made of its answers, and every way in which it can fail."""

import asyncio
import base64
import json
import math
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.outside import FixedClock, Pauses, outside_of

from frontdesk.core.errors import Unavailable
from frontdesk.plugins.embedders.openai.adapter import OpenAiEmbeddings

KEY = "sk-canary-5150"


class Service:
    """The adapter, and the server that it asks."""

    def __init__(
        self, server: FaultServer, embedder: OpenAiEmbeddings, pauses: Pauses, clock: FixedClock
    ) -> None:
        self.server, self.embedder, self.pauses, self.clock = server, embedder, pauses, clock


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    pauses, clock = Pauses(), FixedClock()
    async with FaultServer() as server, outside_of(server, "embedding", pauses=pauses) as outside:
        settings = {"url": server.url("/v1"), "model": "m-1", "api_key": KEY, "dim": 3}
        yield Service(
            server, OpenAiEmbeddings(replace(outside, settings=settings, clock=clock)), pauses, clock
        )


def answer(*vectors: tuple[float, ...], packed: bool = True) -> Answer:
    data = [
        {
            "object": "embedding",
            "index": at,
            "embedding": base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
            if packed
            else vector,
        }
        for at, vector in enumerate(vectors)
    ]
    # In any order: the index counts.
    body = {
        "object": "list",
        "data": data[::-1],
        "model": "m-1",
        "usage": {"prompt_tokens": 4, "total_tokens": 4},
    }
    return Answer(body=json.dumps(body).encode())


@pytest.mark.parametrize("packed", [True, False])
async def test_vectors_come_back_in_the_order_of_the_texts(service: Service, *, packed: bool) -> None:
    service.server.answers(answer((3, 0, 4), (0, 2, 0), packed=packed))
    found = await service.embedder.embed_queries(["one", ""])
    assert np.allclose(found, np.array([(0.6, 0, 0.8), (0, 1, 0)]))
    (asked,) = service.server.received
    assert (asked.method, asked.target) == ("POST", "/v1/embeddings")
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(asked.body) == {"model": "m-1", "input": ["one", " "], "encoding_format": "base64"}


async def test_many_texts_are_asked_in_parts(service: Service) -> None:
    service.server.answers(answer(*[(1, 0, 0)] * 64), answer(*[(0, 1, 0)] * 6))
    found = await service.embedder.embed_passages([f"text {number}" for number in range(70)])
    assert found.shape == (70, 3)
    assert found[63, 0] == found[64, 1] == 1


async def test_a_busy_service_is_asked_again_when_it_says(service: Service) -> None:
    service.server.answers(
        Answer(status=429, headers=(("Retry-After", "7"),)), Answer(status=503), answer((1, 0, 0))
    )
    assert (await service.embedder.embed_passages(["x"])).shape == (1, 3)
    assert service.pauses.seconds == [7, 2.0]


async def test_a_question_does_not_wait_for_a_busy_service(service: Service) -> None:
    service.server.answers(Answer(status=429, headers=(("Retry-After", "7"),)), answer((1, 0, 0)))
    with pytest.raises(Unavailable, match="answered 429") as caught:
        await service.embedder.embed_queries(["x"])
    assert caught.value.retry_after_s == 30
    assert (len(service.server.received), service.pauses.seconds) == (1, [])


async def test_a_question_tries_a_lost_connection_once_more(service: Service) -> None:
    service.server.answers(Answer(reset=True), answer((1, 0, 0)))
    assert (await service.embedder.embed_queries(["x"])).shape == (1, 3)


async def test_a_service_that_never_answers_costs_one_question_its_time_and_the_next_ones_nothing(
    service: Service,
) -> None:
    service.server.answers(Answer(silent=True))
    async with asyncio.timeout(20):
        with pytest.raises(Unavailable, match="did not answer within"):
            await service.embedder.embed_queries(["one"])
    for text in ("two", "three"):
        with pytest.raises(Unavailable, match="left alone"):
            await service.embedder.embed_intents([text])
    assert len(service.server.received) == 1


async def test_after_its_rest_one_question_tries_the_service(service: Service) -> None:
    service.server.answers(Answer(status=500), Answer(status=500), answer((1, 0, 0)))
    with pytest.raises(Unavailable, match="answered 500"):
        await service.embedder.embed_queries(["one"])
    service.clock.at += timedelta(seconds=29)
    with pytest.raises(Unavailable, match="left alone") as caught:
        await service.embedder.embed_queries(["one"])
    assert caught.value.retry_after_s == pytest.approx(1)
    service.clock.at += timedelta(seconds=2)
    for text in ("one", "two"):
        assert (await service.embedder.embed_queries([text])).shape == (1, 3)


async def test_a_text_that_the_service_does_not_take_keeps_no_other_from_it(service: Service) -> None:
    service.server.answers(Answer(status=400), answer((1, 0, 0)))
    with pytest.raises(Unavailable, match="answered 400"):
        await service.embedder.embed_queries(["x" * 9_000])
    assert (await service.embedder.embed_queries(["x"])).shape == (1, 3)


async def test_articles_are_tried_while_questions_leave_the_service_alone(service: Service) -> None:
    service.server.answers(Answer(status=401), answer((1, 0, 0)))
    with pytest.raises(Unavailable, match="answered 401"):
        await service.embedder.embed_queries(["x"])
    assert (await service.embedder.embed_passages(["x"])).shape == (1, 3)
    assert (await service.embedder.embed_queries(["x"])).shape == (1, 3)


@pytest.mark.parametrize(
    ("fault", "told", "asked"),
    [
        (Answer(status=401, body=KEY.encode()), "answered 401", 1),
        (Answer(status=500), "answered 500", 4),
        (Answer(status=429, headers=(("Retry-After", "3600"),)), "answered 429", 1),
        (Answer(reset=True), "cannot be reached", 4),
        (Answer(body=b"{}"), "cannot be read", 1),
        (Answer(body=b"not json"), "cannot be read", 1),
        (answer((1.0, 0.0)), "set FRONTDESK_EMBEDDER_DIM", 1),
        (answer((1.0, math.nan, 0.0)), "cannot be reckoned with", 1),
        (answer((1.0, 0.0, -math.inf)), "cannot be reckoned with", 1),
        (answer((1e30, 0.0, 1.0)), "cannot be reckoned with", 1),
        (answer((1e300, 0.0, 1.0), packed=False), "cannot be reckoned with", 1),
        (answer((1.0, 0.0, 0.0), (1.0, 0.0, 0.0)), "2 vectors for 1 texts", 1),
    ],
)
async def test_trouble_is_unavailable_and_names_no_secret(
    service: Service, fault: Answer, told: str, asked: int
) -> None:
    service.server.answers(fault)
    with pytest.raises(Unavailable, match=told) as caught:
        await service.embedder.embed_passages(["x"])
    assert len(service.server.received) == asked
    assert KEY not in caught.value.message


async def test_without_an_address_it_says_what_to_set() -> None:
    async with FaultServer() as server, outside_of(server, "embedding") as outside:
        embedder = OpenAiEmbeddings(outside)
        assert "FRONTDESK_EMBEDDER_URL" in embedder.trouble()
        with pytest.raises(Unavailable, match="FRONTDESK_EMBEDDER_URL"):
            await embedder.embed_queries(["x"])
        assert server.received == []


async def test_another_model_makes_other_vectors() -> None:
    async with FaultServer() as server, outside_of(server, "embedding") as outside:
        one, other = (
            OpenAiEmbeddings(replace(outside, settings={"url": "https://x.example", "model": model}))
            for model in ("a", "b")
        )
        assert one.profile.fingerprint != other.profile.fingerprint
