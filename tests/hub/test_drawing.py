"""Pictures: drawn by the first service that can, paid for, nothing personal in what is asked. S004-207"""

import base64

import pytest
from tests.doubles.http_server import Answer, json_answer
from tests.hub.conftest import House
from tests.plugins.llm import completions as wire

from frontdesk.core.ids import AssistantId, ConversationId
from frontdesk.hub import services
from frontdesk.hub.asking import Whose
from frontdesk.hub.drawing import draw
from frontdesk.ports.chat_model import Failed
from frontdesk.ports.image_model import Drawn
from frontdesk.store import ai_usage

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
DRAWS = {"image": "pic", "standard": "small"}


def picture(**usage: int) -> Answer:
    told: dict[str, object] = {"data": [{"b64_json": base64.b64encode(PNG).decode()}]}
    return json_answer(told | ({"usage": usage} if usage else {}))


async def drawn(house: House, prompt: str = "A bird", service: str = "") -> Drawn | Failed:
    whose = Whose(house.workspace, "image", AssistantId("asst_1"), ConversationId("conv_1"))
    return await draw(house.hub, whose, prompt, service=service)


async def used(house: House) -> list[tuple[object, ...]]:
    async with house.hub.store.turn_work(house.workspace) as connection:
        rows = await connection.fetch(
            "SELECT purpose, model, outcome, prompt_tokens, answer_tokens, is_estimate, cost_micros, conversation_id"
            " FROM ai_usage ORDER BY id"
        )
    return [tuple(row) for row in rows]


async def test_a_picture_costs_what_a_picture_costs(house: House) -> None:
    """S004-208: with the tokens that the service counted where it does, and its price in the report."""
    await house.service(house.first, "One", models=DRAWS, price_image=0.04)
    house.first.answers(picture(), picture(input_tokens=50, output_tokens=4_000, total_tokens=4_050))
    first, second = await drawn(house), await drawn(house)
    assert isinstance(first, Drawn)
    assert isinstance(second, Drawn)
    estimated, counted = await used(house)
    assert estimated[:3] == ("image", "pic", "ok")
    assert estimated[5:] == (True, 40_000, "conv_1")
    assert counted[3:7] == (50, 4_000, False, 40_000)
    async with house.hub.store.unit_of_work(house.workspace) as tx:
        (line,) = await ai_usage.report(house.workspace, tx, house.clock.at.date())
    assert (line.answers, line.cost_micros) == (2, 80_000)


async def test_no_picture_costs_nothing_and_the_next_service_draws(house: House) -> None:
    """S004-209"""
    await house.service(house.first, "One", models=DRAWS, price_image=1)
    await house.service(house.second, "Two", models=DRAWS, price_image=2)
    house.first.answers(Answer(503))
    house.second.answers(picture())
    assert isinstance(await drawn(house), Drawn)
    assert [(row[2], row[6]) for row in await used(house)] == [("unavailable", 0), ("ok", 2_000_000)]


async def test_a_prompt_that_is_refused_is_tried_nowhere_else(house: House) -> None:
    await house.service(house.first, "One", models=DRAWS)
    await house.service(house.second, "Two", models=DRAWS)
    house.first.answers(wire.error(400, "content_policy_violation"))
    assert await drawn(house) == Failed("blocked", "content_policy_violation")
    assert house.second.connections == 0


async def test_the_named_service_and_no_other_draws(house: House) -> None:
    await house.service(house.first, "One", models=DRAWS)
    await house.service(house.second, "Two", models=DRAWS)
    house.second.answers(Answer(401))
    failed = await drawn(house, service="Two")
    assert isinstance(failed, Failed)
    assert (failed.trouble, house.first.connections) == ("auth", 0)


async def test_a_wrong_image_model_leaves_the_answers_alone(house: House) -> None:
    await house.service(house.first, "One", models=DRAWS)
    house.first.answers(wire.error(404, "model_not_found"))
    for _ in range(3):
        failed = await drawn(house)
        assert isinstance(failed, Failed)
    assert len(house.first.received) == 2
    (service,) = await services.listed(house.hub, house.workspace)
    assert house.hub.resting.refuses(service.id, service.row_version) is None


@pytest.mark.parametrize("limits", [{"tokens_a_day": 1}, {"tokens_a_conversation": 1}])
async def test_over_its_budget_a_workspace_draws_nothing(house: House, limits: dict[str, object]) -> None:
    await house.service(house.first, "One", models=DRAWS)
    await services.change_limits(house.hub, house.workspace, limits, by="test")
    failed = await drawn(house)
    assert isinstance(failed, Failed)
    assert failed.trouble == "quota"
    assert house.first.connections == 0


async def test_personal_data_in_a_prompt_does_not_leave(house: House) -> None:
    """S004-211"""
    await house.service(house.first, "One", models=DRAWS)
    house.first.answers(picture())
    await drawn(house, "A card for fred@home.com, +998 90 123 45 67")
    body = house.first.received[0].body
    assert b"fred" not in body
    assert b"123 45" not in body


async def test_where_nobody_draws_it_is_said(house: House) -> None:
    await house.service(house.first, "One")
    failed = await drawn(house)
    assert isinstance(failed, Failed)
    assert failed.trouble == "misconfigured"
    assert failed.detail.startswith("no AI service is set up that draws: ")
