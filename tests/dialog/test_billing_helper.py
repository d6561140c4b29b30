"""What the example bot is made of; its own tests are held by `tests/studio/testing`."""

from tests.dialog.driver import Talk, billing_files

from frontdesk.core.action import Fetched
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot


def test_the_example_has_one_thing_to_complain_about_and_its_file_says_why(billing: Bot) -> None:
    (warning,) = billing.warnings
    assert (warning.file, warning.message) == (
        "actions/Escalation.yaml",
        "No flow calls the action 'Escalation'.",
    )
    assert "No flow calls it" in billing_files()[warning.file]


def test_the_example_with_its_escalation_put_to_use_has_nothing_to_complain_about() -> None:
    files = billing_files()
    head, _, _ = files["flows/agent_handoff.yaml"].partition("  - handoff:")
    used = {**files, "flows/agent_handoff.yaml": f"{head}  - call: Escalation\n    then: handoff\n"}
    assert load_bot(used).warnings == ()


def test_the_example_is_read_whole(billing: Bot) -> None:
    assert (billing.name, billing.language) == ("Billing helper", "en")
    assert set(billing.actions) == {"Balance", "Escalation"}
    assert {"welcome", "billing", "account_balance", "agent_handoff"} <= set(billing.flows)
    assert billing.env == {"BALANCE_API": "https://api.example.test", "DESK_API": "https://desk.example.test"}
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
