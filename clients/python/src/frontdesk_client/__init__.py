"""A typed client of Frontdesk's API, with no dependencies.

from frontdesk_client import Client

desk = Client("https://desk.example", "fd_api_...")
for conversation in desk.iterate_conversations(view="queue"):
    print(conversation["id"], conversation["subject"])

In programs that await, the same with `AsyncClient`: `await` a method, `async for` over what it iterates.
"""

from frontdesk_client import models
from frontdesk_client.awaited_operations import AsyncOperations
from frontdesk_client.operations import Operations
from frontdesk_client.transport import Event, NoConnection, Problem

__all__ = ["AsyncClient", "Client", "Event", "NoConnection", "Problem", "models"]


class Client(Operations):
    """What a key may do."""


class AsyncClient(AsyncOperations):
    """What a key may do, awaited."""
