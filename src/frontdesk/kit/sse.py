"""Server-sent events, as services send answers piece by piece."""

import codecs

MAX_EVENT = 1_000_000


class BadStream(Exception):
    """What came is no stream of events; the message says why in a few words."""


class Events:
    """Puts pieces of bytes together into the data of whole events."""

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8-sig")()
        self._rest = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[str]:
        """Take the next piece in.

        Args:
            piece: Bytes as they arrived, cut anywhere.

        Returns:
            The data of the events that are whole now, in order; comments, names and ids are left out.

        Raises:
            BadStream: It is not UTF-8, or an event is longer than `MAX_EVENT`.

        Source: WHATWG HTML, section 9.2.6.
        """
        try:
            self._rest += self._text.decode(piece)
        except UnicodeDecodeError:
            raise BadStream("the stream is not UTF-8") from None
        found: list[str] = []
        while (line := self._line()) is not None:
            self._take(line, found)
        if self._size + len(self._rest) > MAX_EVENT:
            raise BadStream("an event of the stream is too long")
        return found

    def _line(self) -> str | None:
        ends = [at for at in (self._rest.find("\n"), self._rest.find("\r")) if at >= 0]
        # A \r at the very end may be the first half of one line end.
        if not ends or (min(ends) == len(self._rest) - 1 and self._rest.endswith("\r")):
            return None
        at = min(ends)
        line, width = self._rest[:at], 2 if self._rest.startswith("\r\n", at) else 1
        self._rest = self._rest[at + width :]
        return line

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
