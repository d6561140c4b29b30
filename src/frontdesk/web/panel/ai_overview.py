"""`/panel/ai/{id}`, its review and its versions: what answers, whether the draft is safe, publishing and going back."""

import asyncio
from collections.abc import Collection, Mapping

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.dialog.problems import BotInvalid
from frontdesk.store import assistants as stored
from frontdesk.store import gates, versions
from frontdesk.store.gates import Gate
from frontdesk.store.versions import NEWEST
from frontdesk.studio import drafts, trying
from frontdesk.studio.checking import Checked, check
from frontdesk.studio.diff import FileDiff, diff_files
from frontdesk.studio.placeholders import examples_among
from frontdesk.studio.publish import MAX_COMMENT, Publisher, put_live
from frontdesk.web.panel.assistant import PATH, About, about, seen_of, writer
from frontdesk.web.panel.people import names
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.route import Route

ROUTES: list[Route] = []
MOST_VERSIONS = 50
NAMED = 3
"""Tests that are named in a refusal."""
SHOWN_VERSIONS = 5
MOST_DIFF_LINES = 2_000
MOST_SHOWN = {False: 20, True: 200}
"""Tests that are listed: for a look, and for who accepts each of them; of more, all are accepted at once."""


@opens(ROUTES, "GET", PATH, menu="ai", permission="bots.read", summary="The page of an assistant.")
async def assistant_page(visit: Visit) -> Response:
    async with visit.work() as tx:
        shown = await about(visit, tx, "overview")
        rows = await versions.list_versions(visit.workspace, tx, shown.assistant.id, limit=SHOWN_VERSIONS)
        live = (await versions.all_live(visit.workspace, tx)).get(shown.assistant.id)
        live_texts = await drafts.live_texts(visit.workspace, tx, shown.assistant.id)
        known = await names(visit, visit.workspace, tx)
    changed = await asyncio.to_thread(diff_files, live_texts, shown.draft.texts)
    values = {"about": shown, "versions": rows, "live": live, "names": known, "changed": changed}
    return await visit.show("ai_overview.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/gate",
    menu="ai",
    permission="bots.write",
    summary="Hold the tests of an assistant's draft.",
)
async def hold_gate(visit: Visit) -> Response:
    """With `accept` in the query what differs is there to be accepted, for the form that publishes."""
    accepting = "accept" in visit.request.query_params
    async with visit.work() as tx:
        shown = await about(visit, tx, "overview")
        live_texts = await drafts.live_texts(visit.workspace, tx, shown.assistant.id)
        own = await stored.env_of(visit.workspace, tx, shown.assistant.id)
    found = await trying.find_out(shown.draft.texts, limits=visit.program.text_limits)
    examples = examples_among(found.bot.env, own) if found.bot else {}
    tried = None if found.errors else await _held(visit, shown, live_texts, found)
    many = tried is not None and len(tried.to_accept) > MOST_SHOWN[True]
    values = {
        "about": shown,
        "found": found,
        "tried": tried,
        "examples": examples,
        "accepting": accepting,
        "most": MOST_SHOWN[accepting],
        "all_of_them": _all_of(tried.to_accept) if tried is not None and many else "",
        "untested": _untested(shown, live_texts),
    }
    return await visit.show("_ai_gate.html", values, part=True)


async def _held(
    visit: Visit, shown: About, live_texts: Mapping[str, str], found: trying.Findings
) -> trying.Tried | None:
    """The tests of a draft, held now and kept for whoever publishes it; None when they take too long."""
    is_open = shown.draft.is_open
    try:
        tried = await trying.hold_tests(found, answers_now=live_texts if is_open else None)
    except trying.TooLong:
        tried = None
    if is_open:
        gate = Gate(tried is not None, {} if tried is None else tried.to_accept)
        digest = trying.digest_of(shown.draft.texts, live_texts)
        async with visit.work() as tx:
            await gates.put(visit.workspace, tx, shown.assistant.id, digest, gate)
    return tried


def _all_of(to_accept: Mapping[str, str]) -> str:
    return trying.mark(trying.ALL, *sorted(to_accept.values()))


def _untested(shown: About, live_texts: Mapping[str, str]) -> str:
    return trying.mark(trying.UNTESTED, trying.digest_of(shown.draft.texts, live_texts))


@opens(
    ROUTES,
    "GET",
    PATH + "/review",
    menu="ai",
    permission="bots.read",
    summary="What publishing an assistant's draft would change.",
)
async def review_page(visit: Visit) -> Response:
    async with visit.work() as tx:
        shown = await about(visit, tx, "overview")
        live_texts = await drafts.live_texts(visit.workspace, tx, shown.assistant.id)
        known = await names(visit, visit.workspace, tx)
    changed = await asyncio.to_thread(diff_files, live_texts, shown.draft.texts)
    found = await trying.find_out(shown.draft.texts, limits=visit.program.text_limits)
    values = {
        "about": shown,
        "changed": [_cut(each) for each in changed],
        "found": found,
        "names": known,
        "most_comment": MAX_COMMENT,
    }
    return await visit.show("ai_review.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/publish",
    menu="ai",
    permission="bots.publish",
    summary="Publish an assistant's draft.",
)
async def publish_ai(visit: Visit) -> Response:
    given = await visit.form()
    async with visit.work() as tx:
        seen = await about(visit, tx, "overview")
        live_texts = await drafts.live_texts(visit.workspace, tx, seen.assistant.id)
    if given.get("seen", "") != str(seen.draft.row_version):
        raise Refused("conflict", visit.say("ai.review.changed"))
    try:
        checked = await check(seen.draft.texts, limits=visit.program.text_limits)
    except BotInvalid as error:
        raise Refused("bot_invalid", visit.say("ai.review.broken", problem=str(error.problems[0]))) from None
    accepted = await _accepted(visit, seen, live_texts, given.every("accepted"))
    comment = given.get("comment", "").strip()[:MAX_COMMENT]
    return await _put_live(visit, seen, checked, accepted, comment=comment)


async def _accepted(
    visit: Visit, seen: About, live_texts: Mapping[str, str], marks: Collection[str]
) -> dict[str, object] | None:
    """What whoever publishes has accepted, for the audit log: tests that fail or are answered differently, as they are
    now, or that nobody could hold them in time. None where there was nothing to accept.

    Tests that cannot be read are held by nobody, and keep no bot from answering.
    """
    gate = await _gate_of(visit, seen, live_texts)
    if not gate.is_held:
        if _untested(seen, live_texts) not in marks:
            raise Refused("invalid", visit.say("ai.review.untested"), field="accepted")
        return {"tests": [], "untested": True}
    different = gate.to_accept
    left = [name for name, mark in different.items() if mark not in marks]
    if left and _all_of(different) not in marks:
        names = ", ".join(left[:NAMED])
        raise Refused("invalid", visit.say("ai.review.to_accept", len(left), names=names), field="accepted")
    return {"tests": list(different)} if different else None


async def _gate_of(visit: Visit, seen: About, live_texts: Mapping[str, str]) -> Gate:
    """What the tests said when they were last held with these files; held now, where they were not."""
    digest = trying.digest_of(seen.draft.texts, live_texts)
    async with visit.work() as tx:
        known = await gates.read(visit.workspace, tx, seen.assistant.id, digest)
    if known is not None:
        return known
    found = await trying.find_out(seen.draft.texts, limits=visit.program.text_limits)
    if found.errors:
        return Gate(is_held=True, to_accept={})
    tried = await _held(visit, seen, live_texts, found)
    return Gate(tried is not None, {} if tried is None else tried.to_accept)


async def _put_live(
    visit: Visit, seen: About, checked: Checked, accepted: dict[str, object] | None, *, comment: str
) -> Response:
    async with visit.work() as tx:
        shown = await about(visit, tx, "overview", for_change=True)
        drafts.refuse_unless_same(shown.draft, seen.draft.texts)
        await drafts.end(visit.workspace, tx, shown.assistant.id)
        done = await put_live(
            visit.workspace, tx, shown.assistant.id, checked, _publisher(visit), comment=comment
        )
        if accepted is not None:
            told = {"version": done.version.number, **accepted}
            await visit.record(tx, "bot.answers_accepted", shown.assistant.id, after=told)
    toast = visit.say("ai.review.done", number=done.version.number)
    return await visit.go(shown.path, toast=toast)


@opens(
    ROUTES,
    "POST",
    PATH + "/discard",
    menu="ai",
    permission="bots.write",
    summary="Discard an assistant's draft.",
)
async def discard_ai_draft(visit: Visit) -> Response:
    seen = seen_of((await visit.form()).get("seen", ""))
    async with visit.work() as tx:
        shown = await about(visit, tx, "overview")
        await drafts.discard(visit.workspace, tx, shown.assistant.id, by=writer(visit), expected=seen)
    undo = Undo(f"{shown.path}/reopen")
    return await visit.go(shown.path, toast=visit.say("ai.draft.discarded"), undo=undo)


@opens(
    ROUTES,
    "POST",
    PATH + "/reopen",
    menu="ai",
    permission="bots.write",
    summary="Take up a discarded draft of an assistant.",
)
async def reopen_ai_draft(visit: Visit) -> Response:
    async with visit.work() as tx:
        shown = await about(visit, tx, "overview")
        await drafts.reopen(visit.workspace, tx, shown.assistant.id, writer(visit))
    return await visit.go(shown.path, toast=visit.say("ai.draft.back"))


@opens(
    ROUTES,
    "GET",
    PATH + "/versions",
    menu="ai",
    permission="bots.read",
    summary="The versions of an assistant.",
)
async def versions_page(visit: Visit) -> Response:
    before = visit.request.query_params.get("before", "")
    at = int(before) if before.isdecimal() and len(before) < len(str(NEWEST)) else NEWEST
    async with visit.work() as tx:
        shown = await about(visit, tx, "versions")
        rows = await versions.list_versions(
            visit.workspace, tx, shown.assistant.id, before=at, limit=MOST_VERSIONS + 1
        )
        known = await names(visit, visit.workspace, tx)
    values = {
        "about": shown,
        "versions": rows[:MOST_VERSIONS],
        "more": rows[MOST_VERSIONS - 1].number if len(rows) > MOST_VERSIONS else None,
        "names": known,
    }
    return await visit.show("ai_versions.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/versions/{number:int}",
    menu="ai",
    permission="bots.read",
    summary="A version of an assistant, and what it changed.",
)
async def version_page(visit: Visit) -> Response:
    number = visit.request.path_params["number"]
    asked = visit.request.query_params.get("with", "")
    async with visit.work() as tx:
        shown = await about(visit, tx, "versions")
        found = await versions.read_version(visit.workspace, tx, shown.assistant.id, number)
        former = await versions.former_number(visit.workspace, tx, shown.assistant.id, number)
        live = await versions.published_number(visit.workspace, tx, shown.assistant.id)
        other = live if asked == "live" else former
        before = {}
        if other is not None:
            before = (await versions.read_version(visit.workspace, tx, shown.assistant.id, other)).files
        known = await names(visit, visit.workspace, tx)
    changed = await asyncio.to_thread(diff_files, before, found.files)
    values = {
        "about": shown,
        "version": found.version,
        "other": other,
        "live": live,
        "former": former,
        "changed": [_cut(each) for each in changed],
        "names": known,
    }
    return await visit.show("ai_version.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/versions/{number:int}/roll-back",
    menu="ai",
    permission="bots.publish",
    summary="Have a former version of an assistant answer again.",
)
async def roll_back_ai(visit: Visit) -> Response:
    number = visit.request.path_params["number"]
    async with visit.work() as tx:
        shown = await about(visit, tx, "versions")
        former = await versions.read_version(visit.workspace, tx, shown.assistant.id, number)
        live = await versions.published_number(visit.workspace, tx, shown.assistant.id)
    checked = await check(former.files)
    async with visit.work() as tx:
        await stored.read_assistant(visit.workspace, tx, shown.assistant.id, for_change=True)
        done = await put_live(
            visit.workspace, tx, shown.assistant.id, checked, _publisher(visit), again=number
        )
    undo = None if live is None or not done.changed else Undo(f"{shown.path}/versions/{live}/roll-back")
    toast = visit.say("ai.versions.rolled_back", number=number)
    return await visit.go(f"{shown.path}/versions", toast=toast, undo=undo)


def _publisher(visit: Visit) -> Publisher:
    address = visit.request.client.host if visit.request.client else None
    return Publisher(visit.actor.name, visit.program.clock.now(), address)


def _cut(each: FileDiff) -> dict[str, object]:
    """A difference line by line, each with what it is; of a long one the beginning."""
    lines = each.text.splitlines()[2:]
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return {
        "path": each.path,
        "change": each.change,
        "lines": [(kinds.get(line[:1], ""), line) for line in lines[:MOST_DIFF_LINES]],
        "left_out": max(0, len(lines) - MOST_DIFF_LINES),
    }
