"""What follows from one `Microservice`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template
from aws_cdk.cx_api import CloudAssembly

from mach_constructs import (
    Access,
    DynamoDbStore,
    EventContract,
    EventMesh,
    FunctionOptions,
    HttpFront,
    JwtInService,
    LambdaCompute,
    Microservice,
    ObjectStore,
    Route,
    SecondaryIndex,
    Throttle,
)

FIXTURES = Path(__file__).parent / "fixtures"
READ = ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"]
WRITE = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
Granted = Callable[[Template, str], dict[str, list[str]]]


@pytest.fixture(scope="module")
def complete(new_app: Callable[..., App], orders: LambdaCompute, order_placed: type[EventContract]) -> Microservice:
    """A service with everything, made once because the tests only look at it."""
    app = new_app()
    platform = Stack(app, "Platform")
    authorization = JwtInService(issuer="https://issuer.example", client_ids=["merchant", "till"])
    return Microservice(
        Stack(app, "Service"),
        "Orders",
        compute=orders,
        store=[
            DynamoDbStore(
                partition_key="pk", sort_key="sk", indexes=[SecondaryIndex("by_customer", partition_key="customer")]
            ),
            ObjectStore("INVOICE_BUCKET"),
        ],
        front=HttpFront(platform, "Front", authorization=authorization),
        routes=[
            Route("GET /v1/orders", public=True, handler="read.handler"),
            Route("HEAD /v1/orders", public=True, handler="read.handler"),
            Route("GET /v1/orders/{id}", scopes=["orders/read"], handler="write.handler"),
            Route("PUT /v1/orders/{id}", scopes=["orders/write", "orders/admin"], handler="write.handler"),
        ],
        mesh=EventMesh(platform, "Mesh"),
        publishes=[order_placed],
        subscribes=[order_placed],
    )


@pytest.fixture(scope="module")
def assembly(complete: Microservice) -> CloudAssembly:
    app = complete.node.root
    assert isinstance(app, App)
    return app.synth()


@pytest.fixture(scope="module")
def template(assembly: CloudAssembly) -> Template:
    return Template.from_json(assembly.get_stack_by_name("Service").template)


def tables(granted: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        resource.split('"')[-2]: actions
        for resource, actions in granted.items()
        if all(action.startswith("dynamodb:") for action in actions) and "Stream" not in resource
    }


def test_there_is_one_function_a_handler(complete: Microservice) -> None:
    assert list(complete.functions) == ["read.handler", "write.handler", "events.handler"]
    assert [function.node.path for function in complete.functions.values()] == [
        f"Service/Orders/{part}/Function" for part in ("Read", "Write", "Events")
    ]
    with pytest.raises(
        ValueError, match=r"Service/Orders has 3 functions: read.handler, write.handler, events.handler"
    ):
        _ = complete.function


@pytest.mark.parametrize(
    ("role", "expected"),
    [("OrdersRead", READ), ("OrdersWrite", sorted(READ + WRITE)), ("OrdersEvents", sorted(READ + WRITE))],
)
def test_grants_on_the_table_are_exact(template: Template, granted: Granted, role: str, expected: list[str]) -> None:
    assert tables(granted(template, role)) == {"Arn": expected, "/index/by_customer": ["dynamodb:Query"]}


def test_grants_on_the_bucket_are_exact(template: Template, granted: Granted) -> None:
    def on_objects(role: str) -> list[str]:
        (actions,) = (actions for actions in granted(template, role).values() if actions[0].startswith("s3:"))
        return actions

    assert on_objects("OrdersRead") == ["s3:GetObject"]
    assert on_objects("OrdersWrite") == ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]


def test_nobody_may_use_wildcards_or_scan(template: Template, granted: Granted) -> None:
    for role in ("OrdersRead", "OrdersWrite", "OrdersEvents", "OrdersOutboxRelay"):
        for resource, actions in granted(template, role).items():
            assert not [action for action in actions if "*" in action or action == "dynamodb:Scan"]
            assert resource != '"*"' or actions == ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]


def test_a_handlers_access_can_be_said(stack: Stack, front: HttpFront, granted: Granted) -> None:
    Microservice(
        stack,
        "Orders",
        compute=LambdaCompute(FIXTURES / "orders", handlers={"api.handler": FunctionOptions(access=Access.READ)}),
        store=DynamoDbStore(partition_key="pk"),
        front=front,
        routes=[Route("POST /v1/orders/search", public=True)],
    )
    assert tables(granted(Template.from_stack(stack), "OrdersApi")) == {"Arn": READ}


def environment(template: Template, prefix: str) -> dict[str, Any]:
    (function,) = (
        function["Properties"]
        for name, function in template.find_resources("AWS::Lambda::Function").items()
        if name.startswith(prefix)
    )
    variables: dict[str, Any] = function["Environment"]["Variables"]
    return variables


def test_functions_know_their_service_and_its_stores(template: Template) -> None:
    variables = environment(template, "OrdersEvents")
    assert variables.pop("TABLE_NAME")["Ref"].startswith("OrdersTable")
    assert variables.pop("INVOICE_BUCKET")["Ref"].startswith("OrdersInvoiceBucket")
    assert variables == {"SERVICE_NAME": "orders", "POWERTOOLS_SERVICE_NAME": "orders", "LOG_LEVEL": "INFO"}


def test_functions_know_what_their_routes_ask_for(template: Template) -> None:
    read, write = environment(template, "OrdersRead"), environment(template, "OrdersWrite")
    assert json.loads(read["ROUTE_ACCESS"]) == {"GET /v1/orders": "public", "HEAD /v1/orders": "public"}
    assert "TOKEN_ISSUER" not in read
    assert json.loads(write["ROUTE_ACCESS"]) == {
        "GET /v1/orders/{id}": "scopes orders/read",
        "PUT /v1/orders/{id}": "scopes orders/write orders/admin",
    }
    assert (write["TOKEN_ISSUER"], write["TOKEN_CLIENT_IDS"]) == ("https://issuer.example", "merchant,till")


def test_routes_live_in_the_services_stack(complete: Microservice, template: Template, assembly: CloudAssembly) -> None:
    template.resource_count_is("AWS::ApiGatewayV2::Route", 4)
    template.resource_count_is("AWS::ApiGatewayV2::Integration", 2)
    assert list(complete.routes) == [
        "GET /v1/orders",
        "HEAD /v1/orders",
        "GET /v1/orders/{id}",
        "PUT /v1/orders/{id}",
    ]
    created = template.find_resources("AWS::ApiGatewayV2::Route").values()
    assert {route["Properties"]["AuthorizationType"] for route in created} == {"NONE"}
    platform = Template.from_json(assembly.get_stack_by_name("Platform").template)
    platform.resource_properties_count_is("AWS::ApiGatewayV2::Route", {"RouteKey": "$default"}, 1)
    platform.resource_count_is("AWS::ApiGatewayV2::Route", 1)


def test_an_api_has_one_permission_a_function(template: Template) -> None:
    permissions = template.find_resources("AWS::Lambda::Permission").values()
    functions = [permission["Properties"]["FunctionName"]["Fn::GetAtt"][0] for permission in permissions]
    assert sorted(name[:10] for name in functions) == ["OrdersRead", "OrdersWrit"]


def test_stacks_refer_to_each_other_weakly(complete: Microservice, assembly: CloudAssembly) -> None:
    service = json.dumps(assembly.get_stack_by_name("Service").template)
    platform = json.dumps(assembly.get_stack_by_name("Platform").template)
    assert "Fn::GetStackOutput" in service
    assert "Fn::ImportValue" not in service
    assert '"Export"' not in platform
    assert [stack.stack_name for stack in Stack.of(complete).dependencies] == ["Platform"]


def test_nothing_has_a_physical_name(template: Template) -> None:
    names = ("TableName", "BucketName", "QueueName", "FunctionName", "RoleName", "LogGroupName", "AlarmName", "Name")
    for name, resource in template.to_json()["Resources"].items():
        # A query definition's name is a folder in the console, and need not be unique.
        unnamed = {"AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping", "AWS::Logs::QueryDefinition"}
        if resource["Type"] not in unnamed:
            assert not [key for key in names if key in resource["Properties"]], name


def test_every_alarm_is_collected(complete: Microservice, template: Template) -> None:
    template.resource_count_is("AWS::CloudWatch::Alarm", len(complete.alarms))
    assert [alarm.node.path.removeprefix("Service/Orders/") for alarm in complete.alarms] == [
        "Read/ErrorsAlarm",
        "Read/ThrottlesAlarm",
        "Read/DurationAlarm",
        "Write/ErrorsAlarm",
        "Write/ThrottlesAlarm",
        "Write/DurationAlarm",
        "Events/ErrorsAlarm",
        "Events/ThrottlesAlarm",
        "Events/DurationAlarm",
        "Subscription/DeadLetterAlarm",
        "Subscription/BacklogAlarm",
        "Subscription/DepthAlarm",
        "OutboxRelay/Relay/ErrorsAlarm",
        "OutboxRelay/Relay/ThrottlesAlarm",
        "OutboxRelay/Relay/DurationAlarm",
        "OutboxRelay/DeadLetterAlarm",
        "OutboxRelay/LagAlarm",
        "Observability/Table/ThrottlesAlarm",
        "Observability/Table/SystemErrorsAlarm",
    ]


def test_what_a_service_lacks_is_said(stack: Stack, orders: LambdaCompute) -> None:
    service = Microservice(stack, "Orders", compute=orders)
    with pytest.raises(ValueError, match="Service/Orders has no table"):
        _ = service.table
    with pytest.raises(ValueError, match="Service/Orders has no bucket"):
        _ = service.bucket
    with pytest.raises(ValueError, match="Service/Orders has 0 functions: -"):
        _ = service.function
    assert (service.relay, service.subscriptions, service.alarms) == (None, (), ())


def test_what_exists_will_do_for_stores_and_front(stack: Stack, orders: LambdaCompute) -> None:
    table = dynamodb.Table.from_table_name(stack, "Table", "orders")
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "invoices")
    api = apigwv2.HttpApi.from_http_api_attributes(stack, "Api", http_api_id="a1")
    service = Microservice(
        stack, "Orders", compute=orders, store=[table, bucket], front=api, routes=[Route("GET /v1/orders", public=True)]
    )
    assert (service.table, service.bucket) == (table, bucket)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::ApiGatewayV2::Api", 0)
    template.has_resource_properties("AWS::ApiGatewayV2::Route", {"ApiId": "a1", "RouteKey": "GET /v1/orders"})
    template.has_resource_properties(
        "AWS::Lambda::Function",
        {"Environment": {"Variables": Match.object_like({"TABLE_NAME": Match.any_value(), "BUCKET_NAME": "invoices"})}},
    )


def test_one_existing_table_will_do(stack: Stack, orders: LambdaCompute) -> None:
    table = dynamodb.TableV2(
        stack, "Table", partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    )
    assert Microservice(stack, "Orders", compute=orders, store=table).table is table


def test_a_handler_can_be_left_without_access(
    stack: Stack, front: HttpFront, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    compute = LambdaCompute(FIXTURES / "orders", handlers={"api.handler": FunctionOptions(access=Access.NONE)})
    routes = [Route("GET /v1/orders", public=True)]
    Microservice(stack, "Orders", compute=compute, store=DynamoDbStore(partition_key="pk"), front=front, routes=routes)
    actions = {action for allowed in granted(Template.from_stack(stack), "OrdersApi").values() for action in allowed}
    assert actions
    assert not any(action.startswith("dynamodb:") for action in actions)


def test_only_a_publisher_has_a_stream(
    stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: type[EventContract]
) -> None:
    table = DynamoDbStore(partition_key="pk")
    Microservice(stack, "Quiet", compute=orders, store=table, mesh=mesh)
    Microservice(
        stack,
        "Loud",
        compute=orders,
        store=[table, DynamoDbStore(partition_key="pk", environment_variable="AUDIT_TABLE_NAME")],
        mesh=mesh,
        publishes=[order_placed],
    )
    streams = {
        name.rstrip("0123456789ABCDEF"): "StreamSpecification" in table["Properties"]
        for name, table in Template.from_stack(stack).find_resources("AWS::DynamoDB::GlobalTable").items()
    }
    assert streams == {"QuietTable": False, "LoudTable": True, "LoudAuditTable": False}


def test_a_name_of_ones_own_and_log_level(stack: Stack, front: HttpFront, orders: LambdaCompute) -> None:
    Microservice(
        stack,
        "Orders",
        compute=orders,
        front=front,
        routes=[Route("GET /v1/orders", public=True)],
        service_name="order-desk",
        log_level="DEBUG",
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::Lambda::Function",
        {"Environment": {"Variables": Match.object_like({"SERVICE_NAME": "order-desk", "LOG_LEVEL": "DEBUG"})}},
    )


def test_what_publishes_the_events_logs_as_the_rest_of_the_service(
    stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: type[EventContract]
) -> None:
    Microservice(
        stack,
        "Orders",
        compute=orders,
        store=DynamoDbStore(partition_key="pk"),
        mesh=mesh,
        publishes=[order_placed],
        log_level="WARNING",
    )

    Template.from_stack(stack).has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Description": "Publishes the events of orders",
            "Environment": {"Variables": Match.object_like({"LOG_LEVEL": "WARNING"})},
        },
    )


@pytest.fixture(scope="module")
def others(new_app: Callable[..., App], order_placed: type[EventContract]) -> dict[str, Any]:
    """What a refused service would have been connected to; stays unconnected, so one serves all tests."""
    platform = Stack(new_app(), "Platform")
    return {
        "front": HttpFront(platform, "Front"),
        "api": apigwv2.HttpApi(platform, "Api"),
        "mesh": EventMesh(platform, "Mesh"),
        "events": [order_placed],
    }


PUBLIC = Route("GET /v1/orders", public=True)
TABLE = DynamoDbStore(partition_key="pk")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"routes": [PUBLIC]}, "routes need a front to be added to, got none for 'GET /v1/orders'"),
        ({"routes": [PUBLIC, PUBLIC], "front": "front"}, "routes must be distinct"),
        (
            {
                "routes": [
                    Route("GET /a", public=True, handler="a_b.handler"),
                    Route("GET /b", public=True, handler="a.b"),
                ],
                "front": "front",
            },
            "handlers must differ by more than dots and underscores, got 'a_b.handler' and 'a.b'",
        ),
        ({"subscribes": "events"}, "subscribes needs a mesh, got none for 'OrderPlaced'"),
        ({"publishes": "events", "store": TABLE}, "publishes needs a mesh, got none for 'OrderPlaced'"),
        ({"publishes": "events", "mesh": "mesh"}, "publishes needs a DynamoDbStore or an existing table"),
        (
            {"store": DynamoDbStore(partition_key="pk", environment_variable="LOG_LEVEL")},
            "environment_variable of a store must not be LOG_LEVEL, which the service itself sets",
        ),
        ({"store": [TABLE, TABLE]}, "stores must have different environment variables, got 'TABLE_NAME' twice"),
        ({"store": "orders"}, "store must be a store, an existing table or an existing bucket, got 'o'"),
        (
            {"routes": [Route("GET /x", scopes=["x/read"])], "front": "api"},
            r"route 'GET /x' takes tokens \(scopes\), but front has no authorization",
        ),
        (
            {
                "routes": [Route("GET /x", public=True, throttle=Throttle(requests_per_second=1, burst=1))],
                "front": "api",
            },
            "route 'GET /x' has a throttle, but front is an existing API",
        ),
        ({"log_level": "LOUD"}, "log_level must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, got 'LOUD'"),
        ({"service_name": " "}, "service_name must not be empty, got ' '"),
        ({"service_name": "x" * 129}, "service_name must have at most 128 characters, got 129"),
        ({"service_name": "a&b"}, "service_name must be letters, digits, blanks and .*, got 'a&b'"),
        (
            {"routes": [Route("GET /x", public=True, handler="nobody.handler")], "front": "front"},
            "handler 'nobody.handler' needs the file",
        ),
        (
            {
                "routes": [Route("GET /x", public=True, handler="events.handler")],
                "front": "front",
                "mesh": "mesh",
                "subscribes": "events",
            },
            "events_handler must not serve routes too, got 'events.handler', which serves 'GET /x'",
        ),
        (
            {
                "compute": LambdaCompute(FIXTURES / "orders", timeout=Duration.seconds(30)),
                "routes": [PUBLIC],
                "front": "front",
            },
            "timeout of 'api.handler' must be at most 29 seconds, because it serves 'GET /v1/orders'",
        ),
        (
            {
                "compute": LambdaCompute(FIXTURES / "orders", handlers={"read.handler": FunctionOptions(memory=256)}),
                "routes": [PUBLIC],
                "front": "front",
            },
            "compute has options for 'read.handler', but the service uses only api.handler",
        ),
    ],
)
def test_invalid_arguments_are_refused_before_anything_is_created(
    stack: Stack, orders: LambdaCompute, others: dict[str, Any], arguments: dict[str, Any], message: str
) -> None:
    given: dict[str, Any] = {
        name: others.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()
    }
    with pytest.raises(ValueError, match=message):
        Microservice(stack, "Orders", **{"compute": orders, **given})
    assert not stack.node.children
