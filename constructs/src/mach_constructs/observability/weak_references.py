"""Resources of other stacks, referred to in such a way that those stacks may be deleted.

A reference of CDK exports a value by default, which CloudFormation then refuses to delete. A weak one reads the value
when its own stack is deployed, whatever the app's default is.
"""

from __future__ import annotations

from aws_cdk import ReferenceStrength, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct


def weak_alarm(scope: Construct, id: str, alarm: cloudwatch.CompositeAlarm) -> cloudwatch.IAlarm:
    """Refer to an alarm.

    Args:
        scope: Parent construct of the reference.
        id: Construct id of the reference.
        alarm: The alarm.

    Returns:
        The same alarm, as if it had been imported.
    """
    resource = alarm.node.default_child
    if not isinstance(resource, cloudwatch.CfnCompositeAlarm):
        return alarm
    arn = Stack.consume_reference(resource.attr_arn, ReferenceStrength.WEAK)
    return cloudwatch.CompositeAlarm.from_composite_alarm_arn(scope, id, arn)


def weak_log_group(scope: Construct, id: str, log_group: logs.ILogGroup) -> logs.ILogGroup:
    """Refer to a log group.

    Args:
        scope: Parent construct of the reference.
        id: Construct id of the reference.
        log_group: The log group; one that was imported is given back.

    Returns:
        The same log group, as if it had been imported.
    """
    resource = log_group.node.default_child
    if not isinstance(resource, logs.CfnLogGroup):
        return log_group
    name = Stack.consume_reference(resource.ref, ReferenceStrength.WEAK)
    return logs.LogGroup.from_log_group_name(scope, id, name)


def weak_api(scope: Construct, id: str, api: apigwv2.IHttpApi) -> apigwv2.IHttpApi:
    """Refer to an API.

    Args:
        scope: Parent construct of the reference.
        id: Construct id of the reference.
        api: The API; one that was imported is given back.

    Returns:
        The same API, as if it had been imported.
    """
    resource = api.node.default_child
    if not isinstance(resource, apigwv2.CfnApi):
        return api
    api_id = Stack.consume_reference(resource.ref, ReferenceStrength.WEAK)
    return apigwv2.HttpApi.from_http_api_attributes(scope, id, http_api_id=api_id)
