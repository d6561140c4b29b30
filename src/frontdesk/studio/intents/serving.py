"""Finds the intents of a customer's message with the model of the bot's version, or with the one before until that is there.

No numeric library and no embedding model is loaded before a message needs one.
"""

import asyncio
import importlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog

from frontdesk.core.action import Understand, Understood
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import BotVersionId
from frontdesk.nlu.bands import MOST_CANDIDATES, Bands, Judged, Ranked
from frontdesk.nlu.masking import Mask
from frontdesk.ports.answerer import Asker
from frontdesk.ports.embedder import Embedders
from frontdesk.store import intent_models
from frontdesk.store.connect import Store
from frontdesk.store.intent_models import Served

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from frontdesk.nlu.model import IntentModel

EMBED_WITHIN_S = 2.0
"""A message whose vector takes longer is compared by its words."""
FRESH_S = 1.0
FINAL_S = 60.0
"""How long it is taken for granted which model serves: while a better one may come, and when none will."""
MOST_MODEL_BYTES = 192 << 20
MOST_VERSIONS = 2_000
NOT_YET = "nothing has been learnt of this bot yet"
NOTHING = "the bot has no intents with examples"
BY_WORDS = "compared by words only: {}"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a model made of a text; `reason` says what was in the way, if anything."""

    ranked: Ranked
    judged: Judged
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """Which model serves a version, as of `at`; `final`: it is its own, trained as wanted."""

    served: Served | None
    final: bool
    at: float


class Understanding:
    """`ports.answerer.Understander` on trained models. One a process."""

    def __init__(
        self, store: Store, embedders: Embedders, bands: Bands, *, embed_within_s: float = EMBED_WITHIN_S
    ) -> None:
        self._store, self._embedders, self._bands = store, embedders, bands
        self._embed_within_s = embed_within_s
        self._found: dict[BotVersionId, _Found] = {}
        self._models: dict[Served, IntentModel] = {}
        self._unreadable: set[Served] = set()
        self._loading = asyncio.Lock()

    async def understand(self, asker: Asker, need: Understand) -> Understood:
        try:
            looked = await self.look(asker, need.text)
        except Unavailable as error:
            return Understood(need.key, reason=error.message)
        if isinstance(looked, str):
            return Understood(need.key, reason=looked)
        judged = looked.judged
        return Understood(
            need.key,
            judged.candidates,
            looked.reason,
            judged.band,
            judged.certainty,
            judged.reject_below,
            judged.confirm_below,
            looked.ranked.intents[:MOST_CANDIDATES],
        )

    async def look(self, asker: Asker, text: str) -> Looked | str:
        """What the model of the asker's bot makes of a text, or why there is none.

        Raises:
            Unavailable: The database is away.
        """
        served = await self._serving(asker)
        if served is None:
            return NOT_YET
        if served.state == "none":
            return NOTHING
        model = await self._model(asker, served)
        if model is None:
            return NOT_YET
        vector, reason = await self._vector(served, text, asker.personal)
        ranked = model.rank(text, vector)
        judged = model.band(ranked, self._bands)
        if reason:
            # Its thresholds are for meaning and words together, so words alone never decide.
            judged = _unsure(judged)
        return Looked(ranked, judged, reason)

    async def prepare(self, asker: Asker) -> str | None:
        """Load the model of the asker's bot before a message needs it, in the place of the one before.

        Returns:
            The fingerprint of the embedder that goes with it, empty for none; None when there is no model.

        Raises:
            Unavailable: The database is away.
        """
        self._found.pop(BotVersionId(asker.bot_version), None)
        served = await self._serving(asker)
        if served is None or served.state == "none" or await self._model(asker, served) is None:
            return None
        return served.fingerprint

    async def _serving(self, asker: Asker) -> Served | None:
        version_id = BotVersionId(asker.bot_version)
        known = self._found.get(version_id)
        if known is not None and time.monotonic() - known.at < (FINAL_S if known.final else FRESH_S):
            return known.served
        embedder = self._embedders.of(asker.languages)
        wanted = "" if embedder is None else embedder.profile.fingerprint
        there = await intent_models.serving(
            asker.workspace, self._store, asker.assistant_id, version_id, wanted
        )
        found = next((served for served in there if self._usable(served)), next(iter(there), None))
        final = found is not None and (found.version_id, found.wanted) == (version_id, wanted)
        if len(self._found) >= MOST_VERSIONS:
            self._found.clear()
        self._found[version_id] = _Found(found, final, time.monotonic())
        return found

    def _usable(self, served: Served) -> bool:
        return not served.fingerprint or self._embedders.by(served.fingerprint) is not None

    async def _model(self, asker: Asker, served: Served) -> "IntentModel | None":
        model = self._models.get(served)
        if model is not None or served in self._unreadable:
            return model
        async with self._loading:
            if served in self._models or served in self._unreadable:
                return self._models.get(served)
            raw = await intent_models.model_of(asker.workspace, self._store, served)
            if raw is None:
                return None
            model = await asyncio.to_thread(_load, raw)
            if model is not None:
                self._keep(served, model)
            else:
                if len(self._unreadable) >= MOST_VERSIONS:
                    self._unreadable.clear()
                self._unreadable.add(served)
            return model

    def _keep(self, served: Served, model: "IntentModel") -> None:
        self._models[served] = model
        while (
            len(self._models) > 1
            and sum(each.size_bytes for each in self._models.values()) > MOST_MODEL_BYTES
        ):
            del self._models[next(iter(self._models))]

    async def _vector(
        self, served: Served, text: str, personal: frozenset[str]
    ) -> "tuple[NDArray[float32] | None, str]":
        if not served.fingerprint:
            return None, ""
        embedder = self._embedders.by(served.fingerprint)
        if embedder is None:
            return None, BY_WORDS.format("its embedder is not in use any more")
        if embedder.profile.is_outside:
            text = Mask(personal).hide(text)
        try:
            async with asyncio.timeout(self._embed_within_s):
                return (await embedder.embed_intents([text]))[0], ""
        except TimeoutError:
            return None, BY_WORDS.format(f"{embedder.profile.id} took longer than {self._embed_within_s:g} s")
        except Unavailable as error:
            return None, BY_WORDS.format(error.message)


def _load(raw: bytes) -> "IntentModel | None":
    # Loads the numeric library: late, since most installations start without needing it.
    models = importlib.import_module("frontdesk.nlu.model")
    try:
        found: IntentModel = models.load(raw)
    except models.ModelUnreadable as error:
        log.warning("intents.model_unreadable", reason=str(error))
        return None
    return found


def _unsure(judged: Judged) -> Judged:
    if judged.band == "reject":
        return judged
    candidates = tuple(msgspec.structs.replace(each, sure=False) for each in judged.candidates[:2])
    return msgspec.structs.replace(judged, band="confirm", candidates=candidates)
