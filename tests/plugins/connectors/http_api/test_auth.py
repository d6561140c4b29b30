"""How requests show who asks: what is sent, and that what is secret stays so."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl

import msgspec
import pytest
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.plugins.connectors.http_api.test_http_api import Vault, call, outside, pauses, server

from frontdesk.core.action import Basic, ClientCredentials, HttpCall, Literal, QueryKey, SecretRef, Signature
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.http_api.adapter import HttpApi

__all__ = ["outside", "pauses", "server"]
SECRETS = Vault(KEY="s3cr3t", ID="desk", MISTAKE="a\nb")


def with_auth(server: FaultServer, auth: object, **more: object) -> HttpCall:
    return msgspec.structs.replace(HttpCall("POST", server.url("/api")), auth=auth, **more)


async def test_basic(server: FaultServer, outside: Outside) -> None:
    request = with_auth(server, Basic((Literal("me"),), (SecretRef("KEY"),)))
    assert (await HttpApi(outside).run(call(server, request=request), SECRETS)).outcome == "ok"
    sent = server.received[0].headers["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == "me:s3cr3t"


async def test_a_key_in_the_query(server: FaultServer, outside: Outside) -> None:
    request = with_auth(server, QueryKey("key", (SecretRef("KEY"),)), query=(("a", "1"),))
    await HttpApi(outside).run(call(server, request=request), SECRETS)
    assert server.received[0].target == "/api?a=1&key=s3cr3t"


async def test_a_signature_over_the_body_as_sent(server: FaultServer, outside: Outside) -> None:
    request = with_auth(
        server, Signature("X-Hub", (SecretRef("KEY"),), "sha256="), json={"a": "é"}, has_json=True
    )
    await HttpApi(outside).run(call(server, request=request), SECRETS)
    (got,) = server.received
    assert got.headers["x-hub"] == "sha256=" + hmac.new(b"s3cr3t", got.body, hashlib.sha256).hexdigest()


def oauth(server: FaultServer) -> HttpCall:
    return with_auth(
        server, ClientCredentials(server.url("/token"), (SecretRef("ID"),), (SecretRef("KEY"),), "read write")
    )


TOKEN = json_answer({"access_token": "t1", "expires_in": 3600, "token_type": "bearer"})


async def test_a_token_is_fetched_once_and_used_again(server: FaultServer, outside: Outside) -> None:
    api = HttpApi(outside)
    server.answers(TOKEN, json_answer({"v": 1}), json_answer({"v": 2}))
    for wanted in ({"v": 1}, {"v": 2}):
        assert (await api.run(call(server, request=oauth(server)), SECRETS)).body == wanted
    token, first, second = server.received
    assert (token.method, token.target) == ("POST", "/token")
    assert dict(parse_qsl(token.body.decode())) == {"grant_type": "client_credentials", "scope": "read write"}
    assert base64.b64decode(token.headers["authorization"].removeprefix("Basic ")) == b"desk:s3cr3t"
    assert first.headers["authorization"] == second.headers["authorization"] == "Bearer t1"


async def test_a_refused_token_is_fetched_anew_and_the_call_repeated_once(
    server: FaultServer, outside: Outside
) -> None:
    api = HttpApi(outside)
    newer = json_answer({"access_token": "t2"})
    server.answers(TOKEN, Answer(401), newer, json_answer({"v": 1}))
    assert (await api.run(call(server, request=oauth(server)), SECRETS)).outcome == "ok"
    assert server.received[-1].headers["authorization"] == "Bearer t2"
    server.answers(Answer(401), newer, Answer(401))
    fetched = await api.run(call(server, request=oauth(server)), SECRETS)
    assert (fetched.outcome, fetched.status) == ("error", 401)


async def test_one_assistants_token_is_not_anothers(server: FaultServer, outside: Outside) -> None:
    api = HttpApi(outside)
    server.answers(TOKEN, json_answer({}), TOKEN, json_answer({}))
    for owner in ("asst_1", "asst_2"):
        await api.run(call(server, request=oauth(server), owner=owner), SECRETS)
    assert [got.target for got in server.received] == ["/token", "/api", "/token", "/api"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500), "the token service answered 500"),
        (json_answer({"token": "x"}), "the token service gave no token"),
        (json_answer({"access_token": "a\r\nX: 1"}), "the token service gave no token"),
        (Answer(200, b"<html>"), "the token service did not answer in JSON"),
    ],
)
async def test_without_a_token_nothing_is_called(
    server: FaultServer, outside: Outside, answer: Answer, reason: str
) -> None:
    server.answers(answer)
    fetched = await HttpApi(outside).run(call(server, request=oauth(server)), SECRETS)
    assert (fetched.outcome, fetched.reason) == ("error", reason)
    assert [got.target for got in server.received] == ["/token"]


@pytest.mark.parametrize("name", ["MISTAKE", "NONE"])
async def test_secrets_that_cannot_be_used_are_not_told(
    server: FaultServer, outside: Outside, name: str
) -> None:
    for auth in (
        Basic((Literal("me"),), (SecretRef(name),)),
        QueryKey("key", (SecretRef(name),)),
        Signature("X-Hub", (SecretRef(name),)),
        ClientCredentials(server.url("/token"), (Literal("x"),), (SecretRef(name),)),
    ):
        fetched = await HttpApi(outside).run(call(server, request=with_auth(server, auth)), SECRETS)
        assert fetched.outcome == "error"
        assert "a\nb" not in fetched.reason
    assert server.connections == 0


async def test_a_system_that_keeps_failing_is_left_alone_for_a_while(
    server: FaultServer, outside: Outside
) -> None:
    api = HttpApi(outside)
    server.answers(Answer(500))
    for _ in range(5):
        assert (await api.run(call(server, owner="a"), SECRETS)).status == 500
    refused = await api.run(call(server, owner="a"), SECRETS)
    assert (refused.outcome, refused.reason) == ("error", "not asked: it failed 5 times in a row")
    assert len(server.received) == 5
    assert (await api.run(call(server, owner="b"), SECRETS)).status == 500, (
        "another assistant asks for itself"
    )


async def test_4xx_is_an_answer_and_trips_nothing(server: FaultServer, outside: Outside) -> None:
    api = HttpApi(outside)
    server.answers(Answer(404))
    for _ in range(8):
        assert (await api.run(call(server), SECRETS)).status == 404
