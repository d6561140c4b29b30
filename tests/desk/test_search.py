"""What was said is found by its words: whole, begun, in other forms, with a slip, in each language; never another's."""

from urllib.parse import quote

import pytest
from tests.desk.people import Person, conversation_of, machine, person, waiting
from tests.program import Desk, Program

from frontdesk.desk.searching import NAMES, Searching
from frontdesk.store import desk_search
from frontdesk.store.desk_search import Wanted

SEARCH = "/api/v1/search"


async def kept(desk: Desk) -> None:
    """Wait for nothing: keep the words that there are by now."""
    await Searching(desk.program.running.store).round(desk.workspace)


async def found(ann: Person, words: str, kind: str = "messages") -> list[str]:
    data = (await ann.get(f"{SEARCH}?q={quote(words)}&kind={kind}"))["data"]
    return [hit["conversation_id"] or hit["contact"]["id"] for hit in data]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My parcel was delivered broken", "delivered"),
        ("My parcel was delivered broken", "deliver"),
        ("My parcel was delivered broken", "parc brok"),
        ("My parcel was delivered broken", "parsel"),
        ("My parcel was delivered broken", "DELIVERING parcels"),
        ("Где моя посылка?", "посылки"),
        ("Где моя посылка?", "посылк"),
        ("Buyurtmam qachon keladi?", "buyurtma"),
        ("Café crème", "cafe"),
    ],
)
async def test_found_by(desk: Desk, ann: Person, text: str, words: str) -> None:
    await desk.say("jo", text)
    await desk.say("kim", "Something else altogether")
    await kept(desk)
    assert await found(ann, words) == [await conversation_of(desk, "jo")]


async def test_a_customer_without_a_name_is_called_the_same_everywhere_and_found_by_it(
    desk: Desk, ann: Person
) -> None:
    await desk.say("1001", "where is my parcel")
    await desk.say("2002", "where is my parcel")
    await kept(desk)
    conversation = await conversation_of(desk, "1001")
    row = await ann.read(conversation)
    assert (row["contact"]["name"], row["contact"]["external_id"]) == ("", "1001")
    assert row["contact"]["called"] == "API chat 1001"
    assert [one["id"] for one in await ann.rows(q="1001")] == [conversation]
    hits = (await ann.get(f"{SEARCH}?q=parcel"))["data"]
    assert sorted(hit["contact"]["called"] for hit in hits) == ["API chat 1001", "API chat 2002"]
    [hit] = (await ann.get(f"{SEARCH}?q=1001&kind=contacts"))["data"]
    assert (hit["contact"]["id"], hit["contact"]["called"]) == (row["contact"]["id"], "API chat 1001")
    contact = await ann.get(f"/api/v1/contacts/{row['contact']['id']}")
    assert contact["called"] == "API chat 1001"
    await desk.program.execute("UPDATE contacts SET name = 'Jo' WHERE id = $1", row["contact"]["id"])
    assert (await ann.read(conversation))["contact"]["called"] == "Jo"
    assert [one["id"] for one in await ann.rows(q="1001")] == [conversation]


@pytest.mark.parametrize("rare", [1, 10_000], ids=["by the latest conversations", "by the rarest word"])
async def test_both_ways_of_looking_find_the_same(desk: Desk, rare: int) -> None:
    for sender, said in (
        ("a", "red bag"),
        ("b", "red box"),
        ("c", "bags, red ones"),
        ("d", "a blue bag"),
        ("e", "bag of red"),
    ):
        await desk.say(sender, said)
    await kept(desk)
    made = [await conversation_of(desk, sender) for sender in "abcde"]
    wanted = [Wanted(0, "red"), Wanted(1, "bag"), Wanted(1, "bags")]

    async def look(after: str = "", within: frozenset[str] = frozenset()) -> list[desk_search.Hit]:
        async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
            return await desk_search.find(
                desk.workspace, tx, "m", wanted, within=within, after=after, limit=2, rare=rare
            )

    first = await look()
    rest = await look(f"{first[-1].last_message_at.isoformat()} {first[-1].id}")
    assert [hit.id for hit in (*first, *rest)] == [made[4], made[2], made[0]]
    assert await look(within=frozenset({desk.assistant_id})) == first
    assert await look(within=frozenset({"asst_" + "0" * 26})) == []


async def test_a_hit_says_where_the_words_stand(desk: Desk, ann: Person) -> None:
    await desk.say("jo", "hello")
    await desk.say("jo", "x " * 200 + "the <b>parcel</b> came broken " + "y " * 200)
    await kept(desk)
    await kept(desk)
    (hit,) = (await ann.get(f"{SEARCH}?q=parcel"))["data"]
    assert [piece["text"] for piece in hit["snippet"] if piece["hit"]] == ["parcel"]
    assert "".join(piece["text"] for piece in hit["snippet"]).startswith("…x x")
    assert hit["seq"] in {3, 4}


async def test_notes_are_found_apart_and_contacts_by_their_names(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await ann.write(conversation, "She is a wholesaler", note=True)
    await kept(desk)
    assert await found(ann, "wholesaler") == []
    assert await found(ann, "wholesaler", "notes") == [conversation]
    contact = (await ann.read(conversation))["contact"]["id"]
    await desk.program.execute("UPDATE contacts SET name = 'Gulnora Karimova' WHERE id = $1", contact)
    for words in ("gulnora", "karim", "gulnpra karimova"):
        assert await found(ann, words, "contacts") == [contact]


async def test_a_slip_in_a_name_is_seen_through_however_many_begin_alike(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    contact = (await ann.read(conversation))["contact"]["id"]
    await desk.program.execute("UPDATE contacts SET name = 'Gulnora Karimova' WHERE id = $1", contact)
    await desk.program.execute(
        """INSERT INTO contacts (workspace_id, id, name)
           SELECT $1, 'vis_many' || n, 'G' || md5(n::text) || ' U' FROM generate_series(1, 3 * $2::int) n""",
        desk.workspace,
        NAMES,
    )
    assert await found(ann, "gulnpra", "contacts") == [contact]


async def test_pages_go_on_where_the_last_one_ended(desk: Desk, ann: Person) -> None:
    made = []
    for number in range(5):
        await desk.say(f"s{number}", "the parcel")
        made.append(await conversation_of(desk, f"s{number}"))
    await kept(desk)
    seen, cursor = [], ""
    while True:
        page = await ann.get(f"{SEARCH}?q=parcel&limit=2&cursor={cursor}")
        seen += [hit["conversation_id"] for hit in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_nobody_finds_what_is_not_theirs_to_see(program: Program, desk: Desk, ann: Person) -> None:
    await desk.say("jo", "the parcel")
    await kept(desk)
    other = await person(await program.desk())
    assert await found(other, "parcel") == []
    elsewhere = await machine(desk, "read:conversations", assistant_ids=frozenset({"asst_" + "0" * 26}))
    assert await found(elsewhere, "parcel") == []
    assert len(await found(ann, "parcel")) == 1


@pytest.mark.parametrize("words", ["%", "_", "'; DROP TABLE messages", "\\", "(", "a" * 200, "\u0007"])
async def test_odd_words_find_nothing_and_break_nothing(desk: Desk, ann: Person, words: str) -> None:
    await desk.say("jo", "the parcel")
    await kept(desk)
    for kind in ("messages", "notes", "contacts"):
        assert await found(ann, words, kind) == []
