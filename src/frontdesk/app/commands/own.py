"""The settings that a command begins with, or one line that says why not."""

from frontdesk.app import address, logs
from frontdesk.app.settings import Settings, read_settings


def own_settings() -> Settings:
    """The settings of this process.

    Raises:
        CannotStart: One has a value that it cannot have.
    """
    settings = read_settings()
    logs.configure(settings.log_level)
    return settings


def settings_beside() -> Settings:
    """The same for a command beside the running program: its address is that program's."""
    return address.of_running(own_settings())
