"""Decides whether a request may go where it wants to; `connector` and `dial` ask again about each address they use.

URL -> `target` (scheme, spelling, port) -> name resolved -> `check_all` -> socket made -> `check`
host, port -> `place` (spelling, port) ---^
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from yarl import URL

from frontdesk.core.errors import LedAstray, Refused
from frontdesk.egress import addresses
from frontdesk.egress.allow import PURPOSE_PORTS, STANDARD_PORTS, AllowRule, EgressSettings, is_name

_MAX_URL = 8_000
_FORBIDDEN = frozenset(map(chr, range(0x21))) | {"\x7f", "\\"}
_AUTHORITY_END = re.compile(r"[/?#]")
_LOOPBACK = (ipaddress.ip_address("::1"), ipaddress.ip_address("127.0.0.1"))


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request is bound for: `host` in lower case without a trailing dot, brackets or IDN letters."""

    purpose: str
    host: str
    port: int


def refused(reason: str) -> Refused:
    return Refused("outbound_refused", reason)


def _advice(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    rule = f"{target.purpose}={host}:{target.port}"
    return f"Whoever runs this installation can open it, with the setting FRONTDESK_EGRESS_ALLOW={rule}"


class Guard:
    """The rules of one installation."""

    def __init__(self, settings: EgressSettings) -> None:
        self._rules = settings.allow
        self._ports = STANDARD_PORTS | settings.ports

    def target(self, text: str, query: Sequence[tuple[str, str]], purpose: str) -> tuple[URL, Target]:
        """Judge a URL before anything is looked up; the URL returned is the one that is then requested."""
        url = _parse(text, query)
        target = Target(purpose, _host(url), url.port or 0)
        self._check_port(target)
        literal = addresses.read(target.host)
        if literal is not None:
            self.check(target, literal)
        return url, target

    def place(self, host: str, port: int, purpose: str) -> Target:
        """Judge a host and port that are no URL, before anything is looked up."""
        name = host.lower()
        literal = addresses.read(name)
        if literal is None and not is_name(name := name.removesuffix(".")):
            raise refused(
                "That is no host name or plain IP address; write IPv4 addresses as four decimal numbers."
            )
        target = Target(purpose, name, port)
        self._check_port(target)
        if literal is not None:
            self.check(target, literal)
        return target

    def foresee(self, text: str, purpose: str) -> None:
        """Refuse a URL of which it is certain that requests will be refused, without looking its name up."""
        _, target = self.target(text, (), purpose)
        if f".{target.host}".endswith(".localhost"):
            for number, address in enumerate(_LOOPBACK, start=1):
                try:
                    self.check(target, address)
                except Refused:
                    if number == len(_LOOPBACK):
                        raise
                else:
                    return

    def check_all(self, target: Target, found: Sequence[str]) -> None:
        """Refuse when any of the addresses that a name resolved to is closed: no picking of the good ones.

        Raises:
            LedAstray: As it has led elsewhere, it may do so again.
        """
        for text in found:
            self.check_text(target, text)

    def check_text(self, target: Target, text: str) -> None:
        """Judge one address that is about to be used, or is; see `check_all`."""
        address = addresses.read(text)
        try:
            if address is None:
                raise refused(f"The host {target.host} leads to an address that cannot be judged.")
            self.check(target, address)
        except Refused as refusal:
            if addresses.read(target.host) is not None:
                raise
            raise LedAstray(refusal.code, refusal.message) from None

    def check(self, target: Target, address: addresses.Address) -> None:
        """Refuse unless `address` is public, or opened for this host, port and purpose."""
        opened = [rule for rule in self._rules if _fits(rule, target, address)]
        if any(rule.port is not None for rule in opened):
            return
        if not self._listed(target):
            raise refused(f"Port {target.port} is not open for requests. {_advice(target)}")
        if opened:
            return
        reason = addresses.why_closed(address)
        if reason is not None:
            raise refused(
                f"The host {target.host} leads to {reason}, which may not be reached. {_advice(target)}"
            )

    def _listed(self, target: Target) -> bool:
        return target.port in self._ports or target.port in PURPOSE_PORTS.get(target.purpose, ())

    def _check_port(self, target: Target) -> None:
        # Before the name is looked up no network rule can be told to fit, so any that names the port may.
        if self._listed(target) or any(
            rule.port == target.port
            and rule.purpose in {"*", target.purpose}
            and rule.host in {None, target.host}
            for rule in self._rules
        ):
            return
        raise refused(f"Port {target.port} is not open for requests. {_advice(target)}")


def _fits(rule: AllowRule, target: Target, address: addresses.Address) -> bool:
    if rule.purpose not in {"*", target.purpose} or rule.port not in {None, target.port}:
        return False
    if rule.network is not None:
        return address.version == rule.network.version and address in rule.network
    return rule.host == target.host


def _parse(text: str, query: Sequence[tuple[str, str]]) -> URL:
    if len(text) > _MAX_URL:
        raise refused(f"The URL is longer than {_MAX_URL} characters.")
    if not _FORBIDDEN.isdisjoint(text):
        raise refused("The URL has a space, a control character or a backslash in it; percent-encode it.")
    try:
        "".join((text, *(name + value for name, value in query))).encode()
        url = _with_query(URL(text).with_fragment(None), query)
    except ValueError:
        raise refused("The URL cannot be read.") from None
    if url.scheme not in {"http", "https"}:
        raise refused("Only http:// and https:// URLs can be reached.")
    # Looked for in the text itself: the parser drops an empty user name without a word.
    if "@" in _AUTHORITY_END.split(text.partition("//")[2], maxsplit=1)[0]:
        raise refused("The URL must not carry a user name or password; use a header.")
    return url


def _with_query(url: URL, query: Sequence[tuple[str, str]]) -> URL:
    """Every reserved character of a value is encoded: what a customer typed can end no parameter."""
    if not query:
        return url
    added = urlencode(query, quote_via=quote, safe="")
    return URL.build(
        scheme=url.scheme,
        authority=url.raw_authority,
        path=url.raw_path,
        query_string="&".join(filter(None, (url.raw_query_string, added))),
        encoded=True,
    )


def _host(url: URL) -> str:
    raw = (url.raw_host or "").lower()
    if ":" in raw:
        if addresses.read(raw) is None:
            raise refused("The URL names an IPv6 address that cannot be judged.")
        return raw
    host = raw.removesuffix(".")
    if addresses.read(raw) is not None or is_name(host):
        return host
    raise refused(
        "The URL has no host name or plain IP address; write IPv4 addresses as four decimal numbers."
    )
