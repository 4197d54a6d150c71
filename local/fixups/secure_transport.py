"""Requests count as encrypted, so IAM can be enforced from the first request on.

The local AWS speaks plain HTTP, on the loopback interface only. Policies that demand TLS (`"aws:SecureTransport":
"false"` is denied by the CDK bootstrap's bucket, and by every bucket with `enforce_ssl`) would refuse every request
there, `cdk deploy` first of all.
"""

from ministack import app
from ministack.core import iam_evaluator


def install() -> None:
    """Tells the emulator's policy evaluation that TLS ended in front of it, as behind a load balancer."""
    if app.pin_request_origin is not iam_evaluator.pin_request_origin:
        raise RuntimeError("ministack changed: its app does not call iam_evaluator.pin_request_origin any more")
    app.pin_request_origin = encrypted_origin


def encrypted_origin(source_ip: str, _secure_transport: bool) -> None:
    """Takes the place of the emulator's own: the address is kept, the transport is secure."""
    iam_evaluator.pin_request_origin(source_ip, True)
