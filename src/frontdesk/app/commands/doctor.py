"""`frontdesk doctor`: what was looked at and what is wrong, line by line."""

from frontdesk.app.commands.own import settings_beside
from frontdesk.app.console import run, say
from frontdesk.app.doctor import examine
from frontdesk.app.settings import Settings


def doctor() -> None:
    async def work(settings: Settings) -> int:
        fine = True
        async for finding in examine(settings):
            say(finding.line())
            fine = fine and finding.ok
        return 0 if fine else 1

    run(work(settings_beside()))
