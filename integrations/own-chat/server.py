"""A chat page of your own: serves it, and passes its messages on with the key, which no browser ever sees.

FRONTDESK_URL=https://desk.example.com/a/asst_... FRONTDESK_KEY=fd_rasa_... python3 server.py
"""

import json
import os
import re
import secrets
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

URL = os.environ["FRONTDESK_URL"].rstrip("/") + "/webhooks/rest"
KEY = os.environ["FRONTDESK_KEY"]
HOST, PORT = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080"))
SECURE = "; Secure" if os.environ.get("SECURE") else ""
MOST_BYTES = 40_000
WAIT_S = 20
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/chat.css": ("chat.css", "text/css"),
    "/chat.js": ("chat.js", "text/javascript"),
}
HERE = Path(__file__).parent
VISITOR = re.compile(r"(?:^|;\s*)visitor=([A-Za-z0-9_-]{32})(?:;|$)")


def ask(path: str, body: "bytes | None" = None) -> "tuple[int, bytes]":
    """What the assistant's address answers: status and bytes."""
    request = urllib.request.Request(URL + path, body, {"Authorization": f"Bearer {KEY}"})  # noqa: S310  # of our own setting
    if body is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b"[]"
    except OSError:
        return 502, b"[]"


class Chat(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path in FILES:
            name, kind = FILES[parts.path]
            self.answer(200, (HERE / name).read_bytes(), kind)
        elif parts.path == "/chat/news":
            self.news(parse_qs(parts.query).get("after", [""])[0])
        else:
            self.answer(404, b"[]")

    def do_POST(self) -> None:
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > MOST_BYTES:
            self.close_connection = True
            self.answer(413, b"[]")
            return
        body = self.rfile.read(int(size))
        # A page of somebody else's may not write in a visitor's name.
        if urlsplit(self.headers.get("Origin", "")).netloc != self.headers.get("Host"):
            self.answer(403, b"[]")
        elif self.path == "/chat/send":
            self.send(body)
        else:
            self.answer(404, b"[]")

    def send(self, body: bytes) -> None:
        try:
            given = json.loads(body)
            message, id_ = given["message"], given["id"]
        except (ValueError, KeyError, TypeError):
            self.answer(400, b"[]")
            return
        if not isinstance(message, str) or not isinstance(id_, str):
            self.answer(400, b"[]")
            return
        visitor = self.visitor() or secrets.token_urlsafe(24)
        said = {"sender": visitor, "message": message, "metadata": {"message_id": id_}}
        status, answer = ask("/webhook", json.dumps(said).encode())
        # A name that nobody guesses: it opens this visitor's conversation to this browser.
        cookie = f"visitor={visitor}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{SECURE}"
        self.answer(status, answer, cookie=cookie)

    def news(self, after: str) -> None:
        visitor = self.visitor()
        if not visitor:
            self.answer(200, b"[]")
            return
        query = {"sender": visitor, "wait": WAIT_S, "answers": "false", **({"after": after} if after else {})}
        self.answer(*ask("/messages?" + urlencode(query)))

    def visitor(self) -> str:
        found = VISITOR.search(self.headers.get("Cookie", ""))
        return found[1] if found else ""

    def answer(self, status: int, body: bytes, kind: str = "application/json", cookie: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """What visitors write is in no log."""


if __name__ == "__main__":
    ThreadingHTTPServer((HOST, PORT), Chat).serve_forever()
