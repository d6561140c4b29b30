"""Values of a bot's `env` that still are an example's, so that its calls lead nowhere. Pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit

EXAMPLE_HOSTS = (".test", ".example", ".invalid", ".example.com", ".example.net", ".example.org")


def is_example(value: str) -> bool:
    """Whether this is an address at a name that is set aside for examples (RFC 2606)."""
    try:
        host = (urlsplit(value).hostname or "").removesuffix(".")
    except ValueError:
        return False
    return f".{host}".endswith(EXAMPLE_HOSTS)


def examples_among(declared: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The declared values that are examples where none of the assistant's own stands in their place."""
    values = {name: own.get(name, value) for name, value in declared.items()}
    return {name: value for name, value in sorted(values.items()) if is_example(value)}
