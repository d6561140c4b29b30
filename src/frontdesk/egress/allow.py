"""What the operator of an installation opens on purpose: named hosts and networks, each for named purposes."""

import ipaddress
import re
from dataclasses import dataclass

from frontdesk.egress import addresses

STANDARD_PORTS = frozenset({80, 443, 8080, 8443})
"""Ports that every purpose may use."""

PURPOSE_PORTS: dict[str, frozenset[int]] = {"mail": frozenset({25, 465, 587, 2525})}
"""Ports that one purpose may use besides: those at which mail servers listen."""

_PURPOSE = re.compile(r"\*|[a-z][a-z0-9_]{0,39}", re.ASCII)
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*", re.ASCII)
_PORT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_LAST_PORT = 65535
_SEPARATORS = re.compile(r"[\s,]+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_HINT = (
    "write purpose=host[:port] or purpose=network[:port], such as action=crm.internal:9000 or *=10.1.0.0/16"
)


@dataclass(frozen=True, slots=True)
class AllowRule:
    """One opening; exactly one of `host` and `network` is set.

    With a `port` the rule opens that port alone, in the list or not; without, it holds for the ports of the list.
    A `host` is matched by name and stands for whatever it resolves to; a `network` is matched by address.
    """

    purpose: str
    host: str | None = None
    network: addresses.Network | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class EgressSettings:
    """What may go out, and how many connections at a time for each purpose.

    `ports` come on top of `STANDARD_PORTS`. `connections_per_host` keeps one slow neighbour from taking all.
    """

    allow: tuple[AllowRule, ...] = ()
    ports: frozenset[int] = frozenset()
    connections: int = 1000
    connections_per_host: int = 32


def is_name(host: str) -> bool:
    """Whether `host` (lower case, no trailing dot) is a host name that no resolver can take for a number."""
    return _NAME.fullmatch(host) is not None and _NUMBER.fullmatch(host.rpartition(".")[2]) is None


def parse_settings(
    allow: str = "", ports: str = "", *, purposes: frozenset[str] | None = None
) -> EgressSettings:
    """Read the installation's settings: rules and port numbers, each separated by spaces, commas or line ends.

    With `purposes` a rule has to name one of them, or `*`: one for anything else would open nothing, unnoticed.

    Raises:
        ValueError: Names the first entry that is wrong and what to write.
    """
    wrong = [port for port in _SEPARATORS.split(ports) if port and not _is_port(port)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is not a port between 1 and 65535")
    return EgressSettings(
        allow=tuple(_parse_known(rule, purposes) for rule in _SEPARATORS.split(allow) if rule),
        ports=frozenset(int(port) for port in _SEPARATORS.split(ports) if port),
    )


def parse_allow(text: str) -> AllowRule:
    """Read one rule of the allow-list.

    Raises:
        ValueError: Says what is wrong with it and what to write.
    """
    purpose, equals, rest = text.strip().partition("=")
    if not equals or not _PURPOSE.fullmatch(purpose):
        raise ValueError(f"{text!r}: no purpose before the `=`; {_HINT}")
    place, port = _split_port(text, rest)
    network = _network(text, place)
    if network is not None:
        return AllowRule(purpose, network=network, port=port)
    host = place.lower().removesuffix(".")
    if not is_name(host):
        raise ValueError(f"{text!r}: {place!r} is neither a host name, an address nor a network; {_HINT}")
    return AllowRule(purpose, host=host, port=port)


def _parse_known(text: str, purposes: frozenset[str] | None) -> AllowRule:
    rule = parse_allow(text)
    if purposes is not None and rule.purpose not in {"*", *purposes}:
        known = ", ".join(sorted(purposes))
        raise ValueError(
            f"{text!r}: nothing asks for the purpose {rule.purpose!r}; write one of {known}, or *"
        )
    return rule


def _is_port(digits: str) -> bool:
    return _PORT.fullmatch(digits) is not None and int(digits) <= _LAST_PORT


def _split_port(text: str, rest: str) -> tuple[str, int | None]:
    if rest.startswith("["):
        place, bracket, tail = rest[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise ValueError(f"{text!r}: the bracket is not closed right after the address; {_HINT}")
        digits = tail[1:] if tail else None
    elif rest.count(":") == 1:
        place, _, digits = rest.partition(":")
    else:
        place, digits = rest, None
    if digits is None:
        return place, None
    if not _is_port(digits):
        raise ValueError(f"{text!r}: {digits!r} is not a port between 1 and 65535; {_HINT}")
    return place, int(digits)


def _network(text: str, place: str) -> addresses.Network | None:
    address = addresses.read(place)
    if address is not None:
        return ipaddress.ip_network(address)
    if "/" not in place:
        return None
    try:
        network = ipaddress.ip_network(place)
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}; {_HINT}") from None
    if network.prefixlen == 0:
        raise ValueError(
            f"{text!r}: a rule for every address would switch the guard off; name hosts or networks"
        )
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED):
        raise ValueError(f"{text!r}: write an IPv4-mapped network as IPv4; {_HINT}")
    return network
