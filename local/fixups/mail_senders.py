"""Who may send from one identity may send from that, and from no other.

The emulator asks whether the caller may `ses:SendEmail` on everything. AWS asks for the identity that the message comes
from: its address if that is one, else its domain (https://docs.aws.amazon.com/service-authorization/latest/reference/
list_amazonsimpleemailservicev2.html).
"""

import json
from email.utils import parseaddr

from ministack.core import iam_actions
from ministack.services import ses_v2

SENDING = "/v2/email/outbound-emails"


def install() -> None:
    """Replaces how the emulator finds what a call of SES is about."""
    find = getattr(iam_actions, "_ses_v2_resource_arn", None)
    if not callable(find):
        raise RuntimeError("ministack changed: its IAM has no _ses_v2_resource_arn")

    def find_or_identity(method: str, path: str, body: bytes, region: str, account_id: str) -> str:
        if method == "POST" and path.rstrip("/") == SENDING:
            return _identity(body, region, account_id)
        found: str = find(method, path, body, region, account_id)
        return found

    iam_actions._ses_v2_resource_arn = find_or_identity


def _identity(body: bytes, region: str, account_id: str) -> str:
    try:
        sender = str(json.loads(body).get("FromEmailAddress", ""))
    except (ValueError, AttributeError):
        return "*"
    address = parseaddr(sender)[1]
    domain = address.rpartition("@")[2]
    known = ses_v2._identities.get_scoped(account_id, region, address)
    return f"arn:aws:ses:{region}:{account_id}:identity/{domain if known is None and domain else address}"
