"""How a request of an action shows who asks, as an author writes it under `auth:`; secrets stay references.

A bearer token and a key in a header are headers like any other, so they are read into those.
"""

from dataclasses import dataclass
from typing import Protocol

from frontdesk.core.action import Auth, Basic, ClientCredentials, QueryKey, Signature
from frontdesk.dialog.book import Book, read_template
from frontdesk.dialog.fields import Fields
from frontdesk.dialog.headers import can_be_sent
from frontdesk.dialog.paths import Values
from frontdesk.dialog.pieces import pieces_of
from frontdesk.dialog.templates import Template
from frontdesk.dialog.urls import Url, url_mistake

AUTHORIZATION = "Authorization"
KINDS = ("bearer", "basic", "api_key", "oauth2", "hmac")


class AuthText(Protocol):
    """One kind, with its templates."""

    @property
    def templates(self) -> tuple[Template, ...]: ...

    @property
    def header(self) -> str:
        """The header that it sets; empty for none."""
        ...

    def of(self, values: Values) -> Auth:
        """With everything filled in but secrets.

        Raises:
            CannotCall: A value has no business there.
            UrlRefused: An address cannot be used.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Basic:
    user: Template
    password: Template
    header: str = AUTHORIZATION

    @property
    def templates(self) -> tuple[Template, ...]:
        return (self.user, self.password)

    def of(self, values: Values) -> Auth:
        return Basic(
            pieces_of("the user name", self.user, values), pieces_of("the password", self.password, values)
        )


@dataclass(frozen=True, slots=True)
class _QueryKey:
    name: str
    value: Template
    header: str = ""

    @property
    def templates(self) -> tuple[Template, ...]:
        return (self.value,)

    def of(self, values: Values) -> Auth:
        return QueryKey(self.name, pieces_of("the key", self.value, values))


@dataclass(frozen=True, slots=True)
class _OAuth2:
    token_url: Url
    client_id: Template
    client_secret: Template
    scope: str
    header: str = AUTHORIZATION

    @property
    def templates(self) -> tuple[Template, ...]:
        return (self.client_id, self.client_secret)

    def of(self, values: Values) -> Auth:
        return ClientCredentials(
            self.token_url.text(values),
            pieces_of("the client id", self.client_id, values),
            pieces_of("the client secret", self.client_secret, values),
            self.scope,
        )


@dataclass(frozen=True, slots=True)
class _Hmac:
    header: str
    secret: Template
    prefix: str

    @property
    def templates(self) -> tuple[Template, ...]:
        return (self.secret,)

    def of(self, values: Values) -> Auth:
        return Signature(self.header, pieces_of("the secret", self.secret, values), self.prefix)


@dataclass(frozen=True, slots=True)
class ReadAuth:
    """What `auth` comes to: further headers, or a kind that needs more than one."""

    headers: tuple[tuple[str, Template], ...] = ()
    auth: AuthText | None = None

    @property
    def sets(self) -> frozenset[str]:
        """The headers that it sets, in small letters."""
        own = {self.auth.header.lower()} if self.auth is not None and self.auth.header else set()
        return frozenset(own | {name.lower() for name, _ in self.headers})


def read_auth(fields: Fields | None, book: Book) -> ReadAuth:
    """Exactly one of `KINDS`."""
    if fields is None:
        return ReadAuth()
    given = [key for key in KINDS if fields.has(key)]
    found = ReadAuth()
    if len(given) != 1:
        fields.problems.error(fields.node, "'auth' names one kind.", f"Write one of: {', '.join(KINDS)}.")
    elif given[0] == "bearer":
        token = _template(fields, "bearer", book)
        found = ReadAuth(((AUTHORIZATION, Template("", ("Bearer ", *token.pieces))),))
    else:
        inner = Fields(fields.place(given[0]), book.problems, f"'{given[0]}'")
        found = {"basic": _basic, "api_key": _api_key, "oauth2": _oauth2, "hmac": _hmac}[given[0]](
            inner, book
        )
        inner.close()
    fields.close()
    return found


def _basic(fields: Fields, book: Book) -> ReadAuth:
    return ReadAuth(auth=_Basic(_template(fields, "user", book), _template(fields, "password", book)))


def _api_key(fields: Fields, book: Book) -> ReadAuth:
    header, query, value = fields.text("header"), fields.text("query"), _template(fields, "value", book)
    if bool(header) == bool(query):
        fields.problems.error(
            fields.node, "A key goes in one place.", "Write header: or query:, and its name."
        )
    if header:
        _check_header(header, fields)
    return ReadAuth(((header, value),)) if header else ReadAuth(auth=_QueryKey(query, value))


def _oauth2(fields: Fields, book: Book) -> ReadAuth:
    place = fields.place("token_url")
    url = read_template(fields.text("token_url"), place, book)
    mistake = url_mistake(url)
    if mistake:
        fields.problems.error(place, f"This URL cannot be used: {mistake}.", "Write https://host/path.")
    return ReadAuth(
        auth=_OAuth2(
            Url(url),
            _template(fields, "client_id", book),
            _template(fields, "client_secret", book),
            fields.text("scope"),
        )
    )


def _hmac(fields: Fields, book: Book) -> ReadAuth:
    header, prefix = fields.text("header", "X-Signature"), fields.text("prefix", "sha256=")
    _check_header(header, fields)
    if not prefix.isprintable():
        fields.problems.error(
            fields.place("prefix"), "The prefix has a line break or control character.", "Write it without."
        )
    return ReadAuth(auth=_Hmac(header, _template(fields, "secret", book), prefix))


def _check_header(name: str, fields: Fields) -> None:
    if not can_be_sent(name):
        fields.problems.error(
            fields.place("header"), f"'{name[:40]}' cannot be sent as a header.", "Use another header name."
        )


def _template(fields: Fields, key: str, book: Book) -> Template:
    if fields.get(key) is None:
        fields.problems.error(fields.place(key), f"{fields.what} has no {key}.", f"Write {key}:.")
    return read_template(fields.text(key), fields.place(key), book, secrets=True)
