"""`frontdesk key ...` and `frontdesk setup-link`: ways into one's own workspace."""

import json
from collections.abc import Mapping
from typing import Annotated, Literal

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands.own import settings_beside
from frontdesk.app.console import run, say
from frontdesk.app.first_start import make_key, set_up_link
from frontdesk.app.installation import reached
from frontdesk.app.settings import Settings

KINDS: Mapping[str, Literal["api", "rasa"]] = {"api": "api", "rasa": "rasa"}


def setup_link() -> None:
    async def work(settings: Settings) -> None:
        async with reached(settings) as here:
            link = await set_up_link(here)
        if link is None:
            raise CannotStart("The workspace is set up; `frontdesk key create` makes another key for it.")
        say(link)

    run(work(settings_beside()))


def create(
    name: Annotated[str, typer.Option(help="What it is for, to tell it from others.")] = "Administrator",
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do; repeat for several. Left out: everything.")
    ] = None,
    scopes: Annotated[
        str, typer.Option(help="The same in one option, separated by commas; `all` is everything.")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="`api`, or `rasa`, which opens the Rasa API's addresses and takes no scope.")
    ] = "api",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    wanted = _kind(kind)

    async def work(settings: Settings) -> None:
        async with reached(settings) as here:
            key, text = await make_key(
                here, name=name, scopes=_scopes(scope or [], scopes, wanted), kind=wanted
            )
        shown = {"id": key.id, "kind": key.kind, "name": key.name, "scopes": sorted(key.scopes)}
        say(json.dumps({**shown, "key": text.reveal()}) if as_json else text.reveal())

    run(work(settings_beside()))


def _scopes(each: list[str], several: str, kind: str) -> frozenset[str]:
    given = [*each, *(part.strip() for part in several.split(",") if part.strip())]
    if not given or given == ["all"]:
        return frozenset({"admin"} if kind == "api" else ())
    return frozenset(given)


def _kind(name: str) -> Literal["api", "rasa"]:
    if name not in KINDS:
        raise CannotStart(
            f"There is no kind of key {name!r}: write `api`, for the API, or `rasa`, for the Rasa API's addresses."
        )
    return KINDS[name]
