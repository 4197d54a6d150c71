"""What surrounds a service on Fargate."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk.assertions import Match, Template

from mach_constructs import (
    Access,
    DynamoDbStore,
    EventContract,
    EventMesh,
    FargateCompute,
    FireLens,
    HttpFront,
    JwtAtGateway,
    JwtInService,
    Microservice,
    Route,
    ServiceNetwork,
    SpotMix,
    WebScaling,
    WebService,
    WorkerService,
)

ORDERS = Path(__file__).parent / "fixtures/orders"
ROUTES = [
    Route("GET /v1/orders", public=True, handler="read.handler"),
    Route("PUT /v1/orders/{id}", scopes=["orders/write"], handler="write.handler"),
]


@pytest.fixture(scope="module")
def service(new_app: Callable[..., App], order_placed: type[EventContract]) -> Microservice:
    """One for all tests that only look at it."""
    app = new_app()
    platform, network = Stack(app, "Platform"), Stack(app, "Network")
    return Microservice(
        Stack(app, "Service"),
        "Orders",
        compute=FargateCompute(
            ORDERS, network=ServiceNetwork(network, "Network"), request_timeout=Duration.seconds(20)
        ),
        store=DynamoDbStore(partition_key="pk"),
        front=HttpFront(
            platform,
            "Front",
            authorization=JwtInService(issuer="https://issuer.example", client_ids=["merchant", "till"]),
        ),
        routes=ROUTES,
        mesh=EventMesh(platform, "Mesh"),
        subscribes=[order_placed],
    )


@pytest.fixture(scope="module")
def template(service: Microservice) -> Template:
    return Template.from_stack(Stack.of(service))


def containers(template: Template, task: str) -> dict[str, Any]:
    """The containers of a task definition by name."""
    (found,) = (
        resource["Properties"]["ContainerDefinitions"]
        for name, resource in template.find_resources("AWS::ECS::TaskDefinition").items()
        if name.startswith(task)
    )
    return {container["Name"]: container for container in found}


def variables(container: dict[str, Any]) -> dict[str, Any]:
    return {entry["Name"]: entry["Value"] for entry in container["Environment"]}


def test_all_routes_are_one_service_and_the_queue_another(service: Microservice, template: Template) -> None:
    web, worker = service.workloads["read.handler"], service.workloads["events.handler"]
    assert isinstance(web, WebService)
    assert isinstance(worker, WorkerService)
    assert service.workloads["write.handler"] is web
    template.resource_count_is("AWS::ECS::Service", 2)


def test_a_container_is_what_the_runtime_expects(template: Template) -> None:
    web = containers(template, "OrdersWeb")["service"]

    assert web["Command"] == ["python", "-m", "mach_runtime", "web"]
    assert web["HealthCheck"]["Command"] == ["CMD", "python", "-m", "mach_runtime", "health"]
    assert variables(web)["HOST"] == "0.0.0.0"
    assert variables(web)["PORT"] == "8080"
    assert json.loads(variables(web)["ROUTES"]) == {
        "GET /v1/orders": "orders.read.handler",
        "PUT /v1/orders/{id}": "orders.write.handler",
    }
    assert json.loads(variables(web)["ROUTE_ACCESS"]) == {
        "GET /v1/orders": "public",
        "PUT /v1/orders/{id}": "scopes orders/write",
    }
    assert variables(web)["TIMEOUT_SECONDS"] == "20"


def test_a_task_stops_after_callers_know_and_requests_have_ended(template: Template) -> None:
    web, worker = containers(template, "OrdersWeb")["service"], containers(template, "OrdersEventsWorker")["service"]

    given = variables(web)
    assert web["StopTimeout"] > int(given["DEREGISTRATION_SECONDS"]) + int(given["DRAIN_SECONDS"])
    assert int(given["DRAIN_SECONDS"]) >= int(given["TIMEOUT_SECONDS"])
    assert 120 == worker["StopTimeout"] > int(variables(worker)["DRAIN_SECONDS"])


@pytest.mark.parametrize("task", ["OrdersWeb", "OrdersEventsWorker"])
def test_a_container_can_do_little(template: Template, task: str) -> None:
    container = containers(template, task)["service"]

    assert container["User"] == "10001:10001"
    assert container["ReadonlyRootFilesystem"] is True
    assert container["LinuxParameters"] == {"Capabilities": {"Drop": ["ALL"]}, "InitProcessEnabled": True}
    assert container["MountPoints"] == [{"ContainerPath": "/tmp", "ReadOnly": False, "SourceVolume": "tmp"}]
    assert "Privileged" not in container


def test_the_worker_is_told_of_its_queue(template: Template) -> None:
    (queue,) = (name for name in template.find_resources("AWS::SQS::Queue") if "DeadLetters" not in name)
    joined = variables(containers(template, "OrdersEventsWorker")["service"])["CONSUMERS"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else part["Ref"] for part in joined)

    assert json.loads(text) == [
        {
            "queue_url": queue,
            "handler": "orders.events.handler",
            "batch_size": 10,
            "window_seconds": 0,
            "concurrency": 2,
            "visibility_seconds": 60,
        }
    ]


def test_services_deploy_carefully_and_let_nobody_in(template: Template) -> None:
    template.all_resources_properties(
        "AWS::ECS::Service",
        {
            "EnableExecuteCommand": False,
            "DesiredCount": Match.absent(),
            "DeploymentConfiguration": {
                "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
                "Alarms": {"Enable": True, "Rollback": True},
                "MinimumHealthyPercent": 100,
            },
            "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
            "NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "DISABLED"}},
        },
    )
    template.all_resources_properties(
        "AWS::EC2::SecurityGroup",
        {
            "SecurityGroupIngress": Match.absent(),
            "SecurityGroupEgress": [Match.object_like({"FromPort": 443, "ToPort": 443, "IpProtocol": "tcp"})],
        },
    )
    # The only way in: from the VPC link, to the web service.
    template.resource_count_is("AWS::EC2::SecurityGroupIngress", 1)
    template.has_resource_properties(
        "AWS::EC2::SecurityGroupIngress",
        {
            "FromPort": 8080,
            "ToPort": 8080,
            "GroupId": {"Fn::GetAtt": [Match.string_like_regexp("OrdersWebSecurityGroup"), "GroupId"]},
        },
    )


def test_routes_reach_the_tasks_by_vpc_link_and_cloud_map(template: Template) -> None:
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Integration",
        {
            "ConnectionType": "VPC_LINK",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": {"Fn::GetAtt": [Match.string_like_regexp("OrdersWeb.*Cloudmap"), "Arn"]},
            "TimeoutInMillis": 21000,
            "RequestParameters": {
                "overwrite:header.x-gateway-request-id": "$context.requestId",
                "overwrite:header.x-gateway-source-ip": "$context.identity.sourceIp",
                "overwrite:path": Match.absent(),
            },
        },
    )
    template.resource_count_is("AWS::ApiGatewayV2::Integration", 1)
    template.resource_count_is("AWS::ApiGatewayV2::VpcLink", 0)
    template.has_resource_properties(
        "AWS::ServiceDiscovery::Service", {"DnsConfig": {"DnsRecords": [{"Type": "SRV", "TTL": 10}]}}
    )


def test_the_stage_of_another_owners_api_is_kept_out_of_the_path(app: App, stack: Stack) -> None:
    api = apigwv2.HttpApi(Stack(app, "Theirs"), "Api")
    service = Microservice(
        stack,
        "Orders",
        compute=FargateCompute(ORDERS),
        front=HttpFront(stack, "Front", existing=api),
        routes=[Route("GET /v1/orders", public=True)],
    )
    Template.from_stack(Stack.of(service)).has_resource_properties(
        "AWS::ApiGatewayV2::Integration", {"RequestParameters": {"overwrite:path": "$request.path"}}
    )


def test_the_runtime_hands_over_claims_where_the_gateway_verified_them(stack: Stack, platform: Stack) -> None:
    authorization = JwtAtGateway(issuer="https://issuer.example", client_ids=["till"])
    service = Microservice(
        stack,
        "Orders",
        compute=FargateCompute(ORDERS),
        front=HttpFront(platform, "Front", authorization=authorization),
        routes=ROUTES,
    )
    web = containers(Template.from_stack(Stack.of(service)), "OrdersWeb")["service"]
    assert json.loads(variables(web)["JWT_ROUTES"]) == ["PUT /v1/orders/{id}"]


def test_roles_have_what_their_service_needs(
    template: Template, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    web, worker = granted(template, "OrdersWebRole"), granted(template, "OrdersEventsWorkerRole")
    execution = granted(template, "OrdersWebExecutionRole")

    assert web.pop('"*"') == worker.pop('"*"') == ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    assert {action.partition(":")[0] for actions in web.values() for action in actions} == {"dynamodb"}
    (of_the_queue,) = (actions for resource, actions in worker.items() if "SubscriptionQueue" in resource)
    assert {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"} <= set(of_the_queue)
    assert execution.pop('"*"') == ["ecr:GetAuthorizationToken"]
    assert sorted(action for actions in execution.values() for action in actions) == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]
    for role in template.find_resources("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role["Properties"]


def test_a_service_that_only_reads_cannot_write(stack: Stack, front: HttpFront) -> None:
    service = Microservice(
        stack,
        "Orders",
        compute=FargateCompute(ORDERS),
        store=DynamoDbStore(partition_key="pk"),
        front=front,
        routes=ROUTES[:1],
    )
    assert service.workloads["read.handler"].access is Access.READ


def test_spans_go_to_a_collector_that_may_die(template: Template) -> None:
    of_the_task = containers(template, "OrdersWeb")
    collector, web = of_the_task["aws-otel-collector"], of_the_task["service"]

    assert collector["Essential"] is False
    assert collector["RestartPolicy"] == {"Enabled": True}
    assert collector["ReadonlyRootFilesystem"] is True
    assert web["DependsOn"] == [{"Condition": "START", "ContainerName": "aws-otel-collector"}]
    assert variables(web)["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4318"


def test_without_tracing_there_is_no_collector(
    stack: Stack, front: HttpFront, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    Microservice(stack, "Orders", compute=FargateCompute(ORDERS, tracing=None), front=front, routes=ROUTES)
    template = Template.from_stack(stack)

    assert list(containers(template, "OrdersWeb")) == ["service"]
    assert granted(template, "OrdersWebRole") == {}


def test_logs_never_block_and_have_a_retention(template: Template) -> None:
    web = containers(template, "OrdersWeb")["service"]

    assert web["LogConfiguration"]["LogDriver"] == "awslogs"
    assert web["LogConfiguration"]["Options"]["mode"] == "non-blocking"
    template.all_resources("AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 30}, "DeletionPolicy": "Retain"})


def test_firelens_sends_logs_to_a_stream_and_counts_nothing(
    stack: Stack, front: HttpFront, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    stream = firehose.DeliveryStream.from_delivery_stream_attributes(stack, "Stream", delivery_stream_name="logs")
    Microservice(
        stack,
        "Orders",
        compute=FargateCompute(ORDERS, log_routing=FireLens(delivery_stream=stream)),
        front=front,
        routes=ROUTES,
    )
    template = Template.from_stack(stack)
    of_the_task = containers(template, "OrdersWeb")

    assert of_the_task["log-router"]["FirelensConfiguration"]["Type"] == "fluentbit"
    assert of_the_task["service"]["LogConfiguration"]["LogDriver"] == "awsfirelens"
    assert of_the_task["service"]["LogConfiguration"]["Options"]["delivery_stream"] == "logs"
    assert "METRICS_NAMESPACE" not in variables(of_the_task["service"])
    assert ["firehose:PutRecordBatch"] in granted(template, "OrdersWebRole").values()
    template.resource_properties_count_is("AWS::CloudWatch::Alarm", {"Namespace": "MachConstructs/Fargate"}, 0)


def test_tasks_follow_cpu_requests_and_backlog(
    stack: Stack, front: HttpFront, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    Microservice(
        stack,
        "Orders",
        compute=FargateCompute(ORDERS, web_scaling=WebScaling(min_tasks=3, max_tasks=9, requests_per_task=500)),
        front=front,
        routes=ROUTES,
        mesh=mesh,
        subscribes=[order_placed],
    )
    template = Template.from_stack(stack)
    tracking = "TargetTrackingScalingPolicyConfiguration"
    template.has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 3, "MaxCapacity": 9}
    )
    template.has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            tracking: {
                "CustomizedMetricSpecification": {"MetricName": "Requests", "Statistic": "Average"},
                "TargetValue": 500,
            }
        },
    )
    template.has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {tracking: {"CustomizedMetricSpecification": {"MetricName": "Utilization"}, "TargetValue": 70}},
    )
    # A worker that waits uses no CPU: only idleness takes tasks away.
    template.resource_properties_count_is(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            tracking: {
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
                "DisableScaleIn": True,
            }
        },
        1,
    )
    template.has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            "PolicyType": "StepScaling",
            "StepScalingPolicyConfiguration": {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": [
                    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 900, "ScalingAdjustment": 1},
                    {"MetricIntervalLowerBound": 900, "ScalingAdjustment": 2},
                ],
            },
        },
    )


def test_some_tasks_run_on_spot(stack: Stack, front: HttpFront) -> None:
    Microservice(
        stack,
        "Orders",
        compute=FargateCompute(ORDERS, spot=SpotMix(base=2, on_demand=1, spot=3)),
        front=front,
        routes=ROUTES,
    )
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::ECS::Service",
        {
            "CapacityProviderStrategy": [
                {"CapacityProvider": "FARGATE", "Base": 2, "Weight": 1},
                {"CapacityProvider": "FARGATE_SPOT", "Weight": 3},
            ]
        },
    )
    template.has_resource_properties(
        "AWS::ECS::ClusterCapacityProviderAssociations", {"CapacityProviders": ["FARGATE", "FARGATE_SPOT"]}
    )


def test_failures_sound_an_alarm_that_rolls_a_deployment_back(template: Template) -> None:
    for workload in ("Web", "EventsWorker"):
        template.has_resource_properties(
            "AWS::CloudWatch::Alarm",
            {
                "Namespace": "MachConstructs/Fargate",
                "MetricName": "Errors",
                "Dimensions": [{"Name": "Workload", "Value": Match.string_like_regexp(f"ServiceOrders{workload}")}],
                "TreatMissingData": "notBreaching",
            },
        )


def test_a_workload_refuses_what_the_other_is_for(service: Microservice, front: HttpFront) -> None:
    web, worker = service.workloads["read.handler"], service.workloads["events.handler"]
    queue, delivery = service.subscriptions[0].queue, None
    with pytest.raises(
        ValueError, match="Orders/EventsWorker works on queues, so it cannot serve routes of Platform/Front"
    ):
        worker.integration(service, front)
    with pytest.raises(ValueError, match="Orders/Web serves routes, so it cannot consume"):
        web.consume(service, queue, delivery)  # type: ignore[arg-type]
