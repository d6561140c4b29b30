"""`frontdesk ai ...`: services of language models. Keys are asked for, and never come out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, cast, get_args

import msgspec
import typer

from frontdesk.app import database
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.commands.own import settings_beside
from frontdesk.app.console import counted, run, say, visible
from frontdesk.app.typed_secret import asked
from frontdesk.app.wiring import Running, wired
from frontdesk.core.ids import WorkspaceId
from frontdesk.hub import drawing, given_fields, services
from frontdesk.hub.asking import Whose
from frontdesk.hub.context import Hub
from frontdesk.hub.services import Change
from frontdesk.ports.chat_model import TROUBLES, Failed
from frontdesk.ports.image_model import Size
from frontdesk.store import ai_usage
from frontdesk.store.ai_services import AiService, Rests
from frontdesk.store.ai_usage import UsedModel

BY = "shell"
SIZES: Mapping[str, Size] = {size: size for size in get_args(Size)}
MICRO = 1_000_000

Named = Annotated[str, typer.Argument(help="The service's name or id.")]
Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
Model = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        help="A model as use=model: standard, complex (questions that are hard, by what is counted in them) or image.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="A setting as name=value; repeat for several. The plug-in's page lists them."),
]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        help="A limit as name=number: tokens_a_day, tokens_a_month, answer_tokens, price_in, price_out (for a "
        "million tokens), price_image (for a picture). 0 is none.",
    ),
]


def add(
    kind: Annotated[str, typer.Argument(help="The kind of service; `frontdesk ai kinds` lists them.")],
    *,
    name: Annotated[str, typer.Option(help="What to call it; left out: as its kind.")] = "",
    model: Model = None,
    settings: Set = None,
    limits: Limit = None,
    workspace: Workspace = "",
) -> None:
    async def work() -> None:
        async with _opened(workspace) as place:
            given = _pairs(settings, "--set")
            found = place.hub.kinds.get(kind)
            for field in () if found is None else given_fields.secret_fields(found.settings):
                needed = found is not None and found.settings.model_fields[field].is_required()
                if key := asked(_title(place.hub, kind, field), may_be_empty=not needed).reveal():
                    given[field] = key
            change = Change(name or None, given, _pairs(model, "--model") or None, _numbers(limits))
            made = await services.add(place.hub, place.workspace, kind, change, by=BY)
        if any(str(value).startswith("http://") for value in made.settings.values()):
            say(
                "Its address is http://: key and questions travel readable. That is for a network of your own."
            )
        say(f"{visible(made.name)} is added. `frontdesk ai test {visible(made.name)}` tries it out.")
        if not (made.models.standard or made.models.complex):
            say("It has no model yet: `frontdesk ai change NAME --model standard=MODEL`.")

    run(work())


def kinds() -> None:
    async def work() -> None:
        async with _opened("") as place:
            found = sorted(place.hub.kinds.values(), key=lambda kind: kind.id)
        width = max((len(kind.id) for kind in found), default=0)
        for kind in found:
            say(f"{kind.id:{width}}  {kind.name}{', draws too' if kind.image is not None else ''}")

    run(work())


def list_services(workspace: Workspace = "") -> None:
    async def work() -> None:
        async with _opened(workspace) as place:
            found = await services.listed(place.hub, place.workspace)
            whole = await services.read_limits(place.hub, place.workspace)
            now = place.hub.clock.now()
        for number, service in enumerate(found, 1):
            say(visible(_line(number, service)))
            if service.rests is not None and now < service.rests.until:
                say(visible(_resting(service.rests)))
        if not found:
            say("There are no AI services: answers are taken from articles word for word.")
        say(f"All together: {_told(msgspec.to_builtins(whole))}")

    run(work())


def _line(number: int, service: AiService) -> str:
    off = "" if service.enabled else "  (off)"
    models = ", ".join(f"{use}: {model}" for use, model in msgspec.to_builtins(service.models).items())
    limits = _told(msgspec.to_builtins(service.limits))
    return f"{number}. {service.name}{off}  {service.kind}  {models or 'no model'}  {limits}"


def _resting(rests: Rests) -> str:
    why = f"{_trouble(rests.why)} ({rests.detail})" if rests.detail else _trouble(rests.why)
    return f"   It is left alone since {rests.since:%H:%M:%S} until {rests.until:%H:%M:%S} UTC: {why}"


def _told(limits: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in limits.items() if number) or "no limits"


def try_out(service: Named, workspace: Workspace = "") -> None:
    async def work() -> int:
        async with _opened(workspace) as place:
            tested = await services.try_out(place.hub, place.workspace, service)
        for one in tested:
            mark = "ok  " if one.ok else "FAIL"
            say(visible(f"{mark}  {one.what}: {one.detail} ({one.took_ms} ms)"))
        return 0 if all(one.ok for one in tested) else 1

    run(work())


def change(
    service: Named,
    *,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    model: Model = None,
    settings: Set = None,
    limits: Limit = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Whether it is asked at all.")] = None,
    key: Annotated[bool, typer.Option("--key", help="Ask for a new key.")] = False,
    workspace: Workspace = "",
) -> None:
    async def work() -> None:
        async with _opened(workspace) as place:
            given: dict[str, object] = _pairs(settings, "--set")
            if key:
                given |= await _new_key(place, service)
            wanted = Change(name, given or None, _pairs(model, "--model") or None, _numbers(limits), enabled)
            after = await services.change(place.hub, place.workspace, service, wanted, by=BY)
        say(visible(_line(after.place, after)))

    run(work())


def remove(service: Named, workspace: Workspace = "") -> None:
    async def work() -> None:
        async with _opened(workspace) as place:
            gone = await services.remove(place.hub, place.workspace, service, by=BY)
        say(f"{visible(gone.name)} is gone, and its key.")

    run(work())


def order(
    names: Annotated[
        list[str], typer.Argument(help="Services, the one to be asked first before the others.")
    ],
    workspace: Workspace = "",
) -> None:
    async def work() -> None:
        async with _opened(workspace) as place:
            await services.put_in_order(place.hub, place.workspace, names, by=BY)
            found = await services.listed(place.hub, place.workspace)
        for number, service in enumerate(found, 1):
            say(visible(f"{number}. {service.name}"))

    run(work())


def limits(
    day: Annotated[int | None, typer.Option(help="Tokens a day, over all services; 0 is no limit.")] = None,
    month: Annotated[int | None, typer.Option(help="Tokens a month, likewise.")] = None,
    conversation: Annotated[int | None, typer.Option(help="Tokens a conversation, likewise.")] = None,
    workspace: Workspace = "",
) -> None:
    named = {"tokens_a_day": day, "tokens_a_month": month, "tokens_a_conversation": conversation}
    given = {name: number for name, number in named.items() if number is not None}

    async def work() -> None:
        async with _opened(workspace) as place:
            if given:
                found = await services.change_limits(place.hub, place.workspace, given, by=BY)
            else:
                found = await services.read_limits(place.hub, place.workspace)
        say(_told(msgspec.to_builtins(found)))

    run(work())


def usage(
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days back.")] = 30,
    workspace: Workspace = "",
) -> None:
    async def work() -> None:
        async with _opened(workspace) as place:
            since = (place.hub.clock.now() - timedelta(days=days - 1)).date()
            async with place.hub.store.unit_of_work(place.workspace) as tx:
                found = await ai_usage.report(place.workspace, tx, since)
                failed = await ai_usage.failures(place.workspace, tx, since)
        for line in found:
            say(visible(_used(line)))
            for trouble, many in failed.get((line.service_id, line.model), ()):
                say(visible(f"    {counted(many, 'time')}: {_trouble(trouble)}"))
        whole = sum(line.prompt_tokens + line.answer_tokens for line in found)
        say(
            f"{whole:,} tokens since {since}, {sum(line.cost_micros for line in found) / MICRO:,.2f} by price."
        )

    run(work())


def _trouble(name: str) -> str:
    return next((said for trouble, said in TROUBLES.items() if trouble == name), name)


def _used(line: UsedModel) -> str:
    return (
        f"{line.name or line.service_id}  {line.model}  {line.answers:,} answered, {line.failures:,} failed  "
        f"{line.prompt_tokens:,} + {line.answer_tokens:,} tokens  {line.cost_micros / MICRO:,.2f}"
    )


def draw(
    prompt: Annotated[str, typer.Argument(help="What to draw.")],
    target: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    service: Annotated[str, typer.Option(help="By which service; left out: the first that draws.")] = "",
    size: Annotated[str, typer.Option(help="square, portrait or landscape.")] = "square",
    workspace: Workspace = "",
) -> None:
    if size not in SIZES:
        raise CannotStart(f"There is no size {size!r}: write square, portrait or landscape.")
    if target.exists():
        raise CannotStart(f"{target} is there already: name another file.")

    async def work() -> None:
        async with _opened(workspace) as place:
            whose = Whose(place.workspace, "image")
            came = await drawing.draw(place.hub, whose, prompt, size=SIZES[size], service=service)
        if isinstance(came, Failed):
            raise CannotStart(f"{TROUBLES[came.trouble]} ({came.detail or came.trouble})")
        try:
            target.write_bytes(came.data)
        except OSError as error:
            raise CannotStart(f"{target} cannot be written: {error.strerror}.") from None
        say(f"Wrote {target} ({came.content_type}, {len(came.data):,} bytes).")

    run(work())


@dataclass(frozen=True, slots=True)
class _Place:
    running: Running
    workspace: WorkspaceId

    @property
    def hub(self) -> Hub:
        return self.running.answers.hub


@asynccontextmanager
async def _opened(workspace: str) -> AsyncIterator[_Place]:
    settings = settings_beside()
    async with database.opened(settings, start=False) as found, wired(settings, found.url) as running:
        yield _Place(running, (await chosen.workspace(running.store, workspace)).workspace)


async def _new_key(place: _Place, wanted: str) -> dict[str, object]:
    every = await services.listed(place.hub, place.workspace)
    service = next((one for one in every if wanted in {one.id, one.name}), None)
    kind = place.hub.kinds.get(service.kind) if service is not None else None
    if service is None or kind is None:
        raise CannotStart("There is no such AI service.")
    fields = given_fields.secret_fields(kind.settings)
    return {field: asked(_title(place.hub, service.kind, field)).reveal() for field in fields}


def _title(hub: Hub, kind: str, field: str) -> str:
    return str(hub.kinds[kind].settings.model_fields[field].title or field)


def _pairs(given: Sequence[str] | None, option: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for pair in given or ():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise CannotStart(f"{option} is {pair!r}: write name=value.")
        found[name] = value
    return found


def _numbers(given: Sequence[str] | None) -> dict[str, object] | None:
    found: dict[str, object] = {}
    for name, text in _pairs(given, "--limit").items():
        try:
            number = float(cast("str", text))
        except ValueError:
            raise CannotStart(f"--limit {name} is {text!r}: write a number.") from None
        found[name] = int(number) if number.is_integer() else number
    return found or None
