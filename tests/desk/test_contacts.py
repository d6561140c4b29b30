"""Contacts: what is known, notes, two that are one, all to take away, and nothing left."""

from tests.desk.people import Person, conversation_of, machine, person, waiting
from tests.program import Desk, Program

CONTACTS = "/api/v1/contacts"


async def contact_of(desk: Desk, ann: Person, sender: str) -> str:
    conversation = await waiting(desk, sender)
    return str((await ann.read(conversation))["contact"]["id"])


async def change(ann: Person, contact: str, status: int = 200, **fields: object) -> dict[str, object]:
    answer = await ann.send("PATCH", f"{CONTACTS}/{contact}", json=fields, headers={"If-Match": "*"})
    assert answer.status == status, answer.body
    found: dict[str, object] = answer.json()
    return found


async def test_what_is_known_is_changed_listed_and_shown_with_the_conversations(
    desk: Desk, ann: Person
) -> None:
    contact = await contact_of(desk, ann, "jo")
    await change(ann, contact, name="Jo Park", email="jo@Example.COM", attributes={"plan": "pro", "x": "1"})
    await change(ann, contact, attributes={"x": None})
    await ann.post(f"{CONTACTS}/{contact}/notes", {"text": "likes tea"}, 201)
    found = await ann.get(f"{CONTACTS}/{contact}")
    assert (found["name"], found["email"], found["attributes"]) == (
        "Jo Park",
        "jo@example.com",
        {"plan": "pro"},
    )
    assert [row["id"] for row in found["conversations"]] == [await conversation_of(desk, "jo")]
    assert [(note["text"], note["author"]["name"]) for note in found["notes"]] == [("likes tea", "Ann Lee")]
    assert [one["id"] for one in (await ann.get(f"{CONTACTS}?q=park"))["data"]] == [contact]
    assert (await change(ann, contact, 422, email="nobody"))["field"] == "email"
    (row,) = await ann.rows(q="jo@example")
    assert row["contact"]["name"] == "Jo Park"


async def test_two_become_one_field_by_field(desk: Desk, ann: Person) -> None:
    one, two = await contact_of(desk, ann, "jo"), await contact_of(desk, ann, "jo-2")
    await change(ann, one, name="Jo", phone="+998901112233", attributes={"plan": "pro", "city": "Tashkent"})
    await change(ann, two, name="Jo Park", attributes={"plan": "free"})
    body = {"into": two, "take": ["attributes.plan"]}
    merged = await ann.post(f"{CONTACTS}/{one}/merge", body)
    assert (merged["id"], merged["name"], merged["phone"]) == (two, "Jo Park", "+998901112233")
    assert merged["attributes"] == {"plan": "pro", "city": "Tashkent"}
    assert len(merged["conversations"]) == 2
    assert (await ann.get(f"{CONTACTS}/{one}"))["merged_into"] == two
    assert [found["id"] for found in (await ann.get(CONTACTS))["data"]] == [two]
    assert (await ann.post(f"{CONTACTS}/{one}/merge", body, 409))["code"] == "in_use"
    assert (await ann.post(f"{CONTACTS}/{two}/merge", {"into": two}, 422))["field"] == "into"


async def test_a_contact_is_taken_away_whole_and_then_erased(desk: Desk, boss: Person, ann: Person) -> None:
    contact = await contact_of(desk, ann, "jo")
    conversation = await conversation_of(desk, "jo")
    await ann.post(f"{CONTACTS}/{contact}/notes", {"text": "likes tea"}, 201)
    await ann.write(conversation, "hello", note=True, mentions=[ann.id])
    export = await ann.get(f"{CONTACTS}/{contact}/export")
    assert export["notes"][0]["text"] == "likes tea"
    assert export["conversations"][0]["messages"][0]["parts"] == [{"type": "text", "text": "human"}]
    assert (await ann.send("POST", f"{CONTACTS}/{contact}/erase", json={})).status == 403
    erased = await boss.post(f"{CONTACTS}/{contact}/erase")
    assert erased["conversations"] == 1
    for table in (
        "contacts",
        "conversations",
        "messages",
        "mentions",
        "reads",
        "contact_notes",
        "search_words",
    ):
        assert await desk.rows(table) == [], table
    assert (await ann.send("GET", f"{CONTACTS}/{contact}")).status == 404


async def test_nobody_elses_contacts(program: Program, desk: Desk, ann: Person) -> None:
    contact = await contact_of(desk, ann, "jo")
    other = await person(await program.desk(), role="owner")
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("POST", "/merge"),
        ("POST", "/erase"),
        ("GET", "/export"),
        ("POST", "/notes"),
    ):
        body = {"": {"name": "x"}, "/merge": {"into": contact}, "/notes": {"text": "x"}}.get(path, {})
        answer = await other.send(
            method,
            f"{CONTACTS}/{contact}{path}",
            json=None if method == "GET" else body,
            headers={"If-Match": "*"},
        )
        assert answer.status in {404, 422}, (method, path, answer.status)
    limited = await machine(desk, "read:contacts", assistant_ids=frozenset({desk.assistant_id}))
    assert (await limited.send("GET", CONTACTS)).status == 403
