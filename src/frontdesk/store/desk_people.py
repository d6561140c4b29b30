"""People of the desk by their accounts: their names. Called by `web/v1` and `desk`."""

from collections.abc import Iterable

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx


async def names(workspace: WorkspaceId, tx: Tx, accounts: Iterable[str]) -> dict[str, str]:  # noqa: ARG001
    """The name of each account that there is."""
    return {}
