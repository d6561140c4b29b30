"""Settings, Webhooks: added by a form that shows the secret once, tried out, its log read and sent again, switched."""

import html
import re

import pytest
from tests.doubles.http_server import Answer as Given
from tests.web.panel.test_settings_pages import Office
from tests.web.webhooks import Hooked

PATH = "/webhooks"


@pytest.fixture
def office(hooked: Hooked) -> Office:
    return Office(hooked.desk.program, hooked.key, hooked.desk.workspace)


async def test_one_is_added_and_its_secret_is_shown_once(hooked: Hooked, office: Office) -> None:
    assert "No webhook yet" in await office.page(PATH)
    bad = await office.send(f"{PATH}/new", {"url": "nowhere", "event.message.created": "on"})
    assert bad.status == 422
    added = await office.send(
        f"{PATH}/new",
        {"url": hooked.receiver.url("/crm"), "description": "Our CRM", "event.message.created": "on"},
    )
    assert added.status == 200, added.body
    secret = re.findall(r"whsec_[A-Za-z0-9+/=]+", html.unescape(added.body.decode()))
    assert len(set(secret)) == 1
    assert "Our CRM" in await office.page(PATH)
    (hook,) = (await hooked.api("GET", "")).json()["data"]
    assert hook["events"] == ["message.created"]
    page = await office.page(f"{PATH}/{hook['id']}")
    assert "whsec_" not in page
    changed = await office.send(
        f"{PATH}/{hook['id']}",
        {"url": hook["url"], "description": "CRM", "event.handoff.requested": "on", "version": "1"},
    )
    assert changed.status in {200, 204, 303}, changed.body
    (hook,) = (await hooked.api("GET", "")).json()["data"]
    assert (hook["events"], hook["name"]) == (["handoff.requested"], "CRM")
    rotated = await office.send(f"{PATH}/{hook['id']}/rotate")
    assert "whsec_" in rotated.body.decode()


async def test_a_test_the_log_and_sending_again(hooked: Hooked, office: Office) -> None:
    hook = await hooked.made("message.created")
    path = f"{PATH}/{hook['id']}"
    hooked.receiver.answers(Given(status=400, body=b"<b>no</b>"), Given())
    tried = await office.send(f"{path}/test")
    assert "&lt;b&gt;no&lt;/b&gt;" in tried.body.decode()
    (row,) = await hooked.log(hook)
    assert "conversation.created" in await office.page(path)
    delivery = await office.page(f"{path}/deliveries/{row['id']}")
    assert "&lt;b&gt;no&lt;/b&gt;" in delivery
    assert "400" in delivery
    assert (await office.send(f"{path}/deliveries/{row['id']}/replay")).status in {200, 204, 303}
    await hooked.in_state(hook, "sent")
    assert row["id"] not in await office.page(f"{path}/log?status=failed")
    assert (await office.send(f"{path}/deliveries/{row['id']}/replay")).status in {200, 204, 303}
    await hooked.asked(3)
    assert len({request.headers["webhook-id"] for request in hooked.receiver.received}) == 1


async def test_what_waits_is_sent_now_from_its_page_and_with_what_failed(
    hooked: Hooked, office: Office
) -> None:
    hook = await hooked.made("conversation.created")
    path = f"{PATH}/{hook['id']}"
    hooked.receiver.answers(Given(status=500))
    await hooked.desk.say("jo", "hi")
    (row,) = await hooked.put_off(hook)
    delivery = await office.page(f"{path}/deliveries/{row['id']}")
    assert "Send now" in delivery
    assert "Delivery id" in delivery
    assert (await office.send(f"{path}/deliveries/{row['id']}/replay")).status in {200, 204, 303}
    # Its next try after that is in five minutes or later.
    await hooked.tried(hook, row["tries"] + 1)
    hooked.receiver.answers(Given())
    page = await office.page(path)
    assert "Catch up after an outage" in page
    assert "Webhook id" in page
    assert "Begin with https" not in page
    assert (await office.send(f"{path}/replay", {"ago": "hour"})).status in {200, 204, 303}
    await hooked.in_state(hook, "sent")
    assert "Send again" in await office.page(f"{path}/deliveries/{row['id']}")


async def test_without_an_event_it_says_to_choose_one(hooked: Hooked, office: Office) -> None:
    refused = await office.send(f"{PATH}/new", {"url": hooked.receiver.url("/crm")})
    assert refused.status == 422
    assert "Choose at least one event." in html.unescape(refused.body.decode())


async def test_why_one_was_switched_off_is_said(hooked: Hooked, office: Office) -> None:
    hook = await hooked.made("message.created")
    hooked.receiver.answers(Given(status=410, body=b"moved on"), Given())
    await hooked.desk.say("jo", "hi")
    await hooked.in_state(hook, "failed", "failed")
    page = await office.page(f"{PATH}/{hook['id']}")
    assert "answered 410" in page
    assert "moved on" in page
    assert "it is gone" in await office.page(PATH)
    assert (await office.send(f"{PATH}/{hook['id']}/switch?to=on")).status in {200, 204, 303}
    assert "answered 410" not in await office.page(f"{PATH}/{hook['id']}")


async def test_one_that_was_removed_is_in_the_bin_and_comes_back(hooked: Hooked, office: Office) -> None:
    hook = await hooked.made("message.created", description="Our CRM")
    assert (await office.send(f"{PATH}/{hook['id']}/remove")).status in {200, 204, 303}
    assert "Our CRM" not in await office.page(PATH)
    assert "Our CRM" in await office.page("/bin")
    assert (await office.send(f"{PATH}/{hook['id']}/restore")).status in {200, 204, 303}
    assert "Our CRM" in await office.page(PATH)
