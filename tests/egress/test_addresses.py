"""The address table of the guard: what the standard library calls global is closed here as well."""

import ipaddress

import pytest

from frontdesk.egress import addresses

CLOSED = {
    "0.0.0.0": "this host",  # noqa: S104 - judged, not bound
    "0.1.2.3": "0/8",
    "10.0.0.1": "private",
    "100.64.0.1": "carrier",
    "100.127.255.255": "carrier, last",
    "100.100.100.200": "a cloud's metadata, in the carrier range",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback, last",
    "168.63.129.16": "a cloud's internal address",
    "169.254.169.254": "metadata",
    "172.16.0.1": "private",
    "172.31.255.255": "private, last",
    "192.0.0.192": "a cloud's metadata, in the assignments",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmarking",
    "198.19.255.255": "benchmarking, last",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast, last",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "this host",
    "::1": "loopback",
    "::7f00:1": "IPv4-compatible",
    "::ffff:127.0.0.1": "IPv4-mapped loopback",
    "::ffff:a9fe:a9fe": "IPv4-mapped metadata",
    "::ffff:0:127.0.0.1": "translated",
    "64:ff9b::7f00:1": "NAT64",
    "64:ff9b::8.8.8.8": "NAT64 of a public address",
    "64:ff9b:1::1": "NAT64, local",
    "100::1": "discard",
    "100:0:0:1::1": "dummy prefix",
    "2001::1": "Teredo",
    "2001:2::1": "benchmarking",
    "2001:20::1": "ORCHID",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4 of loopback",
    "2002:808:808::1": "6to4 of a public address",
    "3fff::1": "documentation",
    "4000::1": "unassigned",
    "5f00::1": "segment routing",
    "fc00::1": "private",
    "fd00:ec2::254": "a cloud's metadata",
    "fe80::1": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}

OPEN = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("text", CLOSED)
def test_closed_address_is_closed(text: str) -> None:
    address = addresses.read(text)
    assert address is not None
    assert addresses.why_closed(address), f"{text} ({CLOSED[text]})"


@pytest.mark.parametrize("text", OPEN)
def test_public_address_is_open(text: str) -> None:
    address = addresses.read(text)
    assert address is not None
    assert addresses.why_closed(address) is None


@pytest.mark.parametrize(("net", "name"), addresses.CLOSED)
def test_first_and_last_address_of_every_listed_network_are_closed(net: str, name: str) -> None:
    network = ipaddress.ip_network(net)
    for address in (network.network_address, network.broadcast_address):
        assert addresses.why_closed(address)
    assert addresses.why_closed(network.broadcast_address) == name or net == "::/96"


@pytest.mark.parametrize(
    "text",
    [
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "1.1.1.1/32",
        "::1%lo",
        "fe80::1%1",
        "",
    ],
)
def test_other_spellings_are_no_addresses(text: str) -> None:
    assert addresses.read(text) is None
