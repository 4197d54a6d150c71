"""What a picture shows of a template."""

from pathlib import Path
from typing import Any

from docs.pictures import d2
from docs.pictures.graph import Graph, graph_of
from docs.pictures.mermaid import mermaid


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def resource(resource_type: str, **properties: object) -> dict[str, Any]:
    return {"Type": resource_type, "Properties": properties}


def policy(role: str, action: str, target: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": target}
    return resource("AWS::IAM::Policy", Roles=[ref(role)], PolicyDocument={"Statement": [statement]})


SERVICE = {
    "Resources": {
        "Route": resource(
            "AWS::ApiGatewayV2::Route",
            ApiId={"Fn::GetStackOutput": {"StackName": "Platform", "OutputName": "Api"}},
            RouteKey="GET /v1/orders",
            Target={"Fn::Join": ["", ["integrations/", ref("Integration")]]},
        ),
        "Integration": resource("AWS::ApiGatewayV2::Integration", IntegrationUri=ref("Live")),
        "Live": resource("AWS::Lambda::Alias", FunctionName=ref("Api")),
        "Api": resource("AWS::Lambda::Function", Handler="orders.api.handler", Role={"Fn::GetAtt": ["Role", "Arn"]}),
        "Role": resource("AWS::IAM::Role"),
        "Policy": policy("Role", "dynamodb:GetItem", {"Fn::GetAtt": ["Table", "Arn"]}),
        "Table": resource("AWS::DynamoDB::GlobalTable"),
        "Queue": resource("AWS::SQS::Queue", RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}),
        "Dead": resource("AWS::SQS::Queue"),
        "Worker": resource("AWS::ECS::Service", TaskDefinition=ref("Task")),
        "Task": resource("AWS::ECS::TaskDefinition", TaskRoleArn=ref("TaskRole")),
        "TaskRole": resource("AWS::IAM::Role"),
        "TaskPolicy": policy("TaskRole", "sqs:ReceiveMessage", {"Fn::GetAtt": ["Queue", "Arn"]}),
        "Errors": resource("AWS::CloudWatch::Alarm"),
        "Throttles": resource("AWS::CloudWatch::Alarm"),
    }
}
PLATFORM = {
    "Resources": {"Api": resource("AWS::ApiGatewayV2::Api")},
    "Outputs": {"Api": {"Value": ref("Api")}},
}
TEMPLATES = {"Platform": PLATFORM, "Orders": SERVICE}


def arrows(graph: Graph) -> set[tuple[str, str, str]]:
    return {(arrow.source[1], " ".join(arrow.labels), arrow.target[1]) for arrow in graph.arrows}


def test_requests_go_from_one_stack_through_an_alias_to_the_function_of_another() -> None:
    assert ("Api", "GET /v1/orders", "Api") in arrows(graph_of(TEMPLATES))


def test_permissions_show_who_uses_what_and_who_takes_from_a_queue() -> None:
    assert {("Api", "", "Table"), ("Queue", "", "Worker"), ("Queue", "", "Dead")} <= arrows(graph_of(TEMPLATES))


def test_what_no_arrow_tells_apart_is_one_part() -> None:
    counts = {part.kind.title: part.count for part in graph_of(TEMPLATES).parts}

    assert counts["CloudWatch alarm"] == 2
    assert "AWS::IAM::Role" not in counts


def test_an_overview_leaves_out_dead_letters_and_alarms() -> None:
    shown = {part.key[1] for part in graph_of(TEMPLATES, overview=True).parts}

    assert shown == {"Api", "Table", "Queue", "Worker"}


def test_what_is_only_met_is_shown_where_an_arrow_reaches_it() -> None:
    graph = graph_of(TEMPLATES, made=lambda key: key[1] == "Table")

    assert {part.key for part in graph.parts} == {("Orders", "Table"), ("Orders", "Api")}


def test_mermaid_has_a_box_a_stack() -> None:
    drawing = mermaid(graph_of(TEMPLATES, overview=True))

    assert drawing.startswith("```mermaid\nflowchart LR")
    assert '  subgraph Orders["Orders"]\n' in drawing
    assert 'Platform_Api -- "GET /v1/orders" --> Orders_Api' in drawing


def test_the_same_graph_gives_the_same_file_which_needs_nothing_else(tmp_path: Path) -> None:
    files = [tmp_path / "one.svg", tmp_path / "two.svg"]

    for file in files:
        d2.svg(graph_of(TEMPLATES), file, group=lambda part: part.key[0])

    first, second = (file.read_text() for file in files)
    assert first == second
    assert "GET /v1/orders" in first
    assert 'href="http' not in first
    assert "@import" not in first
