"""Sentence embeddings: texts to vectors whose angle says how alike they mean; one plug-in a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EmbedderProfile:
    """What one has to know of a model before using its vectors.

    Attributes:
        id: The plug-in's id.
        fingerprint: Changes when the vectors would: the model's name and the hash of its files. Stored with all
            that is made of the vectors; what was made with another one is not used.
        dim: Numbers in a vector.
        max_tokens: What is read of a text; the rest is cut off.
        languages: ISO 639-1 codes it was made for; empty means many.
        dense_weight: 0 to 1, how much it counts beside lexical search (understanding.md, section 5).
        usual: Where all vectors point much the same way, texts of every kind: the mean of theirs has to be taken off
            before angles say anything.
        early_dim: Numbers of an early layer that `embed_intents` adds; 0 for a model that shows none.
        is_outside: Whether texts leave this installation; what is personal in a question is masked before.
    """

    id: str
    fingerprint: str
    dim: int
    max_tokens: int
    languages: frozenset[str] = frozenset()
    dense_weight: float = 0.5
    usual: tuple[str, ...] = ()
    early_dim: int = 0
    is_outside: bool = False

    def knows(self, language: str) -> bool:
        """Whether it was made for texts in a language.

        Args:
            language: ISO 639-1, or a tag that begins with it (`pt-BR`); empty where it is not known.

        Returns:
            True for one that is not known too.
        """
        return not self.languages or not language or language.partition("-")[0].lower() in self.languages


class Embedder(Protocol):
    """A sentence embedding model."""

    @property
    def profile(self) -> EmbedderProfile:
        """What it is; known without loading the model."""
        ...

    def trouble(self) -> str:
        """Why it cannot be used on this installation, in a sentence; empty when it can. Loads nothing."""
        ...

    async def embed_queries(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        """The vectors of what customers ask, shape (texts, dim), each row of length 1; never computed on the event loop.

        Raises:
            Unavailable: The model cannot be loaded or its service does not answer.
        """
        ...

    async def embed_intents(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        """What a classifier learns from and looks at, shape (texts, dim + early_dim).

        The first `dim` numbers are those of `embed_queries`; the others, of no certain length, are the mean of an
        early layer, which still knows how a text is put where the last one only knows what it is about.

        Raises:
            Unavailable: The model cannot be loaded or its service does not answer.
        """
        ...

    async def embed_passages(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        """The vectors of what may answer them, shape (texts, dim), each row of length 1.

        Raises:
            Unavailable: The model cannot be loaded or its service does not answer.
        """
        ...


class Embedders(Protocol):
    """Those of this installation."""

    def of(self, languages: Sequence[str]) -> Embedder | None:
        """The one for texts in these languages; None where texts are compared by their words alone."""
        ...

    def by(self, fingerprint: str) -> Embedder | None:
        """The one whose vectors have this fingerprint; None when it is not here any more."""
        ...
