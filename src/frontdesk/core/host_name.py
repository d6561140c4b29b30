"""Names of hosts in other letters than ASCII, brought to what the network has. Called by whoever takes one from outside."""

import idna


def in_ascii(host: str) -> str:
    """As the URL standard has it: mapped by UTS 46, its labels in punycode.

    Not by the codec of the standard library, which makes two letters of `ß`: another host than everybody else's.

    Args:
        host: In small letters.

    Returns:
        The name in ASCII; one that is in ASCII already stays as it is, whether or not it can be a host's.

    Raises:
        UnicodeError: A letter in it stands in no host's name.
    """
    if host.isascii():
        return host
    labels = idna.uts46_remap(host, std3_rules=False, transitional=False).split(".")
    return ".".join(each if each.isascii() else f"xn--{each.encode('punycode').decode()}" for each in labels)
