from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.webhooks.conftest import Partner
from webhooks import addresses, calling

NAME = "partner.example.com"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Give a certificate of the partner's name, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "partner.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@pytest.fixture
def port(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Give the port of a server with that certificate, to which every name leads as if it were public."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200 if self.headers["Host"].startswith(NAME) else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def resolve(_host: str, port: int, *_more: object, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(addresses, "is_public", lambda ip: bool(ipaddress.ip_address(ip)))
    yield server.server_port
    server.shutdown()
    server.server_close()


def post(url: str) -> calling.Outcome:
    return calling.call(url, body=b"{}", headers={"Content-Type": "application/json"})


def test_the_certificate_must_be_of_the_name_though_an_ip_address_is_called(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(f"https://{NAME}:{port}/").error == "connection"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert post(f"https://{NAME}:{port}/").status == 200
    assert post(f"https://other.example.com:{port}/").error == "connection"


@pytest.mark.usefixtures("service")
def test_no_redirection_is_followed(partner: Partner) -> None:
    partner.answers, partner.redirected_to = [302], partner.url
    assert post(partner.url).status == 302
    assert len(partner.received) == 1


@pytest.mark.usefixtures("service")
def test_nobody_there_is_told(partner: Partner) -> None:
    partner.close()
    assert post(partner.url).error == "connection"


@pytest.mark.usefixtures("service")
def test_who_is_slow_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert post(f"http://127.0.0.1:{silent.getsockname()[1]}/").error == "timeout"


def test_what_may_not_be_called_is_not(partner: Partner) -> None:
    assert post(partner.url).error == "forbidden-address"
    assert partner.received == []
