"""The table of who may act on whom says what the program does."""

import re
from pathlib import Path

from frontdesk.access import reach
from frontdesk.core.actor import Actor
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import ROLE_SCOPES, ROLES, Role

PAGE = Path(__file__).parents[2] / "docs" / "operate" / "people.md"


def acts_on(role: Role) -> list[str]:
    actor = Actor("session", WorkspaceId("ws_a"), "acct_a", ROLE_SCOPES[role])
    return list(reach.may_give(actor)) if actor.may("people.write") else []


def test_the_page_says_who_may_act_on_whom() -> None:
    table = PAGE.read_text("utf-8").partition("### Who may act on whom")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE)
    told = {
        who: [role for role, may in zip(ROLES, row.split(" | "), strict=True) if may == "yes"]
        for who, row in rows
    }
    assert told == {role: acts_on(role) for role in ROLES}
