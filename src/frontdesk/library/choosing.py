"""Which embedding model a workspace's articles are compared with: by the languages they are in.

Asks for none where there is nothing to compare, so that a program without articles loads none.
"""

from collections.abc import Sequence

from frontdesk.core.ids import WorkspaceId
from frontdesk.ports.embedder import Embedder, Embedders
from frontdesk.store import passages, vectors
from frontdesk.store.connect import Store


async def wanted(workspace: WorkspaceId, store: Store, embedders: Embedders) -> Embedder | None:
    """The one for all languages of its articles, else for those that most passages are in; None: words alone."""
    languages = await passages.languages(workspace, store)
    return chosen(languages, embedders) if languages and await vectors.is_there(store) else None


def chosen(languages: Sequence[str], embedders: Embedders) -> Embedder | None:
    """The same where vectors are kept; `languages` are those of the articles, the one of most passages first."""
    for_all = embedders.of(languages)
    if for_all is not None:
        return for_all
    each = (embedders.of((language,)) for language in languages)
    return next((found for found in each if found is not None), None)
