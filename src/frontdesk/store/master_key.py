"""The master key that every secret is sealed under: from the environment, else a file made on the first start.

Losing it loses every stored secret, so the file is on disk for good before it is used for the first time, and
the backup notes say to keep it apart from the backup. Called by `app` when it starts.
"""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from frontdesk.core.errors import Refused
from frontdesk.store.secrets import KEY_BYTES

FILE_NAME = "master.key"
ENVIRONMENT = "FRONTDESK_MASTER_KEY"


def load_master_key(data: Path, env: str | None, *, make: bool) -> bytes:
    """The key in `env` (32 bytes in base64 or hex) when given, else of the file in `data`.

    Only who starts the program may `make` one: what a command beside it sealed under a key of its own, the program
    could not open.

    Raises:
        Refused: There is none and none is to be made, it cannot be used, or others can read it.
    """
    if env:
        return _decoded(env, ENVIRONMENT)
    path = data / FILE_NAME
    if not path.exists():
        if not make:
            raise Refused(
                "invalid",
                f"There is no master key here ({path}): set {ENVIRONMENT} to the program's, or FRONTDESK_DATA to its "
                "data folder.",
            )
        _create(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refused("invalid", f"{path} can be read by others: run `chmod 600 {path}`.")
    return _decoded(path.read_text("ascii", errors="replace"), str(path))


def _decoded(text: str, where: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, altchars=b"-_")
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise Refused(
            "invalid",
            f"{where} has to hold {KEY_BYTES} bytes in base64 or hex: `openssl rand -base64 {KEY_BYTES}` makes a new one.",
        )
    return key


def _create(path: Path) -> None:
    draft = path.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # Fails when another process was first; then its key counts.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
