"""Who gets which token."""

from aws_cdk import App, Stack
from aws_cdk.assertions import Match, Template

from stacks.identity import Identity
from stacks.services import services
from tests.storefront_app import template_of


def template() -> Template:
    return Template.from_json(template_of("Platform"))


def test_merchants_get_every_scope_by_client_credentials() -> None:
    template().has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": [
                {"Fn::Join": ["", [Match.any_value(), f"/{scope.partition('/')[2]}"]]}
                for service in services()
                for scope in service.scopes
            ],
            "GenerateSecret": True,
        },
    )


def test_a_service_has_one_resource_server_with_all_that_its_tokens_may_do() -> None:
    stack = Stack(App(), "Platform")
    Identity(stack, "Identity", scopes=["orders/write", "orders/read", "carts/write"])
    servers = Template.from_stack(stack).find_resources("AWS::Cognito::UserPoolResourceServer").values()
    scopes = {s["Properties"]["Identifier"]: [x["ScopeName"] for x in s["Properties"]["Scopes"]] for s in servers}
    assert scopes == {"orders": ["write", "read"], "carts": ["write"]}


def test_customers_get_no_scope_of_a_service() -> None:
    template().has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "AllowedOAuthFlowsUserPoolClient": False,
            "AllowedOAuthScopes": Match.absent(),
            "GenerateSecret": Match.absent(),
        },
    )


def test_the_accounts_outlive_the_stack() -> None:
    template().has_resource("AWS::Cognito::UserPool", {"DeletionPolicy": "Retain"})
    template().has_resource_properties("AWS::Cognito::UserPool", {"DeletionProtection": "ACTIVE"})
