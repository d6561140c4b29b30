"""Reads an answer's body up to a limit, unpacking it piece by piece: a small answer cannot become a huge one."""

import zlib
from collections.abc import AsyncIterator

_GZIP = 31
_ZLIB = 15
_RAW_DEFLATE = -15
_GZIP_FIRST_BYTE = b"\x1f"
_ZLIB_METHOD = 8
# A packed body may be a little longer than what it holds, never much.
_PACKED_SLACK = 65_536


class BrokenBody(Exception):
    """The body is not what its headers say."""


class Unpacker:
    """Collects at most `limit` bytes of an answer with the given `content-encoding`."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._limit = limit
        self._encoding = encoding.strip().lower()
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise BrokenBody("the answer is packed in a way that was not asked for")
        self._stream: zlib._Decompress | None = None
        self._out = bytearray()
        self._fed_bytes = 0
        self.truncated = False

    def feed(self, chunk: bytes) -> None:
        if self._encoding in {"", "identity"}:
            self._out += chunk
        else:
            try:
                self._unpack(chunk)
            except zlib.error:
                raise BrokenBody("the answer is packed wrongly") from None
        self._fed_bytes += len(chunk)
        if len(self._out) > self._limit:
            del self._out[self._limit :]
            self.truncated = True
        elif self._fed_bytes > self._limit + _PACKED_SLACK:
            self.truncated = True

    def finish(self) -> bytes:
        """The body, once everything has been fed or `truncated` is set."""
        if self._stream is not None and not self._stream.eof and not self.truncated:
            raise BrokenBody("the answer broke off")
        return bytes(self._out)

    def _unpack(self, chunk: bytes) -> None:
        stream = self._stream or self._begin(chunk)
        while chunk and len(self._out) <= self._limit:
            if stream.eof:
                if not chunk.startswith(_GZIP_FIRST_BYTE):
                    break  # padding after the end
                stream = zlib.decompressobj(_GZIP)
            self._out += stream.decompress(chunk, self._limit + 1 - len(self._out))
            chunk = stream.unused_data if stream.eof else stream.unconsumed_tail
        self._stream = stream

    def _begin(self, head: bytes) -> "zlib._Decompress":
        if self._encoding != "deflate":
            return zlib.decompressobj(_GZIP)
        # The name means deflate inside a zlib envelope; many servers send it bare.
        return zlib.decompressobj(_ZLIB if head[0] & 0x0F == _ZLIB_METHOD else _RAW_DEFLATE)


async def read(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> tuple[bytes, bool]:
    """The body and whether it was cut at `limit`; stops reading as soon as it is known to be too long."""
    unpacker = Unpacker(encoding, limit)
    async for chunk in chunks:
        unpacker.feed(chunk)
        if unpacker.truncated:
            break
    return unpacker.finish(), unpacker.truncated
