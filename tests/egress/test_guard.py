"""URLs judged before anything is sent: spelling, scheme, port, purpose."""

import pytest

from frontdesk.core.errors import Refused
from frontdesk.egress.allow import EgressSettings, parse_allow, parse_settings
from frontdesk.egress.guard import Guard, Target


def guard(*rules: str, ports: frozenset[int] = frozenset()) -> Guard:
    return Guard(EgressSettings(tuple(parse_allow(rule) for rule in rules), ports))


LOOPBACK_SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://127.000.000.001/",
    "http://127.0.0.0x1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[::1%25lo]/",
    "http://[::1%lo]/",
    "http://[fe80::1%25eth0]/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://١٢٧.0.0.1/",
    "HTTP://127.0.0.1/",
]


@pytest.mark.parametrize("url", LOOPBACK_SPELLINGS)
def test_no_spelling_of_a_closed_address_passes(url: str) -> None:
    with pytest.raises(Refused) as refusal:
        guard().target(url, (), "action")
    assert refusal.value.code == "outbound_refused"


@pytest.mark.parametrize(
    "url",
    [
        *LOOPBACK_SPELLINGS,
        "http://8.8.8.8:25/",
        "http://[2606:4700::1111]:25/",
        "http://localhost:3000/",
        "https://crm.test:9000/",
    ],
)
def test_the_rule_that_a_refusal_proposes_opens_the_address(url: str) -> None:
    with pytest.raises(Refused) as refusal:
        guard().foresee(url, "callback")
    _, told, rule = refusal.value.message.partition("FRONTDESK_EGRESS_ALLOW=")
    if not told:  # an address that cannot be judged is opened by nothing
        assert "cannot be" in refusal.value.message or "plain IP address" in refusal.value.message
        return
    opened = Guard(parse_settings(rule, purposes=frozenset({"callback"})))
    opened.foresee(url, "callback")
    assert rule.startswith("callback=")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "ws://example.com/",
        "unix:///run/x.sock",
        "javascript:alert(1)",
        "data:text/plain,x",
        "//example.com/",
        "/path",
        "example.com",
        "",
        "http:example.com",
        "http:///path",
        "http://",
        "http://user@example.com/",
        "http://user:pass@example.com/",
        "http://@example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://[::1]a.example/",
        "http://[::1/",
        "http://a..example.com/",
        "http://.example.com/",
        "http://exa mple.com/",
        "http://example.com/\r\nHost: 127.0.0.1",
        "http://exam\tple.com/",
        "http://example.com/\x00",
        "http://example.com/\x7f",
        " http://example.com/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:x/",
        "http://127.0.0.1%00.example.com/",
        "http://example.com%2f@127.0.0.1/",
        "http://" + "a" * 64 + ".com/",
        "http://" + "a." * 130 + "com/",
        "http://example.com/\ud800",
        "http://example.com/" + "a" * 8000,
    ],
)
def test_a_url_that_two_parsers_could_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refusal:
        guard().target(url, (), "action")
    assert refusal.value.code == "outbound_refused"


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://example.com", "example.com", 80),
        ("https://Example.COM./a", "example.com", 443),
        ("https://my_host.example.com:8443/", "my_host.example.com", 8443),
        ("http://exämple.de/", "xn--exmple-cua.de", 80),
        ("http://8.8.8.8:8080/", "8.8.8.8", 8080),
        ("http://[2606:4700::1111]/", "2606:4700::1111", 80),
        ("http://[::ffff:8.8.8.8]/", "::ffff:808:808", 80),
    ],
)
def test_an_ordinary_url_passes(url: str, host: str, port: int) -> None:
    assert guard().target(url, (), "action")[1] == Target("action", host, port)


def test_query_values_are_encoded_and_what_is_encoded_stays() -> None:
    url, _ = guard().target(
        "http://example.com/a%2Fb?x=%26#part", (("q", "a&b=c d+é\n"), ("x", "")), "action"
    )
    assert str(url) == "http://example.com/a%2Fb?x=%26&q=a%26b%3Dc%20d%2B%C3%A9%0A&x="


@pytest.mark.parametrize("port", [22, 25, 81, 5432, 6379, 9000])
def test_other_ports_are_closed(port: int) -> None:
    with pytest.raises(Refused, match=f"Port {port} is not open"):
        guard().target(f"http://example.com:{port}/", (), "action")


def test_a_configured_port_is_open_for_public_addresses_only() -> None:
    open_9000 = guard(ports=frozenset({9000}))
    open_9000.target("http://8.8.8.8:9000/", (), "action")
    with pytest.raises(Refused, match="private address"):
        open_9000.target("http://10.0.0.1:9000/", (), "action")


def test_an_allow_rule_holds_for_its_purpose_host_and_port_alone() -> None:
    rules = guard("action=10.0.0.1:9000")
    rules.target("http://10.0.0.1:9000/", (), "action")
    for url, purpose in [
        ("http://10.0.0.1:9000/", "webhook"),
        ("http://10.0.0.1:9001/", "action"),
        ("http://10.0.0.1/", "action"),
        ("http://10.0.0.2:9000/", "action"),
    ]:
        with pytest.raises(Refused):
            rules.target(url, (), purpose)


def test_a_rule_without_port_keeps_to_the_port_list() -> None:
    rules = guard("*=10.0.0.0/24")
    rules.target("http://10.0.0.1:8080/", (), "action")
    rules.target("https://10.0.0.255/", (), "webhook")
    with pytest.raises(Refused, match="Port 9000"):
        rules.target("http://10.0.0.1:9000/", (), "action")
    with pytest.raises(Refused, match="private address"):
        rules.target("http://10.0.1.1:8080/", (), "action")


def test_a_rule_by_name_holds_for_what_that_name_resolves_to_and_for_no_other_name() -> None:
    rules = guard("action=desk.internal:9000")
    desk = rules.target("http://DESK.internal:9000/", (), "action")[1]
    rules.check_all(desk, ["10.0.0.7", "fd00::7"])
    with pytest.raises(Refused):
        rules.target("http://other.internal:9000/", (), "action")
    with pytest.raises(Refused):
        rules.target("http://10.0.0.7:9000/", (), "action")
    with pytest.raises(Refused):
        rules.target("http://desk.internal.evil.example:9000/", (), "action")


def test_a_network_rule_with_a_port_does_not_open_that_port_elsewhere() -> None:
    rules = guard("action=10.0.0.1:9000")
    outside = rules.target("http://example.com:9000/", (), "action")[1]
    with pytest.raises(Refused, match="Port 9000"):
        rules.check_all(outside, ["8.8.8.8"])


def test_one_closed_address_among_open_ones_refuses_all() -> None:
    target = Target("action", "example.com", 80)
    guard().check_all(target, ["8.8.8.8", "2606:4700::1111"])
    with pytest.raises(Refused):
        guard().check_all(target, ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(Refused):
        guard().check_all(target, ["fe80::1%eth0"])


def test_a_refusal_does_not_tell_the_address() -> None:
    with pytest.raises(Refused) as refusal:
        guard().check_all(Target("action", "db.internal", 80), ["10.11.12.13"])
    assert "10.11.12.13" not in refusal.value.message


@pytest.mark.parametrize(
    ("url", "rules", "refused"),
    [
        ("https://site.example.com/x", (), False),
        ("http://10.0.0.7/x", (), True),
        ("http://10.0.0.7/x", ("callback=10.0.0.7",), False),
        ("http://10.0.0.7/x", ("action=10.0.0.7",), True),
        ("http://localhost/x", (), True),
        ("http://desk.localhost./x", (), True),
        ("http://notlocalhost/x", (), False),
        ("http://localhost:9000/x", ("callback=localhost:9000",), False),
        ("http://localhost:9000/x", ("callback=127.0.0.1:9000",), False),
        ("http://localhost:9000/x", ("callback=[::1]:9000",), False),
        ("ftp://site.example.com/x", (), True),
    ],
)
def test_what_is_certain_to_be_refused_is_foreseen(
    url: str, rules: tuple[str, ...], *, refused: bool
) -> None:
    if refused:
        with pytest.raises(Refused):
            guard(*rules).foresee(url, "callback")
    else:
        guard(*rules).foresee(url, "callback")
