"""Actions that IAM can allow on every resource only.

Source: the service authorization reference, where these actions name no resource type
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
What must be allowed on everything because the thing does not exist yet, such as a network interface, is not among them.
"""

from __future__ import annotations

UNSCOPED_ACTIONS = frozenset(
    action.lower()
    for action in (
        "appsync:ListGraphqlApis",
        "cloudwatch:GetMetricData",
        "cloudwatch:GetMetricStatistics",
        "cloudwatch:ListMetrics",
        "cloudwatch:PutMetricData",
        "dynamodb:DescribeLimits",
        "dynamodb:ListTables",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcs",
        "ecr:GetAuthorizationToken",
        "kms:GenerateRandom",
        "lambda:GetAccountSettings",
        "lambda:ListFunctions",
        # The delivery of logs that Step Functions and API Gateway set up:
        # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        "s3:ListAllMyBuckets",
        "secretsmanager:GetRandomPassword",
        "secretsmanager:ListSecrets",
        "servicediscovery:DiscoverInstances",
        "servicediscovery:DiscoverInstancesRevision",
        "sns:ListTopics",
        "sqs:ListQueues",
        "ssm:DescribeParameters",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
        "states:ListStateMachines",
        "sts:GetCallerIdentity",
        "tag:GetResources",
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
        "xray:GetSamplingRules",
        "xray:GetSamplingStatisticSummaries",
        "xray:GetSamplingTargets",
        "xray:PutSpans",
        "xray:PutSpansForIndexing",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    )
)
