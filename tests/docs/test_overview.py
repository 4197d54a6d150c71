"""An app at a glance: few arrows, however many services there are."""

from docs.pictures.overview import at_a_glance
from docs.pictures.resources import Template

_API = {"Fn::GetStackOutput": {"StackName": "Platform", "OutputName": "Api"}}
_BUS = {"Fn::GetStackOutput": {"StackName": "Platform", "OutputName": "Bus"}}
_PLATFORM: Template = {
    "Resources": {
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {}},
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {}},
    },
    "Outputs": {"Api": {"Value": {"Ref": "Api"}}, "Bus": {"Value": {"Ref": "Bus"}}},
}


def service(name: str, *, calls: tuple[str, ...] = (), hears: bool = False) -> Template:
    """A stack with one route, `PUT /v1/<name>/{id}`, and leave to call others'."""
    invoke = [{"Fn::Join": ["", ["arn:aws:execute-api:::", _API, f"/$default/PUT/v1/{called}/*"]]} for called in calls]
    resources = {
        "Table": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
        "Handler": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Handler": "api.handler"},
        },
        "Policy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "Roles": [{"Ref": "Role"}],
                "PolicyDocument": {
                    "Statement": [
                        {"Action": "dynamodb:GetItem", "Resource": {"Fn::GetAtt": ["Table", "Arn"]}},
                        {"Action": "execute-api:Invoke", "Resource": invoke},
                    ]
                },
            },
        },
        "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": _API,
                "RouteKey": f"PUT /v1/{name}/{{id}}",
                "Target": {"Fn::GetAtt": ["Handler", "Arn"]},
            },
        },
    }
    if hears:
        resources["Rule"] = {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventBusName": _BUS, "Targets": [{"Arn": {"Fn::GetAtt": ["Handler", "Arn"]}}]},
        }
    return {"Resources": resources}


def test_a_call_that_is_allowed_is_an_arrow_between_two_services() -> None:
    cart, pricing = service("carts", calls=("prices",)), service("prices")

    graph = at_a_glance({"Platform": _PLATFORM, "Cart": cart, "Pricing": pricing})

    between = [(arrow.source, arrow.target) for arrow in graph.arrows if arrow.source[0] == "service"]
    assert between == [(("service", "Cart"), ("service", "Pricing"))]


def test_a_service_says_what_it_has() -> None:
    graph = at_a_glance({"Platform": _PLATFORM, "GiftCards": service("gift-cards")})

    (part,) = (part for part in graph.parts if part.key == ("service", "GiftCards"))
    assert (part.name, part.kind.title) == ("Gift cards", "1 route, DynamoDB")


def test_what_uses_the_api_and_the_bus_alike_has_its_arrows_together() -> None:
    few = {f"S{number}": service(f"s{number}", hears=number > 1) for number in range(3)}
    many = {f"S{number}": service(f"s{number}", hears=number > 1) for number in range(20)}

    arrows = at_a_glance({"Platform": _PLATFORM, **few}).arrows
    assert at_a_glance({"Platform": _PLATFORM, **many}).arrows == arrows
    assert {(arrow.source[1], arrow.target[1]) for arrow in arrows} == {
        ("clients", "api"), ("api", "answers"), ("api", "answers, hears"), ("bus", "answers, hears"),
    }  # fmt: skip


def test_a_service_that_many_call_says_by_how_many() -> None:
    callers = {f"S{number}": service(f"s{number}", calls=("prices",)) for number in range(4)}
    graph = at_a_glance({"Platform": _PLATFORM, **callers, "Pricing": service("prices")})

    assert [arrow for arrow in graph.arrows if arrow.source[0] == "service"] == []
    assert "1 route, DynamoDB, called by 4" in [part.kind.title for part in graph.parts]


def test_a_stack_that_neither_answers_nor_publishes_nor_hears_is_no_service() -> None:
    secret: Template = {"Resources": {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {}}}}

    graph = at_a_glance({"Platform": _PLATFORM, "Credentials": secret})

    assert [part.kind.title for part in graph.parts] == ["clients", "HTTP API", "EventBridge bus"]
