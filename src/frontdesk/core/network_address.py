"""Addresses of the network, as sockets, proxies and people write them."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address.

    Args:
        text: What somebody or something says.

    Returns:
        The address; None for what is none. One of IPv4 in the spelling of IPv6, as sockets that take both have it, is that of
        IPv4.
    """
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def plain_address(text: str) -> str:
    """Bring an address to the spelling in which it is kept and compared.

    Args:
        text: An address, or what came in the place of one.

    Returns:
        That of IPv4 in its own spelling; anything else as it is.
    """
    found = read_address(text) if ":" in text else None
    return str(found) if isinstance(found, IPv4Address) else text
