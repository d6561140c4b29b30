"""`/api/v1/assistants/{id}/draft/...`: what is done with a draft: check it, hold its tests, talk to it, publish it."""

import asyncio
from typing import Annotated, Literal

import msgspec
from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from frontdesk.core.action import Heard, Restarted, Said
from frontdesk.core.message import MAX_TEXT
from frontdesk.dialog.problems import Problem
from frontdesk.store import traces as stored_traces
from frontdesk.studio import drafts, previewing, trying
from frontdesk.studio.checking import check
from frontdesk.studio.diff import diff_files
from frontdesk.studio.publish import put_live
from frontdesk.studio.trying import Findings, Tried
from frontdesk.turn.arrival import Answer
from frontdesk.web.etag import IfMatchOptional
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.assistants import reachable
from frontdesk.web.v1.drafts import PATH, writer
from frontdesk.web.v1.traces import TraceView
from frontdesk.web.v1.traces import shown as shown_trace
from frontdesk.web.v1.versions import Again, FileDifference, PublishedVersion, published_view, publisher

ROUTES: list[Route] = []
_PROBLEM: JsonDict = {
    "file": "flows/pay.yaml",
    "line": 2,
    "severity": "error",
    "message": "`sya` is no step.",
    "fix": "Did you mean say?",
}

PreviewId = Annotated[str, Path(pattern=previewing.PREVIEW_ID.pattern, description="As it was given out.")]


class ProblemView(BaseModel):
    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_PROBLEM]})

    file: str
    line: int
    severity: Literal["error", "warning"]
    message: str
    fix: str


class CheckView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"publishable": False, "tests": 0, "problems": [_PROBLEM]}]}
    )

    publishable: bool = Field(description="Whether it loads: no error but in its tests.")
    tests: int = Field(description="How many tests it has.")
    problems: list[ProblemView]


class TestView(BaseModel):
    name: str
    file: str
    line: int
    passed: bool
    failure: str = Field(description="What was not as expected; empty where it passed.")
    diff: list[str] = Field(description="Lines that begin with `- ` (expected), `+ ` (got) or blanks.")


class ChangedView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    file: str
    line: int
    before: list[str] = Field(description="What the version that answers says in this test.")
    after: list[str] = Field(description="What the draft says.")


class TestsView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"passed": 0, "tests": [], "changed": [], "handoffs_before": 0, "handoffs": 0}]
        }
    )

    passed: int
    tests: list[TestView]
    changed: list[ChangedView] = Field(description="Tests in which the draft says something else.")
    handoffs_before: int = Field(description="Tests in which the version that answers hands over.")
    handoffs: int = Field(description="Tests in which the draft does.")


class PreviewView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "bot_01jd6r2x9cf8pbx5z0m3t7w4qa.vis_01jd6qzv1mfz2s0rvm8a1h5c3e", "problems": []}
            ]
        }
    )

    id: str = Field(description="Whoever has it can go on talking to this draft, for about a week.")
    problems: list[ProblemView]


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "hello"}]})

    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)] = ""
    payload: Annotated[str, StringConstraints(max_length=MAX_TEXT)] = Field(
        default="", description="The hidden value of a button that was tapped."
    )
    restart: bool = Field(default=False, description="Begin anew.")


class Replied(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "conversation_id": "conv_01jd6qzv1mfz2s0rvm8a1h5c3e",
                    "messages": [[{"type": "text", "text": "Hi! How can I help?"}]],
                    "complete": True,
                    "trace": None,
                }
            ]
        }
    )

    conversation_id: str
    messages: list[list[dict[str, object]]] = Field(description="Each with its parts, in order.")
    complete: bool = Field(description="False: the turn takes longer; its trace has the rest.")
    trace: TraceView | None


class DraftDifference(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"files": []}]})

    files: list[FileDifference] = Field(description="What the draft changes of the version that answers.")


@route(
    ROUTES, "POST", PATH + "/check", permission="bots.read", summary="Say all that is wrong with the draft."
)
async def check_draft(ask: Asked, assistant_id: str) -> CheckView:
    found = await _found(ask, assistant_id)
    return CheckView(
        publishable=found.bot is not None, tests=len(found.stories), problems=_problems(found.problems)
    )


@route(ROUTES, "POST", PATH + "/test", permission="bots.write", summary="Hold the draft's own tests.")
async def test_draft(ask: Asked, assistant_id: str) -> TestsView:
    assistant = await reachable(ask, assistant_id)
    draft = await drafts.read(ask.workspace, ask.tx, assistant.id)
    live = await drafts.live_texts(ask.workspace, ask.tx, assistant.id) if draft.is_open else None

    async def hold() -> Tried:
        found = await trying.find_out(draft.texts, limits=ask.program.text_limits)
        return await trying.hold_tests(found, answers_now=live)

    return _tests(await ask.aside(hold()))


@route(
    ROUTES,
    "GET",
    PATH + "/diff",
    permission="bots.read",
    summary="See what the draft changes of the version that answers.",
)
async def diff_draft(ask: Asked, assistant_id: str) -> DraftDifference:
    assistant = await reachable(ask, assistant_id)
    draft = await drafts.read(ask.workspace, ask.tx, assistant.id)
    live = await drafts.live_texts(ask.workspace, ask.tx, assistant.id)
    found = await asyncio.to_thread(diff_files, live, draft.texts)
    return DraftDifference(files=[FileDifference.model_validate(each) for each in found])


@route(
    ROUTES,
    "POST",
    PATH + "/preview",
    permission="bots.write",
    summary="Begin a conversation with the draft as it is now.",
    status=201,
)
async def begin_preview(ask: Asked, assistant_id: str) -> PreviewView:
    assistant = await reachable(ask, assistant_id)
    texts = (await drafts.read(ask.workspace, ask.tx, assistant.id)).texts
    checked = await ask.aside(check(texts, limits=ask.program.text_limits))
    version = await trying.tried(ask.workspace, ask.tx, assistant.id, checked, writer(ask))
    return PreviewView(id=previewing.new_preview(version), problems=_problems(checked.bot.warnings))


@route(
    ROUTES,
    "POST",
    PATH + "/preview/{preview_id}/messages",
    permission="bots.write",
    summary="Say something to the draft.",
)
async def say_to_preview(ask: Asked, assistant_id: str, preview_id: PreviewId, given: Line) -> Replied:
    assistant = await reachable(ask, assistant_id)
    shop = ask.program.authors
    heard: Heard = Restarted() if given.restart else Said(given.text, payload=given.payload)
    answer = await ask.aside(
        previewing.say(ask.workspace, shop.line, shop.lanes, assistant.id, preview=preview_id, heard=heard)
    )
    return await _replied(ask, answer)


@route(
    ROUTES,
    "POST",
    PATH + "/publish",
    permission="bots.publish",
    summary="Publish the draft: it answers new conversations.",
    status=201,
)
async def publish_draft(
    ask: Asked,
    assistant_id: str,
    *,
    expected: IfMatchOptional,
    response: Response,
    given: Again | None = None,
) -> PublishedVersion:
    assistant = await reachable(ask, assistant_id)
    texts = (await drafts.read(ask.workspace, ask.tx, assistant.id)).texts
    checked = await ask.aside(check(texts, limits=ask.program.text_limits))
    assistant = await reachable(ask, assistant_id, for_change=True)
    draft = await drafts.read(ask.workspace, ask.tx, assistant.id)
    expected.refuse_unless(draft.row_version)
    drafts.refuse_unless_same(draft, texts)
    comment = "" if given is None else given.comment
    await drafts.end(ask.workspace, ask.tx, assistant.id)
    done = await put_live(ask.workspace, ask.tx, assistant.id, checked, publisher(ask), comment=comment)
    return await published_view(ask, done, response, warnings=checked.bot.warnings)


async def _found(ask: Ask, assistant_id: str) -> Findings:
    assistant = await reachable(ask, assistant_id)
    texts = (await drafts.read(ask.workspace, ask.tx, assistant.id)).texts
    return await ask.aside(trying.find_out(texts, limits=ask.program.text_limits))


async def _replied(ask: Ask, answer: Answer) -> Replied:
    rows = await stored_traces.list_traces(ask.workspace, ask.tx, answer.conversation_id, limit=1)
    return Replied(
        conversation_id=answer.conversation_id,
        messages=[[msgspec.to_builtins(part) for part in parts] for parts in answer.messages],
        complete=answer.complete,
        trace=shown_trace(rows[0]) if rows else None,
    )


def _problems(found: tuple[Problem, ...]) -> list[ProblemView]:
    return [ProblemView.model_validate(problem) for problem in found]


def _tests(tried: Tried) -> TestsView:
    return TestsView(
        passed=tried.passed,
        tests=[
            TestView(
                name=each.name,
                file=each.at.file,
                line=each.at.line,
                passed=each.failure is None,
                failure="" if each.failure is None else each.failure.message,
                diff=[] if each.failure is None else list(each.failure.diff),
            )
            for each in tried.results
        ],
        changed=[ChangedView.model_validate(each) for each in tried.changed],
        handoffs_before=tried.handoffs_before,
        handoffs=tried.handoffs,
    )
