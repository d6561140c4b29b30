"""Analytics, Contacts and Settings by day and by night, wide and on a phone, with hostile words in every fact."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.browser.conftest import OpenPage
from tests.browser.panel import HOSTILE, SIZES, seated
from tests.program import Desk, Program
from tests.web.test_analytics import Past

PAGES = (
    "/panel/analytics",
    "/panel/analytics/conversations?days=14",
    "/panel/contacts",
    "/panel/contacts/{contact}",
    "/panel/contacts/{contact}/merge",
    "/panel/settings/workspace",
    "/panel/settings/desk",
    "/panel/settings/mail",
    "/panel/settings/teams/new",
    "/panel/settings/labels",
    "/panel/settings/replies/new",
    "/panel/settings/bin",
)


@pytest.fixture
async def told(program: Program) -> tuple[Desk, Past]:
    """A workspace with a past of thirty conversations."""
    desk = await program.desk()
    past = Past(program.running.store, desk.workspace, "", program.client)
    await past.begin()
    await program.execute(
        "UPDATE contacts SET name = $2, email = $2, company = $2 WHERE workspace_id = $1",
        desk.workspace,
        HOSTILE,
    )
    for n in range(30):
        at = datetime.now(UTC) - timedelta(hours=9 * n + 30)
        person = (("operator", timedelta(seconds=60 + n), ""),) if n % 3 == 0 else ()
        lines = (("bot", timedelta(seconds=1), "greeting/hi"), *person)
        handed = timedelta(seconds=2) if person else None
        await past.conversation(at=at, lines=lines, handed=handed, reason=HOSTILE, last_preview=HOSTILE)
    return desk, past


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_can_be_used_by_everybody_and_shows_words_as_text(
    program: Program, open_page: OpenPage, told: tuple[Desk, Past], size: str, scheme: str
) -> None:
    desk, past = told
    async with seated(
        program, open_page, desk, viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce"
    ) as seat:
        for path in PAGES:
            await seat.go(path.format(contact=past.contact_id))
            assert await seat.serious() == [], path
            assert not await seat.watched.overflows(), path
            assert await seat.page.locator("main img").count() == 0, path
        assert seat.watched.complaints == []
