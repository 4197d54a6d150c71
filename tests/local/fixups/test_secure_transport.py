import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import RunningServer

ONLY_ENCRYPTED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::encrypted", "arn:aws:s3:::encrypted/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
MAY_WRITE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::encrypted/*"}],
}


def writer(server: RunningServer) -> Any:
    """Someone who may write to a bucket that refuses what is not encrypted."""
    server.client("s3").create_bucket(Bucket="encrypted")
    server.client("s3").put_bucket_policy(Bucket="encrypted", Policy=json.dumps(ONLY_ENCRYPTED))
    users = server.client("iam")
    users.create_user(UserName="writer")
    users.put_user_policy(UserName="writer", PolicyName="write", PolicyDocument=json.dumps(MAY_WRITE))
    key = users.create_access_key(UserName="writer")["AccessKey"]
    return server.client("s3", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])


def test_a_policy_that_demands_tls_lets_loopback_requests_pass_and_iam_is_enforced(fixed: RunningServer) -> None:
    objects = writer(fixed)
    objects.put_object(Bucket="encrypted", Key="k", Body=b"v")

    with pytest.raises(ClientError, match="AccessDenied"):
        objects.get_object(Bucket="encrypted", Key="k")


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        writer(plain).put_object(Bucket="encrypted", Key="k", Body=b"v")
