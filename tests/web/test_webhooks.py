"""Webhooks through the API: made, told of events in the turn's own commit, signed, changed, removed, tried out."""

import asyncio
import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from svix.webhooks import Webhook as SvixWebhook
from tests.doubles.http_server import Answer as Given
from tests.doubles.http_server import Received
from tests.program import Program, until
from tests.web.webhooks import BOT, EVERY, Hooked

from frontdesk.core import event
from frontdesk.kit import signatures


async def test_events_are_posted_in_the_documented_envelope_in_their_order(hooked: Hooked) -> None:
    await hooked.made()
    await hooked.desk.say("jo", "hi")
    await hooked.asked(3)
    await hooked.desk.say("jo", "human")
    told = await hooked.told_of("handoff.requested")
    names = [one["event"] for one in told]
    assert names[:3] == ["conversation.created", "message.created", "message.created"]
    assert {"conversation.updated", "handoff.requested"} < set(names[3:])
    for one in told:
        Draft202012Validator(event.schema(one["event"])).validate(one)
        assert one["data"]["conversation_id"].startswith("conv_")
        assert one["data"]["visitor_id"].startswith("vis_")
    first = told[0]["data"]
    assert first["initial_message"] == "hi"
    assert list(told[0]) == ["event", "timestamp", "data"]
    assert list(first) == [
        "conversation_id",
        "visitor_id",
        "source_url",
        "browser",
        "device",
        "initial_message",
    ]
    seqs = [one["data"]["seq"] for one in told if one["event"] == "message.created"]
    assert seqs == sorted(set(seqs))


async def test_what_is_posted_is_what_the_code_of_the_envelope_makes(hooked: Hooked) -> None:
    await hooked.made("message.created")
    text = 'He said: "è 10 €" \\ \u2028 </script> \U0001f600\n'
    await hooked.desk.say("jo", text)
    for request in await hooked.asked(2):
        whole = json.loads(request.body)
        data = msgspec.convert(whole["data"], event.MessageCreated)
        at = datetime.fromisoformat(whole["timestamp"])
        assert request.body == event.envelope(whole["event"], at, data)
    assert json.loads(hooked.receiver.received[0].body)["data"]["text"] == text.strip() or text


async def test_only_the_events_that_were_chosen_are_sent(hooked: Hooked) -> None:
    await hooked.made("handoff.requested")
    everything = await hooked.made("conversation.created", path="/other")
    await hooked.desk.say("jo", "hi")
    await hooked.desk.say("jo", "human")
    await hooked.in_state(everything, "sent")
    await hooked.asked(2)
    assert sorted((one.target, json.loads(one.body)["event"]) for one in hooked.receiver.received) == [
        ("/hook", "handoff.requested"),
        ("/other", "conversation.created"),
    ]


async def test_nothing_is_sent_of_a_turn_that_is_not_written(hooked: Hooked) -> None:
    hook = await hooked.made()
    answers = await asyncio.gather(
        *(hooked.desk.post("jo", "hi", metadata={"message_id": "m1"}) for _ in range(5))
    )
    assert all(answer.status == 200 for answer in answers)
    await hooked.in_state(hook, *["sent"] * 3)
    assert len({request.headers["webhook-id"] for request in hooked.receiver.received}) == 3


async def test_libraries_that_others_wrote_take_our_signatures(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    await hooked.desk.say("jo", "hi")
    (request,) = await hooked.asked(1)
    text = request.body.decode()
    assert Webhook(hook["secret"]).verify(text, request.headers) == json.loads(text)
    SvixWebhook(hook["secret"]).verify(text, request.headers)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("webhook-id", lambda value: value[:-1] + ("0" if value[-1] != "0" else "1")),
        ("webhook-timestamp", lambda value: str(int(value) - 360)),
        ("webhook-timestamp", lambda value: str(int(value) + 360)),
        ("webhook-signature", lambda value: value[:5] + ("A" if value[5] != "A" else "B") + value[6:]),
    ],
)
async def test_what_was_changed_on_the_way_is_refused(hooked: Hooked, name: str, change: Any) -> None:
    hook = await hooked.made("conversation.created")
    await hooked.desk.say("jo", "hi")
    (request,) = await hooked.asked(1)
    body, headers = request.body.decode(), dict(request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(body.replace("hi", "ho"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(body, {**headers, name: change(headers[name])})


def guide_keys(request: Received, *secrets: str) -> list[bool]:
    """Which of the secrets have signed, by the header of the guide."""
    pairs = [pair.partition("=") for pair in request.headers["x-ai-assistant-signature"].split(",")]
    stamp = next(value for name, _, value in pairs if name == "t")
    given = [value for name, _, value in pairs if name == "v1"]
    made = [
        dict(signatures.headers([signatures.key_of(secret)], "", int(stamp), request.body))[
            "x-ai-assistant-signature"
        ].partition("v1=")[2]
        for secret in secrets
    ]
    return [one in given for one in made]


async def test_for_a_day_after_a_rotation_the_old_secret_signs_too(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    place = f"/{hook['id']}"
    secrets = [hook["secret"]]
    for _ in range(3):
        answer = await hooked.api("POST", f"{place}/rotate")
        assert answer.status == 200
        secrets.append(answer.json()["secret"])
    assert len(set(secrets)) == 4
    tried = await hooked.api("POST", f"{place}/test", {})
    assert tried.json()["ok"]
    (request,) = await hooked.asked(1)
    # The current one and two before it.
    assert guide_keys(request, *secrets) == [False, True, True, True]
    for secret in secrets[1:]:
        Webhook(secret).verify(request.body.decode(), request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[0]).verify(request.body.decode(), request.headers)
    await hooked.desk.program.execute(
        """UPDATE secrets SET name = 'until_' || (extract(epoch FROM now())::bigint - 1 - length(name) % 3)
           WHERE workspace_id = $1 AND owner_id = $2 AND name = (
               SELECT min(name) FROM secrets WHERE workspace_id = $1 AND owner_id = $2 AND name LIKE 'until%')""",
        hooked.desk.workspace,
        hook["id"],
    )
    await hooked.api("POST", f"{place}/test", {})
    latest = (await hooked.asked(2))[-1]
    assert guide_keys(latest, *secrets)[0] is False
    assert guide_keys(latest, *secrets).count(True) == 2
    assert guide_keys(latest, *secrets)[-1] is True


async def test_the_secret_is_shown_once_and_lies_sealed(hooked: Hooked) -> None:
    hook = await hooked.made()
    read = await hooked.api("GET", f"/{hook['id']}")
    assert read.json() == {name: value for name, value in hook.items() if name != "secret"}
    assert hook["secret"] not in (await hooked.api("GET", "")).body.decode()
    bare = hook["secret"].removeprefix("whsec_")
    for table in ("webhooks", "secrets", "audit", "deliveries"):
        assert bare not in str(await hooked.desk.rows(table))


async def test_one_is_read_changed_removed_and_brought_back(hooked: Hooked) -> None:
    hook = await hooked.made("message.created", description="  Our CRM ")
    place = f"/{hook['id']}"
    assert hook["description"] == "Our CRM"
    read = await hooked.api("GET", place)
    assert (await hooked.api("PATCH", place, {"enabled": False})).status == 428
    tag = read.headers["ETag"]
    changed = await hooked.api("PATCH", place, {"events": ["handoff.requested"]}, match=tag)
    assert changed.json()["events"] == ["handoff.requested"]
    assert (await hooked.api("PATCH", place, {"enabled": False}, match=tag)).status == 412
    assert (await hooked.api("DELETE", place)).status == 204
    assert (await hooked.api("GET", "")).json()["data"] == []
    assert [one["id"] for one in (await hooked.api("GET", "?bin=true")).json()["data"]] == [hook["id"]]
    assert (await hooked.api("POST", f"{place}/test", {})).status == 404
    assert (await hooked.api("POST", f"{place}/restore")).status == 200
    await hooked.desk.say("jo", "human")
    (request,) = await hooked.asked(1)
    Webhook(hook["secret"]).verify(request.body.decode(), request.headers)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "ftp://example.com/x"}, "url"),
        ({"url": "nowhere"}, "url"),
        ({"url": "http://user:pass@example.com/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["conversation.deleted"]}, "events.0"),
        ({"description": "x" * 201}, "description"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_field(hooked: Hooked, change: Any, field: str) -> None:
    answer = await hooked.api("POST", "", {"url": "https://example.com/", "events": EVERY, **change})
    assert answer.status == 422, answer.body
    assert field in str(answer.json())


async def test_without_an_event_the_refusal_says_to_choose_one(hooked: Hooked) -> None:
    answer = await hooked.api("POST", "", {"url": "https://example.com/", "events": []})
    assert answer.status == 422
    assert "Choose at least one event." in answer.body.decode()


FORBIDDEN = [
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/",
    "http://0/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://127.1/",
    "http://192.0.0.192/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://[fec0::1]/",
    "http://[::1]a.example/",
    "http://169.254.169.254./",
    "http://0251.0376.0251.0376/",
    "http://0xa9fea9fe/",
    "http://0xa9.0xfe.0xa9.0xfe/",
    "http://2852039166/",
    "http://169.254.43518/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[0:0:0:0:0:ffff:169.254.169.254]/",
    "http://[::ffff:0:169.254.169.254]/",
    "http://[fe80::1%25eth0]/",
    "http://\uff11\uff16\uff19.254.169.254/",
    "http://169\u3002254\u3002169\u3002254/",
    "http://example.com@169.254.169.254/",
    "http://169.254.169.254\\@example.com/",
    "https://example.com:22/",
]


@pytest.mark.parametrize("url", FORBIDDEN)
async def test_an_address_inside_is_no_target_in_any_spelling(hooked: Hooked, url: str) -> None:
    hook = await hooked.made()
    for method, path, body in (
        ("POST", "", {"url": url, "events": EVERY}),
        ("PATCH", f"/{hook['id']}", {"url": url}),
    ):
        answer = await hooked.api(method, path, body, match="*")
        assert answer.status == 422, (url, answer.body)
        assert answer.json()["errors"][0]["field"] == "url" if "errors" in answer.json() else True
    # However it came there, nothing goes out.
    await hooked.desk.program.execute(
        "UPDATE webhooks SET url = $3 WHERE workspace_id = $1 AND id = $2",
        hooked.desk.workspace,
        hook["id"],
        url,
    )
    tried = (await hooked.api("POST", f"/{hook['id']}/test", {})).json()
    assert (tried["ok"], tried["status"]) == (False, None)
    assert hooked.receiver.connections == 0


async def test_a_test_is_sent_at_once_and_kept_in_the_log(hooked: Hooked) -> None:
    hook = await hooked.made("message.created", enabled=False)
    hooked.receiver.answers(Given(status=201, body=b'{"thanks": true}'))
    for name in EVERY:
        answer = (await hooked.api("POST", f"/{hook['id']}/test", {"event": name})).json()
        assert (answer["ok"], answer["status"], answer["answer"]) == (True, 201, '{"thanks": true}')
        Draft202012Validator(event.schema(name)).validate(json.loads(answer["sent"]))
    rows = await hooked.log(hook)
    assert [row["event"] for row in rows] == EVERY
    whole = await hooked.whole(hook, rows[0])
    assert whole["id"] == hooked.receiver.received[0].headers["webhook-id"]
    (attempt,) = whole["attempts"]
    assert (attempt["ok"], attempt["status"], attempt["answer"]) == (True, 201, '{"thanks": true}')


async def test_who_may_not_read_conversations_sees_no_bodies(hooked: Hooked) -> None:
    hook = await hooked.made("message.created")
    await hooked.desk.say("jo", "hi")
    rows = await hooked.in_state(hook, "sent", "sent")
    path = f"/{hook['id']}/deliveries/{rows[0]['id']}"
    assert "hi" in (await hooked.api("GET", path)).json()["body"]
    key = await hooked.desk.key("api", "read:webhooks")
    answer = await hooked.api("GET", path, key=key)
    assert answer.json()["body"] is None
    assert (await hooked.api("POST", f"{path}/replay", key=key)).status == 403


async def test_who_is_erased_is_gone_from_the_log(hooked: Hooked) -> None:
    hook = await hooked.made("message.created")
    await hooked.desk.say("jo", "hi")
    await hooked.in_state(hook, "sent", "sent")
    (contact,) = await hooked.desk.rows("contacts")
    program = hooked.desk.program
    path = f"/api/v1/contacts/{contact['id']}/erase"
    answer = await program.client.send("POST", path, json={"reason": "asked for it"}, key=hooked.key)
    assert answer.status == 200, answer.body
    assert await hooked.log(hook) == []
    assert await hooked.desk.rows("webhook_attempts") == []


async def test_people_who_answer_cause_events_as_well(hooked: Hooked) -> None:
    await hooked.made("message.created", "conversation.updated")
    await hooked.desk.say("jo", "human")
    (conversation,) = await hooked.desk.rows("conversations")
    before = len(hooked.receiver.received)
    answer = await hooked.desk.program.client.send(
        "POST",
        f"/api/v1/conversations/{conversation['id']}/messages",
        json={"text": "I am here.", "client_id": "c1"},
        key=hooked.key,
    )
    assert answer.status in {200, 201}, answer.body

    async def heard() -> bool:
        return any(
            one["event"] == "message.created" and one["data"]["author"] == "operator" for one in hooked.told()
        )

    await until(heard)
    assert len(hooked.receiver.received) > before


async def test_a_webhook_of_another_workspace_is_not_there(hooked: Hooked, program: Program) -> None:
    hook = await hooked.made()
    other = await program.desk(BOT)
    key = await other.key("api", "admin")
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate"),
        ("GET", "/deliveries"),
    ):
        body: Any = {} if method == "PATCH" else None
        answer = await hooked.api(method, f"/{hook['id']}{path}", body, key=key, match="*")
        assert answer.status == 404, (method, path)


async def test_the_addresses_for_firewalls_are_what_the_operator_says(hooked: Hooked) -> None:
    answer = await hooked.api("GET", "/outgoing-addresses")
    assert answer.json() == {"addresses": []}
