"""The REST and callback channels on the wire, row by row as Rasa 3.6 answers, and where we differ on purpose.

Rows that no bot can bring about yet (custom bodies, cards) are held by tests/kit/test_rasa_bubbles.py.
"""

import dataclasses
from collections.abc import AsyncIterator

import pytest
from tests.program import Desk, Program
from tests.web.rasa_wire import FIRST, PICTURE, WIRE, assert_shape, send

from frontdesk.store import bots


@pytest.fixture(scope="module")
async def desk(program: Program) -> Desk:
    return await program.desk(WIRE, slug="wire")


# -- where it answers


@pytest.mark.parametrize("path", ["/webhooks/rest", "/webhooks/rest/"])
async def test_status_is_ok_in_both_spellings(desk: Desk, path: str) -> None:
    answer = await desk.program.client.get(desk.path + path)
    assert (answer.status, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_message_is_answered_with_a_list_in_both_spellings(desk: Desk, slash: str) -> None:
    body = b'{"sender": "jhon", "message": "tell me something about you"}'
    answer = await desk.program.client.post(desk.webhook + slash, body=body)
    assert (answer.status, answer.json()) == (200, [FIRST])  # S000-22, S000-23, S000-24
    assert answer.headers["Content-Type"] == "application/json"


async def test_get_on_the_webhook_is_405_and_says_post(desk: Desk) -> None:
    for slash in ("", "/"):
        answer = await desk.program.client.get(desk.webhook + slash)
        assert_shape(answer, 405)
        assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "path", ["/webhooks/rest/else", "/webhooks", "/webhooks/", "/webhooks/telex/webhook"]
)
async def test_an_unknown_path_below_webhooks_is_404_in_the_wires_shape(desk: Desk, path: str) -> None:
    for prefix in ("", desk.path):
        assert_shape(await desk.program.client.post(prefix + path, body=b"{}"), 404)


async def test_an_unknown_path_elsewhere_keeps_the_apis_shape(desk: Desk) -> None:
    assert (await desk.program.client.get("/webhook")).json()["code"] == "not_found"


@pytest.mark.parametrize("name", ["nobody", "asst_0000000000000000000000000a", "a%00b", "%FF", "..."])
async def test_an_unknown_assistant_is_404(desk: Desk, name: str) -> None:
    body = b'{"sender": "jhon", "message": "hi"}'
    assert_shape(await desk.program.client.post(f"/a/{name}/webhooks/rest/webhook", body=body), 404)


async def test_a_channel_that_the_assistant_has_not_is_404(desk: Desk) -> None:
    body = b'{"sender": "jhon", "message": "hi"}'
    assert_shape(await desk.program.client.post(f"{desk.path}/webhooks/callback/webhook", body=body), 404)


# -- what it reads


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "a/b", None]
)
async def test_the_content_type_is_not_looked_at(desk: Desk, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    body = {"sender": "jhon", "message": "tell me something about you"}
    assert (await send(desk, body, headers=headers)).json() == [FIRST]


@pytest.mark.parametrize("body", [{"message": "rate"}, {"sender": None, "message": "rate"}])
@pytest.mark.parametrize("more", [{}, {"sender": ""}])
async def test_without_a_sender_everybody_gets_an_id_of_their_own(
    desk: Desk, body: dict[str, object], more: dict[str, object]
) -> None:
    first, second = [(await send(desk, body | more)).json()[0]["recipient_id"] for _ in range(2)]
    assert first.startswith("vis_")
    assert first != second


@pytest.mark.parametrize(("sender", "said"), [(42, "42"), (0, "0"), (1.5, "1.5")])
async def test_a_sender_may_be_a_number(desk: Desk, sender: float, said: str) -> None:
    found = await send(desk, {"sender": sender, "message": "tell me something about you"})
    assert found.json() == [{**FIRST, "recipient_id": said}]


@pytest.mark.parametrize("message", ["", " ", " \n\t "])
async def test_an_empty_message_is_a_message(desk: Desk, message: str) -> None:
    found = await send(desk, {"sender": "empty", "message": message})
    assert found.status == 200
    assert found.json()[0]["text"].startswith("I do not know")


@pytest.mark.parametrize("body", [{"message": None}, {}, {"message": 7}, {"message": {"text": "hi"}}])
async def test_what_is_no_message_gets_an_empty_list_and_leaves_no_row(
    desk: Desk, body: dict[str, object]
) -> None:
    before = await desk.counts()
    answer = await send(desk, {"sender": "jhon", **body})
    assert (answer.status, answer.json()) == (200, [])
    assert await desk.counts() == before


@pytest.mark.parametrize("metadata", ["x", 1, [], True])
async def test_metadata_that_is_no_object_gets_an_empty_list(desk: Desk, metadata: object) -> None:
    before = await desk.counts()
    answer = await send(desk, {"sender": "jhon", "message": "rate", "metadata": metadata})
    assert (answer.status, answer.json()) == (200, [])
    assert await desk.counts() == before


async def test_further_keys_are_not_looked_at(desk: Desk) -> None:
    body = {"sender": "jhon", "message": "tell me something about you", "input_channel": "x", "more": [1]}
    assert (await send(desk, {**body, "metadata": {"a": {"b": []}}})).json() == [FIRST]


async def test_a_message_of_many_characters_is_cut_and_answered(desk: Desk) -> None:
    answer = await send(desk, {"sender": "long", "message": "x" * 900_000})
    assert answer.status == 200
    assert 7_000 < len(answer.json()[0]["text"]) < 9_000


# -- what it answers with


async def test_buttons_and_their_payload_posted_back(desk: Desk) -> None:
    asked = (await send(desk, {"sender": "jhon", "message": "rate"})).json()
    assert asked == [  # S000-25
        {
            "recipient_id": "jhon",
            "text": "Could you rate my service??",
            "buttons": [{"title": "Yes", "payload": "yes"}, {"title": "No", "payload": "no"}],
        }
    ]
    payload = asked[0]["buttons"][0]["payload"]
    thanked = await send(desk, {"sender": "jhon", "message": payload})
    assert thanked.json() == [{"recipient_id": "jhon", "text": "Thank you."}]  # S000-26


async def test_an_image_alone(desk: Desk) -> None:
    found = await send(desk, {"sender": "jhon", "message": "picture"})
    assert found.json() == [{"recipient_id": "jhon", "image": PICTURE}]  # S000-27


async def test_an_attachment_is_its_address(desk: Desk) -> None:
    found = await send(desk, {"sender": "jhon", "message": "file"})
    assert found.json() == [{"recipient_id": "jhon", "attachment": PICTURE}]  # S000-28


async def test_text_and_image_are_two_bubbles_text_first(desk: Desk) -> None:
    found = await send(desk, {"sender": "jhon", "message": "both"})
    assert found.json() == [
        {"recipient_id": "jhon", "text": "Look:"},
        {"recipient_id": "jhon", "image": PICTURE},
    ]


async def test_a_blank_line_parts_bubbles(desk: Desk) -> None:
    assert await desk.say("jhon", "long") == ["One.", "Two.\nStill two."]


async def test_two_messages_are_two_bubbles_in_order(desk: Desk) -> None:
    assert await desk.say("jhon", "two") == ["First.", "Second."]


async def test_nothing_to_say_is_an_empty_list(program: Program) -> None:
    people = await program.desk()
    await people.say("jhon", "agent")
    answer = await people.post("jhon", "are you there?")
    assert (answer.status, answer.json()) == (200, [])


async def test_an_assistant_with_nothing_published_answers_with_nothing(program: Program) -> None:
    desk = await program.desk(WIRE)
    async with program.running.store.unit_of_work(desk.workspace) as tx:
        made = await bots.create_assistant(
            desk.workspace, tx, slug="unpublished", name="U", is_default=False, env={}
        )
    unpublished = dataclasses.replace(desk, assistant_id=made.id)
    answer = await unpublished.post("jhon", "hi")
    assert (answer.status, answer.json()) == (200, [])
    assert (await program.client.get(f"{unpublished.path}/webhooks/rest/")).json() == {"status": "ok"}
    assert await desk.rows("inbound") == []


async def test_a_turn_that_breaks_is_an_empty_list_and_set_aside(program: Program) -> None:
    desk = await program.desk(WIRE)
    await desk.say("jhon", "two")
    await program.execute(
        """UPDATE conversations SET state = '{"stack": 7}' WHERE workspace_id = $1""", desk.workspace
    )
    answer = await desk.post("jhon", "two")
    assert (answer.status, answer.json()) == (200, [])
    assert [row["status"] for row in await desk.rows("inbound", "lane_seq")] == ["done", "parked"]
    assert await desk.say("jhon", "two") == ["First.", "Second."]


# -- messages that begin with a slash


async def test_an_intent_passes_the_classifier_by(desk: Desk) -> None:
    assert await desk.say("jhon", "/about") == ["I can help you work smarter, rather than harder"]


async def test_an_intent_brings_values_for_slots(desk: Desk) -> None:
    assert await desk.say("painter", '/paint{"color": "red", "size": 7}') == ["red, 7"]
    assert await desk.say("painter2", '/paint {"color": "red", "odd": [], "other": null}') == ["Which size?"]


@pytest.mark.parametrize("text", ["/nothing", '/nothing{"color": "red"}', "/", "/ about", "//about"])
async def test_an_unknown_intent_falls_through(desk: Desk, text: str) -> None:
    assert await desk.say("jhon", text) == [f"I do not know '{text}'."]


@pytest.mark.parametrize(
    "values",
    [
        "{]}",
        '{"color": "a", "color": "b"}',
        '{"color": "\\u0000"}',
        '{"color": "\\ud800"}',
        '{"a":' * 500 + "1" + "}" * 500,
    ],
    ids=["broken", "twice", "nul", "surrogate", "deep"],
)
async def test_values_that_cannot_be_read_are_left_out(
    desk: Desk, values: str, request: pytest.FixtureRequest
) -> None:
    assert await desk.say(request.node.name, f"/paint{values}") == ["Which color?"]


@pytest.mark.parametrize("values", ["{", "[]", "[" * 3000, " {} more"], ids=["open", "list", "deep", "more"])
async def test_an_intent_with_something_else_behind_it_is_ordinary_text(desk: Desk, values: str) -> None:
    assert await desk.say("odd", f"/paint{values}") == [f"I do not know '/paint{values}'."]


async def test_restart_answers_with_nothing_and_begins_anew(desk: Desk) -> None:
    assert await desk.say("again", "/paint") == ["Which color?"]
    answer = await desk.post("again", "/restart")
    assert (answer.status, answer.json()) == (200, [])
    assert await desk.say("again", "red") == ["I do not know 'red'."]


# -- as a stream


@pytest.mark.parametrize("value", ["true", "True"])
async def test_stream_is_one_object_a_line_under_its_odd_type(desk: Desk, value: str) -> None:
    answer = await send(desk, {"sender": "jhon", "message": "two"}, f"?stream={value}")
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.body == (
        b'{"recipient_id": "jhon", "text": "First."}\n{"recipient_id": "jhon", "text": "Second."}\n'
    )


async def test_stream_of_nothing_is_empty(desk: Desk) -> None:
    answer = await send(desk, {"sender": "jhon", "message": None}, "?stream=true")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("query", ["?stream=1", "?stream=", "?stream=yes", "?stream=false", "?other=true"])
async def test_other_values_of_stream_give_the_list(desk: Desk, query: str) -> None:
    answer = await send(desk, {"sender": "jhon", "message": "tell me something about you"}, query)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == [FIRST]


async def test_a_wrong_body_of_a_stream_is_refused_as_ever(desk: Desk) -> None:
    assert_shape(await send(desk, b"{", "?stream=true"), 400)


# -- bodies that are refused

REFUSED = {
    "broken": b'{"sender": "jhon", "message": "hi"',
    "empty": b"",
    "list": b'[{"sender": "jhon", "message": "hi"}]',
    "string": b'"hi"',
    "null": b"null",
    "number": b"7",
    "twice": b'{"sender": "jhon", "message": "a", "message": "b"}',
    "nul": b'{"sender": "jhon", "message": "a\\u0000b"}',
    "nul-raw": b'{"sender": "jhon", "message": "a\x00b"}',
    "nul-sender": b'{"sender": "jh\\u0000on", "message": "hi"}',
    "surrogate": b'{"sender": "jhon", "message": "\\ud83d"}',
    "surrogate-in-metadata": b'{"sender": "jhon", "message": "hi", "metadata": {"\\udc00": 1}}',
    "not-utf8": b'{"sender": "jhon", "message": "\xff\xfe"}',
    "latin1": '{"sender": "jhon", "message": "é"}'.encode("latin-1"),
    "utf16": '{"sender": "jhon", "message": "hi"}'.encode("utf-16"),
    "deep": b'{"sender": "jhon", "message": "hi", "metadata": ' + b'{"a":' * 70 + b"1" + b"}" * 71,
    "very-deep": b"[" * 200_000,
    "nan": b'{"sender": "jhon", "message": "hi", "metadata": {"a": NaN}}',
    "huge-number": b'{"sender": ' + b"9" * 10_000 + b', "message": "hi"}',
    "sender-list": b'{"sender": ["jhon"], "message": "hi"}',
    "sender-object": b'{"sender": {"a": 1}, "message": "hi"}',
    "sender-true": b'{"sender": true, "message": "hi"}',
    "sender-long": b'{"sender": "' + b"j" * 256 + b'", "message": "hi"}',
    "id-long": b'{"sender": "j", "message": "hi", "metadata": {"message_id": "' + b"i" * 256 + b'"}}',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
async def test_a_body_that_has_no_one_meaning_is_400_and_leaves_no_row(desk: Desk, body: bytes) -> None:
    before = await desk.counts()
    assert_shape(await send(desk, body), 400)
    assert await desk.counts() == before


async def test_a_body_over_a_megabyte_is_413_and_leaves_no_row(desk: Desk) -> None:
    body = b'{"sender": "jhon", "message": "' + b"x" * 1_000_000 + b'"}'

    async def in_pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 100_000):
            yield body[at : at + 100_000]

    before = await desk.counts()
    for sent in (body, in_pieces()):
        assert_shape(await desk.program.client.post(desk.webhook, body=sent), 413)
    assert await desk.counts() == before


async def test_what_was_refused_is_not_said_again(desk: Desk) -> None:
    secret = b"my-card-4111111111111111"
    for body in (b'{"sender": "jhon", "message": "' + secret, secret, b'["' + secret + b'"]'):
        assert secret not in (await send(desk, body)).body
