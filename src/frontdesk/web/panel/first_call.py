"""The call to try a new key with: one that this key may make and that answers, or none. Asked by the page that shows it."""

from frontdesk.core.permission import granted
from frontdesk.store import tasks
from frontdesk.web.panel.shell import Visit
from frontdesk.web.panel.tasks import command
from frontdesk.web.v1.keys import KeyMade

READS = {
    "conversations.read": "/api/v1/conversations",
    "contacts.read": "/api/v1/contacts",
    "assistants.read": "/api/v1/assistants",
    "articles.read": "/api/v1/articles",
    "channels.read": "/api/v1/channels",
    "tasks.read": "/api/v1/tasks",
    "integrations.read": "/api/v1/integrations",
    "webhooks.read": "/api/v1/webhooks",
    "analytics.read": "/api/v1/analytics/conversations",
    "people.read": "/api/v1/people",
    "workspace.read": "/api/v1/workspace",
    "activity.read": "/api/v1/activity",
    "keys.read": "/api/v1/keys",
}
FOR_ALL_ASSISTANTS = frozenset({"activity.read"})
"""What a key for some assistants is refused, whatever its scopes."""


async def first_call(visit: Visit, made: KeyMade) -> str:
    """A line for a shell with the key in it, such as a list of what it may see; empty where there is nothing to try.

    A key that only hands in messages hands one in for the workspace's first task.
    """
    allowed = granted(frozenset(made.scopes))
    for permission, path in READS.items():
        if permission in allowed and not (made.assistant_ids and permission in FOR_ALL_ASSISTANTS):
            return f"curl -H 'Authorization: Bearer {made.key}' {visit.program.public_url}{path}"
    if "messages.send" not in allowed:
        return ""
    async with visit.work() as tx:
        within = frozenset(made.assistant_ids)
        found = await tasks.list_tasks(visit.workspace, tx, after="", limit=100, within=within)
    ready = [task for task in found if _answers(task) and task.channel_type in visit.program.by_task]
    return command(visit, ready[0], key=made.key) if ready else ""


def _answers(task: tasks.Task) -> bool:
    return task.enabled and task.channel_enabled and task.is_published
