"""Memory of the program with everything that understands in it: an assistant of 77 intents, 1,216 articles, 200 turns behind it.

The budget: 450 MB, all its processes together without PostgreSQL's. The articles take minutes to be embedded.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench import accuracy
from bench.intents_bot import bot
from bench.running import REPOSITORY, Program, folder, program

SETUP = re.compile(r"/setup\?token=\S+")
ASSISTANT = re.compile(r"asst_[a-z0-9]+")
EMBEDDER, DATA, SPLIT = "minilm", "BANKING77", "train_10"
TURNS = 200
UNDERSTOOD = 0.6
INDEXED_WITHIN_S, LOOK_S = 1800.0, 5.0
ANSWER = "{answer: true, on_none: {say: Nothing was found.}, on_error: {say: Away.}}"
_DATABASE = "postgres"


@dataclass(frozen=True)
class Memory:
    """Megabytes: what is resident, and that with what several processes share divided among them."""

    resident: float
    proportional: float

    def plus(self, other: "Memory") -> "Memory":
        return Memory(self.resident + other.resident, self.proportional + other.proportional)


def run() -> None:
    data = accuracy.folder()
    if data is None:
        print(f"memory: {accuracy.WITHOUT}")
        return
    with folder() as place:
        settings = {"FRONTDESK_EMBEDDER": EMBEDDER}
        with program(place, **settings) as running:
            before = used(running)
            _set_up(running)
            path = _published(running, data, place)
            _filled(running, data, place)
            understood = _talked(running, path, data)
            learnt = used(running)
        with program(place, **settings) as running:
            _talked(running, path, data)
            served = used(running)
    if understood < UNDERSTOOD:
        raise SystemExit(f"memory: only {understood:.0%} were understood, so this measures something else")
    for what, found in (("started empty", before), ("after learning", learnt), ("after a start", served)):
        print(f"memory {what}: {found.resident:.0f} MB resident, {found.proportional:.0f} MB proportional")
    most = max(learnt.resident, served.resident)
    told = f"memory with {TURNS} turns: {most:.0f} MB (at most {accuracy.PROCESS_MB})"
    print(told if most <= accuracy.PROCESS_MB else f"{told}  FALLS SHORT")
    if most > accuracy.PROCESS_MB:
        raise SystemExit("The program's memory is over its budget.")


def _command(running: Program, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from frontdesk.app.cli import main; main()", *arguments],
        env={**os.environ, "FRONTDESK_DATA": str(running.data), "LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments[:2])}: {done.stdout}{done.stderr}")
    return done.stdout


def _set_up(running: Program) -> None:
    """Follow the link of the start, as the owner does in a browser."""
    link = SETUP.search(_command(running, "setup-link"))
    if link is None:
        raise SystemExit("there is no link to set it up by")
    url = f"http://127.0.0.1:{running.port}"
    form = urllib.parse.urlencode({"name": "Bench", "time_zone": "UTC"}).encode()
    asked = urllib.request.Request(url + link[0], form, {"Origin": url})  # noqa: S310 - our own loopback address
    urllib.request.urlopen(asked, timeout=60).close()  # noqa: S310 - our own loopback address


def _published(running: Program, data: Path, place: Path) -> str:
    made = place / "bot"
    made.mkdir()
    texts = accuracy.read(data, DATA, SPLIT).by_intent()
    for name, text in bot(texts, slug="measured", fallback=ANSWER).items():
        (made / name).write_text(text, "utf-8")
    found = ASSISTANT.search(_command(running, "bot", "publish", str(made)))
    if found is None:
        raise SystemExit("the bot was not published")
    return f"/a/{found[0]}/webhooks/rest/webhook"


def _filled(running: Program, data: Path, place: Path) -> None:
    written = place / "articles"
    written.mkdir()
    found = json.loads((data / "knowledge/squad_en.json").read_text("utf-8"))
    for number, article in enumerate(found["articles"]):
        (written / f"{number}.md").write_text(f"# {article['title']}\n\n{article['body']}\n", "utf-8")
    _command(running, "kb", "add", str(written))
    by = time.monotonic() + INDEXED_WITHIN_S
    while time.monotonic() < by:
        status = _command(running, "kb", "status")
        lines = {line.split(maxsplit=1)[0]: line for line in status.splitlines() if line.strip()}
        if " 0 waiting, 0 failed" in lines["indexing"] and re.search(r" yes(?!.* of )", lines["meaning"]):
            return
        time.sleep(LOOK_S)  # a command takes a second of processor, which indexing needs
    raise SystemExit("the articles are not indexed")


def _talked(running: Program, path: str, data: Path) -> float:
    """Half about intents, half about articles; the share of the intents that were understood."""
    valid = accuracy.read(data, DATA, "valid")
    questions = json.loads((data / "knowledge/squad_en.json").read_text("utf-8"))["questions"]
    right = 0
    for at in range(TURNS // 2):
        right += valid.labels[at * 5] in _said(running, path, f"a{at}", valid.texts[at * 5])
        _said(running, path, f"b{at}", questions[at * 5]["question"])
    return right / (TURNS // 2)


def _said(running: Program, path: str, sender: str, text: str) -> str:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{running.port}{path}",
        json.dumps({"sender": sender, "message": text}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own loopback address
        return str(answer.read().decode())


def used(running: Program) -> Memory:
    """Of the program and all its children but PostgreSQL and its."""
    children: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = stat.read_text("utf-8", "replace").partition(" (")
        except (FileNotFoundError, ProcessLookupError):
            continue  # gone since it was listed
        name, _, fields = rest.rpartition(") ")
        children.setdefault(int(fields.split()[1]), []).append(int(number))
        names[int(number)] = name
    found, left = Memory(0, 0), [running.pid]
    while left:
        pid = left.pop()
        if not names.get(pid, "").startswith(_DATABASE):
            found = found.plus(_of_process(pid))
            left += children.get(pid, [])
    return found


def _of_process(pid: int) -> Memory:
    sizes = {"Rss:": 0.0, "Pss:": 0.0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        name, _, rest = line.partition(" ")
        if name in sizes:
            sizes[name] = int(rest.split()[0]) / 1024
    return Memory(sizes["Rss:"], sizes["Pss:"])
