"""The service of `benchmarks/service_with_constructs.py` in plain `aws_cdk`, as somebody writes it who knows how.

What repeats is a method. A test holds both to the same resources with the same properties, but for descriptions, names
of functions' variables and code, so that neither is made to look long or short.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy, Stack, Tags
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

READ = ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"]
WRITE = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
OPERATIONS = [
    dynamodb.Operation.GET_ITEM,
    dynamodb.Operation.QUERY,
    dynamodb.Operation.PUT_ITEM,
    dynamodb.Operation.UPDATE_ITEM,
    dynamodb.Operation.TRANSACT_WRITE_ITEMS,
]
READ_STREAM = [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
]


QUERIES = {
    "Errors by correlation id": logs.QueryString(
        filter_statements=["level in ['ERROR', 'CRITICAL']"],
        stats_statements=["count(*) as errors, latest(message) as last by correlation_id"],
        sort="errors desc",
        limit=100,
    ),
    "Slowest requests": logs.QueryString(
        fields=["@timestamp", "route", "status", "duration_ms", "correlation_id", "xray_trace_id"],
        filter_statements=["ispresent(duration_ms)"],
        sort="duration_ms desc",
        limit=50,
    ),
    "Cold starts": logs.QueryString(
        filter_statements=["type = 'platform.report' and ispresent(record.metrics.initDurationMs)"],
        stats_statements=[
            "count(*) as starts, avg(record.metrics.initDurationMs) as average_ms, "
            "pct(record.metrics.initDurationMs, 99) as p99_ms by @log, bin(1h)"
        ],
    ),
}


class ReviewsStack(Stack):
    """Two routes, a table, an outbox, a subscription, and all that an operator expects around them."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        lambdas: Path,
        api: apigatewayv2.IHttpApi,
        bus: events.IEventBus,
        token_issuer: str,
        token_client_ids: Sequence[str],
    ) -> None:
        super().__init__(scope, id)
        self.lambdas = lambdas
        self.alarms: list[cloudwatch.Alarm] = []
        self.functions: list[lambda_.Function] = []
        self.log_groups: list[logs.LogGroup] = []
        Tags.of(self).add("service", "reviews")
        self.table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
            dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        self.read = self.function("Read", "read.handler", timeout=Duration.seconds(10))
        self.write = self.function("Write", "write.handler", timeout=Duration.seconds(10))
        self.events = self.function("Events", "events.handler", timeout=Duration.minutes(1))
        for function, actions in ((self.read, READ), (self.write, READ + WRITE), (self.events, READ + WRITE)):
            self.table.grant(function, *actions)
            function.add_environment("TABLE_NAME", self.table.table_name)
        self.route(api, "GET /v1/products/{id}/reviews", self.read, scopes=[])
        self.route(api, "POST /v1/products/{id}/reviews", self.write, scopes=["reviews/write"])
        self.write.add_environment("TOKEN_ISSUER", token_issuer)
        self.write.add_environment("TOKEN_CLIENT_IDS", ",".join(token_client_ids))
        self.subscribe(bus, source="shop.orders", detail_type="OrderDelivered", version=1)
        self.publish(bus)
        self.observe()

    def function(
        self, id: str, handler: str, *, timeout: Duration, folder: str = "reviews", memory: int = 512
    ) -> lambda_.Function:
        """A traced function that logs JSON, with a role of its own and its alarms."""
        role = iam.Role(self, f"{id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group = logs.LogGroup(
            self, f"{id}Logs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.RETAIN
        )
        log_group.grant_write(role)
        self.log_groups.append(log_group)
        function = lambda_.Function(
            self,
            id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(self.lambdas / folder)),
            handler=handler,
            memory_size=memory,
            timeout=timeout,
            role=role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            environment={
                "SERVICE_NAME": "reviews",
                "POWERTOOLS_SERVICE_NAME": "reviews",
                "LOG_LEVEL": "INFO",
            },
        )
        five_minutes = Duration.minutes(5)
        self.alarm(f"{id}Errors", function.metric_errors(period=five_minutes), 1, "It raised or timed out.")
        self.alarm(f"{id}Throttles", function.metric_throttles(period=five_minutes), 1, "Invocations were refused.")
        self.alarm(
            f"{id}Duration",
            function.metric_duration(period=five_minutes, statistic="p99"),
            0.8 * timeout.to_milliseconds(),
            "It takes nearly as long as it may.",
            periods=3,
            few_samples="ignore",
        )
        self.functions.append(function)
        return function

    def route(self, api: apigatewayv2.IHttpApi, key: str, function: lambda_.Function, *, scopes: Sequence[str]) -> None:
        """A route in this stack, whose function verifies tokens."""
        method, path = key.split(" ")
        apigatewayv2.HttpRoute(
            self,
            key,
            http_api=api,
            route_key=apigatewayv2.HttpRouteKey.with_(path, apigatewayv2.HttpMethod[method]),
            integration=integrations.HttpLambdaIntegration("Integration", function, scope_permission_to_route=False),
            authorizer=apigatewayv2.HttpNoneAuthorizer(),
        )
        access = " ".join(["scopes", *scopes]) if scopes else "public"
        function.add_environment("ROUTE_ACCESS", json.dumps({key: access}))

    def subscribe(self, bus: events.IEventBus, *, source: str, detail_type: str, version: int) -> None:
        """Events of a kind by a queue of their own to the function for events."""
        dead_letters = self.dead_letters("SubscriptionDeadLetters")
        queue = sqs.Queue(
            self,
            "Subscription",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(7),
            visibility_timeout=Duration.minutes(6),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=5),
        )
        events.Rule(
            self,
            "SubscriptionRule",
            event_bus=bus,
            event_pattern=events.EventPattern(
                source=[source], detail_type=[detail_type], detail={"metadata": {"version": [version]}}
            ),
            targets=[targets.SqsQueue(queue, dead_letter_queue=dead_letters)],
        )
        self.events.add_event_source(
            event_sources.SqsEventSource(queue, batch_size=10, max_concurrency=10, report_batch_item_failures=True)
        )
        self.alarm(
            "SubscriptionBacklog",
            queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(1), statistic="Maximum"),
            Duration.minutes(5).to_seconds(),
            "Events wait longer than they should.",
            periods=3,
        )
        self.alarm(
            "SubscriptionDepth",
            queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum"),
            10_000,
            "More events wait than should.",
            periods=3,
        )

    def publish(self, bus: events.IEventBus) -> None:
        """A relay from the table's stream to the bus, which may do nothing else."""
        dead_letters = self.dead_letters("RelayDeadLetters")
        relay = self.function("Relay", "handler.handler", timeout=Duration.seconds(15), folder="relay", memory=256)
        relay.add_environment("EVENT_BUS_NAME", bus.event_bus_name)
        relay.add_environment("DEAD_LETTER_QUEUE_URL", dead_letters.queue_url)
        stream_arn = self.table.table_stream_arn or ""
        relay.add_to_role_policy(iam.PolicyStatement(actions=READ_STREAM, resources=[stream_arn]))
        relay.add_to_role_policy(iam.PolicyStatement(actions=["events:PutEvents"], resources=[bus.event_bus_arn]))
        source = lambda_.EventSourceMapping(
            self,
            "RelaySource",
            target=relay,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            bisect_batch_on_error=True,
            max_record_age=Duration.hours(23),
            on_failure=event_sources.SqsDlq(dead_letters),
            filters=[
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": lambda_.FilterRule.is_equal("INSERT"),
                        "dynamodb": {"NewImage": {"outbox_event": {"S": lambda_.FilterRule.exists()}}},
                    }
                )
            ],
        )
        source.node.add_dependency(relay.role or relay)
        self.alarm(
            "RelayLag",
            relay.metric("IteratorAge", period=Duration.minutes(1), statistic="Maximum"),
            Duration.minutes(5).to_milliseconds(),
            "Events reach the bus late.",
            periods=3,
        )

    def dead_letters(self, id: str) -> sqs.Queue:
        """A queue for what failed, with an alarm on its first message."""
        queue = sqs.Queue(
            self,
            id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        depth = queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum")
        self.alarm(f"{id}Alarm", depth, 1, "Messages could not be processed.")
        return queue

    def alarm(
        self,
        id: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 1,
        few_samples: str | None = None,
    ) -> None:
        """An alarm that sounds at a threshold and takes silence for health."""
        alarm = cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            evaluate_low_sample_count_percentile=few_samples,
            alarm_description=description,
        )
        self.alarms.append(alarm)

    def observe(self) -> None:
        """Alarms of the table, one for all of them, a dashboard and saved queries."""
        throttled = {
            name: self.table.metric(metric, period=Duration.minutes(5), statistic="Sum")
            for name, metric in (("reads", "ReadThrottleEvents"), ("writes", "WriteThrottleEvents"))
        }
        self.alarm(
            "TableThrottles",
            cloudwatch.MathExpression(
                expression="SUM([reads, writes])", label="Throttled reads and writes", using_metrics=throttled
            ),
            1,
            "The table refused requests: its capacity is used up.",
        )
        self.alarm(
            "TableSystemErrors",
            self.table.metric_system_errors_for_operations(operations=OPERATIONS),
            1,
            "DynamoDB failed.",
        )
        cloudwatch.CompositeAlarm(
            self,
            "Health",
            alarm_rule=cloudwatch.AlarmRule.any_of(
                *(cloudwatch.AlarmRule.from_alarm(alarm, cloudwatch.AlarmState.ALARM) for alarm in self.alarms)
            ),
        )
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(self.alarms), width=24)],
                *(
                    [
                        cloudwatch.GraphWidget(title="Invocations", left=[function.metric_invocations()]),
                        cloudwatch.GraphWidget(
                            title="Latency",
                            left=[function.metric_duration(statistic=share) for share in ("p50", "p90", "p99")],
                        ),
                        cloudwatch.GraphWidget(
                            title="Errors and throttles", left=[function.metric_errors(), function.metric_throttles()]
                        ),
                    ]
                    for function in self.functions
                ),
            ],
        )
        for name, query in QUERIES.items():
            logs.QueryDefinition(
                self,
                name,
                query_definition_name=f"{self.stack_name}/{name}",
                log_groups=list(self.log_groups),
                query_string=query,
            )
