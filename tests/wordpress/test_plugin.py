"""The plug-in on a real WordPress: uploaded, set up, on pages by every way there is, and gone without a trace."""

import html
import os
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.test_widget import ROOT
from tests.program import Desk, Program
from tests.web.widget_desk import widget_desk
from tests.wordpress.site import PASSWORD, USER, Reader, Site, hidden, quoted

from frontdesk.web.site_files import WORDPRESS, archive

MENU = f"/wp-admin/admin.php?page={WORDPRESS}"
SAVE = "ai_customer_service_assistant_save"
OPTION = "ai_customer_service_assistant"
HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
SCRIPT = re.compile(r"<script src=[\"']([^\"']+/embed\.js)[\"']([^>]*)></script>")


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await widget_desk(program)


@pytest.fixture
async def installed(site: Site, admin: Reader) -> AsyncIterator[Reader]:
    """Whoever runs the site, who has just uploaded the plug-in; it is deleted again as people do."""
    await upload(admin)
    yield admin
    await site.php(
        f"deactivate_plugins( {quoted(plugin())} ); delete_plugins( array( {quoted(plugin())} ) );"
    )


def plugin() -> str:
    return f"{WORDPRESS}/{WORDPRESS}.php"


async def upload(admin: Reader) -> None:
    """Plugins, Add New, Upload Plugin, Install Now, Activate Plugin."""
    form = aiohttp.FormData(hidden(await admin.get("/wp-admin/plugin-install.php?tab=upload")))
    form.add_field(
        "pluginzip", archive("wordpress"), filename=f"{WORDPRESS}.zip", content_type="application/zip"
    )
    said = await admin.post("/wp-admin/update.php?action=upload-plugin", form)
    assert "Plugin installed successfully." in said
    (activate,) = re.findall(r'href="([^"]*action=activate[^"]*)"', said)
    shown = await admin.get(f"/wp-admin/{html.unescape(activate)}")
    assert "Plugin activated." in shown


async def save(admin: Reader, **values: str) -> str:
    """What the page of the menu says after its form was sent."""
    shown = await admin.get(MENU)
    sent = {"everywhere": "1", "page_context": "1", **values}
    fields = {f"set[{name}]": value for name, value in sent.items()}
    return await admin.post("/wp-admin/admin-post.php", {**hidden(shown), "action": SAVE, **fields})


def scripts(page: str) -> list[dict[str, str]]:
    """The attributes of every script of ours on a page."""
    found = []
    for src, rest in SCRIPT.findall(page):
        named = {
            name: html.unescape(value)
            for name, value in re.findall(r'data-(?!cfasync)([a-z-]+)="([^"]*)"', rest)
        }
        found.append({"src": src, **named})
    return found


async def test_who_runs_a_site_uploads_the_archive_sets_it_up_and_visitors_chat(
    desk: Desk, site: Site, installed: Reader, visitor: Reader, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    assert "AI Assistant</div>" in await installed.get("/wp-admin/")
    said = await save(installed, address=f"{base}/", key=await desk.key("api", "read:assistants"))
    assert "Settings saved." in said
    assert "Connected. The key sees" in said
    # One assistant is the only one there is, so it was chosen.
    (shown,) = scripts(await visitor.get("/"))
    assert shown["src"] == f"{base}/embed.js"
    assert shown["assistant-id"] == desk.assistant_id
    assert shown["page-context"] == "home-page"
    async with open_page() as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        await page.goto(site.url)
        await page.get_by_role("button", name="Open chat").click()
        await expect(page.get_by_role("dialog", name="Northwind Audio")).to_be_visible()
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=f"{folder}/wordpress-front.png")
    assert site.complaints() == []


async def test_shortcode_block_widget_and_every_page_at_once_make_one_script(
    desk: Desk, site: Site, installed: Reader, visitor: Reader
) -> None:
    await save(installed, address=desk.program.client.base_url, assistant_id=desk.assistant_id, theme="light")
    await put_widget(
        site, {"title": "Questions?", "button": "Ask us", "theme": "dark", "position": "top-left"}
    )
    (everywhere,) = scripts(await visitor.get(await site.page("Plain", "Nothing of ours.")))
    assert (everywhere["theme"], everywhere["position"]) == ("dark", "top-left")
    both = await site.page(
        "Both",
        '[ai_assistant theme="auto" position="bottom-left" button="Chat"]'
        '<!-- wp:ai-customer-service-assistant/chat {"welcomeMessage":"Hello there"} /-->',
    )
    shown = await visitor.get(both)
    (only,) = scripts(shown)
    assert (only["theme"], only["position"]) == ("auto", "bottom-left")
    assert only["welcome-message"] == "Hello there"
    assert only["page-context"] == "page"
    assert only["page-title"] == "Both"
    assert "Questions?" in shown
    assert shown.count("data-ai-assistant-open hidden>Ask us</button>") == 1
    assert shown.count("data-ai-assistant-open hidden>Chat</button>") == 1
    assert site.complaints() == []


async def test_only_pages_that_ask_for_it_have_the_script_where_it_is_not_everywhere(
    desk: Desk, site: Site, installed: Reader, visitor: Reader
) -> None:
    await save(
        installed,
        address=desk.program.client.base_url,
        assistant_id=desk.assistant_id,
        everywhere="",
        page_context="",
        hide_on="checkout\n/account/*",
    )
    plain = await site.page("Without", "Nothing of ours.")
    asking = await site.page("Asking", "[ai_assistant]")
    assert scripts(await visitor.get(plain)) == []
    (only,) = scripts(await visitor.get(asking))
    assert only.keys() == {"src", "assistant-id"}
    for title in ("Checkout", "Account"):
        await site.page(title, "[ai_assistant button='Chat']")
    await pretty(site)
    for path in ("/checkout/?a=1", "/account/", "/account"):
        hidden_page = await visitor.get(path, status=200)
        assert scripts(hidden_page) == []
        assert "data-ai-assistant-open" not in hidden_page


async def pretty(site: Site) -> None:
    """Addresses with names, as sites have them."""
    await site.php(
        "global $wp_rewrite; $wp_rewrite->set_permalink_structure( '/%postname%/' ); flush_rewrite_rules();"
    )


async def test_what_authors_write_never_becomes_markup(
    desk: Desk, site: Site, installed: Reader, visitor: Reader
) -> None:
    base = desk.program.client.base_url
    said = await save(
        installed,
        address=base,
        assistant_id=desk.assistant_id,
        welcome_message=HOSTILE,
        theme=HOSTILE,
        primary_color=HOSTILE,
        hide_on=HOSTILE,
    )
    assert HOSTILE not in said
    assert "stays as it was: Color" in said
    await put_widget(site, {"title": HOSTILE, "text": HOSTILE, "button": HOSTILE, "position": HOSTILE})
    written = html.escape(HOSTILE, quote=True)
    # Who may write markup writes it; an author who may not is held to the shortcode.
    address = await site.page(
        'Tom & "Jerry"',
        f"[ai_assistant theme='{written}' welcome_message='{written}' z_index='99999999999' width='12' "
        f"assistant_id='{written}' button='{written}' src='https://evil.example/x.js' onload='alert(1)']",
    )
    shown = await visitor.get(address)
    (only,) = scripts(shown)
    assert only["src"] == f"{base}/embed.js"
    assert only.keys() <= {
        "src",
        "assistant-id",
        "welcome-message",
        "page-context",
        "page-title",
        "page-url",
        # Numbers, which the script moves to the nearer bound.
        "z-index",
        "width",
    }
    assert only["assistant-id"] == desk.assistant_id
    assert only["welcome-message"] == HOSTILE
    assert "<img src=x" not in shown
    assert "alert('x')</script>" not in shown
    assert "evil.example" not in "".join(SCRIPT.findall(shown)[0])


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://u:p@desk.example",
        "ftp://desk.example",
        "https://desk.example/?x=1",
        "//desk",
        "x y",
    ],
)
async def test_an_address_that_is_none_stays_as_it_was_and_is_named(
    site: Site, installed: Reader, address: str
) -> None:
    said = await save(installed, address=address)
    assert "stays as it was: Address" in said
    stored = await site.option(OPTION)
    assert isinstance(stored, dict)
    assert stored["address"] == ""


async def test_the_page_says_what_is_wrong_with_address_and_key(
    desk: Desk, site: Site, installed: Reader
) -> None:
    base = desk.program.client.base_url
    assert "Type the address of your installation" in await installed.get(MENU)
    assert "does not count" in await save(installed, address=base, key="fd_api_wrong")
    assert "may not see assistants" in await save(
        installed, address=base, key=await desk.key("api", "read:contacts")
    )
    shown = await save(installed, address=base, key=await desk.key("api", "read:assistants"))
    assert f'<option value="{desk.assistant_id}" selected' in shown.replace("  ", " ").replace("'", '"')
    assert "fd_api_" not in shown
    assert "installation answers" in await save(installed, address=base, forget_key="1")
    assert await site.option(f"{OPTION}_key") is None
    assert "is not the installation" in await save(installed, address=site.url)
    assert "Nothing answers" in await save(installed, address="http://127.0.0.1:9")


async def test_settings_are_changed_by_administrators_with_the_form_alone(
    site: Site, installed: Reader, visitor: Reader
) -> None:
    sent = {"action": SAVE, "set[address]": "https://evil.example"}
    # Nobody signed in, a form from elsewhere, and somebody who may not.
    await visitor.post("/wp-admin/admin-post.php", sent, status=400)
    await installed.post("/wp-admin/admin-post.php", sent, status=403)
    await site.php(
        "wp_insert_user( array( 'user_login' => 'ann', 'user_pass' => 'ann-pass', 'role' => 'editor' ) );"
    )
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        editor = Reader(session, site)
        await editor.sign_in("ann", "ann-pass")
        await editor.get(MENU, status=403)
        await editor.post("/wp-admin/admin-post.php", {**sent, "_wpnonce": "0"}, status=403)
        assert "AI Assistant</div>" not in await editor.get("/wp-admin/")
    assert await site.option(OPTION) is None


async def test_deleted_it_leaves_nothing(desk: Desk, site: Site, admin: Reader, visitor: Reader) -> None:
    await upload(admin)
    await save(
        admin, address=desk.program.client.base_url, assistant_id=desk.assistant_id, key="fd_api_something"
    )
    await put_widget(site, {"title": "Questions?"})
    assert await left(site) != []
    asked = quoted(plugin())
    await site.php(f"deactivate_plugins( {asked} ); delete_plugins( array( {asked} ) );")
    assert await left(site) == []
    assert not (site.folder / "wp-content" / "plugins" / WORDPRESS).exists()
    assert scripts(await visitor.get("/")) == []


async def left(site: Site) -> list[str]:
    """Rows of options that are the plug-in's. Places of widgets are the theme's: WordPress drops what has gone."""
    said = await site.php(
        'global $wpdb; foreach ( $wpdb->get_col( "SELECT option_name FROM $wpdb->options '
        'WHERE option_name LIKE \'%ai_customer_service%\'" ) as $name ) { echo $name . "\\n"; }'
    )
    return said.split()


async def put_widget(site: Site, set_to: dict[str, str]) -> None:
    """Appearance, Widgets: into the area of the theme."""
    given = ", ".join(f"{quoted(name)} => {quoted(value)}" for name, value in set_to.items())
    await site.php(
        f"""
        update_option( 'widget_{OPTION}', array( 2 => array( {given} ), '_multiwidget' => 1 ) );
        wp_set_sidebars_widgets( array( 'wp_inactive_widgets' => array(), 'sidebar-1' => array( '{OPTION}-2' ) ) );
        """
    )


async def test_it_speaks_the_language_of_the_site(site: Site, installed: Reader) -> None:
    must_use = site.folder / "wp-content" / "mu-plugins"
    must_use.mkdir(exist_ok=True)
    language = must_use / "language.php"
    language.write_text("<?php add_filter( 'locale', function () { return 'ru_RU'; } );")
    try:
        shown = await installed.get(MENU)
        assert "Сохранить настройки" in shown
        assert "AI-помощник" in shown
        editor = await site.php(
            f"echo load_script_textdomain( '{WORDPRESS}-chat-editor-script', '{WORDPRESS}',"
            f" WP_PLUGIN_DIR . '/{WORDPRESS}/languages' );"
        )
        assert "Чат на этой странице" in editor
    finally:
        language.unlink()
    assert "Save settings" in await installed.get(MENU)


async def test_a_button_opens_the_chat_and_is_not_there_where_the_script_is_blocked(
    desk: Desk, site: Site, installed: Reader, open_page: OpenPage
) -> None:
    base = desk.program.client.base_url
    await save(installed, address=base, assistant_id=desk.assistant_id)
    address = await site.page("Ask", "[ai_assistant button='Ask us']")
    async with open_page() as watched:
        page = watched.page
        await page.add_init_script(ROOT)
        await page.goto(address)
        await page.get_by_role("button", name="Ask us").click()
        await expect(page.get_by_role("dialog", name="Northwind Audio")).to_be_visible()
    async with open_page() as watched:
        await watched.page.route(f"{base}/**", lambda route: route.abort())
        await watched.page.goto(address)
        await expect(watched.page.locator("[data-ai-assistant-open]")).to_have_count(1)
        await expect(watched.page.get_by_role("button", name="Ask us")).to_be_hidden()


async def test_the_block_is_offered_to_authors_and_its_editor_opens(
    desk: Desk, site: Site, installed: Reader, open_page: OpenPage
) -> None:
    await save(installed, address=desk.program.client.base_url, assistant_id=desk.assistant_id)
    async with open_page() as watched:
        page = watched.page
        await page.goto(f"{site.url}/wp-login.php")
        await page.fill("#user_login", USER)
        await page.fill("#user_pass", PASSWORD)
        await page.click("#wp-submit")
        await page.goto(site.url + MENU)
        await expect(page.get_by_role("heading", name="AI Assistant")).to_be_visible()
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=f"{folder}/wordpress-menu.png", full_page=True)
        await page.goto(f"{site.url}/wp-admin/post-new.php?post_type=page")
        made = "wp.blocks.createBlock('ai-customer-service-assistant/chat', {theme: 'dark', button: 'Chat'})"
        await page.wait_for_function("window.wp?.blocks?.getBlockType('ai-customer-service-assistant/chat')")
        await page.wait_for_function("wp.data.select('core/editor').getCurrentPostId() > 0")
        await page.evaluate(f"() => void wp.data.dispatch('core/block-editor').insertBlocks({made})")
        await page.wait_for_function(
            "wp.data.select('core/editor').getEditedPostContent().includes('ai-customer-service-assistant/chat')"
        )
        await expect(page.locator(".wp-block-ai-customer-service-assistant-chat input")).to_have_value("Chat")
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=f"{folder}/wordpress-block.png")
