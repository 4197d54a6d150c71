"""The AWS SDK, pointed at the local AWS; the shell's own AWS settings play no part."""

import functools
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from local.failure import FailureError
from local.server import REGION

if TYPE_CHECKING:
    from boto3.session import Session
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_ecs import ECSClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_ssm import SSMClient

ACCOUNT = "000000000000"
PLATFORM = "Platform"


def environment(endpoint: str, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment variables with which any AWS tool talks to the local AWS, and to nothing else.

    Args:
        endpoint: The server's URL.
        inherited: What else the tool gets; variables that steer AWS tools or Python are dropped.
    """
    foreign = ("AWS_", "CDK_", "PYTHON", "VIRTUAL_ENV")
    rest = {name: value for name, value in inherited.items() if not name.startswith(foreign)}
    return {
        **rest,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


class LocalAws:
    """Clients of the services that the commands use, and what the deployed stacks say about themselves.

    Args:
        endpoint: The server's URL.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    @functools.cached_property
    def _session(self) -> "Session":
        os.environ.update(environment(self.endpoint, {}))
        from boto3.session import Session

        return Session()

    @functools.cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """The stacks."""
        return self._session.client("cloudformation")

    @functools.cached_property
    def cognito(self) -> "CognitoIdentityProviderClient":
        """The user pool."""
        return self._session.client("cognito-idp")

    @functools.cached_property
    def containers(self) -> "ECSClient":
        """The ECS services and their tasks."""
        return self._session.client("ecs")

    @functools.cached_property
    def functions(self) -> "LambdaClient":
        """The functions."""
        return self._session.client("lambda")

    @functools.cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """The log groups."""
        return self._session.client("logs")

    @functools.cached_property
    def parameters(self) -> "SSMClient":
        """The parameter store."""
        return self._session.client("ssm")

    def stack_names(self) -> list[str]:
        """The stacks that are deployed, sorted."""
        pages = self.cloudformation.get_paginator("describe_stacks").paginate()
        return sorted(stack["StackName"] for page in pages for stack in page["Stacks"])

    def output(self, key: str) -> str:
        """An output of a deployed stack; where two have the same key, the platform's.

        Args:
            key: Its name, like `ApiUrl`.

        Raises:
            FailureError: When the platform is not deployed or has no such output.
        """
        if key not in self._outputs:
            raise FailureError(f"the storefront is not deployed here (no stack has the output {key}): run `make up`")
        return self._outputs[key]

    @functools.cached_property
    def _outputs(self) -> dict[str, str]:
        pages = self.cloudformation.get_paginator("describe_stacks").paginate()
        stacks = sorted((stack for page in pages for stack in page["Stacks"]), key=lambda s: s["StackName"] == PLATFORM)
        return {
            output["OutputKey"]: output["OutputValue"]
            for stack in stacks
            for output in stack.get("Outputs", [])
            if "OutputKey" in output and "OutputValue" in output
        }

    def api_url(self) -> str:
        """The base URL of the HTTP API, without trailing slash and without `/v1`.

        The host form (`https://<api>.execute-api.…`) resolves on AWS only, so this is the emulator's path form.

        Raises:
            FailureError: When the platform is not deployed.
        """
        host, _, stage = self.output("ApiUrl").rstrip("/").partition("://")[2].partition("/")
        api = host.partition(".")[0]
        return f"{self.endpoint}/_aws/execute-api/{api}" + (f"/{stage}" if stage else "")
