"""What the example bot is made of; its own tests are held by `tests/studio/testing`."""

import pytest
from tests.dialog.driver import EXAMPLE, Talk, files_of

from frontdesk.core.action import Fetched
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot


@pytest.mark.parametrize("name", sorted(folder.name for folder in EXAMPLE.parent.iterdir()))
def test_no_example_has_anything_to_complain_about(name: str) -> None:
    assert load_bot(files_of(EXAMPLE.parent / name)).warnings == ()


def test_the_example_needs_no_secret(billing: Bot) -> None:
    assert billing.secret_names == ()


def test_the_example_is_read_whole(billing: Bot) -> None:
    assert (billing.name, billing.language) == ("Billing helper", "en")
    assert set(billing.actions) == {"Balance"}
    assert {"welcome", "billing", "account_balance", "agent_handoff"} <= set(billing.flows)
    assert billing.env == {"BALANCE_API": "https://api.example.test"}
    assert (billing.session_timeout_s, billing.limits.reprompts, billing.limits.steps_per_turn) == (
        3600.0,
        3,
        50,
    )


def test_the_sample_answer_does_for_the_call(billing: Bot) -> None:
    """S001-40."""
    sample = billing.actions["Balance"].sample
    talk = Talk(billing, {"Balance": lambda call: Fetched(call.key, "ok", 200, sample)})
    assert talk.all("balance", "123456", "fred@home.com") == ["Your current balance is 512.75"]
