"""A typed client of Frontdesk's API, with no dependencies.

from frontdesk_client import Client

desk = Client("https://desk.example", "fd_api_...")
for conversation in desk.iterate_conversations(view="queue"):
    print(conversation["id"], conversation["subject"])
"""

from frontdesk_client import models
from frontdesk_client.operations import Operations
from frontdesk_client.transport import Event, NoConnection, Problem

__all__ = ["Client", "Event", "NoConnection", "Problem", "models"]


class Client(Operations):
    """What a key may do."""
