"""Networks as people write them. Called by whoever takes one from outside."""

from ipaddress import ip_network


def network_of(text: str) -> str | None:
    """Read an address or a network, such as `203.0.113.7` or `203.0.113.0/24`.

    Args:
        text: What somebody wrote.

    Returns:
        The network as `ipaddress` writes it, bits beside its mask left out; None for what is none.
    """
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        return None
