"""What did not arrive at a webhook is sent again: one, or all since a moment; what waits for its next try as well."""

import pytest
from tests.doubles.http_server import Answer as Given
from tests.web.webhooks import Hooked

from frontdesk.turn.targets import FAILS


async def test_sending_again_takes_what_failed_since_then_and_nothing_else(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.made = lambda request: Given(status=500 if b'"bad' in request.body else 200)
    for sender in ("good", "bad 1", "bad 2"):
        await hooked.desk.say(sender, sender)
    await hooked.put_off(hook, 2)
    await hooked.in_state(hook, "sent", "waiting", "waiting")
    await hooked.desk.program.execute(
        """UPDATE deliveries SET status = 'failed', finished_at = now(),
                                 created_at = created_at - CASE WHEN convert_from(body, 'UTF8') LIKE '%bad 1%'
                                                                THEN interval '2 hours' ELSE interval '0' END
           WHERE workspace_id = $1 AND status = 'waiting'""",
        hooked.desk.workspace,
    )
    hooked.receiver.made = lambda _: Given()
    rows = await hooked.log(hook)
    since = rows[0]["created_at"]
    before = len(hooked.receiver.received)
    answer = await hooked.api("POST", f"/{hook['id']}/replay", {"since": since})
    assert answer.json() == {"count": 1}
    await hooked.in_state(hook, "sent", "failed", "sent")
    (again,) = hooked.receiver.received[before:]
    assert again.headers["webhook-id"] == rows[2]["id"]


@pytest.mark.parametrize("asked", ["all", "the first", "one behind it"])
async def test_what_waits_for_its_next_try_goes_out_in_order_when_it_is_asked_for(
    hooked: Hooked, asked: str
) -> None:
    hook = await hooked.made("message.created")
    hooked.receiver.answers(Given(status=500))
    await hooked.desk.say("jo", "hi")
    rows = await hooked.put_off(hook)
    assert [row["status"] for row in rows] == ["waiting", "waiting"]
    hooked.receiver.answers(Given())
    if asked == "all":
        answer = await hooked.api("POST", f"/{hook['id']}/replay", {"since": rows[0]["created_at"]})
        assert answer.json() == {"count": 2}
    else:
        one = rows[0 if asked == "the first" else 1]
        answer = await hooked.api("POST", f"/{hook['id']}/deliveries/{one['id']}/replay")
        assert (answer.status, answer.json()["id"]) == (202, one["id"])
    await hooked.in_state(hook, "sent", "sent")
    arrived = [request.headers["webhook-id"] for request in hooked.receiver.received]
    assert arrived == [rows[0]["id"]] * (len(arrived) - 1) + [rows[1]["id"]]


async def test_what_was_asked_for_in_vain_is_tried_on_by_its_schedule(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(status=500))
    await hooked.desk.say("jo", "hi")
    (row,) = await hooked.put_off(hook)
    await hooked.api("POST", f"/{hook['id']}/deliveries/{row['id']}/replay")
    # Its next try after that is in five minutes or later.
    await hooked.tried(hook, row["tries"] + 1)
    assert len((await hooked.whole(hook, row))["attempts"]) == row["tries"] + 1


async def test_catching_up_reaches_one_that_is_left_alone(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(status=500))
    senders = [f"jo {number}" for number in range(FAILS)]
    for sender in senders:
        await hooked.desk.say(sender, "hi")
    since = (await hooked.put_off(hook, len(senders)))[0]["created_at"]
    hooked.receiver.made = lambda _: Given()
    answer = await hooked.api("POST", f"/{hook['id']}/replay", {"since": since})
    assert answer.json() == {"count": len(senders)}
    await hooked.in_state(hook, *["sent"] * len(senders))


async def test_tests_are_sent_again_one_by_one_and_not_with_what_happened(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(status=500))
    for name in ("conversation.created", "alert.raised"):
        assert not (await hooked.api("POST", f"/{hook['id']}/test", {"event": name})).json()["ok"]
    tests = await hooked.in_state(hook, "failed", "failed")
    await hooked.desk.say("jo", "hi")
    await hooked.put_off(hook)
    hooked.receiver.answers(Given())
    answer = await hooked.api("POST", f"/{hook['id']}/replay", {"since": tests[0]["created_at"]})
    assert answer.json() == {"count": 1}
    await hooked.in_state(hook, "failed", "failed", "sent")
    await hooked.api("POST", f"/{hook['id']}/deliveries/{tests[1]['id']}/replay")
    await hooked.in_state(hook, "failed", "sent", "sent")
