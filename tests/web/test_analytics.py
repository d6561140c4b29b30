"""Figures about conversations: each is counted from conversations as they stand, in days of the workspace."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.doubles.http_client import HttpClient
from tests.program import until
from tests.web.conftest import MakeKey

from frontdesk.core.ids import WorkspaceId
from frontdesk.insight import counting, figures
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint

PATH = "/api/v1/analytics/conversations"
# A Wednesday, 23:30 in Tashkent; the next day has begun there for what comes half an hour later.
AT = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)


class Past:
    """Writes conversations as they would stand after they were led."""

    def __init__(self, store: Store, workspace: WorkspaceId, key: str, client: HttpClient) -> None:
        self._store = store
        self.workspace = workspace
        self._key = key
        self._client = client
        self.channel_id = mint("chan")
        self.contact_id = mint("vis")

    async def begin(self) -> None:
        async with self._store.turn_work(self.workspace) as connection:
            await connection.execute(
                "UPDATE workspaces SET time_zone = 'Asia/Tashkent' WHERE workspace_id = $1", self.workspace
            )
            await connection.execute(
                "INSERT INTO channels (workspace_id, id, type, name) VALUES ($1, $2, 'rest', 'Site')",
                self.workspace,
                self.channel_id,
            )
            await connection.execute(
                "INSERT INTO contacts (workspace_id, id, name) VALUES ($1, $2, 'Jo')",
                self.workspace,
                self.contact_id,
            )

    async def conversation(
        self,
        *,
        at: datetime = AT,
        handed: timedelta | None = None,
        reason: str = "",
        lines: tuple[tuple[str, timedelta, str], ...] = (("bot", timedelta(seconds=1), "greeting/hi"),),
        sender: str | None = None,
        **columns: Any,
    ) -> str:
        """`lines`: author, time after the beginning, and step of what came after the customer's first line."""
        made = mint("conv")
        last = max((after for _, after, _ in lines), default=timedelta())
        values: dict[str, Any] = {
            "channel_id": self.channel_id,
            "task_id": "task_1",
            "assistant_id": "asst_1",
            "contact_id": self.contact_id,
            "external_id": made,
            "state": {},
            "state_format": 1,
            "contact_seq": 1,
            "owner": "closed",
            "created_at": at,
            "last_message_at": at + last,
            **({"handed_off_at": at + handed, "handoff": {"reason": reason}} if handed is not None else {}),
            **columns,
        }
        await self._insert("conversations", {"id": made, **values})
        for seq, (author, after, step) in enumerate((("contact", timedelta(), ""), *lines), start=1):
            said = {"channel_id": self.channel_id, "conversation_id": made, "seq": seq, "author": author}
            moment = {"parts": [], "step": step, "created_at": at + after}
            if author == "operator" and sender:
                moment["sender_id"] = sender
            await self._insert("messages", {"id": mint("msg"), **said, **moment})
        return made

    async def _insert(self, table: str, values: Mapping[str, Any]) -> None:
        names = ", ".join(values)
        places = ", ".join(f"${n}" for n in range(2, len(values) + 2))
        given = [json.dumps(value) if isinstance(value, dict | list) else value for value in values.values()]
        statement = f"INSERT INTO {table} (workspace_id, {names}) VALUES ($1, {places})"  # noqa: S608
        async with self._store.turn_work(self.workspace) as connection:
            await connection.execute(statement, self.workspace, *given)

    async def figures(self, query: str = "?from=2026-03-04&to=2026-03-05") -> dict[str, Any]:
        answer = await self._client.get(PATH + query, key=self._key)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def past(client: HttpClient, store: Store, workspace: WorkspaceId, make_key: MakeKey) -> Past:
    made = Past(store, workspace, await make_key(workspace, "read:analytics"), client)
    await made.begin()
    return made


PERSON = (("operator", timedelta(seconds=90), ""),)


async def test_every_conversation_ended_in_one_way(past: Past) -> None:
    await past.conversation(outcome="solved")
    await past.conversation(rating=4, rating_max=5)
    await past.conversation(rating=1, rating_max=5)
    await past.conversation()
    await past.conversation(lines=PERSON)
    await past.conversation(handed=timedelta(), owner="queued")
    await past.conversation(lines=())
    total = (await past.figures())["total"]
    assert total["conversations"] == 7
    assert (total["bot"], total["person"], total["nobody"], total["open"]) == (4, 1, 2, 0)
    assert (total["confirmed"], total["silent"], total["unsolved"]) == (2, 1, 1)
    assert (total["rated"], total["score"]) == (2, pytest.approx(0.5))


async def test_a_conversation_that_may_go_on_is_open_still(past: Past) -> None:
    now = datetime.now(UTC)
    await past.conversation(at=now - timedelta(minutes=5), owner="bot")
    await past.conversation(at=now - timedelta(minutes=5), owner="closed")
    total = (await past.figures(""))["total"]
    assert (total["open"], total["bot"]) == (1, 1)


async def test_what_is_no_conversation_of_a_customer_is_not_counted(past: Past) -> None:
    await past.conversation(outcome="spam")
    await past.conversation(merged_into="conv_other")
    await past.conversation(contact_seq=0)
    assert (await past.figures())["total"]["conversations"] == 0


async def test_the_wait_is_from_the_hand_off_to_a_persons_first_line(past: Past) -> None:
    for seconds in (30, 90, 330):
        lines = (("operator", timedelta(seconds=seconds), ""), ("operator", timedelta(seconds=900), ""))
        await past.conversation(handed=timedelta(seconds=10), reason="returns/ask", lines=lines)
    await past.conversation(handed=timedelta(), reason="help/person")
    found = await past.figures()
    total = found["total"]
    assert (total["handed"], total["reached"]) == (4, 3)
    assert total["wait_p50_s"] == pytest.approx(80)
    assert total["wait_p90_s"] == pytest.approx(272)
    reasons = {one["reason"]: one["conversations"] for one in found["reasons"]}
    assert reasons == {"returns/ask": 3, "help/person": 1}


async def test_a_promise_is_counted_where_one_is_given(past: Past) -> None:
    await past._insert("desk_settings", {"settings": {"promise_s": 100}})
    for seconds in (30, 300):
        await past.conversation(handed=timedelta(), lines=(("operator", timedelta(seconds=seconds), ""),))
    found = await past.figures()
    assert (found["promise_s"], found["total"]["kept"]) == (100, 1)


async def test_days_are_the_workspaces(past: Past) -> None:
    await past.conversation()
    await past.conversation(at=AT + timedelta(hours=1))
    found = await past.figures()
    assert found["time_zone"] == "Asia/Tashkent"
    assert {day["date"]: day["conversations"] for day in found["days"]} == {"2026-03-04": 1, "2026-03-05": 1}
    assert found["hours"] == [
        {"weekday": 2, "hour": 23, "conversations": 1},
        {"weekday": 3, "hour": 0, "conversations": 1},
    ]
    one = await past.figures("?from=2026-03-05&to=2026-03-05")
    assert (one["total"]["conversations"], one["before"]["conversations"]) == (1, 1)


async def test_topics_are_flows_by_the_conversations_they_came_up_in(past: Past) -> None:
    twice = (
        ("bot", timedelta(), "returns/a"),
        ("bot", timedelta(), "returns/b"),
        ("bot", timedelta(), "hi/x"),
    )
    await past.conversation(lines=twice, handed=timedelta())
    await past.conversation(lines=(("bot", timedelta(), "returns/a"),))
    assert (await past.figures())["topics"] == [
        {"flow": "returns", "conversations": 2, "handed": 1},
        {"flow": "hi", "conversations": 1, "handed": 1},
    ]


async def test_figures_are_of_one_channel_and_of_ones_own_workspace(
    past: Past, client: HttpClient, other_workspace: WorkspaceId, make_key: MakeKey
) -> None:
    await past.conversation()
    elsewhere = f"?from=2026-03-04&to=2026-03-05&channel_id={mint('chan')}"
    assert (await past.figures(elsewhere))["total"]["conversations"] == 0
    mine = f"?from=2026-03-04&to=2026-03-05&channel_id={past.channel_id}"
    assert (await past.figures(mine))["total"]["conversations"] == 1
    key = await make_key(other_workspace, "read:analytics")
    answer = await client.get(PATH + "?from=2026-03-04&to=2026-03-05", key=key)
    assert answer.json()["total"]["conversations"] == 0


async def test_a_key_for_some_assistants_sees_their_figures_alone(
    past: Past, client: HttpClient, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    await past.conversation()
    await past.conversation(assistant_id="asst_2")
    key = await make_key(workspace, "read:analytics", assistant_ids=frozenset({"asst_2"}))
    answer = await client.get(PATH + "?from=2026-03-04&to=2026-03-05", key=key)
    assert answer.json()["total"]["conversations"] == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?from=2026-03-05&to=2026-03-04", "to"),
        ("?from=2020-01-01&to=2026-03-04", "from"),
        ("?from=yesterday", "from"),
        ("?to=0001-01-01", "to"),
    ],
)
async def test_a_period_that_cannot_be_is_refused(
    past: Past, client: HttpClient, query: str, field: str
) -> None:
    answer = await client.get(PATH + query, key=past._key)
    assert (answer.status, answer.json()["field"]) == (422, field), answer.body


async def test_what_models_cost_stands_beside_only_without_a_filter(past: Past) -> None:
    day = AT.date()
    values = {"day": day, "service_id": "ais_1", "model": "m", "answers": 2, "prompt_tokens": 10}
    await past._insert("ai_days", {**values, "answer_tokens": 5, "cost_micros": 700})
    assert (await past.figures())["models"] == {"answers": 2, "tokens": 15, "cost_micros": 700}
    filtered = f"?from=2026-03-04&to=2026-03-05&channel_id={past.channel_id}"
    assert (await past.figures(filtered))["models"] is None


async def test_the_knowledge_base_has_figures_of_its_own(past: Past, client: HttpClient) -> None:
    conversation = await past.conversation()
    for key, outcome, how in (("1", "found", "extract"), ("2", "found", "curated"), ("3", "none", "")):
        asked = {"key": key, "asked_at": AT, "assistant_id": "asst_1", "conversation_id": conversation}
        said = {"question": "?", "language": "en", "outcome": outcome, "how": how, "ms": 4}
        await past._insert("knowledge_questions", {**asked, **said})
    answer = await client.get("/api/v1/analytics/knowledge-base?from=2026-03-04&to=2026-03-05", key=past._key)
    found = answer.json()
    assert (found["questions"], found["answered"], found["unanswered"]) == (3, 2, 1)
    assert found["hit_rate"] == pytest.approx(2 / 3)
    assert found["worded_by_people"] == 1


async def test_a_key_for_some_assistants_sees_their_questions_alone(
    past: Past, client: HttpClient, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    for number, assistant in enumerate(("asst_1", "asst_1", "asst_2")):
        conversation = await past.conversation(assistant_id=assistant)
        asked = {"key": f"k{number}", "asked_at": AT, "assistant_id": assistant}
        said = {"conversation_id": conversation, "question": "?", "language": "en", "outcome": "none"}
        await past._insert("knowledge_questions", {**asked, **said, "how": "", "ms": 4})
    path = "/api/v1/analytics/knowledge-base?from=2026-03-04&to=2026-03-05"
    key = await make_key(workspace, "read:analytics", assistant_ids=frozenset({"asst_2"}))
    assert (await client.get(path, key=key)).json()["unanswered"] == 1
    assert (await client.get(path + "&assistant_id=asst_1", key=key)).json()["questions"] == 0
    assert (await client.get(path + "&assistant_id=asst_1", key=past._key)).json()["questions"] == 2


async def test_figures_are_told_apart_by_channel_assistant_team_and_person(past: Past) -> None:
    await past.conversation(team="Sales", sender="acct_1", lines=PERSON, rating=5, rating_max=5)
    await past.conversation(assistant_id="asst_2", closed_at=AT + timedelta(minutes=2))
    found = await past.figures()
    assert [(one["channel_id"], one["conversations"]) for one in found["channels"]] == [(past.channel_id, 2)]
    assert {one["assistant_id"]: one["bot"] for one in found["assistants"]} == {"asst_1": 0, "asst_2": 1}
    assert {one["team"]: one["person"] for one in found["teams"]} == {"Sales": 1, "": 0}
    assert found["people"] == [
        {
            "account_id": "acct_1",
            "conversations": 1,
            "first": 1,
            "first_p50_s": 90.0,
            "rated": 1,
            "score": 1.0,
        }
    ]
    assert found["times"]["first_p50_s"] == pytest.approx(90)
    assert found["times"]["closed_p50_s"] == pytest.approx(120)
    assert (await past.figures("?from=2026-03-04&to=2026-03-05&team=Sales"))["total"]["conversations"] == 1


async def test_what_is_changed_later_or_erased_is_counted_anew(
    past: Past, client: HttpClient, workspace: WorkspaceId, make_key: MakeKey
) -> None:
    for _ in range(2):
        await past.conversation()
    assert (await past.figures())["total"]["silent"] == 2
    admin = await make_key(workspace, "admin")
    path, why = f"/api/v1/contacts/{past.contact_id}/erase", {"reason": "They asked for it"}
    erased = await client.post(path, key=admin, json=why)
    assert erased.status == 200, erased.body
    assert (await past.figures())["total"]["conversations"] == 0


async def test_a_filter_that_is_none_is_refused(past: Past, client: HttpClient) -> None:
    answer = await client.get(f"{PATH}?operator=acct_1", key=past._key)
    assert (answer.status, answer.json()["field"]) == (422, "operator")


async def test_figures_are_told_while_customers_write(past: Past) -> None:
    done = asyncio.Event()

    async def write() -> None:
        while not done.is_set():
            await past.conversation()

    await past.conversation()
    async with asyncio.TaskGroup() as writing:
        for _ in range(3):
            writing.create_task(write())
        try:
            for _ in range(5):
                assert (await past.figures())["total"]["conversations"] > 0
        finally:
            done.set()


_HELD = "SELECT FROM figure_marks WHERE workspace_id = $1 FOR NO KEY UPDATE NOWAIT"
_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ai_days'::regclass"


async def test_who_reads_figures_keeps_nobody_from_counting(past: Past, store: Store) -> None:
    await past.conversation()
    await past.figures()
    await past.conversation()
    async with store.turn_work(past.workspace) as held, store.turn_work(past.workspace) as other:
        kept = held.transaction()
        await kept.start()
        await held.execute("LOCK TABLE ai_days")
        reading = asyncio.create_task(past.figures())
        try:
            await until(lambda: other.fetchval(_WAITS))
            await other.execute(_HELD, past.workspace)
        finally:
            await kept.rollback()
            found = await reading
    assert found["total"]["conversations"] == 2


async def test_figures_that_are_not_built_yet_are_not_waited_for(
    past: Past, store: Store, client: HttpClient
) -> None:
    await past.conversation()
    await past.figures()
    async with store.turn_work(past.workspace) as job:
        await job.execute(
            "UPDATE workspaces SET time_zone = 'Asia/Tokyo' WHERE workspace_id = $1", past.workspace
        )
        async with job.transaction():
            await job.execute(_HELD, past.workspace)
            async with asyncio.timeout(60):
                assert (await client.get(PATH, key=past._key)).status == 503
    await counting.count(past.workspace, store)
    assert (await past.figures())["time_zone"] == "Asia/Tokyo"


async def test_who_reads_figures_never_waits_for_many_changes(
    past: Past, store: Store, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await past.conversation()
    assert (await past.figures())["counting"] is False
    monkeypatch.setattr(figures, "MOST_AT_ONCE", 1)
    for _ in range(3):
        await past.conversation()
    found = await past.figures()
    assert found["counting"] is True
    assert found["total"]["conversations"] == 1
    await counting.count(past.workspace, store)
    found = await past.figures()
    assert found["counting"] is False
    assert found["total"]["conversations"] == 4


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ("from=0001-01-01&to=0001-01-01", "to"),
        ("to=0001-01-05", "to"),
        ("from=9999-12-31&to=9999-12-31", "to"),
        ("from=1969-12-31&to=1970-01-02", "from"),
    ],
)
async def test_days_that_nothing_can_be_on_are_refused(
    client: HttpClient, workspace: WorkspaceId, make_key: MakeKey, days: str, field: str
) -> None:
    key = await make_key(workspace, "read:analytics")
    for path in (PATH, "/api/v1/analytics/knowledge-base"):
        answer = await client.get(f"{path}?{days}", key=key)
        assert (answer.status, answer.json()["field"]) == (422, field), answer.body
