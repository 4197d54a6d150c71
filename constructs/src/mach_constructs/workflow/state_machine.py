"""A state machine with everything an operator expects of it."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.regions import require_region
from mach_constructs.workflow.workflow_checks import require_size


def create_state_machine(
    scope: Construct,
    *,
    definition: sfn.IChainable | sfn.DefinitionBody,
    role: iam.Role,
    log_group: logs.LogGroup,
    express: bool,
    timeout: Duration | None,
    log_execution_data: bool,
    encryption_key: kms.IKey | None,
) -> sfn.StateMachine:
    """Create a state machine that logs every state, is traced and encrypted.

    Args:
        scope: Parent construct; the state machine is its child "StateMachine".
        definition: What it does.
        role: What it may do.
        log_group: Where it logs to.
        express: Whether it is an express one.
        timeout: Of an execution, if any.
        log_execution_data: Whether input and output of states are logged too.
        encryption_key: What encrypts it instead of a key of AWS.

    Returns:
        The state machine.

    Raises:
        ValueError: The definition is over a megabyte, or the key is in another region.
    """
    require_region("encryption_key", encryption_key, scope)
    body = definition if isinstance(definition, sfn.DefinitionBody) else sfn.DefinitionBody.from_chainable(definition)
    machine = sfn.StateMachine(
        scope,
        "StateMachine",
        definition_body=body,
        role=role,
        state_machine_type=sfn.StateMachineType.EXPRESS if express else sfn.StateMachineType.STANDARD,
        timeout=timeout,
        tracing_enabled=True,
        logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=log_execution_data),
        encryption_configuration=(
            sfn.CustomerManagedEncryptionConfiguration(encryption_key) if encryption_key is not None else None
        ),
        removal_policy=RemovalPolicy.DESTROY,
    )
    require_size(machine)
    acknowledge(
        role,
        ["AwsSolutions::AwsSolutions-IAM5[Resource::*]"],
        reason="Log delivery and X-Ray support no resources; functions are named one by one.",
    )
    if encryption_key is not None:
        acknowledge(
            encryption_key,
            ["Mach::NoWildcardActions[kms:Decrypt*]"],
            reason="The CDK writes it so for the delivery of the logs; kms:Decrypt is the only action it matches.",
        )
    return machine
