"""API integrations -> actions. Secrets are taken out and named; every part that has no place here is reported."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.dialog import credentials
from frontdesk.dialog.actions import METHODS
from frontdesk.dialog.fields import NAME
from frontdesk.dialog.headers import can_be_sent
from frontdesk.dialog.jsonpaths import JsonPathError, Place
from frontdesk.dialog.paths import RESERVED
from frontdesk.dialog.templates import compile_template
from frontdesk.dialog.urls import url_mistake
from frontdesk.studio.importing.bodies import NotJson, read_body
from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.findings import ImportRefused, Report
from frontdesk.studio.importing.names import Namer, plain_id
from frontdesk.studio.importing.texts import Texts
from frontdesk.studio.importing.work import Integration
from frontdesk.studio.importing.yaml_text import Yaml

_RAW = re.compile(r"\s*\{\$\.api_([A-Za-z_][A-Za-z0-9_-]*)((?:[.\[][^{}]*)?)\}\s*", re.ASCII)
_HARMLESS = frozenset(
    [
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-type",
        "if-none-match",
        "origin",
        "pragma",
        "referer",
        "user-agent",
        "x-requested-with",
    ]
)
"""Headers whose values are kept; every other one may be a key."""
_BODILESS = frozenset({"GET", "HEAD"})
_LONGEST_KEY = 200
_LONGEST_URL = 2_000
_KINDS = {
    "API": "api",
    "KNOWLEDGE": "knowledge",
    "KNOWLEDGE_BASE": "knowledge",
    "KNOWLEDGE_AI": "knowledge",
    "KNOWLEDGEAI": "knowledge",
    "AGENT_ESCALATION": "handoff",
    "LP_AGENT_ESCALATION": "handoff",
    "ESCALATION": "handoff",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """An integration and what texts may read of it."""

    part: Part
    integration: Integration
    fields: dict[str, str]
    variable: str


def declare(responders: Sequence[Part], report: Report) -> dict[str, Declared]:
    """Give every integration its name and collect its result fields, before any text is read."""
    names, variables = Namer(*RESERVED), Namer()
    found: dict[str, Declared] = {}
    for part in responders:
        given, ident = part.text("name"), part.text("id")
        if not ident or ident in found:
            raise ImportRefused(
                f"{part.place}: two integrations have the id '{ident[:60]}', or one has none."
            )
        kind = _KINDS.get(part.text("integrationType", "API").upper(), "other")
        if kind != "api":
            found[ident] = Declared(part, Integration(kind, given), {}, "")
            continue
        name = names.take(given if NAME.fullmatch(given) else plain_id(given, lower=False), "Action")
        if name != given:
            report.add(
                given or ident,
                f"The integration is called {name} here.",
                "Scripts that name it need the new name.",
            )
        wanted = part.text("responseDataVariable") or given
        variable = variables.take(wanted if NAME.fullmatch(wanted) else name, name)
        if variable != wanted:
            report.add(
                given,
                f"The response variable '{wanted[:60]}' is called {variable} here.",
                "Use api_" + variable + ".",
            )
        hands_off = part.text("webhook").rstrip("/").endswith("/livePersonAgent")
        fields = _fields(part, name, report)
        found[ident] = Declared(part, Integration("api", given, name, hands_off=hands_off), fields, variable)
    return found


def _fields(part: Part, action: str, report: Report) -> dict[str, str]:
    fields: dict[str, str] = {}
    for pair in part.parts("customDataFields"):
        key, value = pair.text("key"), pair.text("value")
        if not key and not value:
            continue
        raw = _RAW.fullmatch(value)
        path = "$" + raw[2].replace("[i]", "[*]") if raw else ""
        if not NAME.fullmatch(key) or key in fields or not _is_path(path):
            report.add(
                action,
                f"The custom data field '{key[:60]}' ({value[:80]}) is left out.",
                "Add it under result: with a JSONPath such as $.field.",
            )
            continue
        fields[key] = path
    return fields


def _is_path(path: str) -> bool:
    try:
        return bool(path) and bool(Place(path).text)
    except JsonPathError:
        return False


class ActionWriter:
    """Writes one action after another; `env` gathers the values of the environment that they need."""

    def __init__(self, texts: Texts, report: Report, env: dict[str, Yaml]) -> None:
        self._texts = texts
        self._report = report
        self._env = env

    def write(self, declared: Declared) -> dict[str, Yaml]:
        part, name = declared.part, declared.integration.action
        method = part.text("method", "GET").upper() or "GET"
        if method not in METHODS:
            self._report.add(
                name, f"The method {method[:20]} is unknown; GET is written.", "Write the right one."
            )
            method = "GET"
        url, keys = credentials.without_keys(part.text("webhook").strip()[:_LONGEST_URL])
        request: dict[str, Yaml] = {"method": method, "url": self._url(url, name)}
        query, auth = self._query(part, keys, name)
        request |= query | self._headers(part, name) | self._json(part, method, name)
        action: dict[str, Yaml] = {"kind": "http", "request": request, **auth}
        if declared.variable != name:
            action["response_variable"] = declared.variable
        if declared.fields:
            # A call whose answer lacks a field is still a good one there.
            action["result"] = {
                field: {"path": path, "required": False} for field, path in declared.fields.items()
            }
        self._notes(part, name)
        return action

    def _notes(self, part: Part, name: str) -> None:
        if part.text("apiCredentialsId") or part.text("securityProtocol"):
            self._report.add(
                name,
                f"It signs in with stored credentials ({part.text('securityProtocol') or 'kind unknown'}), which the export lacks.",
                "Set up the sign-in of this action here.",
            )
        for pair in part.parts("defaultValues"):
            if pair.text("value"):
                self._report.add(
                    name,
                    f"The default value of '{pair.text('key')[:60]}' is left out.",
                    'Write | default("...") where the value is shown.',
                )

    def _url(self, url: str, action: str) -> str:
        if secret := credentials.sign_in(url):
            variable = self._in_env(action, "KEY")
            url = url.replace(secret, f"{{$env.{variable}}}")
            self._report.add(
                action,
                "The address held a key; it is taken out.",
                f"Write it into env: {variable}, or better under auth: with {{{{ secret.NAME }}}}.",
            )
        written = self._texts.template(url, action)
        if url and not _url_fault(written, self._texts):
            return written
        variable = self._in_env(action, "URL")
        self._report.add(
            action,
            f"The address '{url[:120]}' cannot be used as it is.",
            f"Write an absolute address, with values behind the host only, or fill in env: {variable}.",
        )
        return f"{{{{ env.{variable} }}}}"

    def _in_env(self, action: str, what: str) -> str:
        variable = f"{plain_id(action).upper() or 'ACTION'}_{what}"
        self._env.setdefault(variable, "")
        self._texts.names.env |= {variable}
        return variable

    def _query(self, part: Part, keys: Sequence[str], action: str) -> tuple[dict[str, Yaml], dict[str, Yaml]]:
        """The parameters, and the sign-in that one of them is; `keys` are those that the address held."""
        query: dict[str, list[Yaml]] = {}
        auth: dict[str, Yaml] = {}
        given = (*part.parts("params"), *part.parts("parameters"), *part.parts("requestParameters"))
        pairs = [(pair.text("key").strip(), pair.text("value").strip()) for pair in given]
        for key, value in (*((key, "") for key in keys), *pairs):
            if not key or len(key) > _LONGEST_KEY or key == "<<":
                continue
            if key in keys or (credentials.is_secret_name(key) and credentials.is_literal(value)):
                if not auth:
                    auth = self._query_key(key, action)
                    continue
                query.setdefault(key, []).append(self._key_in_env(f"The parameter '{key}'", key, action))
                continue
            query.setdefault(key, []).append(self._texts.template(value, action))
        written: dict[str, Yaml] = {key: many[0] if len(many) == 1 else many for key, many in query.items()}
        return {"query": written} if written else {}, auth

    def _query_key(self, key: str, action: str) -> dict[str, Yaml]:
        secret = _secret_name(action, key)
        self._report.add(
            action,
            f"The parameter '{key}' held a key; it is taken out.",
            f"Store it as the secret {secret}.",
        )
        return {"auth": {"api_key": {"query": key, "value": f"{{{{ secret.{secret} }}}}"}}}

    def _key_in_env(self, what: str, key: str, action: str) -> str:
        variable = self._in_env(action, plain_id(key).upper() or "KEY")
        self._report.add(
            action,
            f"{what} held a key; it is taken out.",
            f"Write it into env: {variable}, or better send it as a header with {{{{ secret.NAME }}}}.",
        )
        return f"{{$env.{variable}}}"

    def _headers(self, part: Part, action: str) -> dict[str, Yaml]:
        headers: dict[str, Yaml] = {}
        seen = {""}
        for pair in part.parts("headers"):
            key, value = pair.text("key").strip(), pair.text("value").strip()
            low = key.lower()
            if low in seen:
                continue
            seen.add(low)
            if not can_be_sent(key) or "\n" in value:
                self._report.add(
                    action,
                    f"The header '{key[:60]}' is left out.",
                    "The call sets it by itself, or it is none.",
                )
                continue
            if low == "content-type" and "json" in value.lower():
                continue  # said by every call with a JSON body
            if low in _HARMLESS or not credentials.is_literal(value):
                headers[key] = self._texts.template(value, action)
                continue
            secret = _secret_name(action, key)
            headers[key] = f"{credentials.scheme(value)}{{{{ secret.{secret} }}}}"
            self._report.add(
                action,
                f"The value of the header '{key}' is taken out: it may be a key.",
                f"Store it as the secret {secret}, or write it there if it is none.",
            )
        return {"headers": headers} if headers else {}

    def _json(self, part: Part, method: str, action: str) -> dict[str, Yaml]:
        text = part.text("postBody").strip()
        if not text:
            return {}
        if method in _BODILESS:
            self._report.add(
                action, f"{method} has a body, which is left out.", "Choose POST if it is needed."
            )
            return {}
        try:
            return {"json": read_body(text, lambda value, key: self._member(value, key, action))}
        except NotJson as error:
            self._report.add(
                action,
                f"The body is left out: {error}.",
                "Write it under json: as a mapping; other kinds are not sent.",
            )
            return {}

    def _member(self, value: str, key: str, action: str) -> str:
        if credentials.is_secret_name(key) and credentials.is_literal(value):
            return self._key_in_env(f"The field '{key}' of the body", key, action)
        return self._texts.template(value, action)


def _secret_name(action: str, key: str) -> str:
    return f"{action}_{plain_id(key)}".upper().replace("-", "_")


def _url_fault(url: str, texts: Texts) -> str:
    try:
        return url_mistake(compile_template(url, texts.names))
    except ValueError as error:
        return str(error)
