"""Server-sent events, as services send answers piece by piece."""

import codecs
import re

MAX_EVENT = 1_000_000
MAX_LINES = 200_000
"""Of one stream; a long answer has some ten thousand."""
_LINE_END = re.compile(r"\r\n|\r|\n")


class BadStream(Exception):
    """What came is no stream of events; the message says why in a few words."""


class Events:
    """Puts pieces of bytes together into the data of whole events."""

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8-sig")()
        self._rest: list[str] = []
        self._rest_size = 0
        self._after_cr = False
        self._count = 0
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[str]:
        """Take the next piece in.

        Args:
            piece: Bytes as they arrived, cut anywhere.

        Returns:
            The data of the events that are whole now, in order; comments, names and ids are left out.

        Raises:
            BadStream: It is not UTF-8, or an event is longer than `MAX_EVENT`, or there are more than `MAX_LINES`.

        Source: WHATWG HTML, section 9.2.6.
        """
        try:
            text = self._text.decode(piece)
        except UnicodeDecodeError:
            raise BadStream("the stream is not UTF-8") from None
        if self._after_cr and text:
            text = text.removeprefix("\n")
            self._after_cr = False
        self._after_cr |= text.endswith("\r")
        found: list[str] = []
        for line in self._lines(text):
            self._take(line, found)
        if self._size + self._rest_size > MAX_EVENT:
            raise BadStream("an event of the stream is too long")
        return found

    def _lines(self, text: str) -> list[str]:
        # Each letter is looked at once, however the lines and the pieces are cut.
        *lines, rest = _LINE_END.split(text)
        if lines:
            lines[0] = "".join([*self._rest, lines[0]])
            self._rest, self._rest_size = [], 0
        self._rest.append(rest)
        self._rest_size += len(rest)
        self._count += len(lines)
        if self._count > MAX_LINES:
            raise BadStream("the stream has too many lines")
        return lines

    def _take(self, line: str, found: list[str]) -> None:
        if not line:
            if self._data:
                found.append("\n".join(self._data))
            self._data, self._size = [], 0
            return
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
            self._size += len(value)
