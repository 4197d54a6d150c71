from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks import addresses
from webhooks.addresses import ForbiddenAddressError, UnknownHostError, is_public, require_callable, target_of

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
]


def resolve_to(monkeypatch: pytest.MonkeyPatch, ips: Sequence[str]) -> None:
    def resolve(_host: str, port: int, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_private_address_is_called_whether_it_is_written_or_led_to(ip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(ip)
    with pytest.raises(ForbiddenAddressError):
        require_callable(f"https://{f'[{ip}]' if ':' in ip else ip}/")
    for found in ([ip], ["93.184.215.14", ip]):
        resolve_to(monkeypatch, found)
        with pytest.raises(ForbiddenAddressError):
            target_of("https://partner.example.com/")


@given(number=st.integers(min_value=0, max_value=2**32 - 1))
def test_what_hides_in_an_ipv6_address_is_seen(number: int) -> None:
    hidden = ipaddress.IPv4Address(number)
    assert is_public(f"::ffff:{hidden}") == is_public(str(hidden))


@given(url=st.text(alphabet=st.sampled_from("htps:/.@#?[]%\\ab1 \t\n\x00é"), max_size=40))
def test_whatever_is_written_is_taken_or_refused(url: str) -> None:
    try:
        require_callable(url)
    except ForbiddenAddressError:
        return
    assert url.startswith("https://")


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example.com/",
        "ftp://partner.example.com/",
        "https://",
        "https://partner/",
        "https://user@partner.example.com/",
        "https://user:secret@partner.example.com/",
        "https://partner.example.com/#fragment",
        "https://partner.example.com:0/",
        "https://partner.example.com:99999/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0x1/",
        "https://metadata.google.internal/",
        "https://partner.example.com/ a",
        "https://partner.example.com\\@10.0.0.1/",
        "https://pärtner.example.com/",
        "https://[::1/",
        "https://partner.example.com/" + "x" * 2000,
    ],
)
def test_what_is_no_public_https_address_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        require_callable(url)


def test_what_is_called_is_the_very_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, ["93.184.215.14"])
    target = target_of("https://partner.example.com:8443/hooks?a=1")
    assert (target.host, target.ip, target.port, target.path) == (
        "partner.example.com",
        "93.184.215.14",
        8443,
        "/hooks?a=1",
    )


def test_a_name_that_leads_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(addresses.socket, "getaddrinfo", fail)
    with pytest.raises(UnknownHostError):
        target_of("https://nowhere.example.com/")


@pytest.mark.parametrize(
    ("switch", "endpoint"),
    [("true", ""), ("true", "https://dynamodb.eu-central-1.amazonaws.com"), ("", "http://127.0.0.1:4566"), ("", "")],
)
def test_this_machine_is_called_only_with_the_switch_and_an_emulator(
    switch: str, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPBACK_ALLOWED", switch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    for url in ("http://127.0.0.1:9/", "https://127.0.0.1:9/"):
        with pytest.raises(ForbiddenAddressError):
            target_of(url)
    monkeypatch.setenv("LOOPBACK_ALLOWED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert target_of("http://127.0.0.1:9/").ip == "127.0.0.1"
    with pytest.raises(ForbiddenAddressError):
        target_of("http://localhost:9/")
