"""`frontdesk kb`: files in, found, shown, taken away, gaps listed, beside the running program."""

import asyncio
import json
import re
import time
from pathlib import Path

from tests.app.commands.conftest import Place

EXAMPLE = Path(__file__).parents[3] / "examples" / "knowledge-desk"


async def findable(place: Place, question: str) -> str:
    """What a search says once everything is indexed."""
    until = time.monotonic() + 60
    while "0 waiting" not in await place.done("kb", "status"):
        assert time.monotonic() < until, "never indexed"
        await asyncio.sleep(0.1)
    return await place.done("kb", "search", question)


async def test_from_a_folder_of_files_to_answers_and_gaps(place: Place) -> None:
    await place.set_up()
    told = await place.done("bot", "publish", str(EXAMPLE))
    address = next(word for word in told.split() if word.endswith("/webhooks/rest/webhook"))
    base = address.removeprefix(place.client.base_url).removesuffix("/webhooks/rest/webhook")
    await place.done("kb", "add", str(EXAMPLE / "articles"))
    said = await findable(place, "when is my money back on the card?")
    assert said.startswith("1. Returning goods")
    assert "within 5 working days" in said
    assert "Answered with the first" in said
    assert "words alone" in said
    [text] = await place.say(base, "what does delivery to other countries cost?")
    assert "9.95" in text
    assert await place.say(base, "do you sell horses or ponies?") == [
        "Sorry, I have found nothing about that."
    ]
    [gap] = json.loads(await place.done("kb", "gaps", "--json"))
    assert (gap["question"], gap["times"]) == ("do you sell horses or ponies?", 1)
    assert gap["id"] in await place.done("kb", "gaps")
    drafted = await place.done("kb", "gaps", "--draft", gap["id"][:3])
    listed = await place.done("kb", "list")
    assert f"{drafted.split()[0]}  draft" in listed
    assert "Nothing was asked" in await place.done("kb", "gaps")
    draft = drafted.split()[0]
    assert f"kb write {draft} FILE --publish" in drafted
    assert "It has no text yet" in (await place.command("kb", "publish", draft)).err
    written = await place.done("kb", "write", draft, "-", typed="We sell horses, but no **ponies**.\n")
    assert f"kb publish {draft}" in written
    assert "in a moment" in await place.done("kb", "publish", draft)
    await findable(place, "horses")
    assert await place.say(base, "do you sell horses or ponies?") == ["We sell horses, but no ponies."]
    assert "a draft again" in await place.done("kb", "withdraw", draft)
    assert f"{draft}  draft" in await place.done("kb", "list")
    assert "cannot be read" in (await place.command("kb", "write", draft, "nosuch.md")).err
    status = await place.done("kb", "status")
    assert "no: no embedding model is set up" in status
    assert "67% answered" in status
    [delivery] = [
        a for a in json.loads(await place.done("kb", "list", "--json")) if a["path"] == "delivery.md"
    ]
    assert "up to seven working days" in await place.done("kb", "show", delivery["id"])
    assert await place.done("kb", "remove", delivery["id"]) == "It is gone.\n"
    assert "Delivery" not in await place.done("kb", "search", "what does delivery cost?")
    assert "under way" in await place.done("kb", "reindex")


async def test_what_was_taken_in_is_counted_and_what_there_is_now(place: Place) -> None:
    added = await place.command("kb", "add", str(EXAMPLE / "articles"))
    assert "3 files taken in. The source `files` has 4 articles now." in added.out
    # What this machine cannot confine its children by is in the running program's log.
    assert "not_confined" not in added.err
    again = await place.done("kb", "add", str(EXAMPLE / "articles" / "returns.md"))
    assert "returns.md: 1 unchanged." in again
    assert "has 4 articles now." in again


async def test_a_file_that_cannot_be_read_is_told_and_the_others_are_taken_in(
    place: Place, tmp_path: Path
) -> None:
    (tmp_path / "good.md").write_text("# Warranty\n\nThe warranty is two years.")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "odd.md").write_text("---\nlanguage: xq\n---\n# Hours\n\nWe open at nine.")
    (tmp_path / "prices.xlsx").write_bytes(b"PK")
    ended = await place.command("kb", "add", str(tmp_path), "--source", "mixed")
    assert "Left out, for their kind is not read: prices.xlsx." in ended.out
    assert ended.code == 1
    assert "bad.pdf: not taken in. It is no PDF" in ended.out
    assert "good.md: 1 added." in ended.out
    # A language that nobody speaks would have everything compared with another model.
    assert "odd.md: not taken in. `xq` is no code of a language" in ended.out
    assert "1 file taken in, 2 files not. The source `mixed` has 1 article now." in ended.out


async def test_what_is_not_there_is_one_line(place: Place, tmp_path: Path) -> None:
    for words, said in (
        (("kb", "add", str(tmp_path / "none.md")), "cannot be read"),
        (("kb", "add", str(tmp_path)), "no file to read"),
        (("kb", "show", "art_none"), "no such article"),
        (("kb", "gaps", "--draft", "x"), "There is no gap x."),
        (("kb", "search", " "), "Ask something"),
        (("kb", "search", "x", "--part", "y"), "There is no source or tag y."),
    ):
        ended = await place.command(*words)
        assert ended.code == 2, ended
        assert said in ended.err
    (tmp_path / "good.md").write_text("---\ntags: [orders]\n---\n# Warranty\n\nThe warranty is two years.")
    await place.done("kb", "add", str(tmp_path / "good.md"), "--source", "help")
    for words, said in (
        (
            ("kb", "search", "x", "--part", "y"),
            r"no source or tag y\. There are the sources: .*help.*; tags: .*orders",
        ),
        (("kb", "list", "--source", "orders"), r"no source orders\. There are the sources: .*help"),
        (("kb", "list", "--tag", "help"), r"no tag help\. There are the tags: .*orders"),
    ):
        assert re.search(said, (await place.command(*words)).err)
