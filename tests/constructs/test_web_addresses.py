"""Which web addresses AWS can call over the internet."""

import pytest

from mach_constructs.web_addresses import require_public


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "partner",
        "partner.",
        ".example",
        "partner..example",
        "shop.localhost",
        "printer.local",
        "orders.shop.internal",
        "orders.test",
        "orders.invalid",
        "1.2.3",
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "224.0.0.1",
        "240.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "[::ffff:10.0.0.1]",
    ],
)
def test_hosts_that_the_internet_does_not_know_are_refused(host: str) -> None:
    with pytest.raises(
        ValueError, match=r"url must have a host that the internet knows, such as partner\.example, got"
    ):
        require_public("url", f"https://{host}/orders?of=partner.example")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "https", "8 0"])
def test_ports_that_are_none_are_refused(port: str) -> None:
    with pytest.raises(ValueError, match=f"url must have a port from 1 to 65535, got 'partner.example:{port}'"):
        require_public("url", f"https://partner.example:{port}/orders")


def test_a_password_is_in_no_error() -> None:
    with pytest.raises(ValueError, match=r"got 'partner\.example:0'"):
        require_public("url", "https://me:secret@partner.example:0")


@pytest.mark.parametrize(
    "host",
    [
        "partner.example",
        "partner.example.",
        "partner.example:8443",
        "partner.example:",
        "a_b.partner.example",
        "xn--prtner-bua.example",
        "internal.partner.example",
        "8.8.8.8",
        "[2606:4700::1111]:443",
    ],
)
def test_hosts_that_it_may_know_pass(host: str) -> None:
    require_public("url", f"https://{host}/orders")
