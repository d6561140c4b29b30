"""What strangers may send into a conversation: which kinds of files, how large, how many. By choice of the channel."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from frontdesk.kit.documents import PACKED
from frontdesk.kit.file_types import PICTURES

Choice = Literal["off", "pictures", "documents", "media"]
"""Each has what the one before has, and more."""
CHOICES: Final[tuple[Choice, ...]] = get_args(Choice)
USUAL: Final[Choice] = "documents"
USUAL_MB: Final = 10
MOST_MB: Final = 25
MOST_FILES: Final = 5
"""Of one message."""
_DOCUMENTS: Final = PACKED | {"application/pdf", "text/plain", "text/csv"}
_MEDIA: Final = frozenset({"audio/mpeg", "audio/ogg", "audio/wav", "video/webm", "video/mp4"})
_TAKEN: Final[Mapping[Choice, frozenset[str]]] = {
    "off": frozenset(),
    "pictures": PICTURES,
    "documents": PICTURES | _DOCUMENTS,
    "media": PICTURES | _DOCUMENTS | _MEDIA,
}
_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "text/plain": ("txt", "log", "md"),
    "text/csv": ("csv",),
    "audio/mpeg": ("mp3",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/wav": ("wav",),
    "video/webm": ("webm",),
    "video/mp4": ("mp4", "m4v", "mov", "m4a"),
}


def choice_of(given: object) -> Choice:
    """Read a channel's setting.

    Args:
        given: As it is stored; None where it was never set.

    Returns:
        The choice; the usual one for whatever is none.
    """
    return next((each for each in CHOICES if each == given), USUAL)


def taken(choice: Choice) -> frozenset[str]:
    """The kinds that are taken.

    Args:
        choice: Of the channel.

    Returns:
        Media types, as `file_types.sniff` tells them.
    """
    return _TAKEN[choice]


def endings(choice: Choice) -> list[str]:
    """How files of these kinds may end, for a browser that lets somebody choose one.

    Args:
        choice: Of the channel.

    Returns:
        Such as `.png`, each once, in order.
    """
    return sorted(f".{ending}" for kind in taken(choice) for ending in _ENDINGS[kind])


def named(name: str, kind: str) -> str:
    """A name that says what the file is: whoever opens it later has a program chosen by its ending.

    Args:
        name: As it came.
        kind: What the content says, one of those that may be taken.

    Returns:
        The name; with an ending of this kind where it had another one.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return name if ending in _ENDINGS[kind] else f"{name}.{_ENDINGS[kind][0]}"
