"""Settings, API, reference: every operation of the OpenAPI document to read, to find, to copy and to try."""

import html
import json
import re
import shlex
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from tests.doubles.http_client import Answer
from tests.program import Desk, Program
from tests.web.people import Browser, signed_in

from frontdesk.web.panel.api_operation import Operation, call, operations
from frontdesk.web.panel.api_reference import spans

PATH = "/panel/settings/api/reference"
ROW = re.compile(r'href="/panel/settings/api/reference/(\w+)"')
CALL = re.compile(r'id="call"[^>]*>([^<]+)<')
URL = "https://desk.example"


async def page(browser: Browser, path: str = PATH) -> str:
    answer = await browser.get(path)
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def document(program: Program) -> dict[str, Any]:
    return dict((await program.client.get("/api/openapi.json")).json())


def call_in(shown: str) -> str:
    (found,) = CALL.findall(shown)
    return html.unescape(found)


async def carried_out(program: Program, line: str, key: str) -> Answer:
    """What the program answers to a line for a shell."""
    words = iter(shlex.split(line.replace("$FRONTDESK_KEY", key).replace("\\\n", " ")))
    assert next(words) == "curl"
    method, address, headers, body = "GET", "", {}, None
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            address = word
    found = urlsplit(address)
    path = f"{found.path}?{found.query}" if found.query else found.path
    return await program.client.send(method, path, headers=headers, body=body)


async def test_every_operation_stands_in_the_list_and_has_a_page(program: Program, owner: Browser) -> None:
    found = list(operations(await document(program)))
    assert len(found) > 200
    shown = ROW.findall(await page(owner))
    assert sorted(shown) == sorted(one.id for one in found)
    # A page of each kind under each heading; that none is missing, the list has told.
    for one in {(one.tag, one.method): one for one in found}.values():
        told = await page(owner, f"{PATH}/{one.id}")
        assert html.escape(one.path) in told, one.id
        assert all(f"/docs/errors#{code}" in told for code, _ in one.codes), one.id


async def test_the_settings_of_keys_lead_to_it_and_it_leads_to_the_document(owner: Browser) -> None:
    assert f'href="{PATH}"' in await page(owner, "/panel/settings/api")
    assert 'href="/api/openapi.json"' in await page(owner)


async def test_without_a_script_the_list_is_narrowed_by_words(owner: Browser) -> None:
    shown = await page(owner, f"{PATH}?q=webhook+SECRET")
    assert ROW.findall(shown) == ["rotate_webhook"]
    assert "Nothing has these words" in await page(owner, f"{PATH}?q=%3Cscript%3Enothing")
    assert "<script>nothing" not in await page(owner, f"{PATH}?q=%3Cscript%3Enothing")


async def test_a_page_tells_parameters_bounds_scopes_and_codes(owner: Browser) -> None:
    told = await page(owner, f"{PATH}/create_key")
    for piece in ("write:keys", "allowed_addresses", "At most", ">300<", "Idempotency-Key"):
        assert piece in told, piece
    for code in ("unauthenticated", "forbidden", "invalid", "idempotency_mismatch", "rate_limited"):
        assert f"/docs/errors#{code}" in told
    listed = await page(owner, f"{PATH}/list_conversations")
    assert "cursor_invalid" in listed
    assert "unassigned" in listed


async def test_what_is_copied_works(program: Program, desk: Desk, owner: Browser) -> None:
    key = await desk.key("api", "admin")
    for operation, status in (
        ("list_conversations", 200),
        ("create_conversation", 201),
        ("create_entry", 201),
        ("create_label", 201),
        ("search_entries", 200),
        ("read_conversation", 404),
    ):
        line = call_in(await page(owner, f"{PATH}/{operation}"))
        answer = await carried_out(program, line, key)
        assert answer.status == status, (operation, line, answer.body)


async def test_trying_is_offered_for_what_only_reads_and_to_who_may_read_it(
    program: Program, desk: Desk, owner: Browser
) -> None:
    assert 'data-tries="/api/v1/keys"' in await page(owner, f"{PATH}/list_keys")
    for without in ("create_key", "follow_feed", "read_file_content", "rest_status", "rasa_domain"):
        assert "data-tries" not in await page(owner, f"{PATH}/{without}"), without
    operator, _ = await signed_in(program.running.store, desk.workspace, program.client, role="operator")
    told = await page(operator, f"{PATH}/list_keys")
    assert "data-tries" not in told
    assert 'href="/panel/settings/api"' not in told


@pytest.mark.parametrize(("client", "part"), [("python", "pyproject.toml"), ("typescript", "package.json")])
async def test_the_clients_can_be_fetched(owner: Browser, client: str, part: str) -> None:
    path = f"{PATH}/clients/{client}.zip"
    assert f'href="{path}"' in await page(owner)
    answer = await owner.get(path)
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.body)) as zipped:
        names = zipped.namelist()
        assert f"frontdesk-client-{client}/{part}" in names
        assert any("operations" in name for name in names)
        assert not any("node_modules" in name or "pycache" in name for name in names)
    assert (await owner.get(f"{PATH}/clients/cobol.zip")).status == 404


async def test_an_operation_that_is_none_is_not_found(owner: Browser) -> None:
    assert (await owner.get(f"{PATH}/drop_tables")).status == 404


async def test_nobody_reads_it_without_signing_in(program: Program) -> None:
    answer = await program.client.get(PATH)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/sign-in")


def odd(**more: Any) -> Operation:
    """An operation as a plug-in of somebody else could describe it."""
    found = {
        "operationId": "odd",
        "tags": ["Other"],
        "summary": "<b>odd</b>",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": "it's"},
            {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}, "example": "a & b"},
        ],
        "responses": {"200": {"description": "Fine."}},
        **more,
    }
    (made,) = operations({"paths": {"/odd/{id}": {"post": found}}, "components": {}})
    return made


def test_what_an_operation_says_is_text() -> None:
    assert spans("`<b>` is <i>") == '<code dir="ltr">&lt;b&gt;</code> is &lt;i&gt;'
    assert spans("one ` alone <") == "one ` alone &lt;"


def test_a_call_is_one_line_for_a_shell_whatever_is_in_it() -> None:
    body = {"required": True, "content": {"application/json": {"example": {"text": "it's $HOME `x`"}}}}
    words = shlex.split(call(odd(requestBody=body), URL).replace("\\\n", " "))
    assert words[:4] == ["curl", "-X", "POST", f"{URL}/odd/it%27s?q=a+%26+b"]
    assert json.loads(words[words.index("-d") + 1]) == {"text": "it's $HOME `x`"}


def test_a_schema_that_holds_itself_ends() -> None:
    tree = {
        "type": "object",
        "properties": {"below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    }
    found = {
        "operationId": "tree",
        "tags": ["Other"],
        "summary": "Tree",
        "responses": {
            "200": {
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}},
            }
        },
    }
    (made,) = operations({"paths": {"/tree": {"get": found}}, "components": {"schemas": {"Tree": tree}}})
    assert [value.name for value in made.answers[0].fields][:2] == ["below", "below[].below"]
    assert len(made.answers[0].fields) < 10


async def test_who_looks_for_docs_is_told_where_they_are(program: Program) -> None:
    """Open to anybody, in the reader's language; what needs a sign-in comes back to where it was asked for."""
    answer = await program.client.get("/docs")
    assert answer.status == 200
    links = re.findall(r'<h2><a href="([^"]+)"', answer.body.decode())
    assert links == [PATH, "/api/openapi.json", "/docs/errors"]
    for path, status in zip(links, (303, 200, 200), strict=True):
        assert (await program.client.get(path)).status == status
    away = (await program.client.get(PATH)).headers["Location"]
    assert away == f"/sign-in?next={quote(PATH, safe='')}"
    russian = await program.client.get("/docs", headers={"Accept-Language": "ru"})
    assert "Документация API" in russian.body.decode()
