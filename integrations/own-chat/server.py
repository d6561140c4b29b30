"""A chat page of your own: serves it, and passes its messages on with the key, which no browser ever sees.

FRONTDESK_URL=https://desk.example.com/a/asst_... FRONTDESK_KEY=fd_rasa_... python3 server.py
"""

import hashlib
import json
import os
import re
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

URL = os.environ["FRONTDESK_URL"].rstrip("/") + "/webhooks/rest"
KEY = os.environ["FRONTDESK_KEY"]
HOST, PORT = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080"))
MOST_BYTES = 40_000
WAIT_S = 20
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/chat.css": ("chat.css", "text/css"),
    "/chat.js": ("chat.js", "text/javascript"),
}
HERE = Path(__file__).parent
VISITOR = re.compile(r"[A-Za-z0-9_-]{32}")


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
        sender = self.sender()
        if not isinstance(message, str) or not isinstance(id_, str) or not sender:
            self.answer(400, b"[]")
            return
        said = {"sender": sender, "message": message, "metadata": {"message_id": id_}}
        self.answer(*ask("/webhook", json.dumps(said).encode()))

    def news(self, after: str) -> None:
        sender = self.sender()
        if not sender:
            self.answer(400, b"[]")
            return
        query = {"sender": sender, "wait": WAIT_S, "answers": "false", **({"after": after} if after else {})}
        self.answer(*ask("/messages?" + urlencode(query)))

    def sender(self) -> str:
        """By what the desk knows the browser: from the name that the page made up, which nobody guesses and the desk never sees."""
        visitor = self.headers.get("X-Visitor", "")
        return hashlib.sha256(visitor.encode()).hexdigest() if VISITOR.fullmatch(visitor) else ""

    def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """What visitors write is in no log."""


if __name__ == "__main__":
    ThreadingHTTPServer((HOST, PORT), Chat).serve_forever()
