"""Settings, Plan: what one has; for the installation's owner what plans have, given and taken with a word before."""

import asyncio
import html
import re

from tests.doubles.http_client import Answer
from tests.program import Program, until
from tests.web.people import PASSWORD, Browser, signed_in
from tests.web.test_plans import HOOK, Hosting, hosting, refused

__all__ = ["hosting"]
PATH = "/panel/settings/plan"
HX = {"HX-Request": "true"}


def text(answer: Answer, status: int = 200) -> str:
    assert answer.status == status, answer.body
    return html.unescape(answer.body.decode())


async def test_the_owner_sees_the_matrix_and_changes_a_plan(hosting: Hosting) -> None:
    page = text(await hosting.owner.get(PATH))
    for said in ("This workspace has everything", "Basic", "Standard", "Premium", "Webhooks", "Workspaces"):
        assert said in page
    # What a type is called among its like says nothing among what a plan has.
    assert '<th scope="row">Integration “Another”</th>' in page
    assert '<th scope="row">Channel “Site widget”</th>' in page
    form = text(await hosting.owner.get(f"{PATH}/basic"))
    assert 'name="switch.webhooks"' in form
    switches = {f"switch.{name}": "on" for name in hosting.program.running.registry.switches}
    bad = await hosting.owner.form(f"{PATH}/basic", HX, version="0", **switches, **{"quota.articles": "few"})
    assert "f-quota-articles-note" in text(bad, 422)
    sent = {**switches, "quota.articles": "7", "quota.requests_a_minute": "30"}
    done = await hosting.owner.form(f"{PATH}/basic", HX, version="0", **sent)
    assert done.headers["hx-redirect"] == PATH
    basic = (await hosting.owner.get("/api/v1/plans/basic")).json()
    assert basic["switches"]["webhooks"] is True
    assert (basic["quotas"]["articles"], basic["quotas"]["accounts"]) == (7, None)
    late = await hosting.owner.form(f"{PATH}/basic", HX, version="0", **sent)
    assert "Somebody" in text(late, 412)


async def test_what_would_stop_is_listed_and_asked_for(hosting: Hosting) -> None:
    made = (await hosting.api("POST", "/webhooks", {**HOOK, "description": "Our CRM"})).json()
    path = f"{PATH}/workspaces/{hosting.guest.workspace}"
    assert 'value="basic"' in text(await hosting.owner.get(path))
    asked = await hosting.owner.form(path, HX, version="0", plan="basic")
    page = text(asked, 409)
    assert "switches off what is in use" in page
    assert "Test workspace: Our CRM" in page
    assert 'name="stop_in_use"' in page
    assert await hosting.enabled(f"/webhooks/{made['id']}")
    done = await hosting.owner.form(path, HX, version="0", plan="basic", stop_in_use="on")
    assert done.headers["hx-redirect"] == PATH
    assert (await hosting.api("GET", "/plan")).json()["plan"] == "basic"


async def test_a_limit_is_told_in_the_readers_language(program: Program, hosting: Hosting) -> None:
    await hosting.given("basic")
    guest, _ = await signed_in(program.running.store, hosting.guest.workspace, program.client)
    page = text(await guest.get(PATH))
    assert "The owner of this installation can give" in page
    assert "Plans of this installation" not in page
    assert (await guest.get(f"{PATH}/basic")).status == 404
    page = text(await guest.get("/panel/settings/webhooks"))
    assert "The plan Basic does not have this: Webhooks." in page
    assert "/panel/settings/webhooks/new" not in page
    fields = {"url": HOOK["url"], "description": "", "event.message.created": "on"}
    told = await guest.form("/panel/settings/webhooks/new", HX, **fields)  # type: ignore[arg-type]
    assert "The plan Basic does not have this: Webhooks." in text(told, 403)
    read = await guest.get("/api/v1/me")
    changed = await guest.patch(
        "/api/v1/me", json={"language": "ru"}, headers={"If-Match": read.headers.get("ETag", "*")}
    )
    assert changed.status == 200, changed.body
    told = await guest.form("/panel/settings/webhooks/new", HX, **fields)  # type: ignore[arg-type]
    assert "тариф Базовый это не входит: Вебхуки." in text(told, 403)
    refused(await hosting.api("POST", "/webhooks", HOOK))


async def test_who_has_no_room_is_told_in_their_language_and_nothing_typed_is_lost(
    program: Program, hosting: Hosting
) -> None:
    owner, _ = await signed_in(program.running.store, hosting.guest.workspace, program.client)
    invited = await hosting.api("PUT", "/invitations", {"email": "jo@example.com", "role": "viewer"})
    assert invited.status == 200, invited.body
    assert (await hosting.set("basic", quotas={"accounts": 1})).status == 200
    await hosting.given("basic")
    page = text(
        await owner.form("/panel/settings/people/invite", email="late@example.com", role="viewer"), 422
    )
    assert "The plan Basic has room for 1: People. There are 1." in page
    assert "late@example.com" in page
    path = "/invitation" + invited.json()["link"].rpartition("/invitation")[2]
    guest = Browser(program.client)
    told = text(await guest.form(f"{path}&lang=ru", name="Jo", password=PASSWORD), 403)
    assert "Предел тарифа Базовый" in told


async def test_ai_services_are_counted(program: Program, hosting: Hosting) -> None:
    """Those that are there stay; the last place is given once."""
    owner, _ = await signed_in(program.running.store, hosting.guest.workspace, program.client)
    form = {
        "name": "Ours",
        "settings.api_key": "sk-" + "made-up" * 3,
        "settings.temperature": "0.2",
        "settings.base_url": "https://api.openai.com/v1",
        "models.standard": "gpt-x",
    }
    add = "/panel/ai/services/new?kind=openai"
    assert (await owner.form(add, HX, **form)).headers["hx-redirect"]
    assert (await hosting.set("basic", quotas={"ai_services": 2})).status == 200
    await hosting.given("basic")
    answers = await asyncio.gather(*(owner.form(add, HX, **{**form, "name": f"Nr {n}"}) for n in range(3)))
    full = [answer for answer in answers if answer.status != 200]
    assert len(full) == 2
    for answer in full:
        assert "The plan Basic has room for 2: AI services. There are 2." in text(answer, answer.status)
    quotas = (await hosting.api("GET", "/plan")).json()["quotas"]
    assert quotas["ai_services"] == {"most": 2, "used": 2}
    assert "AI services 2 of 2" in " ".join(re.sub("<[^>]+>", " ", text(await owner.get(PATH))).split())


async def test_of_many_that_would_stop_fifty_are_named_and_the_others_counted(hosting: Hosting) -> None:
    assert (await hosting.set("basic", switches={"another": False})).status == 200
    settings = {"webhook_url": "https://crm.example.com/x"}
    for number in range(26):
        made = await hosting.api("POST", "/webhooks", {**HOOK, "description": f"Hook {number}"})
        assert made.status == 201, made.body
        connection = {"type": "another", "name": f"CRM {number}", "settings": settings}
        made = await hosting.api("POST", "/integrations", connection)
        assert made.status == 201, made.body
    details = (await hosting.give("basic")).json()["details"]
    assert (len(details["stops"]), details["count"]) == (50, 52)
    path = f"{PATH}/workspaces/{hosting.guest.workspace}"
    assert ", +2." in text(await hosting.owner.form(path, HX, version="0", plan="basic"), 409)


async def test_what_the_plan_switched_off_does_not_look_as_if_a_person_did(
    program: Program, hosting: Hosting
) -> None:
    guest, _ = await signed_in(program.running.store, hosting.guest.workspace, program.client)
    hook = (await hosting.api("POST", "/webhooks", {**HOOK, "description": "Our CRM"})).json()["id"]
    settings = {"webhook_url": "https://crm.example.com/x"}
    wanted = {"type": "another", "name": "Theirs", "settings": settings}
    connection = (await hosting.api("POST", "/integrations", wanted)).json()["id"]
    by_hand = (await hosting.api("POST", "/webhooks", {**HOOK, "description": "Paused"})).json()["id"]
    assert (await hosting.api("PATCH", f"/webhooks/{by_hand}", {"enabled": False})).status == 200
    assert (await hosting.set("basic", switches={"another": False, "rest": False})).status == 200
    await hosting.given("basic", stop_in_use=True)

    async def are_off() -> bool:
        found = await hosting.api("GET", "/channels")
        on = [f"/webhooks/{hook}", f"/integrations/{connection}"]
        channels = any(one["enabled"] for one in found.json()["data"] if one["type"] == "rest")
        return not channels and not any([await hosting.enabled(path) for path in on])

    await until(are_off)
    channel = next(
        one["id"] for one in (await hosting.api("GET", "/channels")).json()["data"] if one["type"] == "rest"
    )
    names = {found.kind: found.manifest.name for found in program.running.registry.plugins}
    for path, lacks in (
        ("/panel/settings/webhooks", "Webhooks"),
        ("/panel/channels", f"Channel “{names['rest']}”"),
        ("/panel/integrations", f"Integration “{names['another']}”"),
    ):
        page = text(await guest.get(path))
        assert page.count("Switched off by the plan") == 1, path
        assert 'href="/panel/settings/plan"' in page, path
        assert f"The plan Basic does not have this: {lacks}." in page, path
    assert "Not in the plan" in text(await guest.get("/panel/integrations"))
    for path in (
        f"/panel/settings/webhooks/{hook}",
        f"/panel/channels/{channel}",
        f"/panel/integrations/{connection}",
    ):
        page = text(await guest.get(path))
        assert "Switched off by the plan" in page, path
        assert "The plan Basic does not have this. Nothing was deleted" in page, path
        assert "/switch?to=on" not in page, path
    paused = text(await guest.get(f"/panel/settings/webhooks/{by_hand}"))
    assert "Switched off by the plan" not in paused
    assert "/switch?to=on" in paused
    sent = {"type": "another", "name": "More", "settings.webhook_url": settings["webhook_url"]}
    told = await guest.form("/panel/integrations/new", HX, **sent)
    assert f"The plan Basic does not have this: Integration “{names['another']}”." in text(told, 403)


async def test_the_upload_page_can_tell_a_full_plan_in_the_readers_language(
    program: Program, hosting: Hosting
) -> None:
    guest, _ = await signed_in(program.running.store, hosting.guest.workspace, program.client)
    page = text(await guest.get("/panel/knowledge/upload"))
    assert 'data-full="The plan {plan} has room for {most}: {what}. There are {used}.' in page
    assert 'data-plan-basic="Basic"' in page
