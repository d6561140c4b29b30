"""An answer without content: no type, no length, no body, whichever operation gives it."""

from tests.program import Program
from tests.web.operations import Operation, ask, body_of, operations, path_of
from tests.web.test_matrix import world_of

ASSISTANT = "DELETE /api/v1/assistants/{assistant_id}"
"""After which less is there."""


def turn(operation: Operation) -> tuple[int, int]:
    """What stands inside other things goes before them; what may sign out who asks goes last."""
    signs_out = any(word in operation.path for word in ("session", "/me/", "/people/"))
    return 2 * signs_out + (str(operation) == ASSISTANT), -operation.path.count("/")


async def test_an_answer_without_content_has_no_type(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")
    world = await world_of(program)
    given = [
        each for each in operations(world, "POST", "PUT", "DELETE") if "204" in each.described["responses"]
    ]
    wrong, seen = [], []
    for operation in sorted(given, key=turn):
        path, body = await path_of(world, operation), await body_of(world, operation)
        answer = await ask(world.owner, operation, path, body, {"If-Match": "*"})
        if answer.status != 204:
            continue  # such as the last owner, who stays
        seen.append(str(operation))
        if answer.body or {"content-type", "content-length"} & {name.lower() for name in answer.headers}:
            wrong.append(f"{operation}: {dict(answer.headers)}")
    assert not wrong, "\n".join(wrong)
    assert "DELETE /api/v1/keys/{key_id}" in seen
    assert len(seen) > 8, sorted({str(each) for each in given} - {*seen})
