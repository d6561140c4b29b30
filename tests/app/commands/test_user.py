"""`frontdesk user` and the demo's owner: people get in without a browser."""

import json

import pytest
from tests.app.commands.conftest import Place

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    return ("--demo",)


async def signed_in(place: Place, email: str, password: str) -> int:
    shown = {"email": email, "password": password}
    return (await place.client.post("/api/v1/session", json=shown)).status


async def test_the_demos_owner_signs_in_with_what_the_command_says(place: Place) -> None:
    demo = json.loads(await place.done("demo", "--json"))
    assert demo["panel_url"] == f"{place.client.base_url}/panel"
    shown = {"email": demo["owner_email"], "password": demo["owner_password"]}
    answer = await place.client.post("/api/v1/session", json=shown)
    assert (answer.status, answer.json()["role"]) == (201, "owner")
    assert answer.json()["workspace_id"] == demo["workspace_id"]


async def test_accounts_are_made_listed_and_given_another_password_by_command(place: Place) -> None:
    early = await place.command("user", "add", "ann@northwind.example", typed=PASSWORD)
    assert (early.code, "set up" in early.err) == (2, True)
    await place.set_up()
    assert "Nobody has an account yet" in await place.done("user", "list")
    await place.done("user", "add", "ann@northwind.example", "--name", "Ann Lee", typed=PASSWORD + "\n")
    made = await place.done(
        "user", "add", "bo@northwind.example", "--role", "operator", "--json", typed=PASSWORD
    )
    assert json.loads(made)["role"] == "operator"
    assert await signed_in(place, "ann@northwind.example", PASSWORD) == 201
    listed = json.loads(await place.done("user", "list", "--json"))
    assert [(one["email"], one["role"], one["name"]) for one in listed] == [
        ("ann@northwind.example", "owner", "Ann Lee"),
        ("bo@northwind.example", "operator", "bo"),
    ]
    link = (await place.done("user", "reset", "bo@northwind.example")).strip()
    assert link.startswith(f"{place.client.base_url}/reset?token=")
    assert (await place.client.get(link.removeprefix(place.client.base_url))).status == 200


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "no address"), PASSWORD, "e-mail address"),
        (("add", "c@northwind.example", "--role", "king"), PASSWORD, "no such role"),
        (("add", "c@northwind.example"), "short", "at least 10 characters"),
        (("add", "c@northwind.example"), "", "empty"),
        (("add", "owner@demo.example", "--workspace", "Demo"), PASSWORD, "Another account"),
        (("reset", "nobody@northwind.example", "--workspace", "Demo"), "", "Nobody in Demo"),
    ],
)
async def test_what_cannot_be_is_said_in_one_line(
    place: Place, words: tuple[str, ...], typed: str, said: str
) -> None:
    ended = await place.command("user", *words, typed=typed)
    assert (ended.code, said in ended.err) == (2, True), ended
    assert len(ended.err.strip().splitlines()) == 1
