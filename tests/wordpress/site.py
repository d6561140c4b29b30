"""A real WordPress of the system's packages: its own MariaDB, its own copy of the files, PHP's own server.

Everything lies in a folder of the test and ends with it. What is here of the packages is only read.
"""

import asyncio
import html
import json
import os
import re
import secrets
import shutil
import signal
import socket
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

SOURCE = Path("/usr/share/wordpress")
NEEDS = ("mariadbd", "mariadb-install-db", "mariadb", "php")
USER, PASSWORD = "admin", secrets.token_urlsafe(12)
WITHIN_S = 60
CONFIG = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
{keys}
define( 'WP_HOME', '{url}' );
define( 'WP_SITEURL', '{url}' );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'FS_METHOD', 'direct' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_LOG', '{log}' );
define( 'WP_DEBUG_DISPLAY', false );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {{
	define( 'ABSPATH', __DIR__ . '/' );
}}
require_once ABSPATH . 'wp-settings.php';
"""
_KEYS = ("AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY")
_SALTS = ("AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT")


def missing() -> list[str]:
    """What of the system's packages is not here."""
    found = [name for name in NEEDS if not shutil.which(name) and not Path("/usr/sbin", name).exists()]
    theme = SOURCE / "wp-content" / "themes" / "twentytwentyone"
    return found + [str(path) for path in (SOURCE / "wp-load.php", theme) if not path.exists()]


@dataclass(frozen=True)
class Site:
    """`folder`: where its files are. `log`: what PHP complained of."""

    url: str
    folder: Path
    log: Path

    async def php(self, code: str, *, as_user: str = USER) -> str:
        """What `code` prints, run within WordPress as somebody."""
        script = f"""
            define( 'WP_ADMIN', true );
            require '{self.folder}/wp-load.php';
            require_once ABSPATH . 'wp-admin/includes/admin.php';
            wp_set_current_user( get_user_by( 'login', '{as_user}' )->ID ?? 0 );
            {code}
        """
        started = await asyncio.create_subprocess_exec(
            "php", "-d", "display_errors=stderr", "-r", script, stdout=PIPE, stderr=PIPE, cwd=self.folder
        )
        said, complained = await started.communicate()
        assert started.returncode == 0, complained.decode()
        return said.decode()

    async def page(self, title: str, content: str, kind: str = "page") -> str:
        """A page with that content; its address."""
        made = {"post_title": title, "post_content": content, "post_status": "publish", "post_type": kind}
        return await self.php(
            f"echo get_permalink( wp_insert_post( wp_slash( json_decode( {quoted(json.dumps(made))}, true ) ) ) );"
        )

    async def option(self, name: str) -> object:
        return json.loads(await self.php(f"echo json_encode( get_option( {quoted(name)}, null ) );"))

    def complaints(self) -> list[str]:
        """What of the plug-in's own PHP complained of, since it began."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if "ai-customer-service-assistant" in line]


class Reader:
    """Somebody with a browser, more or less: cookies, forms, pages."""

    def __init__(self, session: aiohttp.ClientSession, site: Site) -> None:
        self._session = session
        self.site = site

    async def get(self, path: str, *, status: int = 200) -> str:
        url = path if path.startswith("http") else self.site.url + path
        async with self._session.get(url) as answer:
            text = await answer.text()
            assert answer.status == status, (url, answer.status, text[:2000])
            return text

    async def post(
        self, path: str, sent: Mapping[str, object] | aiohttp.FormData, *, status: int = 200
    ) -> str:
        async with self._session.post(self.site.url + path, data=sent) as answer:
            text = await answer.text()
            assert answer.status == status, (path, answer.status, text[:2000])
            return text

    async def sign_in(self, user: str = USER, password: str = PASSWORD) -> None:
        # WordPress wants to see that cookies come back.
        await self.get("/wp-login.php")
        shown = await self.post("/wp-login.php", {"log": user, "pwd": password, "testcookie": "1"})
        assert "login_error" not in shown


def quoted(text: str) -> str:
    """A literal of PHP."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page that posts to itself or to admin-post.php."""
    found = {}
    for written in re.findall(r"<input\b[^>]*type=[\"']hidden[\"'][^>]*>", page):
        named = re.search(r"\bname=[\"']([^\"']+)", written)
        value = re.search(r"\bvalue=[\"']([^\"']*)", written)
        if named and value:
            found[named[1]] = html.unescape(value[1])
    return found


@asynccontextmanager
async def wordpress(folder: Path) -> AsyncIterator[Site]:
    async with _database(folder) as path:
        port = _free_port()
        site = Site(f"http://127.0.0.1:{port}", folder / "site", folder / "php.log")
        await asyncio.to_thread(_copy, site, path)
        server = await asyncio.create_subprocess_exec(
            "php",
            *("-d", "upload_max_filesize=8M", "-d", "post_max_size=9M"),
            *("-S", f"127.0.0.1:{port}", "-t", str(site.folder)),
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"},
            stdout=DEVNULL,
            stderr=DEVNULL,
            start_new_session=True,
        )
        try:
            await _install(site)
            yield site
        finally:
            # Its workers are children that do not end with it.
            os.killpg(server.pid, signal.SIGTERM)
            await server.wait()


def _copy(site: Site, database: Path) -> None:
    shutil.copytree(SOURCE, site.folder, symlinks=False)
    keys = "\n".join(f"define( '{name}', '{secrets.token_hex(32)}' );" for name in (*_KEYS, *_SALTS))
    text = CONFIG.format(socket=database, keys=keys, url=site.url, log=site.log)
    (site.folder / "wp-config.php").write_text(text)
    (site.folder / "wp-content" / "uploads").mkdir(exist_ok=True)


async def _install(site: Site) -> None:
    asked = {
        "weblog_title": "Northwind Audio",
        "user_name": USER,
        "admin_password": PASSWORD,
        "admin_password2": PASSWORD,
        "admin_email": "admin@example.com",
        "blog_public": "0",
    }
    async with aiohttp.ClientSession() as session:
        for _ in range(WITHIN_S * 10):
            try:
                async with session.get(f"{site.url}/readme.html") as answer:
                    assert answer.status == 200
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
        async with session.post(f"{site.url}/wp-admin/install.php?step=2", data=asked) as answer:
            said = await answer.text()
            assert answer.status == 200, said
            assert "Success!" in said, said
    await site.php("switch_theme( 'twentytwentyone' );")


@asynccontextmanager
async def _database(folder: Path) -> AsyncIterator[Path]:
    """A MariaDB that is reached by a socket in `folder` and in no other way; the path of the socket."""
    data, reached = folder / "mariadb", folder / "db.sock"
    as_root = ["--user=root"] if os.geteuid() == 0 else []
    await _run(
        *("mariadb-install-db", "--no-defaults", f"--datadir={data}", *as_root),
        *("--auth-root-authentication-method=normal", "--skip-test-db"),
    )
    program = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    running = await asyncio.create_subprocess_exec(
        *(program, "--no-defaults", f"--datadir={data}", f"--socket={reached}", "--skip-networking"),
        *(f"--pid-file={folder}/db.pid", "--innodb-flush-log-at-trx-commit=0", *as_root),
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        for _ in range(WITHIN_S * 10):
            if reached.exists():
                break
            await asyncio.sleep(0.1)
        await _run(
            "mariadb", "--no-defaults", f"--socket={reached}", "-uroot", "-e", "CREATE DATABASE wordpress"
        )
        yield reached
    finally:
        await _ended(running)


async def _run(*command: str) -> None:
    started = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
    said, _ = await started.communicate()
    assert started.returncode == 0, said.decode()


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
