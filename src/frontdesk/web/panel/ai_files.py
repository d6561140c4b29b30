"""`/panel/ai/{id}/files`: the files of a draft, one of them open in a text editor with what is wrong beside its lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.message import MAX_TEXT
from frontdesk.dialog.load import MAIN_FILE
from frontdesk.dialog.problems import BotInvalid, Problem
from frontdesk.store.drafts import FileRow
from frontdesk.studio import drafts, trying
from frontdesk.studio.drafts import mark
from frontdesk.studio.files import MAX_PATH
from frontdesk.studio.trying import Findings
from frontdesk.web.panel.assistant import PATH, About, about, seen_of, writer
from frontdesk.web.panel.people import names
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.route import Route

ROUTES: list[Route] = []
MOST_BYTES = 20_000_000
"""A bot of 5 MB in one file, however a form spells it."""
BEGUN = "steps:\n  - say: Hello.\n"


@opens(
    ROUTES, "GET", PATH + "/files", menu="ai", permission="bots.read", summary="The files of an assistant."
)
async def files_page(visit: Visit) -> Response:
    async with visit.work() as tx:
        shown = await about(visit, tx, "files")
        known = await names(visit, visit.workspace, tx)
    wanted = visit.request.query_params.get("path", "") or MAIN_FILE
    file = shown.draft.files.get(wanted)
    if file is None and wanted != MAIN_FILE:
        raise Refused("not_found", visit.say("ai.files.none", path=wanted[:MAX_PATH]))
    found = await trying.find_out(shown.draft.texts, limits=visit.program.text_limits)
    return await visit.show(
        "ai_files.html", {**_opened(shown, file, found), "names": known, "most_text": MAX_TEXT}
    )


@opens(
    ROUTES,
    "POST",
    PATH + "/files",
    menu="ai",
    permission="bots.write",
    summary="Save a file of an assistant's draft.",
)
async def save_file(visit: Visit) -> Response:
    given = await visit.form(MOST_BYTES)
    path, text = given.get("path", ""), given.get("text", "").replace("\r\n", "\n")
    expected = seen_of(given.get("mark", ""))
    async with visit.work() as tx:
        shown = await about(visit, tx, "files")
        there = shown.draft.files.get(path)
        if there is not None and "\r\n" in there.text:
            text = text.replace("\n", "\r\n")  # forms send lines in one way, whatever the file has
        clash = there is not None and mark(there.text) not in expected and there.text != text
        if clash:
            known = await names(visit, visit.workspace, tx)
            values = {**_opened(shown, there, None), "names": known, "mine": text}
            return await visit.show("_ai_clash.html", values, part=True)
        await drafts.save(
            visit.workspace, tx, shown.assistant.id, path, text, expected=expected, by=writer(visit)
        )
        shown = await about(visit, tx, "files")
        known = await names(visit, visit.workspace, tx)
    found = await trying.find_out(shown.draft.texts, limits=visit.program.text_limits)
    values = {**_opened(shown, shown.draft.files[path], found), "names": known}
    return await visit.show("_ai_saved.html", {**values, "saved": True}, part=True)


@opens(
    ROUTES,
    "POST",
    PATH + "/files/add",
    menu="ai",
    permission="bots.write",
    summary="Add a file to an assistant's draft.",
)
async def add_file(visit: Visit) -> Response:
    path = (await visit.form()).get("path", "").strip()
    text = BEGUN if path.startswith("flows/") else "# \n"
    async with visit.work() as tx:
        shown = await about(visit, tx, "files")
        with _told():
            await drafts.save(
                visit.workspace, tx, shown.assistant.id, path, text, expected=drafts.NEW, by=writer(visit)
            )
    return await visit.go(file_address(shown, path), toast=visit.say("ai.files.added", path=path))


@opens(
    ROUTES,
    "POST",
    PATH + "/files/rename",
    menu="ai",
    permission="bots.write",
    summary="Rename a file of an assistant's draft.",
)
async def rename_file(visit: Visit) -> Response:
    given = await visit.form()
    path, to = given.get("path", ""), given.get("to", "").strip()
    async with visit.work() as tx:
        shown = await about(visit, tx, "files")
        with _told():
            there = await drafts.rename(
                *(visit.workspace, tx, shown.assistant.id, path, to),
                by=writer(visit),
                expected=seen_of(given.get("mark", "")),
            )
    undo = Undo(
        f"{shown.path}/files/rename-back?path={_quoted(to)}&to={_quoted(path)}&mark={mark(there.text)}"
    )
    toast = visit.say("ai.files.renamed", path=path, to=to)
    return await visit.go(file_address(shown, to), toast=toast, undo=undo)


@opens(
    ROUTES,
    "POST",
    PATH + "/files/rename-back",
    menu="ai",
    permission="bots.write",
    summary="Give a file of an assistant's draft its former name.",
)
async def rename_file_back(visit: Visit) -> Response:
    asked = visit.request.query_params
    path, to = asked.get("path", ""), asked.get("to", "")
    async with visit.work() as tx:
        shown = await about(visit, tx, "files")
        await drafts.rename(
            *(visit.workspace, tx, shown.assistant.id, path, to),
            by=writer(visit),
            expected=seen_of(asked.get("mark", "")),
        )
    return await visit.go(file_address(shown, to), toast=visit.say("ai.files.renamed", path=path, to=to))


@opens(
    ROUTES,
    "POST",
    PATH + "/files/remove",
    menu="ai",
    permission="bots.write",
    summary="Remove a file of an assistant's draft.",
)
async def remove_file(visit: Visit) -> Response:
    given = await visit.form()
    path, seen = given.get("path", ""), given.get("mark", "")
    async with visit.work() as tx:
        shown = await about(visit, tx, "files")
        await drafts.remove(
            visit.workspace, tx, shown.assistant.id, path, by=writer(visit), expected=seen_of(seen)
        )
    undo = Undo(f"{shown.path}/files/restore?path={_quoted(path)}&mark={_quoted(seen)}")
    return await visit.go(f"{shown.path}/files", toast=visit.say("ai.files.removed", path=path), undo=undo)


@opens(
    ROUTES,
    "POST",
    PATH + "/files/restore",
    menu="ai",
    permission="bots.write",
    summary="Bring a removed file of an assistant's draft back.",
)
async def restore_file(visit: Visit) -> Response:
    asked = visit.request.query_params
    path, seen = asked.get("path", ""), asked.get("mark", "")
    async with visit.work() as tx:
        shown = await about(visit, tx, "files")
        await drafts.restore(
            visit.workspace, tx, shown.assistant.id, path, by=writer(visit), expected=seen_of(seen)
        )
    return await visit.go(file_address(shown, path), toast=visit.say("ai.files.back", path=path))


def file_address(shown: About, path: str) -> str:
    return f"{shown.path}/files?path={_quoted(path)}"


@contextmanager
def _told() -> Iterator[None]:
    """A path that no file of a bot can have is said in one sentence."""
    try:
        yield
    except BotInvalid as error:
        first = error.problems[0]
        raise Refused("invalid", f"{first.message} {first.fix}".strip(), field="path") from error


def _opened(shown: About, file: FileRow | None, found: Findings | None) -> dict[str, object]:
    problems: tuple[Problem, ...] = () if found is None else found.problems
    return {
        "about": shown,
        "file": file,
        "text_mark": "" if file is None else str(mark(file.text)),
        "problems": problems,
        "publishable": found is None or found.bot is not None,
        "groups": _groups(shown),
        "saved": False,
        "main_file": MAIN_FILE,
        "address": file_address,
    }


def _groups(shown: About) -> list[tuple[str, list[str]]]:
    """Paths by their folder, the bot's own first."""
    groups: dict[str, list[str]] = {"": []}
    for path in shown.draft.files:
        folder, _, _ = path.rpartition("/")
        groups.setdefault(folder, []).append(path)
    return [(folder, sorted(paths)) for folder, paths in sorted(groups.items())]


def _quoted(path: str) -> str:
    return quote(path, safe="")
