import json
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError

from .conftest import TRUST, RunningServer

OURS = "orders@storefront.example"
DOMAIN = "shop.example"


def sender(server: RunningServer, role: str) -> Any:
    """A client of SES that may send from one address and one domain."""
    iam, ses = server.client("iam"), server.client("sesv2")
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    resources = [f"arn:aws:ses:us-east-1:000000000000:identity/{identity}" for identity in (OURS, DOMAIN)]
    statement = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": resources}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="send", PolicyDocument=document)
    for identity in (OURS, DOMAIN, "other.example"):
        ses.create_email_identity(EmailIdentity=identity)
    given = server.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return Session().client(
        "sesv2",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def send(ses: Any, address: str) -> str:
    text = {"Data": "Hello"}
    try:
        ses.send_email(
            FromEmailAddress=address,
            Destination={"ToAddresses": ["ada@example.com"]},
            Content={"Simple": {"Subject": text, "Body": {"Text": text}}},
        )
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "sent"


def test_a_role_sends_from_its_identities_and_no_other(fixed: RunningServer) -> None:
    ses = sender(fixed, "sender")

    assert [send(ses, address) for address in (OURS, f"Shop <any@{DOMAIN}>")] == ["sent", "sent"]
    assert send(ses, "any@other.example") == "AccessDeniedException"


@pytest.mark.usefixtures("fixed")
def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert send(sender(plain, "sender"), OURS) != "sent"
