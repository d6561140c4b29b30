"""What is particular to servers of one's own; the rest is in the conformance suite."""

from tests.doubles.http_server import FaultServer, json_answer
from tests.doubles.outside import outside_of
from tests.plugins.llm import completions as wire

from frontdesk.plugins.llm.custom.adapter import Custom
from frontdesk.ports.chat_model import ChatMessage, ChatRequest, Delta, Ended, Usage

ASKED = ChatRequest("llama", (ChatMessage("system", "s"), ChatMessage("customer", "q")), max_tokens=50)


async def test_a_server_without_a_key_and_without_counts_is_asked_plainly() -> None:
    async with FaultServer() as server, outside_of(server, "ai") as outside:
        server.answers(wire.text(["x"]))
        own = {"base_url": server.url("/v1"), "usage_told": False, "temperature": -1}
        pieces = [piece async for piece in Custom(outside).chat(own, ASKED)]
        assert pieces[0] == Delta("x")
        (got,) = server.received
        assert "authorization" not in got.headers
        assert got.json() == {
            "model": "llama",
            "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}],
            "stream": True,
            "max_tokens": 50,
        }


async def test_a_key_is_a_bearer_token_where_no_header_is_named() -> None:
    async with FaultServer() as server, outside_of(server, "ai") as outside:
        server.answers(wire.text(["x"]))
        own = {"base_url": server.url("/v1"), "api_key": "local", "length_field": "max_completion_tokens"}
        assert [piece async for piece in Custom(outside).chat(own, ASKED)]
        assert server.received[0].headers["authorization"] == "Bearer local"
        assert b'"max_completion_tokens":50' in server.received[0].body


async def test_an_answer_that_is_not_streamed_is_taken_as_well() -> None:
    async with FaultServer() as server, outside_of(server, "ai") as outside:
        message = {"role": "assistant", "content": "Whole."}
        server.answers(
            json_answer(
                {
                    "model": "llama",
                    "choices": [{"message": message, "finish_reason": "stop"}],
                    "usage": wire.USAGE,
                }
            )
        )
        pieces = [piece async for piece in Custom(outside).chat({"base_url": server.url("/v1")}, ASKED)]
        assert pieces == [Delta("Whole."), Ended("stop", Usage(12, 5), "llama")]
