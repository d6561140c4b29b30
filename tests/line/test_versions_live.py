"""Publishing and going back over the API while people talk: flows under way finish on their version."""

from typing import Any

from tests.program import Desk, Program

from frontdesk.store.keys import create_key

BOT = """\
format: assistant/v1
assistant: {{id: live, name: Live, language: en}}
flows:
  go:
    trigger: {{patterns: [go]}}
    steps:
      - ask: "{word}: your name?"
        slot: name
      - say: "{word}: thank you."
slots:
  name: {{scope: flow}}
"""


def files(word: str) -> dict[str, str]:
    return {"bot.yaml": BOT.format(word=word)}


async def post(desk: Desk, key: str, path: str, body: object = None) -> Any:
    url = f"/api/v1/assistants/{desk.assistant_id}/versions{path}"
    answer = await desk.program.client.post(url, key=key, **({} if body is None else {"json": body}))
    assert answer.status == 201, answer.body
    desk.program.forget_entrances()
    return answer.json()


async def test_a_flow_under_way_finishes_on_its_version_after_a_publish_and_after_going_back(
    program: Program,
) -> None:
    desk = await program.desk(files("One"))
    async with program.running.store.unit_of_work(desk.workspace) as tx:
        _, text = await create_key(
            desk.workspace, tx, kind="api", name="k", scopes=frozenset({"write:bots", "read:conversations"})
        )
    key = text.reveal()
    assert await desk.say("ann", "go") == ["One: your name?"]
    assert (await post(desk, key, "", {"files": files("Two")}))["number"] == 2
    assert await desk.say("bob", "go") == ["Two: your name?"]
    assert await desk.say("ann", "Ann") == ["One: thank you."]
    assert await desk.say("ann", "go") == ["Two: your name?"]
    back = await post(desk, key, "/1/publish")
    assert (back["number"], back["same_as"]) == (3, 1)
    assert await desk.say("bob", "Bob") == ["Two: thank you."]
    assert await desk.say("bob", "go") == ["One: your name?"]
    rows = {row["external_id"]: row["id"] for row in await desk.rows("conversations")}
    traces = await program.client.get(f"/api/v1/conversations/{rows['bob']}/traces", key=key)
    assert [trace["version"] for trace in traces.json()["data"]] == [3, 2, 2]
