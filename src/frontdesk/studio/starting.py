"""How an assistant begins: from an example, from files, or answering out of the knowledge base alone.

It begins as a draft; publishing it is another step. Called by the API and the panel.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from importlib.resources import files as packaged

from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.store import assistants, audit, bots, plans, workspaces
from frontdesk.store.assistants import Assistant
from frontdesk.store.drafts import By
from frontdesk.store.tx import Tx
from frontdesk.studio import drafts

CREATED = "assistant.created"
"""What the audit log calls it."""
MOST_SLUG = 40
_KNOWLEDGE_ONLY = """\
# Answers out of the knowledge base. People take over where a customer asks for them (flows/person.yaml); what has no
# answer is said to have none, and is listed as a gap.
format: assistant/v1

assistant:
  id: {slug}
  name: {name}
  language: {language}

fallback:
  steps:
    - answer: true
"""
_OTHER = re.compile(r"[^a-z0-9]+", re.ASCII)


def knowledge_only(name: str, language: str) -> dict[str, str]:
    """The files of an assistant that answers out of articles, and of people for who asks for them."""
    shown = "".join(letter if letter.isprintable() else " " for letter in name)
    text = _KNOWLEDGE_ONLY.format(
        slug=short_name(name), name=json.dumps(shown, ensure_ascii=False), language=json.dumps(language)
    )
    return {"bot.yaml": text, "flows/person.yaml": _asking_for_people(language)}


def _asking_for_people(language: str) -> str:
    """A flow in this language, in English where there is none."""
    folder = packaged("frontdesk") / "locales"
    own = folder / language / "person.yaml"
    return (own if own.is_file() else folder / "en" / "person.yaml").read_text("utf-8")


def short_name(name: str) -> str:
    """A name for addresses and commands: lower case, in Latin letters as far as there are any."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = _OTHER.sub("-", plain).strip("-")[:MOST_SLUG].strip("-")
    return made if made[:1].isalpha() else f"assistant-{made}".strip("-")


async def create(
    workspace: WorkspaceId, tx: Tx, *, name: str, files: Mapping[str, str], by: By, address: str | None = None
) -> Assistant:
    """A new assistant with a draft of these files; the first of a workspace is the one that answers by default.

    Raises:
        BotInvalid: One of the files can be none of a bot's.
    """
    await workspaces.hold(workspace, tx)
    await plans.hold_to(workspace, tx, "assistants")
    first = await assistants.find_default(workspace, tx) is None
    slug = await _free(workspace, tx, short_name(name))
    made = await bots.create_assistant(workspace, tx, slug=slug, name=name, is_default=first, env={})
    await drafts.start(workspace, tx, made.id, files, by)
    entry = audit.Entry(by.at, by.name, CREATED, made.id, after={"name": name, "slug": slug}, ip=address)
    await audit.append(workspace, tx, entry)
    return await assistants.read_assistant(workspace, tx, made.id)


async def _free(workspace: WorkspaceId, tx: Tx, wanted: str) -> str:
    """`wanted`, or with a number behind it where another assistant is called that."""
    taken: AssistantId | None = await bots.find_by_slug(workspace, tx, wanted)
    number = 2
    while taken is not None:
        slug = f"{wanted}-{number}"
        taken = await bots.find_by_slug(workspace, tx, slug)
        if taken is None:
            return slug
        number += 1
    return wanted
