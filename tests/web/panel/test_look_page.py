"""Settings, Integration: the look of a site widget is made, saved and previewed; every page of it works without scripts."""

import html
import json
import re

import pytest
from tests.program import Desk, Program
from tests.web.panel.test_connecting import seated, submit
from tests.web.people import Browser, signed_in

from frontdesk.web.panel.settings_integration import PATH

LOOK = f"{PATH}/look"
WHOLE = {
    "settings.title": "Northwind",
    "settings.welcome_message": "Hello\nthere",
    "settings.starters": "Where is my order?\nReturns",
    "settings.primary_color": "#AA3366",
    "settings.theme": "dark",
    "settings.position": "top-left",
    "settings.width": "420",
    "settings.height": "700",
    "settings.auto_open": "on",
    "settings.auto_open_delay_ms": "500",
    "settings.show_on_paths": "/products/*\n\n  /help ",
    "settings.hide_on_paths": "/checkout",
    "settings.origins": "",
}
"""Without the switches that are off: pictures, sound, phones, page."""


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


async def page(browser: Browser, path: str = PATH) -> str:
    answer = await browser.get(path)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def version(shown: str) -> str:
    return str(re.findall(r'name="version" value="(\d+)"', shown)[0])


async def told(program: Program, desk: Desk) -> dict[str, object]:
    program.forget_entrances()
    answer = await program.client.get(f"/widget/{desk.assistant_id}/config")
    assert answer.status == 200, answer.body
    return dict(answer.json())


async def test_an_assistant_without_a_widget_gets_one_with_one_press(program: Program, desk: Desk) -> None:
    browser = await seated(program, desk)
    shown = await page(browser)
    assert "Not on any site yet" in shown
    assert "look-preview" not in shown
    (path,) = re.findall(r'action="([^"]+/channel\?assistant=[^"]+)"', shown)
    assert (await submit(browser, html.unescape(path))).status == 303
    shown = await page(browser)
    assert "Not on any site yet" not in shown
    assert 'id="look-preview"' in shown
    assert (await told(program, desk))["primary_color"] == "#0071e3"


async def test_a_widget_that_is_switched_off_is_switched_on_and_no_second_one_is_made(
    program: Program, desk: Desk
) -> None:
    browser = await seated(program, desk)
    made = await desk.channel("web", {"title": "Shop"})
    assert (await submit(browser, f"/panel/channels/{made}/switch?to=off")).status == 303
    assert "is switched off" in await page(browser)
    assert (await submit(browser, f"{PATH}/channel?assistant={desk.assistant_id}")).status == 303
    assert (await told(program, desk))["title"] == "Shop"
    kept = [row for row in await desk.rows("channels") if row["type"] == "web"]
    assert len(kept) == 1


async def test_what_is_saved_is_how_the_widget_looks_on_every_site(program: Program, desk: Desk) -> None:
    browser = await seated(program, desk)
    await desk.channel("web", {})
    path = f"{LOOK}?assistant={desk.assistant_id}"
    answer = await submit(browser, path, version=version(await page(browser)), **WHOLE)
    assert answer.status == 303, answer.body
    found = await told(program, desk)
    assert found == found | {
        "title": "Northwind",
        "welcome_message": "Hello\nthere",
        "language": "auto",
        "starters": ["Where is my order?", "Returns"],
        "primary_color": "#aa3366",
        "theme": "dark",
        "position": "top-left",
        "show_avatar": False,
        "width": 420,
        "height": 700,
        "auto_open": True,
        "auto_open_delay_ms": 500,
        "hide_on_mobile": False,
        "show_on_paths": ["/products/*", "/help"],
        "hide_on_paths": ["/checkout"],
        "page_context": False,
        "sound": False,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("primary_color", "javascript:alert(1)"),
        ("width", "9999"),
        ("height", "1e9"),
        ("auto_open_delay_ms", "-1"),
        ("hide_on_paths", "https://evil.example"),
        ("show_on_paths", "\n".join(f"/{n}" for n in range(200))),
        ("theme", '"><script>alert(1)</script>'),
        ("position", "middle"),
        ("title", "x" * 61),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_is_kept(
    program: Program, desk: Desk, field: str, value: str
) -> None:
    browser = await seated(program, desk)
    await desk.channel("web", {})
    before = await told(program, desk)
    path = f"{LOOK}?assistant={desk.assistant_id}"
    fields = {**WHOLE, f"settings.{field}": value}
    answer = await submit(browser, path, version=version(await page(browser)), **fields)
    assert answer.status == 422
    shown = answer.body.decode()
    assert 'id="look-preview"' in shown
    assert f'id="f-settings-{field}-note"' in shown
    assert "<script>alert" not in shown
    assert "Northwind" in shown or field == "title"
    assert await told(program, desk) == before


async def test_the_page_is_told_what_its_fields_take_and_says_it_in_the_readers_words(
    program: Program, desk: Desk
) -> None:
    await desk.channel("web", {})
    shown = await page(await seated(program, desk))
    (given,) = re.findall(r'data-rules="([^"]*)"', shown)
    rules = json.loads(html.unescape(given))
    width, color, paths = rules["width"], rules["primary_color"], rules["hide_on_paths"]
    assert (width["least"], width["most"], width["usual"]) == (300, 520, 380)
    assert width["said"] == "Write a whole number from 300 to 520."
    assert "#0071e3" in color["said"]
    assert (rules["starters"]["most"], rules["starters"]["longest"]) == (4, 80)
    assert "up to 4 questions" in rules["starters"]["said"]
    assert paths["begins"] == ["/", "*"]
    assert "paths that begin with /" in paths["said"]


async def test_what_is_refused_says_why_beside_its_field_and_the_first_one_has_the_focus(
    program: Program, desk: Desk
) -> None:
    browser = await seated(program, desk)
    await desk.channel("web", {})
    fields = {**WHOLE, "settings.primary_color": "blue", "settings.consent_page": "nowhere"}
    path = f"{LOOK}?assistant={desk.assistant_id}"
    answer = await submit(browser, path, version=version(await page(browser)), **fields)
    shown = answer.body.decode()
    for name in ("primary_color", "consent_page"):
        (field,) = re.findall(rf'<input [^>]*id="f-settings-{name}"[^>]*>', shown)
        assert 'aria-invalid="true"' in field
        assert f'aria-describedby="f-settings-{name}-note"' in field
        assert ("autofocus" in field) == (name == "primary_color")
    assert '<details class="fd-more-options" open>' in shown


async def test_of_two_who_save_the_second_is_shown_what_the_first_did(program: Program, desk: Desk) -> None:
    browser = await seated(program, desk)
    await desk.channel("web", {})
    path = f"{LOOK}?assistant={desk.assistant_id}"
    stale = version(await page(browser))
    assert (await submit(browser, path, version=stale, **WHOLE)).status == 303
    answer = await submit(browser, path, version=stale, **WHOLE | {"settings.title": "Mine"})
    assert answer.status == 412
    assert "Northwind" in answer.body.decode()
    assert (await told(program, desk))["title"] == "Northwind"


async def test_who_may_only_look_sees_the_look_and_changes_nothing(program: Program, desk: Desk) -> None:
    await desk.channel("web", {"title": "Northwind"})
    store, client = program.running.store, program.client
    browser, _ = await signed_in(store, desk.workspace, client, role="viewer")
    shown = await page(browser)
    assert "Northwind" in shown
    assert f'action="{LOOK}' not in shown
    for path in (LOOK, f"{PATH}/channel"):
        refused = await submit(browser, f"{path}?assistant={desk.assistant_id}", **{"settings.title": "Mine"})
        assert refused.status == 403
    assert (await told(program, desk))["title"] == "Northwind"


async def test_other_workspaces_assistants_are_not_found(program: Program, desk: Desk) -> None:
    await desk.channel("web", {"title": "Northwind"})
    stranger = await seated(program, await program.desk())
    for path in (LOOK, f"{PATH}/channel"):
        assert (await submit(stranger, f"{path}?assistant={desk.assistant_id}")).status == 404


async def test_the_preview_is_a_page_in_a_sandbox_that_can_ask_nobody(program: Program, desk: Desk) -> None:
    browser = await seated(program, desk)
    answer = await browser.get(f"{LOOK}/preview")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert policy.endswith("sandbox allow-scripts")
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert (await program.client.get(f"{LOOK}/preview")).status == 303


async def test_what_the_preview_begins_with_cannot_leave_its_attribute(program: Program, desk: Desk) -> None:
    hostile = "\"'><img src=x onerror=alert(1)>&quot;"
    await desk.channel("web", {"title": hostile, "welcome_message": "</script>" + hostile})
    shown = await page(await seated(program, desk))
    (given,) = re.findall(r'data-stored="([^"]*)"', shown)
    assert json.loads(html.unescape(given))["title"] == hostile
    assert "<img src=x" not in shown


async def test_a_tag_held_to_a_sum_has_an_address_of_its_own(program: Program, desk: Desk) -> None:
    await desk.channel("web", {})
    shown = html.unescape(await page(await seated(program, desk)))
    (path,) = re.findall(r'src="[^"]*(/static/embed\.[0-9a-f]{12}\.js)" data-assistant-id', shown)
    answer = await program.client.get(path)
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.body == (await program.client.get("/embed.js")).body
    assert (await program.client.get("/static/embed.000000000000.js")).status == 404
