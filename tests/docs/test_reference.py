"""What the reference pages promise is what the program has, and nothing is missing from them."""

import re
from pathlib import Path

import pytest

from frontdesk.app import telemetry
from frontdesk.app.registry import load_registry
from frontdesk.core.errors import CODES
from frontdesk.core.event import EVENTS
from frontdesk.core.permission import SCOPES
from frontdesk.web.errors import STATUS
from frontdesk.web.v1.conversation_views import ConversationDetail

DOCS = Path(__file__).parents[2] / "docs"


def rows(page: str, section: str = "") -> list[list[str]]:
    """The rows of a page's tables under a heading, cells without their backticks."""
    text = (DOCS / page).read_text("utf-8")
    if section:
        text = text.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    lines = [
        line for line in text.splitlines() if line.startswith("|") and not re.match(r"\|[-| ]+\|$", line)
    ]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_every_error_code_is_on_its_page_with_status_and_meaning() -> None:
    listed = {code: (status, meaning) for code, status, meaning in rows("reference/errors.md")[1:]}
    assert listed == {code: (str(STATUS[code]), meaning) for code, meaning in CODES.items()}


def test_every_event_is_on_its_page() -> None:
    headings = re.findall(r"^## `(.+)`$", (DOCS / "reference/events.md").read_text("utf-8"), re.MULTILINE)
    assert headings == list(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_every_field_of_an_event_is_described(name: str) -> None:
    described = [row[0] for row in rows("reference/events.md", f"`{name}`")[1:]]
    assert described == list(EVENTS[name].data.__struct_fields__)


def test_every_purpose_of_an_outgoing_request_is_told() -> None:
    text = (DOCS / "operate/outgoing-requests.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \|", text.split("| purpose |")[1].split("\n\n")[0], re.MULTILINE)
    assert {*told} == load_registry().purposes | {telemetry.PURPOSE}


def test_every_scope_of_a_key_is_described() -> None:
    listed = dict(rows("integrate/api.md", "Keys")[1:])
    assert listed == SCOPES


def test_every_field_of_a_conversation_is_on_its_page() -> None:
    text = (DOCS / "integrate/conversations.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)`", text)) | set(re.findall(r'^  "(\w+)": ', text, re.MULTILINE))
    assert not ConversationDetail.model_fields.keys() - named
