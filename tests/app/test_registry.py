"""Finding plug-ins: our own folders, those of installed packages, and what a wrong manifest is told."""

import subprocess
import sys
from pathlib import Path

import pytest

from frontdesk.app.registry import QUALITY, BadManifest, Manifest, RateLimit, load_registry, read_manifest
from frontdesk.plugins.channels.callback.adapter import Callback
from frontdesk.plugins.channels.callback.settings import CallbackSettings

OWN = {plugin.manifest.id for plugin in load_registry().plugins}

ANSWERS = "".join(f'{rule} = "done"\n' for rule in QUALITY)
GOOD = f"""
id = "pigeon"
name = "Pigeon"
summary = "Carries letters."
category = "connector"
plan = "premium"
kind = "post"
capabilities = ["Outlet"]
adapter = "adapter:Pigeon"
hosts = ["loft.example.com"]
auth = ["oauth2", "api_key"]

[rate_limit]
requests = 10
per_s = 1.0
note = "answers 429"

[quality]
{ANSWERS}"""


def folder(path: Path, text: str = GOOD) -> Path:
    path.mkdir(parents=True)
    (path / "manifest.toml").write_text(text, "utf-8")
    (path / "adapter.py").write_text("class Pigeon:\n    pass\n", "utf-8")
    (path / "__init__.py").touch()
    return path


def test_a_manifest_is_read(tmp_path: Path) -> None:
    assert read_manifest(folder(tmp_path / "pigeon")) == Manifest(
        id="pigeon",
        name="Pigeon",
        summary="Carries letters.",
        category="connector",
        plan="premium",
        quality=dict.fromkeys(QUALITY, "done"),
        kind="post",
        capabilities=("Outlet",),
        adapter="adapter:Pigeon",
        hosts=("loft.example.com",),
        auth=("oauth2", "api_key"),
        rate_limit=RateLimit(10, 1.0, "answers 429"),
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "pigeon"\n', "", "missing required field `id`"),
        ('id = "pigeon"', 'id = "Pigeon"', "`id` must be 2 to 40 small letters"),
        ('kind = "post"', 'kind = "p o"', "`kind` must be 2 to 40 small letters"),
        ('name = "Pigeon"', 'name = " "', "`name` is empty"),
        ('name = "Pigeon"', "name = 1", "Expected `str`, got `int` - at `$.name`"),
        ('category = "connector"', 'category = "bird"', "Invalid enum value 'bird' - at `$.category`"),
        ('plan = "premium"', 'plan = "gold"', "Invalid enum value 'gold' - at `$.plan`"),
        ("hosts =", "wings = 2\nhosts =", "unknown field `wings`"),
        ("note =", "nope =", "unknown field `nope`"),
        ('["Outlet"]', '["Fly"]', "`capabilities`: 'Fly' is none of ActionKind"),
        ('adapter = "adapter:Pigeon"\n', "", "`capabilities` and `adapter` go together"),
        ('capabilities = ["Outlet"]\n', "", "`capabilities` and `adapter` go together"),
        ('"adapter:Pigeon"', '"adapter.Pigeon"', "`adapter` must read module:Name"),
        ('"adapter:Pigeon"', '"os:getcwd"', "`adapter`: there is no os.py beside the manifest"),
        ("hosts =", 'settings = "settings:X"\nhosts =', "`settings`: there is no settings.py"),
        ('bounded = "done"\n', "", "`quality` does not answer bounded"),
        ('bounded = "done"', 'bounded = "later"', "answer bounded with `done` or `exempt: why`"),
        ('bounded = "done"', 'bounded = "exempt: "', "answer bounded with `done` or `exempt: why`"),
        ('bounded = "done"', 'bounded = "done"\nswift = "done"', "'swift' is none of bounded"),
        ("id =", "id", "manifest.toml: "),
    ],
)
def test_a_wrong_manifest_is_told_what_to_mend(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    with pytest.raises(BadManifest) as error:
        read_manifest(folder(tmp_path / "pigeon", GOOD.replace(old, new)))
    assert complaint in str(error.value)
    assert "manifest.toml" in str(error.value)


def test_a_folder_without_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match=r"manifest\.toml is missing"):
        read_manifest(tmp_path)


def test_plugins_are_found_by_what_they_can_and_by_kind() -> None:
    registry = load_registry()
    assert registry.problems == ()
    assert {plugin.kind: plugin.manifest.id for plugin in registry.of_capability("ActionKind")} == {
        "http": "http_api"
    }
    (callback,) = [plugin for plugin in registry.of_capability("ChannelOutlet") if plugin.kind == "callback"]
    assert callback.load() is Callback
    assert callback.settings_model() is CallbackSettings
    assert callback in registry.of_capability("Outlet")
    with pytest.raises(KeyError):
        registry.of_capability("Flying")


def test_a_plugin_without_adapter_cannot_be_loaded() -> None:
    (rest,) = [plugin for plugin in load_registry().plugins if plugin.manifest.id == "rest"]
    assert rest.settings_model() is None
    with pytest.raises(BadManifest, match="has no adapter"):
        rest.load()


def test_finding_plugins_loads_none_of_their_code_and_no_http_client() -> None:
    program = (
        "import sys; from frontdesk.app.registry import load_registry; load_registry()\n"
        "print(*(name for name in sys.modules if name.startswith(('frontdesk.plugins.', 'aiohttp', 'pydantic'))))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert found.stdout.strip() == ""


def install(site: Path, name: str, package: str) -> None:
    """What an installer leaves behind for a package with one entry point."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[frontdesk.plugins]\n{name} = {package}\n", "utf-8")


def test_an_installed_package_adds_its_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "loft_one" / "pigeon")
    install(tmp_path, "loft-one", "loft_one.pigeon")
    monkeypatch.syspath_prepend(tmp_path)
    registry = load_registry()
    assert registry.problems == ()
    (pigeon,) = [plugin for plugin in registry.plugins if plugin.manifest.id == "pigeon"]
    assert (pigeon.kind, pigeon.package, pigeon in registry.of_capability("Outlet")) == (
        "post",
        "loft_one.pigeon",
        True,
    )
    assert pigeon.load().__module__ == "loft_one.pigeon.adapter"


@pytest.mark.parametrize(
    ("text", "package", "problem"),
    [
        (GOOD.replace('plan = "premium"', 'plan = "gold"'), "loft.pigeon", "Invalid enum value 'gold'"),
        (
            GOOD.replace('id = "pigeon"', 'id = "http_api"'),
            "loft.pigeon",
            "both have the connector id 'http_api'",
        ),
        (
            GOOD.replace('kind = "post"', 'kind = "callback"'),
            "loft.pigeon",
            "both have the Outlet 'callback'",
        ),
        (GOOD, "loft.absent", "must name a package"),
        (GOOD, "loft.pigeon.adapter", "must name a package"),
        (GOOD, "nowhere.pigeon", "nowhere"),
    ],
)
def test_a_wrong_plugin_from_elsewhere_is_left_out_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, package: str, problem: str
) -> None:
    # A parent package of its own for each case: what is imported once stays.
    own = f"loft{abs(hash(text + package))}"
    folder(tmp_path / own / "pigeon", text)
    install(tmp_path, "loft", package.replace("loft", own))
    monkeypatch.syspath_prepend(tmp_path)
    registry = load_registry()
    (told,) = registry.problems
    assert told.startswith("plug-in loft (")
    assert problem in told
    there = {plugin.manifest.id for plugin in registry.plugins}
    assert {"callback", "http_api", "rest"} <= there
    assert "pigeon" not in there
