"""Loads an imported bot as any other."""

from collections.abc import Mapping

from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot


def load(files: Mapping[str, str]) -> Bot:
    return load_bot(files)
