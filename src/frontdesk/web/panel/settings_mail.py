"""`/panel/settings/mail`: the mail server of the workspace, a test, and how the last mails ended."""

from starlette.responses import Response

from frontdesk.web.etag import Expected
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Field, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.plugin_form import plugin_fields, plugin_mistakes
from frontdesk.web.panel.settings_forms import Editing, saved, version_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import mail as api

ROUTES: list[Route] = []
PATH = "/panel/settings/mail"


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="workspace.read",
    summary="The page of the mail server.",
    entry="mail",
    rank=60,
)
async def settings_mail_page(visit: Visit) -> Response:
    editing, found = await _read(visit)
    return await visit.show("settings_mail.html", {"editing": editing, "path": PATH, "mail": found})


@opens(ROUTES, "POST", PATH, menu="settings", permission="mail.write", summary="Save the mail server.")
async def settings_mail_save(visit: Visit) -> Response:
    async def save(fields: list[Field], sent: Sent) -> None:
        change = api.MailChange(settings=given(fields, sent))
        async with visit.asking() as ask:
            await api.update_mail(ask, change, expected(sent.get("version")), Response())

    return await saved(visit, (await _read(visit))[0], save, path=PATH)


@opens(
    ROUTES,
    "POST",
    PATH + "/test",
    menu="settings",
    permission="mail.write",
    summary="Try the mail server.",
)
async def try_mail_form(visit: Visit) -> Response:
    """With the stored settings; what is wrong is shown in the place of what came back."""
    sent = await visit.form()
    try:
        async with visit.asking() as ask:
            tried = await api.try_mail(ask, api.MailTest(to=sent.get("to")))
    except MENDABLE as error:
        mistakes = plugin_mistakes(visit, error)
        wrong = " ".join((*mistakes.by_field.values(), mistakes.general)).strip()
        return await visit.show("_mail_tried.html", {"tried": None, "wrong": wrong}, status=200, part=True)
    return await visit.show("_mail_tried.html", {"tried": tried, "wrong": ""}, part=True)


@opens(
    ROUTES,
    "POST",
    PATH + "/remove",
    menu="settings",
    permission="mail.write",
    summary="Send no mail any more, by the page.",
)
async def settings_mail_remove(visit: Visit) -> Response:
    async with visit.asking() as ask:
        await api.delete_mail(ask, Expected(None))
    return await visit.go(PATH, toast=visit.say("workspace.mail_removed"))


async def _read(visit: Visit) -> tuple[Editing, api.MailView]:
    answer = Response()
    async with visit.asking() as ask:
        found = await api.read_mail(ask, answer)
        kinds = api.mailing(ask).kinds
    kind = kinds[found.kind] if found.kind in kinds else next(iter(kinds.values()))
    fields = plugin_fields(visit, kind.settings, found.settings, secrets=found.secret_names)
    return Editing(fields, version_of(answer)), found
