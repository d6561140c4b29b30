"""Which embedding model compares texts by meaning: as `FRONTDESK_EMBEDDER` says, by the languages of the texts.

A plug-in's code is loaded when a text first needs it, and so is its model; an installation without one loads neither.
"""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.registry import Plugin, Registry
from frontdesk.kit.outside import Outside
from frontdesk.ports.embedder import Embedder, EmbedderProfile

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

AUTO, NONE = "auto", "none"
MOST_CACHED = 2_000
LOADING = "hello"
"""Any text: a model is loaded by its first."""


class InstalledEmbedders:
    """`ports.embedder.Embedders` out of the plug-ins.

    `chosen` is one of their kinds, `none`, or `auto`: of those that work on this machine and can be used, the one
    made for the fewest languages among which are those of the texts. What was made with another one of this machine
    goes on being compared with that one until it is made anew; with `none` nothing is.
    """

    def __init__(self, registry: Registry, outside: Outside, chosen: str) -> None:
        plugins = {plugin.kind: plugin for plugin in registry.of_capability("Embedder")}
        if chosen not in {AUTO, NONE, *plugins}:
            raise CannotStart(
                f"FRONTDESK_EMBEDDER is {chosen!r}: write {AUTO}, {NONE} or {', '.join(sorted(plugins))}."
            )
        local = [plugin for plugin in plugins.values() if not plugin.manifest.purposes]
        self._plugins = local if chosen == AUTO else [plugins[chosen]] if chosen in plugins else []
        self._former = [plugin for plugin in local if chosen != NONE and plugin not in self._plugins]
        for plugin in self._plugins:
            _check_settings(plugin, outside)
        self._outside, self._auto = outside, chosen == AUTO

    def of(self, languages: Sequence[str]) -> Embedder | None:
        if not self._auto:
            return next(iter(self.every), None)
        return next((embedder for embedder in self.every if _usable(embedder, languages)), None)

    def by(self, fingerprint: str) -> Embedder | None:
        known = next((each for each in self.every if each.profile.fingerprint == fingerprint), None)
        if known is not None:
            return known
        return next((each for each in self._others if each.profile.fingerprint == fingerprint), None)

    async def load(self, fingerprint: str) -> None:
        """Have a model of this machine in memory before a text needs it; what a service does is paid for by the text.

        Raises:
            Unavailable: It cannot be loaded.
        """
        if (found := self.by(fingerprint)) is not None and fingerprint in self._local:
            await found.embed_queries([LOADING])

    @cached_property
    def _local(self) -> frozenset[str]:
        remote = {plugin.manifest.id for plugin in self._plugins if plugin.manifest.purposes}
        return frozenset(each.profile.fingerprint for each in self.every if each.profile.id not in remote)

    @cached_property
    def every(self) -> tuple[Embedder, ...]:
        """Those that the setting allows, whether or not they can be used."""
        made = [_Cached(_made(plugin, self._outside)) for plugin in self._plugins]
        return tuple(sorted(made, key=lambda each: (not each.profile.languages, len(each.profile.languages))))

    @cached_property
    def _others(self) -> tuple[Embedder, ...]:
        """Those that the setting has turned away from, for what is not made anew yet."""
        return tuple(_Cached(_made(plugin, self._outside)) for plugin in self._former)


def _check_settings(plugin: Plugin, outside: Outside) -> None:
    model = plugin.settings_model()
    if model is None:
        return
    try:
        model.model_validate(dict(outside.settings))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        name = f"FRONTDESK_EMBEDDER_{str(problem['loc'][0]).upper()}"
        raise CannotStart(f"{name}: {problem['msg'].removeprefix('Value error, ')}.") from error


def _made(plugin: Plugin, outside: Outside) -> Embedder:
    return cast("Embedder", plugin.load()(outside))


def _usable(embedder: Embedder, languages: Sequence[str]) -> bool:
    return not embedder.trouble() and all(embedder.profile.knows(language) for language in languages)


class _Cached:
    """Remembers the vectors of the latest questions: one is asked for its intents and for its answer."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, NDArray[float32]] = OrderedDict()

    @property
    def profile(self) -> EmbedderProfile:
        return self._embedder.profile

    def trouble(self) -> str:
        return self._embedder.trouble()

    async def embed_queries(self, texts: Sequence[str]) -> "NDArray[float32]":
        if len(texts) != 1:
            return await self._embedder.embed_queries(texts)
        return (await self.embed_intents(texts))[:, : self.profile.dim]

    async def embed_intents(self, texts: Sequence[str]) -> "NDArray[float32]":
        if len(texts) != 1:
            return await self._embedder.embed_intents(texts)
        known = self._known.get(texts[0])
        if known is None:
            known = await self._embedder.embed_intents(texts)
            self._known[texts[0]] = known
            if len(self._known) > MOST_CACHED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(texts[0])
        return known

    async def embed_passages(self, texts: Sequence[str]) -> "NDArray[float32]":
        return await self._embedder.embed_passages(texts)
