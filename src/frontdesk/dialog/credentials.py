"""What must not stand in a bot's files: keys and passwords in headers, addresses and bodies.

An import takes them out, the linter tells of them.
"""

import re
from urllib.parse import unquote_plus, urlsplit

_NAME = re.compile(
    r"(?:^|[^a-z])(?:api|access|app|auth|client|private|subscription)?[_.-]?(?:key|token|secret|password|passwd|pwd|"
    r"auth|authorization|signature|sig|credential|credentials|jwt|bearer)$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SCHEME = re.compile(r"(Basic|Bearer|Token|ApiKey|Digest)\s{1,5}(?=\S)", re.IGNORECASE)
_PLACE = re.compile(r"\{\{[^{}]*\}\}|\{\$[^{}]*\}|\{[A-Za-z_][\w-]*\.[^{}\s]*\}")


def is_secret_name(name: str) -> bool:
    """Whether a parameter or field of this name usually holds a secret."""
    return _NAME.search(_CAMEL.sub("_", name[:100])) is not None


def is_literal(value: str) -> bool:
    """Whether anything of the value is written out, scheme and places for values aside."""
    return bool(_PLACE.sub("", _SCHEME.sub("", value, count=1)).strip())


def scheme(value: str) -> str:
    """`Bearer ` and the like at the beginning of a header's value."""
    found = _SCHEME.match(value.strip())
    return f"{found[1]} " if found else ""


def sign_in(url: str) -> str:
    """`user:password` of an address, as it stands in it; empty where there is none."""
    try:
        found = urlsplit(url).netloc.rpartition("@")[0]
    except ValueError:
        return ""
    return found if is_literal(found) else ""


def without_keys(url: str) -> tuple[str, list[str]]:
    """An address without the parameters that look like secrets, and the names of those."""
    address, mark, fragment = url.partition("#")
    address, _, query = address.partition("?")
    kept, keys = [], []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        secret = unquote_plus(name)
        if is_secret_name(secret) and is_literal(unquote_plus(value)):
            keys.append(secret)
        else:
            kept.append(pair)
    rest = f"?{'&'.join(kept)}" if any(kept) else ""
    return f"{address}{rest}{mark}{fragment}", list(dict.fromkeys(keys))
