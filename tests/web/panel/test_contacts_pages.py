"""The pages of Contacts: what customers said of themselves is text, and what is irreversible has to be typed."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.doubles.http_client import Answer, HttpClient
from tests.web.conftest import MakeKey
from tests.web.test_analytics import Past

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint

PAGE = "/panel/contacts"
HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


@pytest.fixture
async def past(client: HttpClient, store: Store, workspace: WorkspaceId, make_key: MakeKey) -> Past:
    made = Past(store, workspace, await make_key(workspace, "admin"), client)
    await made.begin()
    return made


async def someone(past: Past, name: str, **facts: object) -> str:
    made = mint("vis")
    await past._insert("contacts", {"id": made, "name": name, **facts})
    return made


async def text(client: HttpClient, past: Past, path: str = PAGE) -> str:
    answer = await client.get(path, key=past._key)
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def sent(client: HttpClient, past: Past, path: str, **form: str) -> Answer:
    headers = {
        "Origin": client.base_url,
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
    }
    return await client.post(path, key=past._key, headers=headers, body=urlencode(form))


async def test_before_anybody_wrote_the_page_says_how_contacts_come(
    client: HttpClient, store: Store, other_workspace: WorkspaceId, make_key: MakeKey
) -> None:
    answer = await client.get(PAGE, key=await make_key(other_workspace, "read:contacts"))
    assert "Nobody wrote yet" in answer.body.decode()


async def test_hostile_facts_are_text_everywhere(client: HttpClient, past: Past) -> None:
    contact = await someone(past, HOSTILE, email=HOSTILE, company=HOSTILE, attributes={HOSTILE: HOSTILE})
    await past.conversation(contact_id=contact, subject=HOSTILE, last_preview=HOSTILE)
    other = await someone(past, "Jo")
    for path in (
        PAGE,
        f"{PAGE}?{urlencode({'q': HOSTILE})}",
        f"{PAGE}/{contact}",
        f"{PAGE}/{contact}/merge",
        f"{PAGE}/{other}/merge?other={contact}",
    ):
        page = await text(client, past, path)
        assert "<img src=x" not in page, path
        assert "49" not in re.findall(r"\{\{7\*7\}\}|\b49\b", page), path
    assert HOSTILE in unescape(await text(client, past, f"{PAGE}/{contact}"))


async def test_a_contacts_conversations_can_be_opened_from_its_page(client: HttpClient, past: Past) -> None:
    contact = await someone(past, "Jo")
    conversation = await past.conversation(contact_id=contact)
    page = await text(client, past, f"{PAGE}/{contact}")
    (link,) = re.findall(r'href="(/panel/chats[^"]*conv_[^"]*)"', page)
    assert conversation in link
    assert (await client.get(unescape(link), key=past._key)).status == 200


async def test_contacts_are_searched_and_an_empty_result_can_be_cleared(
    client: HttpClient, past: Past
) -> None:
    anna = await someone(past, "Anna")
    assert f"{PAGE}/{anna}" in await text(client, past, f"{PAGE}?q=ann")
    empty = await text(client, past, f"{PAGE}?q=zzz")
    assert "No contact fits." in empty
    assert "Clear search" in empty


async def test_facts_are_saved_and_a_wrong_one_is_told_at_its_field(client: HttpClient, past: Past) -> None:
    contact = await someone(past, "Anna")
    page = await text(client, past, f"{PAGE}/{contact}")
    (version,) = re.findall(r'name="version" value="([^"]*)"', page)
    form = {
        "version": version,
        "name": "Anna K",
        "email": "nobody",
        "phone": "",
        "company": "",
        "language": "",
    }
    wrong = await sent(client, past, f"{PAGE}/{contact}", **form, time_zone="")
    assert wrong.status == 422
    assert 'aria-invalid="true"' in wrong.body.decode()
    good = await sent(client, past, f"{PAGE}/{contact}", **{**form, "email": "a@example.com"}, time_zone="")
    assert good.headers["hx-redirect"] == f"{PAGE}/{contact}"
    late = await sent(client, past, f"{PAGE}/{contact}", **{**form, "email": "b@example.com"}, time_zone="")
    assert late.status == 412
    assert "a@example.com" in late.body.decode()


async def test_two_contacts_are_compared_and_merged(client: HttpClient, past: Past) -> None:
    keep, gone = await someone(past, "Jo", phone="1"), await someone(past, "Joanna", email="jo@example.com")
    page = await text(client, past, f"{PAGE}/{keep}/merge?other={gone}")
    assert 'name="name" value="there"' in page
    assert 'name="company"' not in page
    chosen = {"other": gone, "name": "there", "email": "there", "phone": "here"}
    stale = await sent(client, past, f"{PAGE}/{keep}/merge", **chosen, version="0", other_version="0")
    assert stale.status == 412
    seen = dict(re.findall(r'name="(version|other_version)" value="(\d+)"', page))
    answer = await sent(client, past, f"{PAGE}/{keep}/merge", **chosen, **seen)
    assert answer.headers["hx-redirect"] == f"{PAGE}/{keep}"
    page = await text(client, past, f"{PAGE}/{keep}")
    assert 'value="Joanna"' in page
    assert 'value="jo@example.com"' in page
    assert 'value="1"' in page


async def test_to_erase_the_name_is_typed_and_a_reason_given(client: HttpClient, past: Past) -> None:
    contact = await someone(past, "Anna")
    path = f"{PAGE}/{contact}/erase"
    for name, reason in (("anna", "Ticket 1"), ("Anna", ""), ("Anna", "Anna asked")):
        answer = await sent(client, past, path, name=name, reason=reason)
        assert answer.status == 422, answer.body
    answer = await sent(client, past, path, name="Anna", reason="Ticket 1")
    assert answer.headers["hx-redirect"] == PAGE
    assert (await client.get(f"{PAGE}/{contact}", key=past._key)).status == 404


async def test_who_only_looks_sees_no_button_that_changes(
    client: HttpClient, past: Past, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    contact = await someone(past, "Anna")
    key = await make_key(workspace, "read:contacts")
    page = (await client.get(f"{PAGE}/{contact}", key=key)).body.decode()
    assert "contact-erase" not in page
    assert f"{PAGE}/{contact}/merge" not in page
    assert "textarea" not in page
    assert (await client.get(f"{PAGE}/{contact}/merge", key=key)).status == 403


async def test_everything_known_comes_as_a_file(client: HttpClient, past: Past) -> None:
    contact = await someone(past, "Anna")
    known: dict[str, Any] = {
        "page_url": "https://shop.example/cart",
        "referrer": "https://search.example/",
        "browser": "Firefox",
        "device": "mobile",
    }
    await past.conversation(contact_id=contact, **known)
    answer = await client.get(f"{PAGE}/{contact}/export", key=past._key)
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.json()["contact"]["name"] == "Anna"
    (talk,) = answer.json()["conversations"]
    assert {name: talk[name] for name in known} == known


async def test_attributes_are_added_changed_and_taken_away(client: HttpClient, past: Past) -> None:
    known = {"Plan": "basic", "Since": "2019", "visits": 7, HOSTILE: "x"}
    contact = await someone(past, "Anna", attributes=known)
    path, api = f"{PAGE}/{contact}", f"/api/v1/contacts/{contact}"
    page = await text(client, past, path)
    assert "<img src=x" not in page
    assert re.search(r"<dt[^>]*>visits</dt><dd[^>]*>7</dd>", page)
    (version,) = re.findall(r'name="version" value="(\w+)"', page)

    async def save(*rows: tuple[str, str], version: str) -> Answer:
        pairs = [
            (f"attributes.{part}", value)
            for row in rows
            for part, value in zip(("key", "value"), row, strict=True)
        ]
        body = urlencode([("name", "Anna"), ("version", version), *pairs])
        headers = {
            "Origin": client.base_url,
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
        }
        return await client.post(path, key=past._key, headers=headers, body=body)

    rows = (("Plan", "gold"), (" Number ", "C-1"), ("", "of no name"), (HOSTILE, HOSTILE))
    answer = await save(*rows, version=version)
    assert answer.status < 400, answer.body
    read = await client.get(api, key=past._key)
    assert read.json()["attributes"] == {"Plan": "gold", "Number": "C-1", HOSTILE: HOSTILE, "visits": 7}
    # Somebody else has changed it since: nothing of theirs is lost, nor of what was typed.
    late = await save(("Plan", "silver"), ("Mine", "kept"), version=version)
    assert late.status in {409, 412}
    assert {"silver", "Mine", "kept"} <= set(re.findall(r"\w+", late.body.decode()))
    assert (await client.get(api, key=past._key)).json()["attributes"]["Plan"] == "gold"
    version = read.headers["ETag"].strip('"')
    for wrong in (("x" * 101, "a"), ("a", "x" * 2001)):
        assert (await save(wrong, version=version)).status == 422
    assert (await save(version=version)).status < 400
    assert (await client.get(api, key=past._key)).json()["attributes"] == {"visits": 7}


async def test_an_address_that_became_known_gives_nobody_another_name(client: HttpClient, past: Past) -> None:
    contact = await someone(past, "", email="jo@example.com")
    await past.conversation(contact_id=contact, external_id="cust3")
    named = f'<a class="fd-b" href="{PAGE}/{contact}" dir="auto">API chat cust3</a>'
    assert named in await text(client, past)
    assert "<h1>API chat cust3" in re.sub(
        r"<(bdi|span)[^>]*>", "", await text(client, past, f"{PAGE}/{contact}")
    )


async def test_a_time_zone_is_chosen_and_not_typed(client: HttpClient, past: Past) -> None:
    contact = await someone(past, "Jo", time_zone="Asia/Tashkent")
    page = await text(client, past, f"{PAGE}/{contact}")
    assert re.search(r'<option value="Asia/Tashkent"[^>]* selected', page)
