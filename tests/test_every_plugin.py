"""The same rules for every plug-in folder; a new one is held to them without a line being added here."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pydantic import BaseModel, SecretStr

from frontdesk import kit, plugins
from frontdesk.app.registry import CAPABILITIES, Plugin, load_registry
from frontdesk.kit import plugin_texts
from frontdesk.web.panel.fields import drawn
from frontdesk.web.panel.texts import LANGUAGES, catalogue

TOP = Path(plugins.__path__[0])
KIT = Path(kit.__path__[0])
TESTS = Path(__file__).parent / "plugins"
CATEGORIES = {
    "channels": "channel",
    "connectors": "connector",
    "llm": "llm",
    "embedders": "embedder",
    "sources": "source",
    "identity": "identity",
}
PLAIN_TYPES = {"string", "integer", "number", "boolean"}
EVERY = load_registry().plugins

every_plugin = pytest.mark.parametrize("plugin", EVERY, ids=lambda plugin: plugin.manifest.id)


def panel_faults(language: str) -> set[str]:
    return set(catalogue(language)["fault"])


def promises(plugin: Plugin) -> Iterator[tuple[str, type]]:
    for capability in plugin.manifest.capabilities:
        yield capability, getattr(importlib.import_module(CAPABILITIES[capability]), capability)


def kit_of(plugin: Plugin) -> set[Path]:
    """The files of the kit that a plug-in is made with."""
    found: set[Path] = set()
    ahead = [*plugin.folder.glob("*.py")]
    while ahead:
        imports = (
            node
            for node in ast.walk(ast.parse(ahead.pop().read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
        )
        dotted = {f"{node.module}.{alias.name}" for node in imports for alias in node.names}
        named = {name.split(".")[2] for name in dotted if name.startswith("frontdesk.kit.")}
        new = {KIT / f"{name}.py" for name in named} - found
        found |= new
        ahead += new
    return found


def test_every_folder_is_a_plugin() -> None:
    folders = {path for path in TOP.glob("*/*") if path.is_dir() and path.name != "__pycache__"}
    assert folders == {plugin.folder for plugin in EVERY}
    assert EVERY


@every_plugin
def test_the_category_is_the_shelf_it_stands_on(plugin: Plugin) -> None:
    assert plugin.manifest.category == CATEGORIES[plugin.folder.parent.name]


@every_plugin
def test_the_readme_says_how_to_set_up_and_how_to_remove(plugin: Plugin) -> None:
    text = (plugin.folder / "README.md").read_text("utf-8")
    assert text.startswith(f"# {plugin.manifest.name}\n")
    for heading in ("Set up", "Remove"):
        section = re.search(rf"^## {heading}\n+(?!#)\S", text, re.MULTILINE)
        assert section, f"no section {heading!r} with something in it"
    for link in re.findall(r"\]\((\.[^)#]*)", text):
        assert (plugin.folder / link).is_file(), f"dead link {link}"


@every_plugin
def test_the_manifest_names_what_the_plugin_asks_the_network_for(plugin: Plugin) -> None:
    code = "".join(file.read_text("utf-8") for file in [*plugin.folder.glob("*.py"), *kit_of(plugin)])
    assert {*re.findall(r"\bpurpose=\"(\w+)\"", code)} == {*plugin.manifest.purposes}
    assert len(re.findall(r"\bpurpose=", code)) >= code.count("HttpRequest(")


@every_plugin
def test_an_address_in_the_settings_says_for_which_purpose_it_is_asked(plugin: Plugin) -> None:
    """So that one which may not be reached is refused when it is given."""
    model = plugin.settings_model()
    for name, field in ({} if model is None else model.model_fields).items():
        extra = field.json_schema_extra
        purpose = extra.get("purpose") if isinstance(extra, dict) else None
        assert purpose is None or purpose in plugin.manifest.purposes
        assert purpose is not None or not name.endswith("url")


@every_plugin
def test_the_icon_is_a_small_still_picture(plugin: Plugin) -> None:
    data = (plugin.folder / "icon.svg").read_bytes()
    assert len(data) <= 4096
    assert b"<!" not in data
    root = ET.fromstring(data)  # noqa: S314 - our own file, and no declarations in it
    names = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()}
    assert names <= {"svg", "g", "path", "circle", "rect", "line", "polyline", "polygon"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"]


@every_plugin
def test_tests_stand_beside_it(plugin: Plugin) -> None:
    assert list((TESTS / plugin.folder.parent.name / plugin.folder.name).glob("test_*.py"))


@every_plugin
def test_the_adapter_can_what_the_manifest_promises(plugin: Plugin) -> None:
    for capability, protocol in promises(plugin):
        adapter = plugin.load()
        for name, wanted in inspect.getmembers(protocol, inspect.isfunction):
            if name.startswith("_"):
                continue
            given = getattr(adapter, name, None)
            assert given is not None, f"{capability}.{name} is missing"
            assert inspect.iscoroutinefunction(given) == inspect.iscoroutinefunction(wanted), (
                f"{capability}.{name}"
            )
            assert inspect.signature(given) == inspect.signature(wanted)


@every_plugin
def test_the_adapter_is_built_from_the_outside_alone(plugin: Plugin) -> None:
    if plugin.manifest.adapter:
        parameters = inspect.signature(plugin.load()).parameters
        assert list(parameters) == ["outside"]


@every_plugin
def test_the_settings_draw_a_form(plugin: Plugin) -> None:
    model = plugin.settings_model()
    if model is None:
        assert plugin.manifest.quality["settings_form"].startswith("exempt: ")
        return
    assert plugin.manifest.quality["settings_form"] == "done"
    readme = (plugin.folder / "README.md").read_text("utf-8")
    for name, field in model.model_json_schema()["properties"].items():
        assert field.get("title"), f"{name} has no title"
        assert field.get("description"), f"{name} has no description"
        assert field["title"] in readme, f"the README does not tell of {field['title']}"
        assert field.get("type") in PLAIN_TYPES or "enum" in field, f"{name} is not a plain field"
    assert model.model_config.get("extra") == "forbid"


def same_everywhere(model: type[BaseModel] | None, name: str) -> set[str]:
    """Choices that are called alike in every language."""
    extra = model.model_fields[name].json_schema_extra if model else None
    said = extra.get("same_everywhere", []) if isinstance(extra, dict) else []
    return {str(each) for each in said} if isinstance(said, list) else set()


@every_plugin
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_its_settings_refuse_is_said_in_every_language_of_the_panel(
    plugin: Plugin, language: str
) -> None:
    settings = plugin.folder / "settings.py"
    source = settings.read_text() if settings.exists() else ""
    assert "raise ValueError" not in source, (
        "raise kit.plugin_faults.Wrong, which is said in the reader's language"
    )
    keys = set(re.findall(r'Wrong\(\s*"([\w.]+)"', source))
    own = {key for key in keys if "." in key}
    assert all(key.startswith(f"{plugin.manifest.id}.") for key in own)
    if language != "en":
        assert set(plugin_texts.read(plugin.folder)[language].faults) == own
    assert keys - own <= panel_faults(language)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_the_room_that_plug_ins_share_refuses_is_said_in_every_language_of_the_panel(
    language: str,
) -> None:
    keys = {
        key
        for file in KIT.glob("*.py")
        for key in re.findall(r'raise Wrong\(\s*"([\w.]+)"', file.read_text())
    }
    assert {"web_address", "header_pair"} <= keys <= panel_faults(language)


@every_plugin
@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_it_speaks_every_language_of_the_panel(plugin: Plugin, language: str) -> None:
    told = plugin_texts.read(plugin.folder)[language]
    model = plugin.settings_model()
    assert told.summary.strip()
    assert told.summary != plugin.manifest.summary
    assert set(told.fields) == set(model.model_fields if model else ())
    for field in drawn(model, {}, prefix="") if model else ():
        texts = told.fields[field.name]
        assert texts.title.strip()
        assert texts.description.strip()
        assert texts.description != field.hint
        same = same_everywhere(model, field.name)
        assert set(texts.choices) == {one.value for one in field.choices} - same
        assert all(label.strip() for label in texts.choices.values())


@every_plugin
def test_choices_have_a_label_in_english(plugin: Plugin) -> None:
    model = plugin.settings_model()
    for field in drawn(model, {}, prefix="") if model else ():
        about = model.model_fields[field.name] if model else None
        extra = about.json_schema_extra if about else None
        labels = extra.get("choices", {}) if isinstance(extra, dict) else {}
        assert isinstance(labels, dict)
        assert set(labels) == {one.value for one in field.choices}


@every_plugin
def test_what_sounds_secret_is_marked_secret(plugin: Plugin) -> None:
    model = plugin.settings_model()
    for name, field in (model.model_fields if model else {}).items():
        if re.search(r"secret_value|password|token|api_key|private", name):
            assert field.annotation is SecretStr, f"{name} is not marked secret"


@every_plugin
def test_there_is_no_file_that_nobody_expects(plugin: Plugin) -> None:
    known = {
        "__init__.py",
        "manifest.toml",
        "README.md",
        "icon.svg",
        "vocab.txt",
        "usual.txt",
        "texts",
        "__pycache__",
    }
    others = {path.name for path in plugin.folder.iterdir()} - known
    assert all(re.fullmatch(r"[a-z_]+\.py", name) for name in others), others
