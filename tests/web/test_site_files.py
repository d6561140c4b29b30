"""What sites of others install: the archives, the plug-in's PHP as far as it runs without a WordPress, and Shopify's Liquid."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from liquid import Environment
from tools import wordpress_texts

from frontdesk.web.site_files import DOWNLOADS, WORDPRESS, archive, liquid

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "integrations" / "wordpress" / WORDPRESS
DOCS = ROOT / "docs"
SHOPIFY = ROOT / "integrations" / "shopify"
needs_php = pytest.mark.skipif(not shutil.which("php"), reason="PHP is not here")
URL, ASSISTANT = "https://desk.example", "asst_01"
HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
READY = {"address": URL, "assistant_id": ASSISTANT, "everywhere": True, "page_context": True}


def members(name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(archive(name))) as opened:
        assert opened.testzip() is None
        return {each.filename: opened.read(each) for each in opened.infolist()}


@pytest.mark.parametrize("name", DOWNLOADS)
def test_an_archive_has_every_file_of_its_folder_and_none_besides(name: str) -> None:
    one = DOWNLOADS[name]
    folder = ROOT / one.folder
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert members(name) == {f"{one.inside}/{path}": content for path, content in there.items()}
    assert members(name)[f"{one.inside}/LICENSE"] == (ROOT / "LICENSE").read_bytes()


def test_the_tool_writes_the_archives_that_are_downloaded_the_same_each_time(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tools.site_archives", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name, one in DOWNLOADS.items():
        written = (tmp_path / f"{one.inside}.zip").read_bytes()
        assert written == archive(name)
        assert f"{hashlib.sha256(written).hexdigest()}  {tmp_path}/{one.inside}.zip" in said
        with zipfile.ZipFile(BytesIO(written)) as opened:
            assert {each.date_time for each in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert {each.external_attr >> 16 for each in opened.infolist()} == {0o644}


def test_the_plugin_says_its_version_licence_and_needs_in_one_way() -> None:
    header = dict(
        re.findall(r"^ \* ([A-Z][\w ]+):\s+(.+)$", (PLUGIN / f"{WORDPRESS}.php").read_text(), re.MULTILINE)
    )
    readme = dict(re.findall(r"^([A-Z][\w ]+): (.+)$", (PLUGIN / "readme.txt").read_text(), re.MULTILINE))
    assert header["Plugin Name"] == "AI Customer Service Assistant"
    assert header["Version"] == readme["Stable tag"]
    assert f"const VERSION = '{header['Version']}';" in (PLUGIN / f"{WORDPRESS}.php").read_text()
    assert f"'version'      => '{header['Version']}'" in (PLUGIN / "block" / "editor.asset.php").read_text()
    for name in ("Requires at least", "Requires PHP", "License"):
        assert header[name] == readme[name]
    assert header["License"] == "Apache-2.0"
    assert header["Text Domain"] == WORDPRESS


def test_what_the_plugin_says_is_in_its_catalogue_and_in_every_language() -> None:
    assert wordpress_texts.stale() == []
    assert {path.stem.removeprefix(f"{WORDPRESS}-") for path in wordpress_texts.LANGUAGES.glob("*.po")} == {
        "ru_RU",
        "uz_UZ",
    }


@needs_php
@pytest.mark.parametrize("path", sorted(PLUGIN.rglob("*.php")), ids=lambda path: path.name)
def test_each_file_is_php_that_does_nothing_when_it_is_called_by_itself(path: Path) -> None:
    subprocess.run(["php", "-l", str(path)], check=True, capture_output=True)
    called = subprocess.run(["php", str(path)], check=True, capture_output=True, text=True)
    assert called.stdout + called.stderr == ""


def test_what_php_prints_is_escaped_or_says_why_it_is_not() -> None:
    escaped = re.compile(r"^\s*(esc_\w+\(|'' === api_key\(\) \? 'fd_api_...' : esc_attr__\(|\(int\) )")
    bare = []
    for path in PLUGIN.rglob("*.php"):
        for line in path.read_text().splitlines():
            said = re.search(r"\becho\b(.*)", line)
            if said and not escaped.match(said[1]) and "phpcs:ignore" not in line:
                bare.append(f"{path.name}: {line.strip()}")
    assert bare == []


def page(path: str = "/", *places: tuple[str, dict[str, Any]], **settings: object) -> dict[str, Any]:
    """What the plug-in makes of settings, and of what stands on the page."""
    asked = json.dumps({"settings": {**READY, **settings}, "path": path, "places": places})
    script = Path(__file__).with_name("without_wordpress.php")
    done = subprocess.run(
        ["php", "-d", "display_errors=stderr", str(script), str(PLUGIN), asked],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


class Scripts(HTMLParser):
    """The attributes of each script of a text, and whether there is anything besides."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.others: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append(dict(attrs))
        else:
            self.others.append(tag)


@needs_php
def test_the_most_particular_place_says_how_the_chat_looks() -> None:
    found = page(
        "/",
        ("widget", {"theme": "dark", "position": "top-left", "width": "400"}),
        ("content", {"theme": "auto"}),
        ("content", {"theme": "light", "height": "700"}),
        theme="light",
        primary_color="#0071e3",
    )["said"]
    assert found == {
        "assistant_id": ASSISTANT,
        "theme": "auto",
        "position": "top-left",
        "primary_color": "#0071e3",
        "width": "400",
        "height": "700",
    }


@needs_php
@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/", True),
        ("/checkout", False),
        ("/checkout/?x=/shop", False),
        ("/check%6Fut", False),
        ("/checkout/thanks", True),
        ("/account/orders/7", False),
        ("/a+b", False),
        ("/aab", True),
        # As the script has it: the folder is among what is in it.
        ("/account/", False),
        ("/account", False),
        ("/accountant", True),
        ("/%D0%BA%D0%BE%D1%80%D0%B7%D0%B8%D0%BD%D0%B0/", False),
        ("/caf%C3%A9", False),
        ("/100%", False),
    ],
)
def test_paths_that_shall_have_no_chat_have_none(path: str, shows: bool) -> None:  # noqa: FBT001  # a column of the table
    assert (
        bool(page(path, hide_on="checkout/\n/account/*\n/a+b\n/корзина\n/caf%C3%A9\n/100%")["said"]) is shows
    )


TAKEN = [
    ("language", "pt-BR", "pt-BR"),
    ("language", "auto", "auto"),
    ("language", "zh_Hant_TW", "zh_Hant_TW"),
    ("language", "<b>", None),
    ("width", "400px", "400px"),
    ("width", "5000", "5000"),
    ("width", "12", "12"),
    ("width", "9" * 400, None),
    ("height", "80%", None),
    ("z_index", "99999999999", "99999999999"),
    ("auto_open_delay", "5s", None),
    ("primary_color", "rebeccapurple", "rebeccapurple"),
    ("primary_color", "rgb(10, 20, 30)", "rgb(10, 20, 30)"),
    ("primary_color", " #ABC ", "#ABC"),
    ("primary_color", "red;background:url(x)", None),
    ("primary_color", "javascript:alert(1)", None),
    ("page_url", "/" + "x" * 1_500, "/" + "x" * 1_500),
    ("page_url", "/" + "x" * 2_000, None),
    ("page_title", "t" * 301, "t" * 300),
]


@needs_php
def test_the_shortcode_takes_what_the_tag_takes() -> None:
    for name, value, expected in TAKEN:
        assert page("/", ("content", {name: value}))["said"].get(name) == expected, (name, value)


def test_the_shortcode_has_every_attribute_of_the_tag() -> None:
    listed = (DOCS / "integrate" / "site-widget.md").read_text("utf-8")
    attributes = set(re.findall(r"^\| `data-([a-z-]+)`", listed, re.MULTILINE))
    checks = (PLUGIN / "includes" / "attributes.php").read_text("utf-8")
    taken = set(re.findall(r"^\t\t'([a-z_]+)' +=> ", checks, re.MULTILINE))
    assert {name.replace("-", "_") for name in attributes} <= taken
    said = (PLUGIN / "readme.txt").read_text("utf-8")
    assert [name for name in attributes if f"`{name.replace('-', '_')}`" not in said] == []


@needs_php
def test_without_address_or_assistant_there_is_no_chat() -> None:
    for lacking in ("address", "assistant_id"):
        assert page("/", ("content", {}), **{lacking: ""})["said"] == []


@needs_php
def test_hostile_settings_and_shortcodes_become_text_or_nothing() -> None:
    hostile = dict.fromkeys(
        ("theme", "position", "primary_color", "welcome_message", "assistant_id", "z_index"), HOSTILE
    )
    found = page(
        "/",
        (
            "content",
            {
                **hostile,
                "width": ["400"],
                "src": "https://evil.example",
                "onload": "alert(1)",
                "title": "a\x00\nb",
            },
        ),
        welcome_message=HOSTILE,
        theme=HOSTILE,
    )
    assert found["said"] == {"assistant_id": ASSISTANT, "welcome_message": HOSTILE, "title": "a b"}
    read = Scripts(found["tag"])
    assert read.others == []
    (only,) = read.found
    assert only["src"] == f"{URL}/embed.js"
    assert only["data-welcome-message"] == HOSTILE
    assert not [name for name in only if name.startswith("on")]


@needs_php
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://desk.example/", URL),
        ("  HTTPS://Desk.Example:8443/embed.js ", "https://desk.example:8443"),
        ("https://example.com/desk/", "https://example.com/desk"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("javascript:alert(1)", ""),
        ("https://user:pass@desk.example", ""),
        ("https://desk.example?x", ""),
        ('https://desk.example/"onload="x', ""),
        ("desk.example", ""),
    ],
)
def test_an_address_is_kept_as_it_is_needed_or_not_at_all(typed: str, kept: str) -> None:
    assert page(address=typed)["settings"]["address"] == kept


def rendered(text: str, **values: object) -> str:
    return Environment().from_string(text).render(**values)


PRODUCT = {"title": 'Tom & "Jerry" <b>Headphones</b>', "url": "/products/premium-wireless-headphones"}


@pytest.mark.parametrize("name", ["theme", "product"])
def test_a_product_page_of_a_shop_says_which_product_it_shows(name: str) -> None:
    made = Scripts(rendered(liquid(name, URL, ASSISTANT), product=PRODUCT, request={"page_type": "product"}))
    (only,) = made.found
    assert only == {
        "src": f"{URL}/embed.js",
        "data-assistant-id": ASSISTANT,
        "data-page-context": "product-page",
        "data-page-title": PRODUCT["title"],
        "data-page-url": PRODUCT["url"],
        "async": None,
    }
    assert made.others == ([] if name == "theme" else ["div"])


def test_other_pages_of_a_shop_have_the_chat_of_the_theme_alone() -> None:
    other = {"request": {"page_type": "index"}}
    (only,) = Scripts(rendered(liquid("theme", URL, ASSISTANT), **other)).found
    assert only == {"src": f"{URL}/embed.js", "data-assistant-id": ASSISTANT, "async": None}
    assert rendered(liquid("product", URL, ASSISTANT), **other).strip() == ""


def embed() -> tuple[str, dict[str, Any]]:
    """The app embed: its Liquid, and what it declares."""
    text = (SHOPIFY / "extension" / "blocks" / "ai-assistant.liquid").read_text()
    body, declared = re.split(r"\{% schema %\}", text)
    return body, json.loads(declared.split("{% endschema %}")[0])


def embedded(**changed: object) -> Scripts:
    body, schema = embed()
    settings = {one["id"]: one.get("default", "") for one in schema["settings"] if "id" in one}
    values = {**settings, "address": URL, "assistant_id": ASSISTANT, **changed}
    return Scripts(
        rendered(body, block={"settings": values}, product=PRODUCT, request={"page_type": "product"})
    )


def test_the_app_embed_stands_in_the_body_and_uses_each_of_its_settings() -> None:
    body, schema = embed()
    assert schema["target"] == "body"
    assert [
        one["id"] for one in schema["settings"] if "id" in one and f"block.settings.{one['id']}" not in body
    ] == []
    (plain,) = embedded(page_context=False).found
    assert plain == {"src": f"{URL}/embed.js", "data-assistant-id": ASSISTANT, "async": None}
    (full,) = embedded(
        address=f" {URL}/embed.js ",
        theme="dark",
        position="top-left",
        own_color=True,
        welcome_message=HOSTILE,
        hide_on_mobile=True,
    ).found
    assert full == {
        "src": f"{URL}/embed.js",
        "data-assistant-id": ASSISTANT,
        "data-position": "top-left",
        "data-theme": "dark",
        "data-primary-color": "#0071e3",
        "data-welcome-message": HOSTILE,
        "data-hide-on-mobile": "true",
        "data-page-context": "product-page",
        "data-page-title": PRODUCT["title"],
        "data-page-url": PRODUCT["url"],
        "async": None,
    }


@pytest.mark.parametrize(
    ("settings", "src"),
    [
        ({"address": f"{URL}/"}, f"{URL}/embed.js"),
        ({"address": "http://desk.example"}, None),
        ({"address": "javascript:alert(1)"}, None),
        ({"address": ""}, None),
        ({"assistant_id": " "}, None),
        ({"address": f'{URL}/"onload="alert(1)'}, f'{URL}/"onload="alert(1)/embed.js'),
    ],
)
def test_an_app_embed_without_a_good_address_makes_nothing_and_never_breaks_out(
    settings: dict[str, object], src: str | None
) -> None:
    made = embedded(**settings)
    assert made.others == []
    assert [one["src"] for one in made.found] == ([] if src is None else [src])
    assert not [name for one in made.found for name in one if name.startswith("on")]
