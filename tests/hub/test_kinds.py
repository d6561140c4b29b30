"""Each kind of service from its form to an answer: added, tested, asked, taken away.

S004-199; OpenAI S004-200, Google AI S004-201, IBM Watson S004-202, custom S004-203; credentials, limits, test S004-204.
"""

import time
from pathlib import Path

import pytest
from tests.doubles.outside import outside_of
from tests.hub.conftest import House
from tests.plugins.llm.vendors import MODELS, SECRET, vendor_of
from tests.program import test_settings as settings_in

from frontdesk.app.ai import hub_of
from frontdesk.app.registry import Plugin, load_registry
from frontdesk.core.ids import AssistantId, ConversationId
from frontdesk.egress.allow import EgressSettings
from frontdesk.hub import asking, services
from frontdesk.hub.asking import Answered, Question, Unanswered, Whose
from frontdesk.hub.context import HubSettings
from frontdesk.hub.services import Change
from frontdesk.ports.chat_model import ChatMessage, Failed


@pytest.mark.parametrize("plugin", MODELS, ids=lambda plugin: plugin.manifest.id)
async def test_a_service_is_added_tested_asked_and_taken_away(house: House, plugin: Plugin) -> None:
    vendor = vendor_of(plugin)
    house.first.fixed.update(vendor.fixed)
    model = vendor.names[0]
    given = Change(
        settings=vendor.settings(house.first),
        models={"standard": model},
        limits={"tokens_a_day": 5_000, "price_in": 1, "price_out": 1},
    )
    made = await services.add(house.hub, house.workspace, plugin.kind, given, by="test")
    assert SECRET not in str(made)
    house.first.answers(vendor.models, vendor.text(["ready"]))
    tested = await services.try_out(house.hub, house.workspace, made.name)
    assert [(one.what, one.ok) for one in tested] == [("connection", True), (model, True)]
    house.first.answers(vendor.text(["Within ", "14 days."]))
    whose = Whose(house.workspace, "write", AssistantId("asst_1"), ConversationId("conv_1"))
    question = Question(
        (ChatMessage("system", "s"), ChatMessage("customer", "q")), "standard", time.monotonic() + 5
    )
    came = await asking.ask(house.hub, whose, question)
    assert isinstance(came, Answered)
    assert (came.text, came.service) == ("Within 14 days.", made.name)
    async with house.hub.store.turn_work(house.workspace) as connection:
        rows = await connection.fetch("SELECT purpose, outcome, cost_micros FROM ai_usage ORDER BY id")
    assert [tuple(row) for row in rows] == [("test", "ok", 17), ("write", "ok", 17)]
    await services.remove(house.hub, house.workspace, made.name, by="test")
    assert await asking.ask(house.hub, whose, question) == Unanswered("no AI service is set up")


@pytest.mark.parametrize("plugin", MODELS, ids=lambda plugin: plugin.manifest.id)
async def test_a_question_that_is_too_long_for_it_rests_no_kind(house: House, plugin: Plugin) -> None:
    vendor = vendor_of(plugin)
    house.first.fixed.update(vendor.fixed)
    given = Change(settings=vendor.settings(house.first), models={"standard": vendor.names[0]})
    await services.add(house.hub, house.workspace, plugin.kind, given, by="test")
    whose = Whose(house.workspace, "write")
    question = Question(
        (ChatMessage("system", "s"), ChatMessage("customer", "q")), "standard", time.monotonic() + 9
    )
    for answer in (*vendor.errors["too_long"], *vendor.errors["too_long"]):
        house.first.answers(answer)
        assert isinstance(await asking.ask(house.hub, whose, question), Unanswered)
    house.first.answers(vendor.text(["here"]))
    assert isinstance(await asking.ask(house.hub, whose, question), Answered)


async def test_how_often_and_how_long_a_service_is_asked_is_set(house: House, tmp_path: Path) -> None:
    settings = settings_in(
        tmp_path, ai_within_s=10, ai_attempts=1, ai_wait_s=0, ai_rest_after=1, ai_rest_s=600
    )
    async with outside_of(house.first, "ai") as outside:
        hub = hub_of(
            settings,
            load_registry(),
            outside,
            house.hub.store,
            vault=house.hub.vault,
            egress=EgressSettings(),
        )
    assert hub.settings == HubSettings(within_s=10, idle_s=5, attempts=1, wait_s=0)
    rests = hub.resting.failed("ais_1", 1, Failed("unavailable", "status 503"))
    assert rests is not None
    assert (rests.until - rests.since).total_seconds() == 600
