"""Places in the answer of an API, as JSONPath (RFC 9535), bounded so that no answer makes them slow."""

import re

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError

MAX_JSONPATH = 200
_MAX_FILTERS = 2
_MAX_BRACKETS = 10
_MAX_FOUND = 200
_MAX_WILD = 5
_MAX_JOINED = 3
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)

_paths = JSONPathEnvironment(strict=True)
# They would run an author's expression on a back-tracking engine.
_paths.function_extensions.pop("match")
_paths.function_extensions.pop("search")


class JsonPathError(ValueError):
    """The JSONPath cannot be used; the message says what to mend."""


class Place:
    """A compiled JSONPath: one value, or a list where the path can fit several."""

    __slots__ = ("_path", "_single", "text")

    def __init__(self, text: str) -> None:
        if len(text) > MAX_JSONPATH or text.count("?") > _MAX_FILTERS or text.count("(") > _MAX_BRACKETS:
            raise JsonPathError("too long or with too many filters")
        if text.count("..") > 1 or "$" in text[1:]:
            raise JsonPathError("'..' may stand in it once, and '$' only at its beginning")
        _check_walk(_QUOTED.sub("''", text))
        try:
            path = _paths.compile(text)
        except JSONPathError as error:
            raise JsonPathError(str(error).splitlines()[0]) from None
        if not isinstance(path, JSONPath):
            raise JsonPathError("not a single path")
        self.text = text
        self._path = path
        self._single = path.singular_query()

    def find(self, body: object) -> object:
        """The value at this place; None when there is nothing."""
        if not isinstance(body, dict | list):
            return body if self.text == "$" else None
        found: list[object] = []
        try:
            for match in self._path.finditer(body):
                found.append(match.obj)
                if self._single or len(found) >= _MAX_FOUND:
                    break
        except (JSONPathError, RecursionError):
            return None
        if self._single:
            return found[0] if found else None
        return found or None


def _check_walk(bare: str) -> None:
    # With these limits a path passes each value of an answer a few times at most; `[0,0]` would double the
    # walk at every level.
    if "," in bare:
        raise JsonPathError("',' to name several places is not supported; read each as a result of its own")
    wild = bare.count("*") + bare.count(":")
    if wild > _MAX_WILD or bare.count("&&") + bare.count("||") > _MAX_JOINED:
        raise JsonPathError(f"more than {_MAX_WILD} '[*]' or {_MAX_JOINED} '&&' and '||'")
    if ".." in bare and ("?" in bare or wild > 1):
        raise JsonPathError("beside '..' there may be no filter and only one '[*]'")
