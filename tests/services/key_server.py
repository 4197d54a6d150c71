"""A user pool as far as services see it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

POOL = "us-east-1_storefront"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}"
CLIENT_ID = "merchant-client"
CUSTOMER_CLIENT_ID = "customer-client"


class KeyServer:
    """A user pool as far as services see it: a signing key, and its public half over HTTP."""

    def __init__(self) -> None:
        self.private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = str(uuid4())
        self.fetches = 0
        self.users: dict[str, Mapping[str, str]] = {}
        """Attributes of users by name, for ``GetUser``."""
        pool = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pool.fetches += 1
                found = self.path == f"/{POOL}/.well-known/jwks.json"
                body = json.dumps(pool.key_set()).encode()
                self.send_response(200 if found else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                token = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["AccessToken"]
                username = jwt.decode(token, options={"verify_signature": False}).get("username")
                attributes = pool.users.get(username)
                refused = {"__type": "NotAuthorizedException", "message": "Access Token has been revoked"}
                found = {
                    "Username": username,
                    "UserAttributes": [{"Name": name, "Value": value} for name, value in (attributes or {}).items()],
                }
                body = json.dumps(refused if attributes is None else found).encode()
                self.send_response(400 if attributes is None else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def key_set(self) -> dict[str, object]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def token(
        self, *scopes: str, claims: Mapping[str, object] | None = None, key: rsa.RSAPrivateKey | None = None
    ) -> str:
        """Give an access token; a claim of None is left out."""
        now = int(time.time())
        payload: dict[str, object] = {
            "sub": "merchant",
            "iss": ISSUER,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + 300,
            **(claims or {}),
        }
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(payload, key or self.private_key, algorithm="RS256", headers={"kid": self.key_id})

    def customer_token(self, subject: str = "ada") -> str:
        """Give the access token of a person who signed in."""
        claims = {"sub": f"id-of-{subject}", "client_id": CUSTOMER_CLIENT_ID, "username": subject}
        return self.token("aws.cognito.signin.user.admin", claims=claims)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
