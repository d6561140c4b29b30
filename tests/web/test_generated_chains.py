"""Requests that go on with what answers before them gave: whatever comes of it, no answer is an error of ours.

Which request goes on with which answer is told by the document: what was made has an `id`, and paths have one.
"""

import asyncio
from collections import Counter
from random import SystemRandom
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from tests.web.test_generated import CHECKS, GOES_ON, world
from tests.web.test_matrix import World

__all__ = ["world"]
STEPS = 6
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")


def without_files_and_streams(document: dict[str, Any]) -> dict[str, Any]:
    """The rest has tests of its own: what never ends, and what takes other bodies than JSON."""
    paths: dict[str, Any] = {}
    for path, found in document["paths"].items():
        kept = {
            method: operation
            for method, operation in found.items()
            if set(operation.get("requestBody", {}).get("content", {})) <= {"application/json"}
        }
        if path.startswith("/api/v1/") and GOES_ON not in path and kept:
            paths[path] = kept
    return {**document, "paths": paths}


def chains(world: World, key: str, seen: Counter[str], seeds: range) -> None:
    """One chain for each seed; raises what was answered that the document does not have."""
    document = schemathesis.openapi.from_dict(without_files_and_streams(world.documents["own"]))
    session = requests.Session()
    session.trust_env = False

    class Chain(document.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {
                "base_url": world.program.client.base_url,
                "session": session,
                "headers": {**case.headers, "Authorization": f"Bearer {key}"},
                "timeout": 60,
            }

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            seen[f"{case.operation.label} {response.status_code}"] += 1
            case.validate_response(response, checks=CHECKS)

    # One at a time: what an earlier one has left behind is nothing that a later one may be held to.
    one = settings(
        max_examples=1,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.generate],
    )
    with session:
        for each in seeds:
            try:
                seed(each)(Chain).run(settings=one)
            except Exception as error:
                error.add_note(f"chain {each}")  # by which it is had again
                raise


async def gone_on(world: World, seeds: range) -> None:
    seen: Counter[str] = Counter()
    key = await world.desk.key("api", "admin")
    await asyncio.to_thread(chains, world, key, seen, seeds)
    found = sum(number for what, number in seen.items() if "{" in what and what.split()[-1][0] == "2")
    assert found >= max(1, len(seeds) // 50), seen


async def test_what_answers_give_can_be_gone_on_with(world: World) -> None:
    await gone_on(world, range(30))


@pytest.mark.drill
async def test_what_answers_give_can_be_gone_on_with_drawn_anew(world: World) -> None:
    first = SystemRandom().randrange(10**9)
    await gone_on(world, range(first, first + 600))
