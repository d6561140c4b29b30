"""A cookie of ours among those that a browser sends. Others on the host set what they like: it hides none of ours.

Not with `http.cookies`, which reads nothing behind the first cookie that it dislikes.
"""

from starlette.types import Scope

_BLANKS = b" \t"
"""No others: a name with one of Unicode's before it is another name, and browsers let anybody set it."""


def cookie_in(scope: Scope, name: str) -> str:
    """The value, without quotes around it; empty where there is none. Of several with one name the last: browsers send those
    for longer paths first, and ours are for every path.
    """
    wanted, found = name.encode(), b""
    for header, value in scope["headers"]:
        if header != b"cookie" or wanted not in value:
            continue
        for pair in value.split(b";"):
            its_name, equals, its_value = pair.partition(b"=")
            if equals and its_name.strip(_BLANKS) == wanted:
                found = its_value.strip(_BLANKS)
    if len(found) > 1 and found[:1] == found[-1:] == b'"':
        found = found[1:-1]
    return found.decode("latin-1")
