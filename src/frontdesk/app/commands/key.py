"""`frontdesk key ...` and `frontdesk setup-link`: ways into one's own workspace."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Literal

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands.own import settings_beside
from frontdesk.app.console import run, say
from frontdesk.app.first_start import Limits, make_key, set_up_link
from frontdesk.app.installation import reached
from frontdesk.app.settings import Settings
from frontdesk.kit.networks import network_of
from frontdesk.store.keys import noted

MOST_DAYS = 36_500
KINDS: Mapping[str, Literal["api", "rasa"]] = {"api": "api", "rasa": "rasa"}


def setup_link() -> None:
    async def work(settings: Settings) -> None:
        async with reached(settings) as here:
            link = await set_up_link(here)
        if link is None:
            raise CannotStart("The workspace is set up; `frontdesk key create` makes another key for it.")
        say(link)

    run(work(settings_beside()))


Scopes = Annotated[
    list[str] | None, typer.Option(help="What it may do; repeat for several. Left out: everything.")
]
Assistants = Annotated[
    list[str] | None,
    typer.Option(
        help="An assistant that it is limited to, by its short name or id; repeat for several. Left out: all."
    ),
]
Addresses = Annotated[
    list[str] | None,
    typer.Option(
        help="A network that it is taken from, such as 203.0.113.0/24; repeat for several. Left out: all."
    ),
]
Days = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_DAYS, help="For how many days it works. Left out: until it is revoked."),
]


def create(
    name: Annotated[str, typer.Option(help="What it is for, to tell it from others.")] = "Administrator",
    scope: Scopes = None,
    scopes: Annotated[
        str, typer.Option(help="The same in one option, separated by commas; `all` is everything.")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="`api`, or `rasa`, which opens the Rasa API's addresses and takes no scope.")
    ] = "api",
    *,
    assistant: Assistants = None,
    address: Addresses = None,
    expires_in_days: Days = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    wanted = _kind(kind)
    lives = None if expires_in_days is None else timedelta(days=expires_in_days)
    limits = Limits(tuple(assistant or ()), lives, _networks(address or ()))

    async def work(settings: Settings) -> None:
        async with reached(settings) as here:
            key, text = await make_key(
                here, name=name, scopes=_scopes(scope or [], scopes, wanted), kind=wanted, limits=limits
            )
        shown = {"id": key.id, **noted(key)}
        say(json.dumps({**shown, "key": text.reveal()}) if as_json else text.reveal())

    run(work(settings_beside()))


def _scopes(each: list[str], several: str, kind: str) -> frozenset[str]:
    given = [*each, *(part.strip() for part in several.split(",") if part.strip())]
    if not given or given == ["all"]:
        return frozenset({"admin"} if kind == "api" else ())
    return frozenset(given)


def _networks(given: Sequence[str]) -> frozenset[str]:
    found = {one: network_of(one) for one in given}
    for one, network in found.items():
        if network is None:
            raise CannotStart(
                f"--address {one}: write an address or a network, such as 203.0.113.7 or 203.0.113.0/24."
            )
    return frozenset(network for network in found.values() if network is not None)


def _kind(name: str) -> Literal["api", "rasa"]:
    if name not in KINDS:
        raise CannotStart(
            f"There is no kind of key {name!r}: write `api`, for the API, or `rasa`, for the Rasa API's addresses."
        )
    return KINDS[name]
