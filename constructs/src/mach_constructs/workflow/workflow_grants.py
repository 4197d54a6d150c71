"""What others may do with a workflow."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from mach_constructs.compute.service_function import ServiceFunction

_CALLBACK = ("states:SendTaskSuccess", "states:SendTaskFailure")


class WorkflowGrants(Construct):
    """A workflow, as those see it who start it or call it back."""

    state_machine: sfn.StateMachine
    """The state machine."""
    functions: Mapping[str, ServiceFunction]
    """The functions of the steps, by handler; none with a definition of your own."""
    encryption_key: kms.IKey | None
    """The key of yours that encrypts it, if any."""

    def grant_start(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody start executions, a handler of the service for instance.

        Args:
            grantee: Who may.

        Returns:
            The grant of `states:StartExecution` on this state machine; a key of yours may be used too.
        """
        return self._grant(grantee, "states:StartExecution")

    def grant_callback(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody end a step that waits for its callback; the functions of the steps may do so already.

        Args:
            grantee: Who may; it needs the step's `task_token` besides.

        Returns:
            The grant of `states:SendTaskSuccess` and `states:SendTaskFailure` on this state machine; a key of yours may
            be used too.
        """
        return self._grant(grantee, *_CALLBACK)

    def _grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        if self.encryption_key is not None:
            self.encryption_key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey")
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=list(actions), resource_arns=[self.state_machine.state_machine_arn]
        )

    def _let_steps_call_back(self) -> None:
        # A policy of its own: a function waits for its role's own policy, and the state machine for the function.
        iam.Policy(
            self,
            "Callbacks",
            roles=[part.role for part in self.functions.values()],
            statements=[iam.PolicyStatement(actions=list(_CALLBACK), resources=[self.state_machine.state_machine_arn])],
        )
