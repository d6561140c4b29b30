"""The page Analytics: figures with their base, the conversations behind each, and nothing made up of too few."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from tests.doubles.http_client import HttpClient
from tests.web.conftest import MakeKey
from tests.web.test_analytics import Past

from frontdesk.core.ids import WorkspaceId
from frontdesk.insight import counting
from frontdesk.store import tallies
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint

PAGE = "/panel/analytics"
SOME = 20


@pytest.fixture
async def past(client: HttpClient, store: Store, workspace: WorkspaceId, make_key: MakeKey) -> Past:
    made = Past(store, workspace, await make_key(workspace, "read:analytics"), client)
    await made.begin()
    return made


async def text(client: HttpClient, past: Past, path: str = PAGE) -> str:
    answer = await client.get(path, key=past._key)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def recently() -> datetime:
    return datetime.now(UTC) - timedelta(days=2)


async def test_before_there_are_enough_conversations_there_are_no_shares(
    client: HttpClient, past: Past
) -> None:
    await past.conversation(at=recently())
    page = await text(client, past)
    assert "First figures after 20 conversations" in page
    assert "1 conversation so far." in page
    assert "fd-kpi" not in page


async def test_figures_say_what_they_count_and_open_what_is_behind_them(
    client: HttpClient, past: Past
) -> None:
    for _ in range(SOME - 1):
        await past.conversation(at=recently(), outcome="solved")
    hers = await past.conversation(
        at=recently(), handed=timedelta(), reason="<b>/ask", lines=(("operator", timedelta(seconds=75), ""),)
    )
    page = await text(client, past)
    plain = unescape(re.sub(r"<[^>]+>", " ", page))
    assert "95 %" in plain
    assert "19 confirmed · 0 left silently · 0 not solved" in plain
    assert "1:15" in plain
    assert "<b>/ask" in plain
    assert "<b>/ask" not in page
    links = [unescape(link) for link in re.findall(r'href="(/panel/analytics/conversations[^"]*)"', page)]
    assert any(f"reason={quote('<b>/ask', safe='')}" in link for link in links)
    for link in links:
        listed = await text(client, past, link)
        assert "/panel/chats?conversation=conv_" in listed, link
    by_person = await text(client, past, next(link for link in links if "ended=person" in link))
    assert re.findall(r"/panel/chats\?conversation=(conv_\w+)", by_person) == [hers]
    assert (await client.get(f"/panel/chats?conversation={hers}", key=past._key)).status != 404


async def test_a_long_list_goes_on_where_it_ended(client: HttpClient, past: Past) -> None:
    made = {await past.conversation(at=recently() + timedelta(seconds=n // 2)) for n in range(60)}
    first = await text(client, past, f"{PAGE}/conversations?days=7")
    later = re.search(r'href="(/panel/analytics/conversations\?[^"]*after=[^"]*)"', first)
    assert later is not None
    second = await text(client, past, unescape(later[1]))
    seen = [re.findall(r"/panel/chats\?conversation=(conv_\w+)", page) for page in (first, second)]
    assert [len(page) for page in seen] == [50, 10]
    assert {*seen[0], *seen[1]} == made


async def test_the_days_can_be_taken_away_as_a_sheet(client: HttpClient, past: Past) -> None:
    await past.conversation(at=datetime.now(UTC) - timedelta(seconds=1))
    answer = await client.get(f"{PAGE}/export?days=7", key=past._key)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert len(rows) == 7
    assert rows[-1]["conversations"] == "1"


async def test_whatever_the_page_compares_can_be_taken_away_as_a_sheet(
    client: HttpClient, past: Past, store: Store
) -> None:
    async with store.turn_work(past.workspace) as connection:
        chosen = await past.conversation(at=recently())
        await connection.execute(
            "UPDATE conversations SET team = '=1+1', version = version + 1 WHERE workspace_id = $1 AND id = $2",
            past.workspace,
            chosen,
        )
    sheets = {}
    for of in ("days", "channel", "assistant", "team", "people", "topics", "reasons", "hours"):
        answer = await client.get(f"{PAGE}/export?days=7&of={of}", key=past._key)
        assert answer.status == 200, answer.body
        assert f"figures-{of}-" in answer.headers["content-disposition"]
        sheets[of] = list(csv.DictReader(io.StringIO(answer.body.decode())))
    for of in ("channel", "assistant", "team", "hours"):
        assert [row["conversations"] for row in sheets[of]] == ["1"], of
    # A spreadsheet shows it, and does not reckon it.
    assert sheets["team"][0]["team"] == "'=1+1"
    assert (await client.get(f"{PAGE}/export?of=secrets", key=past._key)).status == 404


@pytest.mark.parametrize("query", ["channel=chan_x", "channel=%3Cb%3E"])
async def test_a_channel_that_is_none_is_not_found(client: HttpClient, past: Past, query: str) -> None:
    assert (await client.get(f"{PAGE}?{query}", key=past._key)).status == 404


@pytest.mark.parametrize("query", ["day=yesterday", "weekday=x", "after=%21", "after=YWJj"])
async def test_an_address_that_was_made_up_breaks_nothing(client: HttpClient, past: Past, query: str) -> None:
    answer = await client.get(f"{PAGE}/conversations?{query}", key=past._key)
    assert answer.status in {400, 404}, answer.body


async def test_only_who_may_see_figures_does(
    client: HttpClient, past: Past, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    key = await make_key(workspace, "read:channels")
    for path in (PAGE, f"{PAGE}/conversations", f"{PAGE}/export"):
        assert (await client.get(path, key=key)).status == 403


async def test_where_nobody_is_asked_for_a_rating_the_figure_leads_to_the_switch(
    client: HttpClient, past: Past, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    for _ in range(SOME):
        await past.conversation(at=recently())
    assert "Nobody is asked" not in await text(client, past)
    switched = await client.send(
        "PATCH",
        "/api/v1/desk",
        key=await make_key(workspace, "admin"),
        json={"ask_rating": False},
        headers={"If-Match": "*"},
    )
    assert switched.status == 200, switched.body
    assert "Nobody is asked for a rating.</div>" in await text(client, past)
    page = (await client.get(PAGE, key=await make_key(workspace, "admin"))).body.decode()
    assert 'Nobody is asked for a rating. <a href="/panel/settings/desk">Ask for it</a>' in page


async def test_assistants_channels_teams_and_people_stand_beside_each_other(
    client: HttpClient, past: Past
) -> None:
    account = mint("acct")
    known = {"id": account, "email": f"{account}@example.com", "name": "Ann <i>"}
    await past._insert("accounts", {**known, "role": "operator", "password_hash": "-"})
    for n in range(SOME):
        await past.conversation(at=recently(), assistant_id=mint("asst"), team="Sales" if n % 2 else "")
    await past.conversation(at=recently(), sender=account, lines=(("operator", timedelta(seconds=90), ""),))
    page = await text(client, past)
    plain = unescape(re.sub(r"<[^>]+>", " ", page))
    assert "By assistant" in plain
    assert "By team" in plain
    assert "By channel" not in plain
    row = next(line for line in page.splitlines() if "Ann" in line)
    assert "Ann &lt;i&gt;" in row
    assert "1:30" in row
    link = re.search(r'href="(/panel/analytics/conversations[^"]*operator=[^"]*)"', page)
    assert link is not None
    assert "/panel/chats?conversation=conv_" in await text(client, past, unescape(link[1]))
    team = re.search(r'href="(/panel/analytics\?[^"]*team=Sales)"', page)
    assert team is not None
    alone = await text(client, past, unescape(team[1]))
    assert re.search(r'fd-v1" href="[^"]*team=Sales">10 ', alone)


async def test_ones_own_days_are_shown_and_stay_in_every_link(client: HttpClient, past: Past) -> None:
    for _ in range(SOME):
        await past.conversation()
    page = await text(client, past, f"{PAGE}?days=own&from=2026-03-01&to=2026-03-09")
    assert 'name="from" required value="2026-03-01"' in page
    assert f'days=own&amp;from=2026-03-01&amp;to=2026-03-09">{SOME} ' in page
    for wrong in ("from=2026-03-09&to=2026-03-01", "from=2020-01-01&to=2026-03-01", "from=soon"):
        assert (await client.get(f"{PAGE}?days=own&{wrong}", key=past._key)).status == 422


async def test_every_figure_is_explained(client: HttpClient, past: Past) -> None:
    for _ in range(SOME):
        await past.conversation(at=recently())
    page = await text(client, past)
    named = {
        unescape(name).partition(",")[0] for name in re.findall(r'<div class="fd-l">([^<]*)</div>', page)
    }
    explained = {unescape(term).partition(",")[0] for term in re.findall(r"<dt>([^<]*)</dt>", page)}
    assert named <= explained


async def test_what_is_not_counted_yet_is_not_shown(client: HttpClient, past: Past, store: Store) -> None:
    for _ in range(SOME):
        await past.conversation(at=recently())
    async with store.unit_of_work(past.workspace) as tx:
        await tallies.step(past.workspace, tx, zone="UTC", batch=2)
    page = await text(client, past)
    assert "Conversations are being counted" in page
    assert "Conversations are being counted" in await text(client, past, PAGE + "/conversations?ended=bot")
    answer = await client.get("/api/v1/analytics/conversations", key=past._key)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    await counting.count(past.workspace, past._store)
    assert "Conversations are being counted" not in await text(client, past)
