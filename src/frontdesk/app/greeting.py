"""What `up` prints once it answers: where it is and what to try."""

import shlex
from collections.abc import Callable

import msgspec

from frontdesk.app.demo.noted import REST, Demo
from frontdesk.app.invoked import program
from frontdesk.app.settings import Settings


def curl_line(rest_webhook: str, sender: str, message: str) -> str:
    """A line to paste into a shell."""
    body = msgspec.json.encode({"sender": sender, "message": message}).decode()
    return f"curl -d {shlex.quote(body)} {rest_webhook}"


def greet(
    say: Callable[[str], None],
    settings: Settings,
    *,
    demo: Demo | None,
    own: tuple[str, str] | None,
    set_up: str | None,
) -> None:
    """`own`: name and base address of an assistant of one's own; `set_up`: the link, while there is one."""
    address = settings.address
    say(f"\nFrontdesk is ready at {address}")
    if own is not None:
        name, base = own
        say(f"\nYour assistant {name} answers at {base}{REST}")
    if demo is not None:
        named = "" if demo.rest_webhook.startswith(f"{address}/webhooks/") else f" {demo.assistant_id}"
        talk = f"{program()} talk{named}"
        say("\nTry the tutorial's assistant; it asks for an account number (123456) and an e-mail address:")
        say(f"  {curl_line(demo.rest_webhook, 'jhon', 'account balance')}")
        if demo.shop_url:
            asks = 'ask "is it waterproof?" on each of its products'
            say(f"\nA shop with the site widget is at {demo.shop_url}; {asks}")
        if demo.panel_url:
            say(
                f"\nIts panel is at {demo.panel_url}; sign in as {demo.owner_email} with {demo.owner_password}"
            )
        say("\nIn another terminal:")
        demo_json = f"{program()} demo --json"
        width = max(len(talk), len(demo_json))
        say(f"  {talk:{width}}   the same conversation here")
        say(f"  {demo_json:{width}}   addresses, ids, tokens and the password for scripts")
    if set_up is not None:
        say(f"\nSet up your own workspace (this link works once):\n  {set_up}")
    say("\nStop with Ctrl-C.\n")
