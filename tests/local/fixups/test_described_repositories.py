import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import RunningServer

ONE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "ecr:DescribeRepositories",
            "Resource": "arn:aws:ecr:us-east-1:000000000000:repository/own",
        }
    ],
}


def publisher(server: RunningServer) -> Any:
    """Someone who may ask for one repository of two."""
    registry, users = server.client("ecr"), server.client("iam")
    for name in ("own", "foreign"):
        registry.create_repository(repositoryName=name)
    users.create_user(UserName="publisher")
    users.put_user_policy(UserName="publisher", PolicyName="one", PolicyDocument=json.dumps(ONE))
    key = users.create_access_key(UserName="publisher")["AccessKey"]
    return server.client("ecr", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])


def test_the_repository_that_is_granted_can_be_asked_for_and_no_other(fixed: RunningServer) -> None:
    registry = publisher(fixed)

    assert registry.describe_repositories(repositoryNames=["own"])["repositories"][0]["repositoryName"] == "own"
    for names in (["foreign"], ["own", "foreign"]):
        with pytest.raises(ClientError, match="AccessDenied"):
            registry.describe_repositories(repositoryNames=names)
    with pytest.raises(ClientError, match="AccessDenied"):
        registry.describe_repositories()


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        publisher(plain).describe_repositories(repositoryNames=["own"])
