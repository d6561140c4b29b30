"""Settings, Activity: the log in plain words, filtered, exported, verified."""

import re
from urllib.parse import quote

from tests.program import Desk, Program
from tests.web.people import Browser, signed_in

PATH = "/panel/settings/activity"


async def page(browser: Browser, query: str = "") -> str:
    answer = await browser.get(f"{PATH}{query}")
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def test_it_says_in_plain_words_who_did_what(owner: Browser) -> None:
    made = await owner.post("/api/v1/labels", json={"name": "Refund <b>"})
    body = {"name": "Refunds"}
    await owner.send("PATCH", f"/api/v1/labels/{made.json()['id']}", json=body, headers={"If-Match": "*"})
    shown = await page(owner)
    assert "Label changed" in shown
    assert "Ann Lee" in shown
    assert "127.0.0.1" in shown
    assert "<bdi>Refund &lt;b&gt;</bdi> → <bdi>Refunds</bdi>" in shown
    assert "label.updated" not in shown


async def test_what_is_new_or_gone_is_told_by_what_it_is_or_was(owner: Browser) -> None:
    """Nothing comes from nothing; what is in the bin has no page, and is not led to."""
    assistant = (await owner.get("/api/v1/assistants")).json()["data"][0]
    label = (await owner.post("/api/v1/labels", json={"name": "Parcel"})).json()["id"]
    await owner.send("DELETE", f"/api/v1/labels/{label}", headers={"If-Match": "*"})
    body = {"name": "For one", "scopes": ["read:workspace"], "assistant_ids": [assistant["id"]]}
    made = await owner.post("/api/v1/keys", json=body)
    assert made.status == 201, made.body
    shown = await page(owner)
    assert shown.count('<span class="fd-b">name</span>: <bdi>Parcel</bdi>') == 2
    assert f'<span class="fd-b">assistants</span>: <bdi>{assistant["name"]}</bdi>' in shown
    assert "nothing" not in shown


async def test_what_looks_like_a_moment_and_is_none_is_shown_as_it_is_written(owner: Browser) -> None:
    zone = await owner.patch("/api/v1/me", json={"time_zone": "Asia/Tashkent"}, headers={"If-Match": "*"})
    assert zone.status == 200, zone.body
    for name in ("2026-19-39T99:99:99Z", "2026-11-23T05:00:00+99:99"):
        assert (await owner.post("/api/v1/labels", json={"name": name})).status == 201
    body = {"name": "For ever", "scopes": ["read:workspace"], "expires_at": "9999-12-31T23:59:59Z"}
    assert (await owner.post("/api/v1/keys", json=body)).status == 201
    shown = await page(owner)
    assert all(part in shown for part in ("2026-19-39T99:99:99Z", "2026-11-23T05:00:00+99:99", "9999"))
    keys = await owner.get("/panel/settings/api")
    assert (keys.status, b"For ever" in keys.body) == (200, True)


async def test_how_long_an_articles_text_is_is_told_in_the_readers_language(owner: Browser) -> None:
    made = await owner.post("/api/v1/articles", json={"title": "Parcels", "body": "They come."})
    assert made.status == 201, made.body
    body = {"title": "Parcels", "body": "They come soon."}
    path = f"/api/v1/articles/{made.json()['id']}"
    changed = await owner.send("PATCH", path, json=body, headers={"If-Match": "*"})
    assert changed.status == 200, changed.body
    assert "<bdi>10 characters</bdi> → <bdi>15 characters</bdi>" in await page(owner)
    for language, before, after in (("uz", "10 belgi", "15 belgi"), ("ru", "10 символов", "15 символов")):
        spoken = await owner.patch("/api/v1/me", json={"language": language}, headers={"If-Match": "*"})
        assert spoken.status == 200, spoken.body
        assert f"<bdi>{before}</bdi> → <bdi>{after}</bdi>" in await page(owner)


async def test_a_conversation_is_told_by_whose_it_is_and_leads_to_itself(
    program: Program, desk: Desk, owner: Browser
) -> None:
    made = await owner.post("/api/v1/conversations", json={"initial_message": "hi"})
    assert made.status == 201, made.body
    conversation, contact = made.json()["id"], made.json()["contact"]
    assert re.fullmatch(r"Visitor [0-9a-z]{5}", contact["called"])
    link = f'href="/panel/chats?conversation={conversation}" dir="auto">'
    shown = await page(owner)
    assert "Conversation begun through the API" in shown
    assert f"{link}{contact['called']}</a>" in shown
    await owner.send(
        "PATCH", f"/api/v1/contacts/{contact['id']}", json={"name": "Jon <b>"}, headers={"If-Match": "*"}
    )
    shown = await page(owner)
    assert f"{link}Jon &lt;b&gt;</a>" in shown
    assert f'href="/panel/contacts/{contact["id"]}" dir="auto">Jon &lt;b&gt;</a>' in shown
    erased = await owner.post(f"/api/v1/contacts/{contact['id']}/erase", json={"reason": "They asked."})
    assert erased.status < 300, erased.body
    shown = await page(owner)
    assert link not in shown
    assert f'href="/panel/contacts/{contact["id"]}"' not in shown
    assert "<bdi>no longer there</bdi>" in shown


async def test_who_is_chosen_stands_among_the_choices(owner: Browser) -> None:
    chosen = "key_" + "0" * 26
    assert re.search(rf'<option value="{chosen}"[^>]* selected', await page(owner, f"?actor={chosen}"))


async def test_filters_leave_what_they_name_and_days_are_the_readers(owner: Browser) -> None:
    await owner.post("/api/v1/labels", json={"name": "Parcel"})
    await owner.post("/api/v1/teams", json={"name": "Night shift"})
    labels = await page(owner, "?kind=label")
    assert ("Parcel" in labels, "Night shift" in labels) == (True, False)
    assert "Nothing fits these filters" in await page(owner, "?until=2001-01-01")
    assert "Parcel" in await page(owner, "?since=2001-01-01&kind=nonsense&since=x")
    [target] = set(re.findall(r"\?target=(team_\w+)", await page(owner)))
    only = await page(owner, f"?target={quote(target)}")
    assert ("Parcel" in only, "Night shift" in only) == (False, True)


async def test_it_goes_on_where_a_page_ends(program: Program, desk: Desk, owner: Browser) -> None:
    for n in range(52):
        assert (await owner.post("/api/v1/labels", json={"name": f"Nr {n}."})).status == 201
    first = await page(owner, "?kind=label")
    assert ("Nr 51." in first, "Nr 1." in first) == (True, False)
    [earlier] = re.findall(r'href="([^"]*cursor=[^"]*)"', first)
    assert "Nr 1." in await page(owner, earlier.replace("&amp;", "&").removeprefix(PATH))


async def test_verify_says_that_the_log_is_whole_or_where_it_breaks(
    program: Program, desk: Desk, owner: Browser
) -> None:
    part = {"HX-Request": "true"}
    assert "The log is whole" in (await owner.form(f"{PATH}/verify", headers=part)).body.decode()
    await program.execute("UPDATE audit SET target = 'x' WHERE workspace_id = $1 AND seq = 1", desk.workspace)
    assert "Entry 1 does not fit" in (await owner.form(f"{PATH}/verify", headers=part)).body.decode()


async def test_the_file_has_what_the_filters_leave(owner: Browser) -> None:
    await owner.post("/api/v1/labels", json={"name": "Parcel"})
    answer = await owner.get(f"{PATH}/export?format=csv&kind=label")
    lines = answer.body.decode().splitlines()
    assert len(lines) == 2
    assert "label.created" in lines[1]


async def test_managers_do_not_see_it(program: Program, desk: Desk) -> None:
    browser, _ = await signed_in(program.running.store, desk.workspace, program.client, role="manager")
    assert (await browser.get(PATH)).status == 403
    assert PATH not in (await browser.get("/panel/settings")).body.decode()
