"""Creates, updates and deletes single stacks by CloudFormation, in the order in which the CDK CLI asks it to."""

from collections.abc import Iterable
from typing import Any

import boto3

from local import aws
from local.server import REGION
from tests.local.composition import Composition
from tests.local.fixups.conftest import SOON

BUCKET = f"cdk-hnb659fds-assets-{aws.ACCOUNT}-{REGION}"
VERSION = "/cdk-bootstrap/hnb659fds/version"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


class ByFormation:
    """Stacks of a composition in an account where the CLI has never been.

    Args:
        endpoint: The server's URL.
        composition: What is created.
        changed: The same after an edit of each service's stack.
    """

    def __init__(self, endpoint: str, *, composition: Composition, changed: Composition) -> None:
        self._endpoint = endpoint
        self._composition = composition
        self._changed = changed
        self._formation: Any = self._client("cloudformation")
        self._storage: Any = self._client("s3")
        # What the templates and their assets expect of an account.
        self._storage.create_bucket(Bucket=BUCKET)
        self._client("ssm").put_parameter(Name=VERSION, Value="30", Type="String")

    def close(self) -> None:
        """Ends the connections."""
        self._formation.close()
        self._storage.close()

    def create(self, stacks: Iterable[str]) -> None:
        """Creates the stacks, each after those that it needs."""
        for stack in self._composition.in_order(stacks):
            url = self._publish(stack, self._composition)
            self._formation.create_stack(StackName=stack, TemplateURL=url, Capabilities=CAPABILITIES)
            self._wait("stack_create_complete", stack)

    def change(self, stack: str) -> None:
        """Updates a stack that was edited."""
        url = self._publish(stack, self._changed)
        self._formation.update_stack(StackName=stack, TemplateURL=url, Capabilities=CAPABILITIES)
        self._wait("stack_update_complete", stack)

    def destroy(self, stack: str) -> None:
        """Deletes a stack, and before it what needs it."""
        for gone in reversed(self._composition.in_order(self._composition.with_dependents(stack))):
            self._formation.delete_stack(StackName=gone)
            self._wait("stack_delete_complete", gone)

    def bring_back(self, stack: str) -> None:
        """Creates a stack again, and after it what needs it."""
        self.create(self._composition.with_dependents(stack))

    def _publish(self, stack: str, composition: Composition) -> str:
        there = self._storage.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        for key, file in composition.files(stack).items():
            if key not in {found["Key"] for found in there}:
                self._storage.put_object(Bucket=BUCKET, Key=key, Body=file.read_bytes())
        return f"{self._endpoint}/{BUCKET}/{composition.template_key(stack)}"

    def _wait(self, until: str, stack: str) -> None:
        self._formation.get_waiter(until).wait(StackName=stack, WaiterConfig=SOON)

    def _client(self, service: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self._endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
