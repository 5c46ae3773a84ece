"""No address of this machine, its network or its cloud is spoken to, whatever it is dressed up as."""

import ipaddress
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import PageNotFetchedError
from index.web.addresses import is_public
from index.web.pages import fetch_page
from index.web.rules import FetchRules

NETWORKS = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *(
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ),
]
CLOSED = [
    *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.100.100.200"),
    *("168.63.129.16", "192.0.0.192", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "198.19.0.1"),
    *(
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:7f00:1",
        "fe80::1",
        "fe80::1%1",
        "fc00::1",
        "fd00:ec2::254",
    ),
    *("fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "100::1"),
    *(
        "2001::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:db8::1",
        "2001:10::1",
        "2001:20::1",
        "3fff::1",
        "5f00::1",
    ),
]
OPEN = ["8.8.8.8", "93.184.215.14", "151.101.1.195", "2606:2800:220:1::1", "2a00:1450:4001::1", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_that_are_not_of_the_open_internet_are_closed(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_addresses_of_the_open_internet_are_open(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def resolve_numbers(host: str, port: int) -> Sequence[str]:
    """What every system makes of an address in numbers, asking no name service."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]


def in_base(number: int, base: str) -> str:
    return {"decimal": f"{number}", "octal": f"0{number:o}", "hex": f"0x{number:x}", "HEX": f"0X{number:08X}"}[base]


BASES = ["decimal", "octal", "hex", "HEX"]
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９。")
CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """A private IPv4 address in one of the ways in which a program may be made to read it."""
    network = IPv4Network(draw(st.sampled_from(NETWORKS)))
    address = network[draw(st.integers(0, network.num_addresses - 1))]
    number, dotted = int(address), str(address)
    count = draw(st.integers(1, 4))
    # 127.1, 127.0.1, 2130706433: the last part takes what is left.
    parts = [number >> 24 & 255, number >> 16 & 255, number >> 8 & 255][: count - 1]
    parts.append(number & (1 << 8 * (5 - count)) - 1)
    dressed = ".".join(in_base(part, draw(st.sampled_from(BASES))) for part in parts)
    wrapped = [
        *(f"[::ffff:{dotted}]", f"[::FFFF:{number >> 16:x}:{number & 0xFFFF:x}]", f"[::{dotted}]"),
        *(f"[0:0:0:0:0:ffff:{dotted}]", f"[64:ff9b::{dotted}]", f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]"),
        f"[{IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF))}]",
    ]
    return draw(
        st.sampled_from(
            [
                *(dressed, dotted, f"{dotted}.", f"{dressed}.", dotted.translate(WIDE), dotted.translate(CIRCLED)),
                *("".join(f"%{ord(character):02x}" for character in dotted), f"93.184.215.14@{dotted}"),
                *(f"a:b@{dressed}", f"news.example\\@{dotted}", f"{dotted}#@news.example", f" {dotted} "),
                *(f"\u200b{dotted}", f"{dotted}\u3002", *wrapped),
            ]
        )
    )


@settings(max_examples=1_000, deadline=None)
@given(spellings())
@example("localhost")
@example("LOCALHOST.")
@example("news.localhost")
@example("printer.local")
@example("metadata.google.internal")
@example("router.home.arpa")
@example("ⓛocalhost")
@example("[fe80::1%25eth0]")
@example("[::]")
def test_no_spelling_of_a_private_address_is_fetched(spelling: str) -> None:
    met: list[object] = []

    def is_allowed(address: IPv4Address | IPv6Address) -> bool:
        met.append(address)
        return is_public(address)

    with pytest.raises(PageNotFetchedError):
        fetch_page(f"http://{spelling}/", rules=FetchRules(resolve=resolve_numbers, is_allowed=is_allowed))
    assert not any(is_public(address) for address in met if isinstance(address, IPv4Address | IPv6Address))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_what_wraps_an_address_is_no_more_open_than_the_address(address: IPv4Address) -> None:
    number = int(address)
    assert is_public(IPv6Address(0xFFFF << 32 | number)) == is_public(address)
    assert is_public(IPv6Address(0x0064FF9B << 96 | number)) == is_public(address)
    assert not is_public(IPv6Address(0x2002 << 112 | number << 80))
    assert not is_public(IPv6Address(0x20010000 << 96 | number))
    assert not (is_public(address) and not address.is_global)
