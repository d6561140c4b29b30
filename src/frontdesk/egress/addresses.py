"""Which addresses a request may never reach unless the operator of the installation opened them.

The list is our own: `ipaddress.is_global` calls NAT64, 6to4, multicast and a cloud's metadata address global.
"""

import ipaddress
from functools import lru_cache

from frontdesk.core.network_address import read_address

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CLOSED: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "an address of this host"),
    ("10.0.0.0/8", "a private address"),
    ("100.64.0.0/10", "a carrier's private address"),
    ("127.0.0.0/8", "a loopback address"),
    ("168.63.129.16/32", "a cloud platform's internal address"),
    ("169.254.0.0/16", "a link-local address"),
    ("172.16.0.0/12", "a private address"),
    ("192.0.0.0/24", "a protocol assignment"),
    ("192.0.2.0/24", "a documentation address"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("192.168.0.0/16", "a private address"),
    ("198.18.0.0/15", "a benchmarking address"),
    ("198.51.100.0/24", "a documentation address"),
    ("203.0.113.0/24", "a documentation address"),
    ("224.0.0.0/4", "a multicast address"),
    ("240.0.0.0/4", "a reserved or broadcast address"),
    ("::/128", "an address of this host"),
    ("::1/128", "a loopback address"),
    ("::/96", "an address that embeds another"),
    ("::ffff:0:0:0/96", "an address that embeds another"),
    ("64:ff9b::/96", "a NAT64 address"),
    ("64:ff9b:1::/48", "a NAT64 address"),
    ("100::/64", "a discard address"),
    ("100:0:0:1::/64", "a protocol assignment"),
    ("2001::/23", "a protocol assignment"),
    ("2001:db8::/32", "a documentation address"),
    ("2002::/16", "a 6to4 address"),
    ("3fff::/20", "a documentation address"),
    ("5f00::/16", "a segment routing address"),
    ("fc00::/7", "a private address"),
    ("fe80::/10", "a link-local address"),
    ("fec0::/10", "a site-local address"),
    ("ff00::/8", "a multicast address"),
)
"""Network and what to call it; the first that fits names the refusal."""

_NETWORKS: tuple[tuple[Network, str], ...] = tuple((ipaddress.ip_network(net), name) for net, name in CLOSED)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


def read(text: str) -> Address | None:
    """The address in its canonical spelling, an IPv4-mapped one as IPv4; None when `text` is no address.

    Octal, hex, short and whole-number spellings of IPv4 are no addresses here, nor is one with a zone.
    """
    return None if "%" in text else read_address(text)


@lru_cache(maxsize=4096)
def why_closed(address: Address) -> str | None:
    """What the address is when nothing may be sent there, None when it is an ordinary public one."""
    for network, name in _NETWORKS:
        if address.version == network.version and address in network:
            return name
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return "an unassigned address"
    return None
