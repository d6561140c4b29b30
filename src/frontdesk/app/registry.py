"""Which plug-ins there are: reads each folder's `manifest.toml`, loads its code only when it is used.

A plug-in is found by what it can do (`of_capability`) and by the word for it in bots and settings (`kind`); nothing
outside a plug-in's folder names it. Outsiders add theirs through the entry point group `frontdesk.plugins`.
"""

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from frontdesk import plugins
from frontdesk.core.message import TextLimits
from frontdesk.core.plan import OWN
from frontdesk.kit import plugin_texts
from frontdesk.kit.outside import Outside

if TYPE_CHECKING:
    from pydantic import BaseModel

CAPABILITIES = {
    "ActionKind": "frontdesk.ports.action",
    "Outlet": "frontdesk.ports.outlet",
    "ChannelOutlet": "frontdesk.ports.outlet",
    "Listener": "frontdesk.ports.listener",
    "Embedder": "frontdesk.ports.embedder",
    "ChatModel": "frontdesk.ports.chat_model",
    "ImageModel": "frontdesk.ports.image_model",
    "Mailer": "frontdesk.ports.mailer",
    "Pusher": "frontdesk.ports.pusher",
}
"""What a plug-in can be able to do: the name of a Protocol, and the module that has it."""

QUALITY = {
    "bounded": "Every outside call has a deadline, a size limit and a fixed number of attempts.",
    "failure_is_an_outcome": "Trouble of the other side is returned, never raised.",
    "repeat_is_safe": "The same delivery or call sent twice can be told from two.",
    "secrets_stay_secret": "No secret appears in logs, errors, reasons or stored details.",
    "recorded_payloads": "Tests play payloads recorded from the real other side.",
    "settings_form": "A settings model draws the form, checks what is typed and marks secrets.",
}
"""The quality scale: every manifest answers each with `done` or `exempt: why`."""

ENTRY_POINTS = "frontdesk.plugins"
_CONNECTED = frozenset({"channel", "identity"})

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)
_PLACE = re.compile(r"[a-z_][a-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ANSWER = re.compile(r"done|exempt: \S.*")


class BadManifest(ValueError):
    """A plug-in cannot be used; the message names the file and each thing to mend in it."""


class RateLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the other side takes: `requests` in `per_s` seconds, and a note on how it says no."""

    requests: int
    per_s: float
    note: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`manifest.toml`; docs/extend/plugins.md says what each key means."""

    id: str
    name: str
    summary: str
    category: Literal["channel", "connector", "llm", "embedder", "source", "identity"]
    plan: Literal["basic", "standard", "premium"]
    quality: dict[str, str]
    kind: str = ""
    capabilities: tuple[str, ...] = ()
    adapter: str = ""
    settings: str = ""
    hosts: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    entry: Literal["address", "task"] = "address"
    auth: tuple[Literal["none", "header", "api_key", "basic", "oauth2", "signature"], ...] = ("none",)
    rate_limit: RateLimit | None = None
    limits: TextLimits | None = None
    rank: int = 100


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plug-in folder, its code not loaded."""

    manifest: Manifest
    package: str
    folder: Path

    @property
    def kind(self) -> str:
        return self.manifest.kind or self.manifest.id

    def load(self) -> Callable[[Outside], object]:
        """The adapter's class; called with the `Outside` it gives what the manifest's capabilities promise."""
        return cast("Callable[[Outside], object]", self._attribute(self.manifest.adapter))

    def settings_model(self) -> "type[BaseModel] | None":
        if not self.manifest.settings:
            return None
        return cast("type[BaseModel]", self._attribute(self.manifest.settings))

    def _attribute(self, place: str) -> object:
        if not place:
            raise BadManifest(
                f"{self.folder / 'manifest.toml'}: the plug-in {self.manifest.id} has no adapter"
            )
        module, _, name = place.partition(":")
        found: object = getattr(importlib.import_module(f"{self.package}.{module}"), name)
        return found


@dataclass(frozen=True, slots=True)
class Registry:
    """Every usable plug-in, by id, which is one category's. `problems` says why an installed one is not among them."""

    plugins: tuple[Plugin, ...]
    problems: tuple[str, ...] = ()

    def of_capability(self, capability: str) -> tuple[Plugin, ...]:
        if capability not in CAPABILITIES:
            raise KeyError(capability)
        return tuple(plugin for plugin in self.plugins if capability in plugin.manifest.capabilities)

    @property
    def by_task(self) -> frozenset[str]:
        """Channels whose messages name their task, and whose answers its integration carries."""
        found = (plugin.manifest for plugin in self.plugins if plugin.manifest.category == "channel")
        return frozenset(each.id for each in found if each.entry == "task")

    @property
    def switches(self) -> dict[str, str]:
        """What a plan can be without: the program's own parts, and what customers and other systems are connected by."""
        connected = (
            plugin
            for plugin in self.plugins
            if plugin.manifest.category in _CONNECTED or "Listener" in plugin.manifest.capabilities
        )
        return {**OWN, **{plugin.kind: plugin.manifest.plan for plugin in connected}}

    @property
    def text_limits(self) -> dict[str, TextLimits]:
        """What each channel that says so shows at most, by the channel's name."""
        found = ((plugin.manifest.name, plugin.manifest.limits) for plugin in self.plugins)
        return {name: limits for name, limits in found if limits is not None}

    @property
    def purposes(self) -> frozenset[str]:
        """Everything that a plug-in asks the network for; what a rule of the outgoing guard may name."""
        return frozenset(purpose for plugin in self.plugins for purpose in plugin.manifest.purposes)


def load_registry() -> Registry:
    """Find the plug-ins of this program and of installed packages.

    Our own must be right: a wrong one raises `BadManifest`. One from elsewhere that is wrong, or takes an id or
    kind that is taken, is left out and listed in `problems`.
    """
    found = list(_own())
    _check_unique(found)
    problems: list[str] = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: (point.name, point.value)):
        try:
            plugin = _outside(point.value)
            _check_unique([*found, plugin])
            plugin_texts.read(plugin.folder)
        except (ValueError, ImportError) as error:
            problems.append(f"plug-in {point.name} ({point.value}): {error}")
        else:
            found.append(plugin)
    return Registry(tuple(sorted(found, key=lambda plugin: plugin.manifest.id)), tuple(problems))


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of the plug-in in `folder`, without loading any of its code."""
    file = folder / "manifest.toml"
    try:
        manifest = msgspec.toml.decode(file.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BadManifest(f"{file} is missing") from None
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise BadManifest(f"{file}: {error}") from None
    wrong = [*_wrong_words(manifest), *_wrong_code(manifest, folder), *_wrong_quality(manifest)]
    if wrong:
        raise BadManifest(f"{file}: {'; '.join(wrong)}")
    return manifest


def _wrong_words(manifest: Manifest) -> Iterator[str]:
    for key, word in (("id", manifest.id), ("kind", manifest.kind or manifest.id)):
        if not _ID.fullmatch(word):
            yield f"`{key}` must be 2 to 40 small letters, digits and underscores, beginning with a letter"
    for purpose in manifest.purposes:
        if not _ID.fullmatch(purpose):
            yield f"`purposes`: {purpose!r} must be 2 to 40 small letters, digits and underscores"
    for key, text in (("name", manifest.name), ("summary", manifest.summary)):
        if not text.strip():
            yield f"`{key}` is empty"


def _wrong_code(manifest: Manifest, folder: Path) -> Iterator[str]:
    for capability in manifest.capabilities:
        if capability not in CAPABILITIES:
            yield f"`capabilities`: {capability!r} is none of {', '.join(CAPABILITIES)}"
    if bool(manifest.capabilities) != bool(manifest.adapter):
        yield "`capabilities` and `adapter` go together: give both or neither"
    for key, place in (("adapter", manifest.adapter), ("settings", manifest.settings)):
        if place and not _PLACE.fullmatch(place):
            yield f"`{key}` must read module:Name, such as adapter:Name"
        elif place and not (folder / f"{place.partition(':')[0]}.py").is_file():
            yield f"`{key}`: there is no {place.partition(':')[0]}.py beside the manifest"


def _wrong_quality(manifest: Manifest) -> Iterator[str]:
    for rule in QUALITY.keys() - manifest.quality.keys():
        yield f"`quality` does not answer {rule}"
    for rule, answer in manifest.quality.items():
        if rule not in QUALITY:
            yield f"`quality`: {rule!r} is none of {', '.join(QUALITY)}"
        elif not _ANSWER.fullmatch(answer):
            yield f"`quality`: answer {rule} with `done` or `exempt: why`"


def _own() -> Iterator[Plugin]:
    top = Path(plugins.__path__[0])
    for init in sorted(top.glob("*/*/__init__.py")):
        folder = init.parent
        manifest = read_manifest(folder)
        if manifest.id != folder.name:
            raise BadManifest(
                f"{folder / 'manifest.toml'}: `id` must be {folder.name}, as the folder is called"
            )
        yield Plugin(manifest, f"{plugins.__name__}.{folder.parent.name}.{folder.name}", folder)


def _outside(package: str) -> Plugin:
    # Finding a package imports the ones above it, not the package itself.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise BadManifest("the entry point must name a package, the folder with the manifest")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return Plugin(read_manifest(folder), package, folder)


def _check_unique(found: Iterable[Plugin]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for plugin in found:
        known = plugin.manifest
        # One vendor may stand on several shelves, under the same name.
        names = [(f"{known.category} id", known.id), *((each, plugin.kind) for each in known.capabilities)]
        for name in names:
            if name in taken:
                raise BadManifest(f"{plugin.package} and {taken[name]} both have the {name[0]} {name[1]!r}")
            taken[name] = plugin.package
