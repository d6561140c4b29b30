"""What holds for every operation of the OpenAPI document; one that is new and differs fails here."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests.doubles.http_client import Answer
from tests.program import Program
from tests.web.operations import Operation, ask, body_of, operations, path_of
from tests.web.people import Browser
from tests.web.test_matrix import World, example, world_of

from frontdesk.store.ids import mint

pytestmark = pytest.mark.usefixtures("empty_slate")

STALE = '"999999999999999999"'
CHANGING = ("PUT", "PATCH", "DELETE")
PLACES = {"limit", "cursor", "q", "before_seq", "after_seq"}
"""Say which page it is, or are sent anyway."""
ALL = ("GET", "POST", *CHANGING)


@pytest.fixture
async def empty_slate(program: Program) -> None:
    """All tests sign in from one address, which would be held back for the failures of others."""
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture(scope="module")
async def world(program: Program) -> AsyncIterator[World]:
    made = await world_of(program)
    async with program.belonging_to(made.desk.workspace):
        await furnish(made)
        yield made


async def furnish(made: World) -> None:
    await made.desk.say("other", "hello from another")
    for path, body in (
        (f"/api/v1/assistants/{made.desk.assistant_id}/draft/files/flows/new.yaml", {"text": "# Nothing"}),
        ("/api/v1/settings/mail", {"settings": {"host": "127.0.0.1", "from_address": "d@example.com"}}),
    ):
        method, name = ("PUT", "If-None-Match") if "files" in path else ("PATCH", "If-Match")
        answer = await made.owner.send(method, path, json=body, headers={name: "*"})
        assert answer.status == 200, answer.body


def is_list(operation: Operation) -> bool:
    return "cursor" in operation.parameters("query")


def read_at(world: World, path: str) -> Operation | None:
    """What reads the one thing at this path."""
    found = next((each for each in operations(world, "GET") if each.path == path), None)
    return None if found is None or "data" in str(found.described["responses"]["200"])[:400] else found


def code_of(answer: Answer) -> tuple[int, str]:
    is_problem = "problem+json" in answer.headers.get("Content-Type", "")
    return answer.status, answer.json()["code"] if is_problem else ""


async def test_every_answer_to_a_get_says_which_version_it_is(world: World) -> None:
    without, seen = [], 0
    for operation in operations(world, "GET"):
        if "/feed" in operation.path:
            continue  # which goes on
        path = await path_of(world, operation)
        answer = await world.owner.get(path + ("?q=hello" if "search" in path else ""))
        if answer.status == 200 and "json" in answer.headers["Content-Type"]:
            again = await world.owner.get(path + ("?q=hello" if "search" in path else ""))
            tag = answer.headers.get("ETag", "")
            seen += 1
            if not tag.strip('"').isdecimal() or (again.body == answer.body) > (tag == again.headers["ETag"]):
                without.append(str(operation))
    assert not without
    assert seen > 50


TAKES_NO_MATCH = {"DELETE /api/v1/me/sessions"}
"""Signs out everywhere else, whatever there is."""


def changing(world: World) -> Iterator[Operation]:
    """What changes a thing that can be read."""
    for operation in operations(world, *CHANGING):
        read = read_at(world, operation.path)
        if read is not None and str(operation) not in TAKES_NO_MATCH:
            yield operation


async def test_every_change_of_what_can_be_read_takes_if_match(world: World) -> None:
    """A former ETag is refused and changes nothing; where one is needed, so is none."""
    wrong, seen = [], 0
    for operation in changing(world):
        path, body = await path_of(world, operation), await body_of(world, operation)
        before = await world.owner.get(path)
        stale = await ask(world.owner, operation, path, body, {"If-Match": STALE})
        needed = any(
            each.get("required") for each in operation.described["parameters"] if each["name"] == "If-Match"
        )
        bare = await ask(world.owner, operation, path, body, {}) if needed else None
        after = await world.owner.get(path)
        if "if-match" not in operation.parameters("header"):
            wrong.append(f"{operation} takes none")
        elif before.status == 404:
            continue  # of a place that this workspace has not, such as the plans of an installation
        elif code_of(stale) != (412, "conflict"):
            wrong.append(f"{operation}: {stale.status} {stale.body!r}")
        elif bare is not None and code_of(bare) != (428, "precondition_required"):
            wrong.append(f"{operation}: without one {bare.status} {bare.body!r}")
        elif before.headers["ETag"] != after.headers["ETag"]:
            wrong.append(f"{operation} changed something")
        seen += 1
    assert not wrong, "\n".join(wrong)
    assert seen > 20


async def test_a_parameter_that_is_not_there_is_refused_everywhere(world: World) -> None:
    """Nobody believes that a list is filtered when it is not."""
    wrong = []
    for operation in operations(world, *ALL):
        path, body = await path_of(world, operation), await body_of(world, operation)
        answer = await ask(world.owner, operation, path + "?assignee=none", body, {"If-Match": "*"})
        if code_of(answer) != (422, "invalid") or answer.json()["field"] != "assignee":
            wrong.append(f"{operation}: {answer.status} {answer.body[:200]!r}")
    assert not wrong, "\n".join(wrong)


def odd(cursor: str) -> Iterator[str]:
    yield from (cursor[:-1], cursor[1:], cursor[:7], cursor + "A", cursor + "=", cursor.swapcase())
    yield from ("A" * 24, "none", "%00", "%F0%9F%A6%9C", "%FF%FE", "-1", "_" * 501, "A" * 20_000)


def other_filters(world: World, operation: Operation) -> Iterator[tuple[str, object]]:
    """A value for each of its filters that is not the one it has when nothing is said."""
    for parameter in operation.described["parameters"]:
        if parameter.get("in") != "query" or parameter["name"] in PLACES:
            continue
        schema = parameter["schema"]
        if schema.get("type") == "boolean":
            yield parameter["name"], "true"
        elif schema.get("enum"):
            yield parameter["name"], next(one for one in schema["enum"] if one != schema.get("default"))
        else:
            yield parameter["name"], example(world.documents["own"], schema)


async def test_a_cursor_is_good_for_its_own_list_and_no_other(world: World) -> None:
    """Forged, cut, huge, of another list, of another filter, of another workspace: refused with a code."""
    lists = [each for each in operations(world, "GET") if is_list(each)]
    paths = {str(each): await path_of(world, each) + "?limit=1" for each in lists}
    paths = {name: path + ("&q=hello" if "search" in path else "") for name, path in paths.items()}
    given = {}
    for name, path in paths.items():
        answer = await world.owner.get(path)
        assert answer.status == 200, (name, answer.body)
        if answer.json()["next_cursor"]:
            given[name] = answer.json()["next_cursor"]
    assert len(given) > 4
    wrong = []

    async def refused(browser: Browser, path: str, cursor: str) -> None:
        answer = await browser.get(f"{path}&cursor={cursor}")
        if answer.status not in {400, 404, 422} or not code_of(answer)[1]:
            wrong.append(f"{path} {cursor[:30]}: {answer.status} {answer.body[:100]!r}")

    for operation in lists:
        name, path = str(operation), paths[str(operation)]
        own = given.get(name, "")
        for cursor in [
            *odd(own or given[next(iter(given))]),
            *(each for each in given.values() if each != own),
        ]:
            await refused(world.owner, path, cursor)
        for cursor in given.values():
            await refused(world.stranger, path, cursor)
        for name, value in other_filters(world, operation) if own else []:
            await refused(world.owner, f"{path}&{name}={value}", own)
    assert not wrong, "\n".join(wrong)


async def test_the_id_of_another_workspace_is_answered_as_one_that_nobody_has(world: World) -> None:
    wrong, seen = [], 0
    for operation in operations(world, *ALL):
        if "{" not in operation.path or "/feed" in operation.path:
            continue
        body = await body_of(world, operation)
        real = await path_of(world, operation)
        missing = "/".join(mint(part.partition("_")[0]) if is_id(part) else part for part in real.split("/"))
        if missing == real:
            continue
        answers = [
            await ask(world.stranger, operation, path, body, {"If-Match": "*"}) for path in (real, missing)
        ]
        theirs, nobodys = [shape(answer, path) for answer, path in zip(answers, (real, missing), strict=True)]
        seen += theirs["status"] == 404
        if theirs != nobodys or theirs["status"] not in {400, 403, 404, 409, 415, 422}:
            wrong.append(f"{operation}: {theirs} but {nobodys}")
    assert not wrong, "\n".join(wrong)
    assert seen > 80


def is_id(part: str) -> bool:
    prefix, _, rest = part.partition("_")
    return len(rest) == 26 and prefix.isalpha()


def shape(answer: Answer, path: str) -> dict[str, Any]:
    said = answer.json()
    said.pop("request_id")
    ids = [part for part in path.split("/") if is_id(part)]
    return {name: "an id" if any(one in str(value) for one in ids) else value for name, value in said.items()}
