"""Mints ids: prefix, then a UUIDv7 (48 bits of milliseconds, the rest random) in Crockford's base32.

Source: RFC 9562 section 5.7 for the layout; version and variant bits are set so that the value is a real UUID.
"""

import hashlib
import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_RANDOM = (0xFFF << 64) | 0x3FFF_FFFF_FFFF_FFFF


def mint(prefix: str, *, at_ms: int | None = None) -> str:
    """A new id that sorts after those minted before (to the millisecond); `at_ms`: as if minted at that moment."""
    random = int.from_bytes(os.urandom(10)) & _RANDOM
    value = ((time.time_ns() // 1_000_000 if at_ms is None else at_ms) << 80) | _VERSION_AND_VARIANT | random
    pairs = _PAIRS
    return (
        f"{prefix}_{pairs[value >> 120 & 1023]}{pairs[value >> 110 & 1023]}{pairs[value >> 100 & 1023]}"
        f"{pairs[value >> 90 & 1023]}{pairs[value >> 80 & 1023]}{pairs[value >> 70 & 1023]}"
        f"{pairs[value >> 60 & 1023]}{pairs[value >> 50 & 1023]}{pairs[value >> 40 & 1023]}"
        f"{pairs[value >> 30 & 1023]}{pairs[value >> 20 & 1023]}{pairs[value >> 10 & 1023]}{pairs[value & 1023]}"
    )


def derived(prefix: str, name: str) -> str:
    """The id of what `name` names alone: made twice it is the same, so that twice is once."""
    value = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16])
    return f"{prefix}_{''.join(_PAIRS[value >> shift & 1023] for shift in range(120, -1, -10))}"
