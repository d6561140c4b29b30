"""The settings that a command begins with, or one line that says why not."""

from frontdesk.app import address, logs
from frontdesk.app.settings import Settings, read_settings

OF_THE_MACHINE = frozenset({"sandbox.work_not_confined"})
"""What the running program's log says of this machine; each command would say it again."""
SAID_ANYWAY = frozenset({"ai.failed", "ai.limit"})
"""What a command tells in its own words; beside them the same line for machines would only disturb."""


def own_settings(*, told_already: frozenset[str] = frozenset()) -> Settings:
    """The settings of this process; its log leaves out what was `told_already`.

    Raises:
        CannotStart: One has a value that it cannot have.
    """
    settings = read_settings()
    logs.configure(settings.log_level, told_already=told_already)
    return settings


def settings_beside() -> Settings:
    """The same for a command beside the running program: its address is that program's."""
    return address.of_running(own_settings(told_already=OF_THE_MACHINE | SAID_ANYWAY))
