"""Whatever the OpenAPI document makes of a good or a bad request, no answer is an error of ours or one it does not name.

The ids in paths are real ones as often as not, so that requests get further than "there is no such thing".
"""

import asyncio
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.made_up import EVERY
from tests.program import Program
from tests.web.operations import Operation, operations
from tests.web.test_matrix import World, world_of

EXAMPLES = 60 if os.environ.get(EVERY) == "all" else 3
"""Of good and of bad requests each, to every operation."""
GOES_ON = "/feed"
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
# The program runs beside, in this process, and draws random numbers of its own meanwhile.
pytestmark = [
    pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning"),
    pytest.mark.hypothesis,
]


@pytest.fixture(scope="module")
async def world(program: Program) -> World:
    return await world_of(program)


@pytest.fixture(scope="module")
async def ids(world: World) -> dict[str, str]:
    """By the names that parameters of paths have."""
    found = {}
    for operation in operations(world, "GET", "POST", "PUT", "PATCH", "DELETE"):
        for part in operation.path.split("/"):
            if part.startswith("{"):
                found[part.strip("{}")] = await world.id_of(part.strip("{}"))
    return found


def wrong_answers(
    world: World, ids: dict[str, str], key: str, operation: Operation, mode: GenerationMode
) -> Iterator[str]:
    """What was answered that the document does not have."""
    described = schemathesis.openapi.from_dict(world.documents["own"])[operation.path][operation.method]
    draw = random.Random(str(operation))  # noqa: S311  # the same at each run
    found: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.generate],
    )
    @given(described.as_strategy(generation_mode=mode))
    def exchange(case: Any) -> None:
        for name in case.path_parameters:
            if draw.random() < 0.7:  # more often than not
                case.path_parameters[name] = ids[name]
        answer = case.call(
            base_url=world.program.client.base_url,
            session=session,
            headers={**case.headers, "Authorization": f"Bearer {key}"},
            timeout=60,
        )
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            found.append(
                f"{operation}: {answer.status_code} {answer.text[:300]} to {case.as_curl_command()[:600]}: {failure}"
            )

    with requests.Session() as session:
        session.trust_env = False
        exchange()
    yield from found


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
async def test_every_answer_is_one_that_the_document_has(
    world: World, ids: dict[str, str], mode: GenerationMode
) -> None:
    wrong, seen = [], 0
    for operation in operations(world, "GET", "POST", "PUT", "PATCH", "DELETE"):
        if GOES_ON in operation.path or ("requestBody" in operation.described and not operation.takes_json):
            continue  # a stream, or a file, whose kinds have tests of their own
        # One that may do everything, made anew: requests may have revoked the one before.
        key = await world.desk.key("api", "admin")
        wrong += await asyncio.to_thread(lambda: list(wrong_answers(world, ids, key, operation, mode)))  # noqa: B023
        seen += 1
    assert not wrong, "\n\n".join(wrong[:20]) + f"\n{len(wrong)} in all"
    assert seen > 150
