"""Values of a request that may hold secrets: text in pieces, in which a secret stays a reference."""

from collections.abc import Iterable

from frontdesk.core.action import Literal, Pieces, SecretRef
from frontdesk.dialog.paths import Values
from frontdesk.dialog.templates import Ref, Template


class CannotCall(ValueError):
    """The request must not be sent; the message says why."""


def pieces_of(what: str, template: Template, values: Values) -> Pieces:
    """The pieces of one value; `what` names it.

    Raises:
        CannotCall: A value has a line break or control character in it.
    """
    parts: list[Literal | SecretRef] = []
    for piece in template.pieces:
        if isinstance(piece, Ref) and piece.kind == "secret":
            parts.append(SecretRef(piece.name))
            continue
        text = piece if isinstance(piece, str) else Template("", (piece,)).text(values)
        if not text.isprintable() and any(char < " " or char == "\x7f" for char in text if char != "\t"):
            raise CannotCall(f"{what} would hold a line break or control character")
        parts.append(Literal(text))
    return tuple(parts)


def secrets_in(templates: Iterable[Template]) -> frozenset[str]:
    """The names of the secrets that stand in texts."""
    pieces = (piece for template in templates for piece in template.pieces)
    return frozenset(piece.name for piece in pieces if isinstance(piece, Ref) and piece.kind == "secret")
