"""A secret text that cannot be printed, logged or serialised by accident."""

from typing import NoReturn


class Redacted:
    """Holds a secret; only `reveal` gives it back.

    It is no `str` on purpose: encoders, formatters and loggers refuse it or show the mark instead.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the secret back, for the one call that needs it.

        Returns:
            The text that was put in.
        """
        return self._value

    def __repr__(self) -> str:
        return "[redacted]"

    def __format__(self, spec: str, /) -> str:
        return "[redacted]"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not serialised")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Redacted) and self._value == other._value

    __hash__ = None  # type: ignore[assignment]  # as a key it would end up in dumps of the container
