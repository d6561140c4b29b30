"""`frontdesk audit verify`: a whole log, one that was tampered with, one that was cut short."""

import json

from tests.app.commands.conftest import Place

PASSWORD = "correct horse battery"


async def test_the_log_is_verified_by_command(place: Place) -> None:
    await place.set_up()
    await place.done("user", "add", "ann@northwind.example", typed=PASSWORD)
    told = json.loads(await place.done("audit", "verify", "--json"))
    assert (told["ok"], told["first_broken"]) == (True, None)
    assert told["length"] >= 2
    kept = f"{told['length']} {told['head']}"
    assert kept in await place.done("audit", "verify", "--remembered", kept)
    other = f"{told['length']} {'0' * 64}"
    ended = await place.command("audit", "verify", "--remembered", other)
    assert (ended.code, f"Entry {told['length']} does not fit" in ended.out) == (1, True)
    wrong = await place.command("audit", "verify", "--remembered", "nonsense")
    assert (wrong.code, "LENGTH HEAD" in wrong.err) == (2, True)
