"""What systems outside are told to call: endpoints, and the three parameters of 4biz (S000-6 to S000-11, S000-19)."""

from datetime import UTC, datetime

import pytest

from frontdesk.core.ids import AssistantId
from frontdesk.store.assistants import Assistant
from frontdesk.web.panel.wires import endpoint, sheet


def assistant(*hosts: str) -> Assistant:
    made = datetime(2026, 11, 22, tzinfo=UTC)
    return Assistant(
        AssistantId("asst_1"),
        "ann",
        "Ann",
        hosts,
        is_default=False,
        published_version=None,
        row_version=1,
        created_at=made,
        deleted_at=None,
    )


def test_the_endpoint_is_at_the_assistants_own_name_or_below_the_installation() -> None:
    assert (
        endpoint("https://desk.example", assistant()) == "https://desk.example/a/asst_1/webhooks/rest/webhook"
    )
    assert (
        endpoint("http://desk.example:8080", assistant("ann.example"))
        == "http://ann.example:8080/webhooks/rest/webhook"
    )


def test_the_host_part_carries_the_language() -> None:
    made = sheet("http://desk.example", assistant("helper.example.com", "helperpt.example.com"), "pt")
    assert [(one.number, one.value) for one in made.parameters] == [
        ("402", "http://helper.example.com"),
        ("441", "http://helperpt.example.com/webhooks/rest/webhook"),
        ("442", "http://helperpt.example.com/conversations/"),
    ]
    assert made.is_known


def test_a_host_name_at_which_nobody_answers_yet_is_told() -> None:
    made = sheet("https://desk.example.com", assistant(), "ru")
    assert made.host == "deskru.example.com"
    assert not made.is_known


@pytest.mark.parametrize(
    "public_url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"]
)
def test_without_a_host_name_the_path_says_who_answers(public_url: str) -> None:
    made = sheet(public_url, assistant(), "en")
    assert made.host == ""
    assert made.parameters[1].value == f"{public_url}/a/asst_1/webhooks/rest/webhook"
