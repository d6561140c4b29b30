"""`/api/v1/contacts`: the people who write, seen, changed, merged, taken away as a file, and forgotten."""

from typing import Any

import pytest
from tests.desk.people import Person, conversation_of, machine, person
from tests.program import Desk, Program

from frontdesk.app.demo.files import example
from frontdesk.store import bots
from frontdesk.store.ids import mint
from frontdesk.studio.publish import publish

PATH = "/api/v1/contacts"


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk, role="owner")


async def contact_of(desk: Desk, sender: str) -> str:
    await desk.post(sender, "hi")
    rows = await desk.program.query(
        "SELECT contact_id FROM conversations WHERE workspace_id = $1 AND external_id = $2",
        desk.workspace,
        sender,
    )
    return str(rows[0]["contact_id"])


async def change(ann: Person, contact: str, body: dict[str, Any], if_match: str = "*") -> Any:
    return await ann.send("PATCH", f"{PATH}/{contact}", json=body, headers={"If-Match": if_match})


async def test_who_wrote_is_listed_latest_first_page_by_page(desk: Desk, ann: Person) -> None:
    made = [await contact_of(desk, f"jo-{n}") for n in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        found = await ann.get(f"{PATH}?limit=2&cursor={cursor}")
        seen += [row["id"] for row in found["data"]]
        cursor = found["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
    row = (await ann.get(PATH))["data"][0]
    assert (row["conversations"], row["channel"] != "", row["last_at"] is not None) == (1, True, True)


@pytest.mark.parametrize("q", ["anna", "ANNA@ex", "+998 90", "northw", "jo-1"])
async def test_a_contact_is_found_by_what_is_known_of_them(desk: Desk, ann: Person, q: str) -> None:
    contact = await contact_of(desk, "jo-1")
    await contact_of(desk, "jo-2")
    facts = {"name": "Anna K", "email": "anna@example.com", "phone": "+998 90 123", "company": "Northwind"}
    assert (await change(ann, contact, facts)).status == 200
    found = await ann.get(f"{PATH}?q={q.replace('+', '%2B').replace(' ', '%20')}")
    assert [row["id"] for row in found["data"]] == [contact]


async def test_facts_are_changed_by_whoever_read_them_last(desk: Desk, ann: Person) -> None:
    contact = await contact_of(desk, "jo")
    read = await ann.send("GET", f"{PATH}/{contact}")
    tag = read.headers["ETag"]
    given = {"name": "<b>Jo</b>", "email": " Jo@Example.COM ", "attributes": {"tier": "gold"}}
    first = await change(ann, contact, given, tag)
    assert first.status == 200, first.body
    assert (first.json()["name"], first.json()["email"]) == ("<b>Jo</b>", "Jo@example.com")
    assert (await change(ann, contact, {"name": "Late"}, tag)).status == 412
    last = await change(ann, contact, {"attributes": {"tier": None, "seats": 3}, "email": None})
    assert (last.json()["attributes"], last.json()["email"]) == ({"seats": 3}, "")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": "x" * 201}, "name"),
        ({"name": {"a": 1}}, "name"),
        ({"nickname": "x"}, "nickname"),
    ],
)
async def test_facts_that_cannot_be_are_refused(
    desk: Desk, ann: Person, body: dict[str, Any], field: str
) -> None:
    contact = await contact_of(desk, "jo")
    answer = await change(ann, contact, body)
    assert (answer.status, answer.json()["field"]) == (422, field)


async def test_notes_and_conversations_stand_beside(desk: Desk, ann: Person) -> None:
    contact = await contact_of(desk, "jo")
    await ann.post(f"{PATH}/{contact}/notes", {"text": "Prefers to be called"}, 201)
    found = await ann.get(f"{PATH}/{contact}")
    assert [note["text"] for note in found["notes"]] == ["Prefers to be called"]
    assert [talk["owner"] for talk in found["talks"]] == ["bot"]


async def test_two_contacts_that_are_one_person_are_merged_field_by_field(desk: Desk, ann: Person) -> None:
    keep, gone = await contact_of(desk, "jo-site"), await contact_of(desk, "jo-mail")
    await change(ann, keep, {"name": "Jo", "phone": "1", "attributes": {"a": 1}})
    await change(ann, gone, {"name": "Joanna", "email": "jo@example.com", "attributes": {"a": 2, "b": 3}})
    await ann.post(f"{PATH}/{gone}/notes", {"text": "From the other"}, 201)
    merged = await ann.post(f"{PATH}/{keep}/merge", {"other": gone, "take": ["name", "email"]}, 200)
    assert (merged["name"], merged["email"], merged["phone"]) == ("Joanna", "jo@example.com", "1")
    assert merged["attributes"] == {"a": 1, "b": 3}
    assert len(merged["talks"]) == 2
    assert [note["text"] for note in merged["notes"]] == ["From the other"]
    assert (await ann.send("GET", f"{PATH}/{gone}")).status == 404
    assert [row["id"] for row in (await ann.get(PATH))["data"]] == [keep]
    await desk.post("jo-mail", "hi again")
    assert len(await desk.rows("contacts")) == 2  # the one that goes is a sign with nothing on it
    again = await ann.send("POST", f"{PATH}/{keep}/merge", json={"other": gone})
    assert (again.status, again.json()["field"]) == (422, "other")


async def test_of_two_who_merge_the_second_is_told(desk: Desk, ann: Person) -> None:
    keep, gone = await contact_of(desk, "jo-site"), await contact_of(desk, "jo-mail")
    seen = [(await ann.send("GET", f"{PATH}/{one}")).headers["ETag"] for one in (keep, gone)]
    await change(ann, keep, {"name": "Jo"})
    body = {"other": gone, "take": ["name"]}
    late = await ann.send("POST", f"{PATH}/{keep}/merge", json=body, headers={"If-Match": seen[0]})
    assert (late.status, late.json()["code"]) == (412, "conflict")
    await change(ann, gone, {"name": "Joanna"})
    late = await ann.send(
        "POST", f"{PATH}/{keep}/merge", json={**body, "other_version": int(seen[1].strip('"'))}
    )
    assert (late.status, late.json()["field"]) == (412, "other_version")
    assert (await ann.get(f"{PATH}/{keep}"))["name"] == "Jo"
    now = (await ann.send("GET", f"{PATH}/{keep}")).headers["ETag"]
    merged = await ann.send("POST", f"{PATH}/{keep}/merge", json=body, headers={"If-Match": now})
    assert (merged.status, merged.json()["name"]) == (200, "Joanna")


async def test_everything_known_is_taken_away_as_one_file(desk: Desk, ann: Person) -> None:
    contact = await contact_of(desk, "jo")
    found = await ann.get(f"{PATH}/{contact}/export")
    assert found["contact"]["id"] == contact
    assert found["messages"][0]["parts"][0]["text"] == "hi"
    assert found["complete"] is True


async def test_a_contact_is_erased_with_a_reason_that_names_nobody(desk: Desk, ann: Person) -> None:
    contact, other = await contact_of(desk, "jo"), await contact_of(desk, "jo-old")
    await change(ann, contact, {"name": "Jo Smith"})
    await ann.post(f"{PATH}/{contact}/merge", {"other": other}, 200)
    for reason in ("", "Smith asked for it", "a\nb"):
        answer = await ann.send("POST", f"{PATH}/{contact}/erase", json={"reason": reason})
        assert (answer.status, answer.json()["field"]) == (422, "reason"), reason
    gone = await ann.post(f"{PATH}/{contact}/erase", {"reason": "Ticket 12"}, 200)
    assert gone["conversations"] == 2
    assert await desk.rows("contacts") == []
    [entry] = [row for row in await desk.rows("audit", "seq") if row["action"] == "contact.erased"]
    assert "Ticket 12" in str(entry["after"])
    assert "Smith" not in str([dict(row) for row in await desk.rows("audit", "seq")])


async def test_what_is_not_ones_own_is_not_there(desk: Desk, ann: Person, program: Program) -> None:
    contact = await contact_of(desk, "jo")
    bob = await person(await program.desk(), role="owner")
    for method, path in (
        ("GET", f"{PATH}/{contact}"),
        ("GET", f"{PATH}/{contact}/export"),
        ("POST", f"{PATH}/{contact}/notes"),
        ("POST", f"{PATH}/{contact}/erase"),
        ("POST", f"{PATH}/{contact}/merge"),
        ("GET", f"{PATH}/{mint('vis')}"),
    ):
        body = {"text": "x"} if path.endswith("notes") else {"reason": "x"}
        body = {"other": contact} if path.endswith("merge") else body
        answer = await bob.send(method, path, **({} if method == "GET" else {"json": body}))
        assert answer.status in {404, 422}, path
    operator = await person(desk)
    answer = await operator.send("POST", f"{PATH}/{contact}/erase", json={"reason": "x"})
    assert answer.status == 403


async def with_another_assistant(desk: Desk, sender: str, text: str) -> str:
    """The contact of who writes to a second assistant, to which `desk.post` says nothing."""
    store = desk.program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        second = await bots.create_assistant(
            desk.workspace, tx, slug="second", name="Second", is_default=False, env={}
        )
    await publish(desk.workspace, store, second.id, files=example("billing-helper"), by="test")
    await desk.program.client.post(
        f"/a/{second.id}/webhooks/rest/webhook", json={"sender": sender, "message": text}
    )
    rows = await desk.rows("conversations")
    return next(str(row["contact_id"]) for row in rows if row["external_id"] == sender)


async def test_a_key_of_one_assistant_sees_of_a_contact_what_was_said_with_it(
    desk: Desk, ann: Person
) -> None:
    contact = await contact_of(desk, "jo-here")
    other = await with_another_assistant(desk, "jo-there", "a secret")
    for sender, name in (("jo-here", "Ours"), ("jo-there", "Theirs")):
        await ann.post("/api/v1/labels", {"name": name, "color": "red"}, 201)
        await ann.act(await conversation_of(desk, sender), "labels", {"add": [name]})
    await ann.post(f"{PATH}/{contact}/merge", {"other": other}, 200)
    limited = await machine(desk, "read:contacts", assistant_ids=frozenset({desk.assistant_id}))
    here = await conversation_of(desk, "jo-here")

    one = await limited.get(f"{PATH}/{contact}")
    [listed] = (await limited.get(PATH))["data"]
    export = await limited.get(f"{PATH}/{contact}/export")
    for seen in (one, listed, export["contact"]):
        assert (seen["conversations"], [label["name"] for label in seen["labels"]]) == (1, ["Ours"])
        assert seen["last_at"] == one["talks"][0]["last_message_at"]
    assert [talk["id"] for talk in one["talks"]] == [talk["id"] for talk in export["conversations"]] == [here]
    assert {line["conversation_id"] for line in export["messages"]} == {here}
    assert "a secret" not in str((one, listed, export))
    assert (await limited.get(f"{PATH}?q=jo-there"))["data"] == []

    whole = await ann.get(f"{PATH}/{contact}/export")
    assert (whole["contact"]["conversations"], len(whole["conversations"])) == (2, 2)
    assert "a secret" in str(whole["messages"])


async def held(desk: Desk) -> list[object]:
    """Whom there is and whose each conversation is; what the queue tells by itself is left out."""
    talks = {(row["id"], row["contact_id"]) for row in await desk.rows("conversations")}
    return [talks, *[sorted(map(str, await desk.rows(table))) for table in ("contacts", "audit")]]


async def test_a_contact_that_a_key_sees_in_part_is_neither_erased_nor_merged_with_it(
    desk: Desk, ann: Person
) -> None:
    contact, own = await contact_of(desk, "jo-here"), await contact_of(desk, "jo-mail")
    other = await with_another_assistant(desk, "jo-there", "a secret")
    await ann.post(f"{PATH}/{contact}/merge", {"other": other}, 200)
    limited = await machine(desk, "admin", assistant_ids=frozenset({desk.assistant_id}))
    before = await held(desk)
    for path, body in (
        (f"{PATH}/{contact}/erase", {"reason": "Ticket 12"}),
        (f"{PATH}/{contact}/merge", {"other": own, "take": ["name"]}),
        (f"{PATH}/{own}/merge", {"other": contact, "take": ["name"]}),
    ):
        answer = await limited.send("POST", path, json=body)
        assert (answer.status, answer.json()["code"]) == (403, "forbidden"), path
    assert await held(desk) == before

    third = await contact_of(desk, "jo-again")
    await limited.post(f"{PATH}/{own}/merge", {"other": third}, 200)
    gone = await limited.post(f"{PATH}/{own}/erase", {"reason": "Ticket 12"}, 200)
    assert gone["conversations"] == 2
