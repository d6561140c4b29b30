"""The embedding models on this machine, as the program has them."""

from typing import cast

from frontdesk.app.clock import SystemClock
from frontdesk.app.registry import load_registry
from frontdesk.egress.allow import parse_settings
from frontdesk.egress.http import GuardedHttp
from frontdesk.kit.outside import Outside
from frontdesk.ports.embedder import Embedder

ENGLISH, MULTILINGUAL = "english", "multilingual"


def local_embedders() -> list[tuple[str, Embedder]]:
    """Each with its tier; of one that cannot be used is said why."""
    outside = Outside(GuardedHttp(parse_settings("")), SystemClock(), "bench")
    found = []
    for plugin in load_registry().of_capability("Embedder"):
        if plugin.manifest.purposes:
            continue
        embedder = cast("Embedder", plugin.load()(outside))
        if trouble := embedder.trouble():
            print(f"{plugin.manifest.id}: not measured. {trouble}")
        else:
            found.append((ENGLISH if embedder.profile.languages == {"en"} else MULTILINGUAL, embedder))
    return found
