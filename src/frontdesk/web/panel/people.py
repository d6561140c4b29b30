"""Who did something, by name: what tables and the log keep of them, as pages say it."""

from collections.abc import Mapping

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.accounts import list_accounts
from frontdesk.store.tx import Tx
from frontdesk.web.panel.shell import Visit

_WORDS = {"shell": "shell", "cli": "shell", "key": "key", "session": "somebody"}


class Names:
    """Made for one page: `names.of(row.updated_by)`."""

    def __init__(self, visit: Visit, accounts: Mapping[str, str]) -> None:
        self._visit = visit
        self._accounts = accounts

    def of(self, actor: str) -> str:
        """A person's name; for a key, the command line and the program itself the word for that."""
        kind, _, own = actor.partition(":")
        if own in self._accounts:
            return self._accounts[own]
        word = _WORDS.get(kind, "program")
        return self._visit.say(f"ai.by.{word}")


async def names(visit: Visit, workspace: WorkspaceId, tx: Tx) -> Names:
    return Names(visit, {account.id: account.name for account in await list_accounts(workspace, tx)})
