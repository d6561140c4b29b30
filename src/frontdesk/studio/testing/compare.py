"""Whether a conversation went as its story tells; if not, the first place where it did not, as a difference to read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.core.action import Alert, Call, Note, Rated, Say
from frontdesk.core.message import Attachment, Audio, Buttons, Cards, Image, Part, Video, plain
from frontdesk.dialog.filters import as_text
from frontdesk.studio.testing.hold import Conversation
from frontdesk.studio.testing.stories import (
    Expect,
    Heard,
    Passes,
    Scene,
    Spot,
    Story,
    Wanted,
    WantedCall,
    WantedHandoff,
)

SAME, EXPECTED, GOT = "  ", "- ", "+ "


@dataclass(frozen=True, slots=True)
class Failure:
    """`diff` holds lines that begin with `- ` (expected), `+ ` (got) or blanks (as it should be)."""

    at: Spot
    message: str
    diff: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{self.at}: {self.message}", *(f"    {line}" for line in self.diff)])


async def compare(story: Story, conversation: Conversation) -> Failure | None:
    """Hold the conversation up to its end or to the first thing that is not as told."""
    for scene in story.scenes:
        if scene.happening is not None:
            await conversation.let(scene.happening)
        failure = (
            _unmocked(story, scene, conversation)
            or _alerted(story, scene, conversation)
            or _said(story, scene, conversation)
        )
        for expect in scene.expects:
            failure = failure or _expected(expect, conversation)
        if failure is not None:
            return failure
    return _expected(story.expect, conversation) or _handed_off(story, conversation)


def _said(story: Story, scene: Scene, conversation: Conversation) -> Failure | None:
    said = [action.parts for action in conversation.actions if isinstance(action, Say)]
    pairs = list(zip(scene.wanted, said, strict=False))
    wrong = next((index for index, (wanted, parts) in enumerate(pairs) if not _fits(wanted, parts)), None)
    if wrong is None and len(said) == len(scene.wanted):
        return None
    if wrong is None:
        wrong = len(pairs)
    if wrong < len(scene.wanted):
        at = scene.wanted[wrong].at
        message = "The bot says something else." if wrong < len(said) else "The bot says nothing more."
    else:
        at = scene.happening.at if scene.happening is not None else story.at
        message = "The bot says more than the test tells."
    return Failure(at, message, tuple(_dialogue(scene, said, wrong)))


def _fits(wanted: Wanted, parts: Sequence[Part]) -> bool:
    if wanted.text is not None and not wanted.text.fits(plain(tuple(parts))):
        return False
    return (
        (wanted.buttons is None or wanted.buttons == tuple(_buttons(parts)))
        and (wanted.cards is None or wanted.cards == tuple(_cards(parts)))
        and (wanted.file is None or wanted.file in _files(parts))
    )


def _buttons(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Buttons):
            yield from (button.title for button in part.buttons)


def _cards(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Cards):
            yield from (card.title for card in part.cards)


def _files(parts: Sequence[Part]) -> list[str]:
    return [part.url for part in parts if isinstance(part, Image | Audio | Video | Attachment)]


def _dialogue(scene: Scene, said: Sequence[Sequence[Part]], wrong: int) -> Iterator[str]:
    match scene.happening:
        case Heard(shown=shown):
            yield f"{SAME}user: {_shown(shown)}"
        case Passes(shown=shown):
            yield f"{SAME}wait: {shown}"
        case _:
            pass
    for parts in said[:wrong]:
        yield f"{SAME}bot: {_message(parts)}"
    for index in range(wrong, max(len(scene.wanted), len(said))):
        if index < len(scene.wanted):
            yield f"{EXPECTED}bot: {_wanted(scene.wanted[index])}"
        if index < len(said):
            yield f"{GOT}bot: {_message(said[index])}"


def _wanted(wanted: Wanted) -> str:
    more = {"buttons": wanted.buttons, "cards": wanted.cards, "file": wanted.file}
    given = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in more.items()
        if value is not None
    }
    text = wanted.text.source if wanted.text is not None else ""
    return " ".join(filter(None, (_shown(text), _json(given) if given else "")))


def _message(parts: Sequence[Part]) -> str:
    shown = {"buttons": list(_buttons(parts)), "cards": list(_cards(parts)), "files": _files(parts)}
    more = {key: value for key, value in shown.items() if value}
    return " ".join(filter(None, (_shown(plain(tuple(parts))), _json(more) if more else "")))


def _shown(text: str) -> str:
    return text.replace("\n", "\\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=False)


def _unmocked(story: Story, scene: Scene, conversation: Conversation) -> Failure | None:
    if not conversation.unmocked:
        return None
    name = conversation.unmocked[0]
    return Failure(
        scene.happening.at if scene.happening is not None else story.at,
        f"The action '{name}' is called, which has neither a mock in this test nor a sample. "
        f"Write mock: {{{name}: {{status: 200, body: ...}}}}.",
    )


def _alerted(story: Story, scene: Scene, conversation: Conversation) -> Failure | None:
    """Told before what the bot says, which often is different just because of it."""
    alerts = [action for action in conversation.actions if isinstance(action, Alert)]
    if not alerts or any(expect.alerts is not None for expect in _told(story)):
        return None
    return Failure(
        scene.happening.at if scene.happening is not None else story.at,
        "The author is alerted, which the test does not expect.",
        tuple(f"{GOT}{alert.code}: {_shown(alert.message)}" for alert in alerts),
    )


def _told(story: Story) -> list[Expect]:
    return [story.expect, *(expect for scene in story.scenes for expect in scene.expects)]


# -- what is to be true


def _expected(expect: Expect, conversation: Conversation) -> Failure | None:
    for what, wanted, got in _facts(expect, conversation):
        if wanted != got:
            diff = (f"{EXPECTED}{what}: {_json(wanted)}", f"{GOT}{what}: {_json(got)}")
            return Failure(expect.at, f"'{what}' is not as expected.", diff)
    failure = None if expect.calls is None else _calls(expect.at, expect.calls, conversation.calls)
    return failure if failure is not None or expect.notes is None else _notes(expect, conversation)


def _facts(expect: Expect, conversation: Conversation) -> Iterator[tuple[str, object, object]]:
    if expect.slots is not None:
        yield "slots", dict(expect.slots), conversation.slots()
    if expect.vars is not None:
        kept = conversation.variables()
        yield "vars", dict(expect.vars), {name: kept.get(name) for name in expect.vars}
    if expect.flow is not None:
        yield "flow", expect.flow, conversation.flow()
    if expect.closed is not None:
        yield "closed", expect.closed, conversation.closed
    if expect.rating is not None:
        ratings = [action.score for action in conversation.everything if isinstance(action, Rated)]
        yield "rating", expect.rating, ratings[-1] if ratings else None
    if expect.alerts is not None:
        alerts = [action.code for action in conversation.everything if isinstance(action, Alert)]
        yield "alerts", list(expect.alerts), alerts
    if expect.handoff is not None:
        yield "handoff", *_handoffs(expect.handoff, conversation)


def _handoffs(wanted: WantedHandoff, conversation: Conversation) -> tuple[object, object]:
    got = conversation.handoff
    expected: dict[str, object] = {"team": wanted.team} if wanted.team or got is not None else {}
    found: dict[str, object] = {} if got is None else {"team": got.team}
    for key, value in (("priority", wanted.priority), ("person", wanted.person), ("share", wanted.share)):
        if value is not None:
            expected[key] = list(value) if isinstance(value, tuple) else value
            if got is not None:
                has = getattr(got, key)
                found[key] = list(has) if isinstance(has, tuple) else has
    return expected, found


def _handed_off(story: Story, conversation: Conversation) -> Failure | None:
    if conversation.handoff is None or any(expect.handoff is not None for expect in _told(story)):
        return None
    team = conversation.handoff.team
    return Failure(
        story.at,
        "The conversation is handed off, which the test does not expect.",
        (f"{GOT}handoff: {team}",),
    )


def _notes(expect: Expect, conversation: Conversation) -> Failure | None:
    wanted = expect.notes or ()
    got = [action.text for action in conversation.everything if isinstance(action, Note)]
    if len(got) == len(wanted) and all(each.fits(text) for each, text in zip(wanted, got, strict=True)):
        return None
    diff = [f"{EXPECTED}note: {_shown(each.source)}" for each in wanted] + [
        f"{GOT}note: {_shown(text)}" for text in got
    ]
    return Failure(expect.at, "'notes' is not as expected.", tuple(diff))


# -- calls


def _calls(at: Spot, wanted: Sequence[WantedCall], got: Sequence[Call]) -> Failure | None:
    if len(wanted) == len(got) and all(
        _call_fits(each, call) for each, call in zip(wanted, got, strict=True)
    ):
        return None
    # In the form in which the test writes them, so that the two can be compared by eye.
    show = _call_in_full if any(each.given is None for each in wanted) else _call
    diff = [f"{EXPECTED}{_wanted_call(each)}" for each in wanted] + [f"{GOT}{show(call)}" for call in got]
    return Failure(at, "'calls' is not as expected.", tuple(diff))


def _given(call: Call) -> dict[str, object]:
    body = call.request.json if isinstance(call.request.json, Mapping) else {}
    return {**_query(call), **body}


def _query(call: Call) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in call.request.query:
        before = found.get(name)
        found[name] = (
            value if before is None else [*before, value] if isinstance(before, list) else [before, value]
        )
    return found


def _call_fits(wanted: WantedCall, call: Call) -> bool:
    request = call.request
    return (
        wanted.action == call.action
        and (wanted.given is None or _same(wanted.given, _given(call)))
        and (wanted.method is None or wanted.method == request.method)
        and (wanted.url is None or wanted.url == request.url)
        and (wanted.query is None or _same(wanted.query, _query(call)))
        and (not wanted.has_json or wanted.json == request.json)
    )


def _same(wanted: Mapping[str, object], got: Mapping[str, object]) -> bool:
    # What goes into a query is text, however a test writes it.
    return wanted.keys() == got.keys() and all(
        value == got[name] or (isinstance(got[name], str) and as_text(value) == got[name])
        for name, value in wanted.items()
    )


def _wanted_call(wanted: WantedCall) -> str:
    if wanted.given is not None:
        return f"{wanted.action}: {_json(dict(wanted.given))}"
    more = {"method": wanted.method, "url": wanted.url, "query": wanted.query}
    shown: dict[str, object] = {key: value for key, value in more.items() if value is not None}
    if wanted.has_json:
        shown["json"] = wanted.json
    return f"{wanted.action}: {_json(shown)}" if shown else wanted.action


def _call(call: Call) -> str:
    return f"{call.action}: {_json(_given(call))}"


def _call_in_full(call: Call) -> str:
    request = call.request
    shown: dict[str, object] = {"method": request.method, "url": request.url, "query": _query(call)}
    if request.has_json:
        shown["json"] = request.json
    return f"{call.action}: {_json(shown)}"
