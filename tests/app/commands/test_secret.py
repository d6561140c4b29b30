"""Secrets for actions: values come from the standard input, are never shown, and every change is in the audit log."""

import pytest
from tests.app.commands.conftest import Place

OF_THE_DEMO = ("--workspace", "Demo", "--assistant", "billing-helper")


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    return ("--demo",)


async def test_names_are_listed_with_the_time_of_their_change_and_no_value_is_shown(place: Place) -> None:
    said = await place.done("secret", "set", "DESK_KEY", *OF_THE_DEMO, typed="hunter2-ß\n")
    listed = await place.done("secret", "list", *OF_THE_DEMO)
    assert listed.startswith("DESK_KEY  20")
    assert listed.endswith(" UTC\n")
    assert "hunter2" not in said + listed
    assert "is gone" in await place.done("secret", "remove", "DESK_KEY", *OF_THE_DEMO)
    assert await place.done("secret", "list", *OF_THE_DEMO) == "billing-helper has no secrets.\n"
    again = await place.command("secret", "remove", "DESK_KEY", *OF_THE_DEMO)
    assert (again.code, again.err) == (2, "billing-helper has no secret of that name.\n")


async def test_what_no_header_can_carry_is_refused_and_not_repeated(place: Place) -> None:
    for typed, why in (
        ("", "empty"),
        ("\n", "empty"),
        ("a\nb\n", "line breaks"),
        ("x" * 70_000, "longer than"),
    ):
        ended = await place.command("secret", "set", "K", *OF_THE_DEMO, typed=typed)
        assert (ended.code, why in ended.err) == (2, True), ended
    assert await place.done("secret", "list", *OF_THE_DEMO) == "billing-helper has no secrets.\n"


async def test_a_value_on_the_command_line_is_no_name(place: Place) -> None:
    ended = await place.command("secret", "set", "NAME=value", *OF_THE_DEMO, typed="x")
    assert ended.code == 2
    assert "value is asked for" in ended.err
    assert (await place.command("secret", "set", "NAME", "value", *OF_THE_DEMO, typed="x")).code == 2


async def test_an_assistant_that_is_not_there_is_refused(place: Place) -> None:
    ended = await place.command("secret", "list", "--workspace", "Demo", "--assistant", "nobody")
    assert (ended.code, "There is no assistant nobody in this workspace" in ended.err) == (2, True)


async def test_an_assistant_of_another_workspace_is_said_to_need_its_name(place: Place) -> None:
    ended = await place.command("secret", "list", "--assistant", "billing-helper")
    assert ended.code == 2
    assert ended.err == (
        "There is no assistant billing-helper in this workspace. If it is in another, name that with --workspace.\n"
    )
